//! What is answered about a household, so that exactly the drawn class and deprivations come out.

use super::chance::Chance;
use super::choice::{AreaType, Durability, HouseGrade, PreviousStatus, Region, Toilet, Water};
use super::deprivation::{HOUSING_AREA, HOUSING_QUALITY, INFORMATION_MEANS, SANITATION, TELECOM, Vector, WATER};
use super::dirt::DirtKind;
use super::place::Place;
use super::standard::Standard;
use super::status::Status;
use std::ops::Range;

/// A household.
#[derive(Clone, Debug)]
pub(super) struct HouseholdRow {
    /// The class as drawn; stands in no table.
    pub status: Status,
    /// The place of its commune among all places.
    pub place: u32,
    /// Its number within the commune, from 1.
    pub number: u32,
    pub area_type: AreaType,
    pub region: Region,
    pub income: i64,
    /// In tenths of a square metre.
    pub living_area: i64,
    pub wall: Durability,
    pub column: Durability,
    pub roof: Durability,
    pub grade: HouseGrade,
    pub water: Water,
    pub toilet: Toilet,
    pub waste_collected: bool,
    pub electricity: i64,
    pub internet: bool,
    pub telephone: bool,
    pub tv: bool,
    pub radio: bool,
    pub computer: bool,
    pub fixed_phone: bool,
    pub laptop: bool,
    pub tablet: bool,
    pub smartphone: bool,
    pub loudspeaker: bool,
    pub vehicle: bool,
    pub fridge: bool,
    pub washing_machine: bool,
    pub rents_out: bool,
    pub previous_status: PreviousStatus,
    pub ever_listed: bool,
    /// A day, counted from 1970-01-01.
    pub removed_on: Option<i32>,
    pub merit: bool,
    /// Which of the block's members are its own.
    pub members: Range<u32>,
    /// Which answers are blanked: a bit for each column.
    pub blank: u64,
    /// What is wrong with its rows.
    pub dirt: Option<DirtKind>,
}

/// Draws the answers.
pub(super) struct Household<'a> {
    pub status: Status,
    pub place: &'a Place,
    pub standard: &'a Standard,
    pub deprived: &'a Vector,
    pub size: i64,
    /// The review date, counted from 1970-01-01.
    pub review_day: i32,
}

impl Household<'_> {
    /// The household with the answers; which commune, number and members it has stands already in `row`.
    pub fn answer(&self, place: u32, number: u32, members: Range<u32>, chance: &mut Chance) -> HouseholdRow {
        let urban = self.place.area_type == AreaType::Urban;
        let low = self.status.has_low_income();
        // A per cent for households of low income in the country, in town; for others likewise.
        let rate = |rates: [u32; 4]| rates[usize::from(!low) * 2 + usize::from(urban)];
        let [wall, column, roof] = self.materials(chance);
        let frail = [wall, column, roof].iter().filter(|part| **part == Durability::NonDurable).count();
        let internet = !self.deprived[TELECOM];
        let smartphone = chance.percent(if internet { 88 } else { 12 });
        let mut row = HouseholdRow {
            status: self.status,
            place,
            number,
            area_type: self.place.area_type,
            region: self.place.region,
            income: self.income(chance),
            living_area: self.living_area(chance),
            wall,
            column,
            roof,
            grade: [HouseGrade::Solid, HouseGrade::SemiSolid, HouseGrade::LessSolid, HouseGrade::Simple][frail],
            water: self.water(urban, chance),
            toilet: self.toilet(urban, chance),
            waste_collected: chance.percent(rate([34, 82, 66, 96])),
            electricity: self.electricity(low, chance),
            internet,
            telephone: chance.percent(if internet { 99 } else { 62 }),
            tv: chance.percent(rate([72, 82, 94, 95])),
            radio: chance.percent(4),
            computer: chance.percent(rate([1, 3, 9, 21])),
            fixed_phone: chance.percent(rate([0, 1, 2, 6])),
            laptop: chance.percent(rate([1, 4, 14, 38])),
            tablet: chance.percent(rate([0, 1, 6, 17])),
            smartphone,
            loudspeaker: chance.percent(if urban { 72 } else { 81 }),
            vehicle: chance.percent(rate([68, 66, 94, 95])),
            fridge: chance.percent(rate([38, 55, 90, 96])),
            washing_machine: chance.percent(rate([8, 24, 58, 84])),
            rents_out: chance.permille(rate([4, 5, 22, 52])),
            previous_status: PreviousStatus::None,
            ever_listed: false,
            removed_on: None,
            merit: chance.percent(if low { 2 } else { 6 }),
            members,
            blank: 0,
            dirt: None,
        };
        self.means(&mut row);
        self.history(&mut row, chance);
        row
    }

    /// Đồng a month. Low incomes lie between a quarter of the line and the line, some exactly on it, which still is
    /// low; others have a long tail, up to sixty times the average.
    fn income(&self, chance: &mut Chance) -> i64 {
        let line = self.standard.poor_line(self.place.area_type) * self.size;
        let average = self.standard.average_line(self.place.area_type) * self.size;
        let part = |from: i64, span: i64, thousandths: i64| (from + span * thousandths / 1000) / 10_000 * 10_000;
        match self.status {
            Status::Poor | Status::NearPoor if chance.permille(5) => line,
            Status::Poor if chance.permille(3) => 0,
            Status::Poor => {
                // The larger of two draws: most are not far below the line.
                let rank = chance.between(0, 1000).max(chance.between(0, 1000));
                part(line / 4, line - line / 4, rank)
            }
            Status::NearPoor => {
                let rank = chance.between(0, 1000).max(chance.between(0, 1000));
                part(line / 2, line - line / 2, rank)
            }
            Status::Average => part(line + 10_000, average - line - 10_000, chance.between(0, 1000)),
            Status::AboveAverage => {
                /// Times the average line, in hundredths, by thousandths of the households.
                const TAIL: [(i64, i64); 8] =
                    [(0, 100), (300, 150), (600, 220), (800, 320), (920, 500), (980, 900), (996, 1800), (1000, 6000)];
                let rank = chance.between(0, 99_999);
                let step = TAIL.windows(2).find(|step| rank < step[1].0 * 100).unwrap_or(&TAIL[6..8]);
                let ((r0, t0), (r1, t1)) = (step[0], step[1]);
                let thousandths = t0 * 10 + (t1 - t0) * 10 * (rank - r0 * 100) / ((r1 - r0) * 100);
                // At least the next ten thousand above the limit.
                (average / 1000 * thousandths / 10_000 * 10_000).max(average / 10_000 * 10_000 + 10_000)
            }
        }
    }

    /// In tenths of a square metre, mostly whole square metres.
    fn living_area(&self, chance: &mut Chance) -> i64 {
        let least = self.standard.tenths_of_m2_per_person;
        let low = self.status.has_low_income();
        if self.deprived[HOUSING_AREA] {
            let area = self.size * chance.between(least * 3 / 8, least - 1);
            return if chance.percent(80) { area / 10 * 10 } else { area };
        }
        if chance.percent(1) {
            return self.size * least;
        }
        let of_household = chance.between(240, if low { 600 } else { 1300 });
        let area = (self.size * least).max(of_household + self.size * chance.between(10, 60));
        if chance.percent(80) { (area + 9) / 10 * 10 } else { area }
    }

    /// Walls, columns, roof.
    fn materials(&self, chance: &mut Chance) -> [Durability; 3] {
        use Durability::{Durable as D, NonDurable as N};
        let low = if self.status.has_low_income() { 3 } else { 1 };
        if self.deprived[HOUSING_QUALITY] {
            chance.one_of(&[([N, N, N], 35), ([N, N, D], 30), ([N, D, N], 20), ([D, N, N], 15)])
        } else {
            chance.one_of(&[([D, D, D], 80), ([D, D, N], 12 * low), ([N, D, D], 5 * low), ([D, N, D], 3 * low)])
        }
    }

    fn water(&self, urban: bool, chance: &mut Chance) -> Water {
        if self.deprived[WATER] {
            return chance.one_of(&[
                (Water::UnprotectedWell, 30),
                (Water::UnprotectedSpring, 30),
                (Water::Surface, 35),
                (Water::Other, 5),
            ]);
        }
        // Tap, borehole, protected well, protected spring, rain, bottled.
        let weights: [u32; 6] = match (urban, self.place.region) {
            (true, _) => [86, 8, 2, 0, 1, 3],
            (_, Region::RedRiverDelta) => [68, 20, 4, 0, 7, 1],
            (_, Region::NorthernMountains) => [18, 14, 28, 38, 1, 1],
            (_, Region::CentralCoast) => [44, 26, 20, 7, 2, 1],
            (_, Region::CentralHighlands) => [14, 38, 38, 8, 1, 1],
            (_, Region::SouthEast) => [52, 36, 8, 0, 1, 3],
            (_, Region::MekongDelta) => [62, 18, 1, 0, 14, 5],
        };
        [Water::Tap, Water::Borehole, Water::ProtectedWell, Water::ProtectedSpring, Water::Rain, Water::Bottled]
            [chance.pick(&weights)]
    }

    fn toilet(&self, urban: bool, chance: &mut Chance) -> Toilet {
        if self.deprived[SANITATION] {
            return chance.one_of(&[(Toilet::Other, 68), (Toilet::None, 32)]);
        }
        let septic = match (urban, self.status.has_low_income()) {
            (true, false) => 94,
            (true, true) => 70,
            (false, false) => 78,
            (false, true) => 36,
        };
        if chance.percent(septic) {
            return Toilet::Septic;
        }
        chance.one_of(&[(Toilet::PourFlush, 45), (Toilet::Vip, 15), (Toilet::DoubleVault, 40)])
    }

    /// kWh a month.
    fn electricity(&self, low: bool, chance: &mut Chance) -> i64 {
        let persons = self.size.min(6);
        if low {
            chance.between(5, 30) + persons * chance.between(4, 18)
        } else {
            chance.between(30, 90) + persons * chance.between(12, 75)
        }
    }

    /// None of the seven means of information, or at least one.
    fn means(&self, row: &mut HouseholdRow) {
        if self.deprived[INFORMATION_MEANS] {
            (row.tv, row.radio, row.computer, row.fixed_phone) = (false, false, false, false);
            (row.laptop, row.tablet, row.smartphone) = (false, false, false);
        } else if !(row.radio || row.computer || row.fixed_phone || row.laptop || row.tablet || row.smartphone) {
            row.tv = true;
        }
    }

    /// The list before this one. Shares are our assumptions: four in five poor households were poor before.
    fn history(&self, row: &mut HouseholdRow, chance: &mut Chance) {
        use PreviousStatus::{Average, NearPoor, NewlyEscaped, None, Poor};
        row.previous_status = match self.status {
            Status::Poor => chance.one_of(&[(Poor, 80), (NearPoor, 8), (NewlyEscaped, 3), (None, 9)]),
            Status::NearPoor => chance.one_of(&[(NearPoor, 58), (Poor, 22), (NewlyEscaped, 4), (None, 16)]),
            Status::Average => chance.one_of(&[(None, 54), (Average, 25), (NewlyEscaped, 9), (NearPoor, 7), (Poor, 5)]),
            Status::AboveAverage => {
                chance.one_of(&[(None, 955), (Average, 25), (NewlyEscaped, 12), (NearPoor, 5), (Poor, 3)])
            }
        };
        let long_ago = chance.percent(match self.status {
            Status::Poor | Status::NearPoor => 40,
            Status::Average => 25,
            Status::AboveAverage => 8,
        });
        row.ever_listed = match row.previous_status {
            Poor | NearPoor | NewlyEscaped => true,
            None | Average => long_ago,
        };
        let days_ago = match row.previous_status {
            Poor | NearPoor => return,
            // Within 36 months.
            NewlyEscaped => chance.between(40, 1060),
            None | Average => chance.between(1130, 5400),
        };
        row.removed_on = row.ever_listed.then_some(self.review_day - days_ago as i32);
    }
}
