//! Another standard for the same households: the matrix adds up to the two assessments, the numbers are those worked by
//! hand, and the ways over tables and over a cube say the same.

use crate::room::{Room, says};
use crate::sheet::Sheet;
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;
use vuon_measure::cube::{Cube, Label, Profile, Sampling};
use vuon_measure::rows::{Header, Row};
use vuon_population::cube::{Round, Series, save};

/// The tidy table of a simulation.
struct Figures(Sheet);

impl Figures {
    fn read(room: &Room, name: &str) -> Self {
        Self(Sheet::read(&room.path(name)))
    }

    /// The estimates of the rows that have these values, and no value in the other columns that tell rows apart.
    fn all(&self, wanted: &[(&str, &str)]) -> Vec<f64> {
        let told = ["measure", "side", "poor", "by", "group", "from", "to", "item", "unit"];
        let value = |column: &str| wanted.iter().find(|(name, _)| *name == column).map_or("", |(_, value)| value);
        let rows = (2..self.0.len() + 2)
            .filter(|row| told.iter().all(|column| value(column) == "*" || self.0.cell(*row, column) == value(column)));
        rows.map(|row| self.0.cell(row, "estimate").parse().expect("a number")).collect()
    }

    #[track_caller]
    fn one(&self, wanted: &[(&str, &str)]) -> f64 {
        match self.all(wanted)[..] {
            [one] => one,
            ref several => panic!("{wanted:?}: {several:?}"),
        }
    }

    /// The standard error of one row.
    #[track_caller]
    fn error(&self, measure: &str, side: &str) -> f64 {
        let fits = |row: &usize| {
            self.0.cell(*row, "measure") == measure
                && self.0.cell(*row, "side") == side
                && self.0.cell(*row, "by").is_empty()
        };
        let row = (2..self.0.len() + 2).find(fits).unwrap_or_else(|| panic!("no {measure} {side}"));
        self.0.cell(row, "se").parse().unwrap_or_else(|_| panic!("{measure} {side} has no standard error"))
    }

    /// How many go from one status to another.
    fn flows(&self, unit: &str) -> BTreeMap<(String, String), f64> {
        let rows = (2..self.0.len() + 2).filter(|row| {
            self.0.cell(*row, "measure") == "flow"
                && self.0.cell(*row, "unit") == unit
                && self.0.cell(*row, "by").is_empty()
        });
        rows.map(|row| {
            let estimate = self.0.cell(row, "estimate").parse().expect("a number");
            ((self.0.cell(row, "from"), self.0.cell(row, "to")), estimate)
        })
        .collect()
    }
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} is not {expected}");
}

const DISTRICT: &str = "synth --households 700 --areas 100 --on 2021-11-30 --out district --format csv --unknown 0.05";

/// Households and persons by status, from the rows that `assess` writes.
fn assessed(room: &Room, policy: &str, status: &str) -> [BTreeMap<String, f64>; 2] {
    room.succeeds(&format!("assess --policy {policy} district --on 2022-11-30 --out {policy}.csv"));
    let result = Sheet::read(&room.path(&format!("{policy}.csv")));
    let mut members: BTreeMap<String, f64> = BTreeMap::new();
    for id in Sheet::read(&room.path("district/members.csv")).column("household_id") {
        *members.entry(id).or_default() += 1.0;
    }
    let mut counts = [BTreeMap::new(), BTreeMap::new()];
    for (id, status) in result.column("household_id").into_iter().zip(result.column(status)) {
        *counts[0].entry(status.clone()).or_default() += 1.0;
        *counts[1].entry(status).or_default() += members[&id];
    }
    counts
}

fn sums(flows: &BTreeMap<(String, String), f64>, of: impl Fn(&(String, String)) -> &String) -> BTreeMap<String, f64> {
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    flows.iter().for_each(|(pair, count)| *sums.entry(of(pair).clone()).or_default() += count);
    sums.retain(|_, count| *count > 0.0);
    sums
}

#[test]
fn rows_add_up_to_one_assessment_and_columns_to_the_other() {
    let room = Room::new();
    room.succeeds(DISTRICT);
    for (before, after, local) in [
        ("vn-2016-2020", "vn-2022-2026", false),
        ("vn-2022-2026", "vn-2016-2020", false),
        ("vn-2022-2026", "example-province", true),
    ] {
        room.succeeds(&format!(
            "simulate --policy {before} --against {after} district --on 2022-11-30 --by area_type,commune_code --out a.csv"
        ));
        let figures = Figures::read(&room, "a.csv");
        let counts = [
            assessed(&room, before, "status_national"),
            assessed(&room, after, if local { "status_local" } else { "status_national" }),
        ];
        assert!(counts[0][0].contains_key("undetermined"), "some households should be undetermined");
        for (unit, name) in ["households", "persons"].into_iter().enumerate() {
            let flows = figures.flows(name);
            assert_eq!(sums(&flows, |(from, _)| from), counts[0][unit], "{before} {name}");
            assert_eq!(sums(&flows, |(_, to)| to), counts[1][unit], "{after} {name}");
            for (side, of) in ["before", "after"].into_iter().zip(&counts) {
                let poor = figures.one(&[("measure", "poor"), ("side", side), ("poor", "poor"), ("unit", name)]);
                assert_eq!(poor, of[unit]["poor"], "{before} {after} {side} {name}");
            }
            for by in ["area_type", "commune_code"] {
                let groups: f64 = figures
                    .all(&[("measure", "flow"), ("by", by), ("group", "*"), ("from", "*"), ("to", "*"), ("unit", name)])
                    .iter()
                    .sum();
                assert_eq!(groups, flows.values().sum::<f64>(), "{by} {name}");
            }
            let parts = ["stays", "enters", "leaves", "never", "unknown"];
            let parts = parts.map(|part| figures.one(&[("measure", part), ("poor", "poor"), ("unit", name)]));
            assert_eq!(parts.iter().sum::<f64>(), flows.values().sum::<f64>());
        }
    }
}

#[test]
fn a_standard_against_itself_moves_nobody() {
    let room = Room::new();
    room.succeeds(DISTRICT);
    for (change, is_what_if) in [("--against vn-2022-2026", false), ("--set lines.rural.poor=1500000", true)] {
        let said = room.succeeds(&format!(
            "simulate --policy vn-2022-2026 district --on 2022-11-30 {change} --out a.csv,a.svg --cost preferential_credit_poor"
        ));
        let figures = Figures::read(&room, "a.csv");
        for ((from, to), count) in figures.flows("households") {
            assert!(from == to || count == 0.0, "{from} → {to}: {count}");
        }
        for measure in ["M0", "H", "A", "incidence", "intensity"] {
            let change = [("measure", measure), ("side", "change"), ("poor", "poor"), ("unit", "persons")];
            assert_eq!(figures.one(&change), 0.0, "{measure}");
        }
        let cost = [("measure", "cost"), ("side", "change"), ("item", "preferential_credit_poor"), ("unit", "VND")];
        assert_eq!(figures.one(&cost), 0.0);
        assert_eq!(said.contains("A WHAT-IF, NOT LAW"), is_what_if, "{said}");
        says(&said, "items not verified in the official text");
        assert_eq!(figures.0.cell(2, "what_if"), is_what_if.to_string());
        assert_eq!(figures.0.cell(2, "rests_on_unverified"), "true");
        assert!(room.read("a.svg").contains("Nobody moves."));
    }
}

/// Expenditure per head and year against the lines 1,286,833 (food) and 1,789,871 (general); below a line is poor.
const VLSS: &str = "household_id,commune_no,area_type,household_size,expenditure,head_sex
H1,001,rural,4,4000000,female
H2,001,rural,2,3000000,male
H3,002,rural,3,5700000,female
H4,002,urban,5,10000000,male
H5,002,urban,1,,male
H6,002,urban,2,10000000,
";

/// With a general line of 2,000,000 the 1,900,000 of H3 are below it; H4 stands on it and is not.
#[test]
fn a_line_moved_by_hand() {
    let room = Room::new();
    room.write("households.csv", VLSS);
    let said = room.succeeds(
        "simulate --policy vlss-1998 households.csv --set lines.general=2000000 --by area_type,head_sex,commune_no \
         --cost poor=1500000/person,food_poor=7 --status poor --status food_poor,poor --out a.csv,a.json",
    );
    let figures = Figures::read(&room, "a.csv");
    let of = |measure: &str, poor: &str| {
        ["households", "persons"].map(|unit| figures.one(&[("measure", measure), ("poor", poor), ("unit", unit)]))
    };
    assert_eq!(of("stays", "food_poor+poor"), [2.0, 6.0]);
    assert_eq!(of("enters", "food_poor+poor"), [1.0, 3.0]);
    assert_eq!(of("leaves", "food_poor+poor"), [0.0, 0.0]);
    assert_eq!(of("never", "food_poor+poor"), [2.0, 7.0]);
    assert_eq!(of("unknown", "food_poor+poor"), [1.0, 1.0]);
    assert_eq!(of("stays", "poor"), [1.0, 2.0]);
    assert_eq!(figures.flows("persons")[&("not_poor".into(), "poor".into())], 3.0);

    let group = |by: &str, group: &str, measure: &str| {
        figures.one(&[("measure", measure), ("poor", "poor"), ("by", by), ("group", group), ("unit", "households")])
    };
    assert_eq!((group("area_type", "rural", "enters"), group("area_type", "urban", "enters")), (1.0, 0.0));
    assert_eq!((group("head_sex", "female", "enters"), group("head_sex", "", "never")), (1.0, 1.0));
    assert_eq!((group("commune_no", "002", "enters"), group("commune_no", "002", "unknown")), (1.0, 1.0));

    let cost = |item: &str, measure: &str, side: &str| {
        figures.one(&[("measure", measure), ("side", side), ("item", item), ("unit", "VND")])
    };
    assert_eq!([cost("poor", "cost", "before"), cost("poor", "cost", "after")], [3_000_000.0, 7_500_000.0]);
    assert_eq!([cost("poor", "cost", "change"), cost("poor", "cost_unknown", "after")], [4_500_000.0, 1_500_000.0]);
    assert_eq!([cost("food_poor", "cost", "before"), cost("food_poor", "cost", "change")], [7.0, 0.0]);
    says(&said, "Cost: Poor household, ceiling 1,500,000 VND for each person");
    says(&said, "1 households not determined before or after");

    let json: serde_json::Value = serde_json::from_str(&room.read("a.json")).expect("JSON");
    assert_eq!((&json["what_if"], &json["rests_on_unverified"]), (&true.into(), &true.into()));
    assert_eq!(json["costs"][0]["difference"], "4500000");
    assert_eq!(json["poor"][1]["enters"]["persons"], 3);
    assert_eq!(json["by"][1]["groups"][2]["value"], serde_json::Value::Null);
    assert_eq!(json["after"]["id"], "vlss-1998+what-if");
}

/// A household of adults: the indicators in which it is deprived by the letters n(utrition), c(hild mortality), s(chooling)
/// and l (all six of the living standard); `?` where its electricity is not known.
fn home(id: &str, persons: usize, deprived: &str, tables: &mut [String; 2]) {
    let has = |letter: char| deprived.contains(letter);
    let electricity = if has('?') {
        ""
    } else if has('l') {
        "no"
    } else {
        "yes"
    };
    let [death, poor] = [has('c'), has('l')].map(|yes| if yes { "yes" } else { "no" });
    let rich = if poor == "yes" { "no" } else { "yes" };
    let (fuel, water, toilet, floor) =
        if has('l') { ("wood", "surface", "none", "natural") } else { ("gas", "piped", "flush_sewer", "finished") };
    tables[0] += &format!(
        "{id},yes,{death},{electricity},{fuel},{water},0,{toilet},no,{floor},finished,finished,{rich},{rich},no,no,no,no,no,no,no\n"
    );
    let (thin, years) = (if has('n') { "yes" } else { "no" }, if has('s') { 2 } else { 9 });
    (0..persons).for_each(|_| tables[1] += &format!("{id},40,yes,{thin},{years},\n"));
}

const HOME: &str = "household_id,child_mortality_eligible,child_death,has_electricity,cooking_fuel,water,water_minutes,toilet,toilet_shared,floor,roof,walls,has_radio,has_tv,has_telephone,has_computer,has_animal_cart,has_bicycle,has_motorbike,has_refrigerator,has_car_truck\n";

/// H1: two persons, nutrition and child mortality, score 1/3. H2: three persons, all but school attendance, score 5/6.
/// H3: four persons, nothing. H4: one person, electricity not known.
fn four_homes() -> Room {
    let room = Room::new();
    let mut tables = [
        HOME.to_owned(),
        "household_id,age,nutrition_eligible,undernourished,years_schooling,attends_school\n".to_owned(),
    ];
    home("H1", 2, "nc", &mut tables);
    home("H2", 3, "ncsl", &mut tables);
    home("H3", 4, "", &mut tables);
    home("H4", 1, "?", &mut tables);
    room.write("households.csv", &tables[0]);
    room.write("members.csv", &tables[1]);
    room
}

const FOUR: &str = "simulate --policy global-mpi households.csv members.csv --on 2023-06-30";

/// k from 1/3 to 2/5: H1 is no longer poor. Of nine persons known, M₀ goes from (2·1/3 + 3·5/6)/9 = 19/54 to
/// (3·5/6)/9 = 5/18, H from 5/9 to 3/9, A from 19/30 to 5/6.
#[test]
fn the_change_of_m0_and_its_parts_by_hand() {
    let room = four_homes();
    room.succeeds(&format!("{FOUR} --k 40% --out a.csv"));
    let figures = Figures::read(&room, "a.csv");
    let figure = |measure: &str, side: &str| {
        figures.one(&[("measure", measure), ("side", side), ("poor", "severe+poor"), ("unit", "persons")])
    };
    near(figure("M0", "before"), 19.0 / 54.0);
    near(figure("M0", "after"), 5.0 / 18.0);
    near(figure("H", "before"), 5.0 / 9.0);
    near(figure("H", "after"), 1.0 / 3.0);
    near(figure("A", "before"), 19.0 / 30.0);
    near(figure("A", "after"), 5.0 / 6.0);
    near(figure("M0", "change"), -2.0 / 27.0);
    // −2/9 · (19/30 + 5/6)/2 and 1/5 · (5/9 + 3/9)/2.
    near(figure("incidence", "change"), -22.0 / 135.0);
    near(figure("intensity", "change"), 12.0 / 135.0);
    let part = |side: &str, item: &str| {
        let of =
            [("measure", "contribution"), ("side", side), ("poor", "severe+poor"), ("item", item), ("unit", "persons")];
        figures.one(&of)
    };
    near(part("before", "nutrition"), 5.0 / 6.0 / 9.0);
    near(part("after", "nutrition"), 3.0 / 6.0 / 9.0);
    near(part("after", "electricity"), 3.0 / 18.0 / 9.0);
    assert_eq!(part("before", "school_attendance"), 0.0);
    near(figures.one(&[("measure", "left_out"), ("poor", "severe+poor"), ("unit", "persons")]), 0.1);
    // By households: (1/3 + 5/6)/3 before.
    near(
        figures.one(&[("measure", "M0"), ("side", "before"), ("poor", "severe+poor"), ("unit", "households")]),
        7.0 / 18.0,
    );
}

/// The deprivations that `assess` writes, as a cube of persons.
fn cube_of(room: &Room) -> Cube {
    room.succeeds("assess --policy global-mpi households.csv members.csv --on 2023-06-30 --out assessed.csv");
    let assessed = Sheet::read(&room.path("assessed.csv"));
    let head = room.read("assessed.csv").lines().next().unwrap_or_default().trim_start_matches('\u{feff}').to_owned();
    let indicators: Vec<String> =
        head.split(',').filter(|name| name.starts_with("deprived_")).map(str::to_owned).collect();
    let members = Sheet::read(&room.path("members.csv")).column("household_id");
    let row = |row: usize| {
        let mut profile = Profile::default();
        for (place, indicator) in indicators.iter().enumerate() {
            match assessed.cell(row, indicator).as_str() {
                "yes" => profile.deprived |= 1 << place,
                "unknown" => profile.unknown |= 1 << place,
                other => assert_eq!(other, "no"),
            }
        }
        let id = assessed.cell(row, "household_id");
        Row {
            stratum: Label::Missing,
            population: None,
            psu: Label::Missing,
            keys: vec![Label::Text(id.as_str().into())],
            profile,
            weight: members.iter().filter(|member| **member == id).count() as f64,
            gaps: Vec::new(),
        }
    };
    let rows: Vec<Row> = (2..assessed.len() + 2).map(row).collect();
    let header = Header {
        indicators,
        weight: "persons".into(),
        sampling: Sampling::Register,
        keys: vec!["household_id".into()],
        gaps: Vec::new(),
    };
    Cube::of_rows(header, &rows)
}

fn save_cube(room: &Room, name: &str, cube: Cube, about: &[(&str, &str)]) {
    let series = Series { rounds: vec![Round { label: Label::Missing, year: None, cube }] };
    let about: Vec<(String, String)> = about.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    save(&series, &about, &room.path(name)).expect("saved");
}

#[test]
fn the_way_over_a_cube_says_what_the_way_over_tables_says() {
    let room = four_homes();
    // A cube that names its pack has the pack's weights and cut-off.
    save_cube(&room, "four.parquet", cube_of(&room), &[("vuon.pack", "global-mpi")]);
    for (change, tables_only) in
        [("--k 2/5", ""), ("--weight nutrition=1/4", ""), ("--k 1/2 --weight nutrition=1/10", "")]
    {
        room.succeeds(&format!("{FOUR} {change} {tables_only} --by household_id --out tables.csv"));
        room.succeeds(&format!("simulate --cube four.parquet {change} --by household_id --out cube.csv"));
        let (tables, cube) = (Figures::read(&room, "tables.csv"), Figures::read(&room, "cube.csv"));
        let mut compared = 0;
        for (by, group) in [("", ""), ("household_id", "H1"), ("household_id", "H4")] {
            for unit in ["households", "persons"] {
                for part in ["stays", "enters", "leaves", "never", "unknown"] {
                    let wanted =
                        |poor| [("measure", part), ("poor", poor), ("by", by), ("group", group), ("unit", unit)];
                    assert_eq!(
                        tables.one(&wanted("severe+poor")),
                        cube.one(&wanted("poor")),
                        "{change} {group} {part}"
                    );
                }
            }
            for (measure, item) in
                [("M0", ""), ("H", ""), ("A", ""), ("contribution", "nutrition"), ("contribution", "electricity")]
            {
                for side in ["before", "after"] {
                    let wanted = |poor| {
                        [
                            ("measure", measure),
                            ("side", side),
                            ("poor", poor),
                            ("by", by),
                            ("group", group),
                            ("item", item),
                            ("unit", "persons"),
                        ]
                    };
                    let (one, other) = (tables.all(&wanted("severe+poor")), cube.all(&wanted("poor")));
                    assert_eq!(one.len(), other.len(), "{change} {group} {measure} {side}");
                    one.iter().zip(&other).for_each(|(one, other)| near(*one, *other));
                    compared += one.len();
                }
            }
        }
        assert!(compared >= 10, "{compared}");
    }
}

#[test]
fn an_indicator_left_out_of_a_cube_gives_its_weight_to_the_others() {
    let room = four_homes();
    save_cube(&room, "four.parquet", cube_of(&room), &[]);
    // Equal weights of ten indicators: H1 has 2/10, H2 9/10. Without nutrition 1/9 and 8/9.
    let said = room.succeeds("simulate --cube four.parquet --base-k 1/5 --without nutrition --out a.csv");
    says(&said, "9 indicators of equal weight");
    says(&said, "The cube does not tell weights");
    let figures = Figures::read(&room, "a.csv");
    let figure = |measure: &str, side: &str| {
        figures.one(&[("measure", measure), ("side", side), ("poor", "poor"), ("unit", "persons")])
    };
    near(figure("M0", "before"), (2.0 * 0.2 + 3.0 * 0.9) / 9.0);
    near(figure("M0", "after"), 3.0 * 8.0 / 9.0 / 9.0);
    assert_eq!(figures.one(&[("measure", "leaves"), ("poor", "poor"), ("unit", "persons")]), 2.0);
    let weights = "nutrition=1/2,child_mortality=1/2";
    let others = "years_schooling,school_attendance,cooking_fuel,sanitation,drinking_water,electricity,housing,assets";
    room.succeeds(&format!("simulate --cube four.parquet --weight {weights} --without {others} --k 1 --out b.csv"));
    let figures = Figures::read(&room, "b.csv");
    near(figures.one(&[("measure", "M0"), ("side", "after"), ("poor", "poor"), ("unit", "persons")]), 5.0 / 9.0);
}

/// Four clusters of one household each, of which one leaves poverty: the mean of (−1, 0, 0, 0) has the standard error
/// 1/4, with replacement. It had the score 1/3, so that of the change of M₀ is 1/12.
#[test]
fn a_sample_has_standard_errors() {
    let room = Room::new();
    let row = |psu: i64, deprived| Row {
        stratum: Label::Missing,
        population: None,
        psu: Label::Whole(psu),
        keys: Vec::new(),
        profile: Profile { deprived, unknown: 0 },
        weight: 1.0,
        gaps: Vec::new(),
    };
    let sample = |sampling: Sampling, rows: &[Row]| {
        let header = Header {
            indicators: ["a", "b", "c"].map(String::from).to_vec(),
            weight: "weight".into(),
            sampling,
            keys: Vec::new(),
            gaps: Vec::new(),
        };
        Cube::of_rows(header, rows)
    };
    for (sampling, told) in [(Sampling::Elements, "a sample of rows"), (Sampling::Clusters, "a sample of clusters")] {
        let cube = sample(sampling.clone(), &[row(1, 0b001), row(2, 0b111), row(3, 0b011), row(4, 0)]);
        save_cube(&room, "sample.parquet", cube, &[]);
        let said = room.succeeds("simulate --cube sample.parquet --base-k 1/3 --k 2/3 --out a.csv");
        says(&said, told);
        let figures = Figures::read(&room, "a.csv");
        near(figures.error("H", "change"), 0.25);
        near(figures.error("M0", "change"), 1.0 / 12.0);
        near(figures.error("share_leaves", ""), 0.25);
        near(figures.one(&[("measure", "share_leaves"), ("poor", "poor"), ("unit", "weight")]), 0.25);
        // Three of four are poor before: the standard error of 3/4 is 1/4 as well.
        near(figures.error("H", "before"), 0.25);
    }
    room.succeeds("simulate --cube sample.parquet --base-k 1/3 --k 1/3 --out b.csv");
    let same = Figures::read(&room, "b.csv");
    // A stratum with one unit has no variance unless the user says how.
    let mut lonely = sample(Sampling::Clusters, &[row(1, 0b001)]);
    lonely.strata[0].label = Label::Text("north".into());
    save_cube(&room, "lonely.parquet", lonely, &[]);
    let said = room.is_refused("simulate --cube lonely.parquet --k 2/3");
    says(&said, "one primary sampling unit");
    says(&room.is_refused("simulate --cube lonely.parquet --k 2/3 --lang vi"), "đơn vị chọn mẫu");
    room.succeeds("simulate --cube lonely.parquet --k 2/3 --lonely-psu certainty");
    assert_eq!((same.error("M0", "change"), same.error("H", "change")), (0.0, 0.0));
}

/// A picture must be well-formed whatever names a pack has.
#[test]
fn a_picture_is_well_formed_and_speaks_both_languages() {
    let room = Room::new();
    room.bring_folder("policies/vlss-1998");
    std::fs::rename(room.path("policies/vlss-1998"), room.path("mine")).expect("moved");
    let pack = room.read("mine/pack.yaml").replacen("id: vlss-1998", "id: mine", 1);
    room.write("mine/pack.yaml", pack);
    let rules = room.read("mine/classification.yaml").replace(
        "{vi: \"Hộ không nghèo\", en: \"Household not poor\"}",
        "{vi: \"Hộ <không nghèo> & không thuộc diện nào khác theo chuẩn của tỉnh\", en: \"Not \\\"poor\\\" & <fine>\"}",
    );
    room.write("mine/classification.yaml", rules);
    room.write("households.csv", VLSS);
    for (language, title, named) in [
        ("vi", "Ai vào, ai ra, ai ở lại", "Hộ &lt;không nghèo&gt; &amp; không"),
        ("en", "Who enters, who leaves, who stays", "Not &quot;poor&quot; &amp; &lt;fine&gt;"),
    ] {
        room.succeeds(&format!(
            "simulate --policy ./mine households.csv --set lines.general=2000000 --out a.svg --lang {language}"
        ));
        let svg = room.read("a.svg");
        assert!(svg.contains(title) && svg.contains(named), "{svg}");
        for part in
            ["<title id=\"title\">", "<desc id=\"description\">", "role=\"img\"", &format!("xml:lang=\"{language}\"")]
        {
            assert!(svg.contains(part), "{part}\n{svg}");
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        balanced(&svg);
    }
}

/// Every tag that is opened is closed, in order.
#[track_caller]
fn balanced(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in xml.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or_else(|| panic!("an open bracket: {part}"));
        assert!(!text.contains('&') || text.contains(';'), "{text}");
        if tag.starts_with('?') || tag.ends_with('/') {
            continue;
        }
        match tag.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "{part}"),
            None => open.push(tag.split_whitespace().next().unwrap_or_default()),
        }
        assert!(tag.matches('"').count() % 2 == 0, "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn it_fits_the_screen_in_both_languages() {
    let room = four_homes();
    room.succeeds(DISTRICT);
    save_cube(&room, "four.parquet", cube_of(&room), &[("vuon.pack", "global-mpi")]);
    let costs = "--cost preferential_credit_poor=90000000000000 --cost near_poor=1500000/person";
    for command in [
        format!(
            "simulate --policy vn-2022-2026 district --on 2022-11-30 --set lines.rural.poor=1800000 --by commune_code,area_type {costs}"
        ),
        "simulate --policy vn-2016-2020 --against vn-2022-2026 district --on 2022-11-30 --by region".to_owned(),
        "simulate --policy vn-2022-2026 --against vn-2027-2030 district --on 2027-11-30 --accept-incomplete".to_owned(),
        format!("{FOUR} --k 2/5"),
        "simulate --cube four.parquet --k 2/5 --weight nutrition=1/4 --by household_id".to_owned(),
    ] {
        for language in ["vi", "en"] {
            let said = room.succeeds(&format!("{command} --lang {language}"));
            assert!(said.lines().count() > 10, "{said}");
            if let Some(line) = said.lines().find(|line| line.width() > 80) {
                panic!("vuon {command} --lang {language}: {} columns\n{line}", line.width());
            }
        }
    }
}

#[test]
fn the_same_households_give_the_same_bytes() {
    let room = Room::new();
    room.succeeds(DISTRICT);
    let simulate = |further: &str| {
        room.succeeds(&format!(
            "simulate --policy vn-2022-2026 district --on 2022-11-30 --set lines.urban.poor=2500000 --by commune_code --out a.csv,a.svg {further}"
        ));
        [room.bytes("a.csv"), room.bytes("a.svg")]
    };
    let expected = simulate("");
    assert!(simulate("--threads 1") == expected && simulate("--threads 2") == expected);
    for table in ["district/households.csv", "district/members.csv"] {
        let path = room.path(table);
        let mut sheet = Sheet::read(&path);
        sheet.shuffle();
        sheet.write(&path);
    }
    assert!(simulate("") == expected);
}

#[test]
fn what_cannot_be_meant_is_answered_with_what_can() {
    let room = four_homes();
    room.write("vlss.csv", VLSS);
    save_cube(&room, "four.parquet", cube_of(&room), &[]);
    let vlss = "simulate --policy vlss-1998 vlss.csv";
    for (command, english, vietnamese) in [
        (format!("{vlss} --set lines.genral=2"), "did you mean `lines.general`", "có phải ý là `lines.general`"),
        (format!("{vlss} --set lines.general=1800000 --status pour"), "did you mean `poor`", "có phải ý là `poor`"),
        (format!("{vlss} --set lines.general=1800000 --cost por=3"), "did you mean `poor`", "có phải ý là `poor`"),
        (format!("{vlss} --set lines.general=1800000 --cost poor"), "--cost poor=1500000", "--cost poor=1500000"),
        (vlss.to_owned(), "nothing to compare with", "chưa có gì để so sánh"),
        (format!("{vlss} --set lines.general=1000000"), "do not go together", "không hợp nhau"),
        (format!("{vlss} --k 1/3"), "no cut-off `cutoffs.poor`", "không có ngưỡng `cutoffs.poor`"),
        (format!("{vlss} --set lines.general=2 --out a.xlsx"), ".csv, .json or .svg", ".csv, .json hoặc .svg"),
        (
            format!("{vlss} --set lines.general=1800000 --out vlss.csv"),
            "one of the tables that are read",
            "one of the tables",
        ),
        (format!("{vlss} --set lines.general=2 --by area_type,area_type"), "is named twice", "được nêu hai lần"),
        (
            "simulate --cube four.parquet --k 1/2 --weight nutritoin=1/4".into(),
            "did you mean `nutrition`",
            "có phải ý là `nutrition`",
        ),
        (
            "simulate --cube four.parquet --k 1/2 --by household".into(),
            "did you mean `household_id`",
            "có phải ý là `household_id`",
        ),
        ("simulate --cube four.parquet --k 1/2 --round 2".into(), "--round: there is no `2`", "--round: không có `2`"),
        ("simulate --cube vlss.csv --k 1/2".into(), "vlss.csv", "vlss.csv"),
    ] {
        says(&room.is_refused(&command), english);
        says(&room.is_refused(&format!("{command} --lang vi")), vietnamese);
    }
    // The arguments of the two ways are not mixed.
    assert!(!room.vuon("simulate --cube four.parquet --set a=1").ok);
    assert!(!room.vuon("simulate --policy vlss-1998 vlss.csv --without a").ok);
    assert!(!room.vuon("simulate --policy vlss-1998 --set lines.general=2").ok);
}

#[test]
fn bad_rows_are_told_and_no_result_is_written_without_leave() {
    let room = Room::new();
    room.write("households.csv", VLSS.replace("5700000", "many"));
    let command = "simulate --policy vlss-1998 households.csv --set lines.general=2000000 --out a.csv";
    let said = room.vuon(command);
    assert!(!said.ok && !room.path("a.csv").exists(), "{}", said.out);
    says(&said.err, "households.csv, row 4, column expenditure");
    says(&said.err, "Nothing was written");
    let said = room.vuon(&format!("{command} --keep-going"));
    assert!(!said.ok && room.path("a.csv").exists(), "{}", said.err);
    let figures = Figures::read(&room, "a.csv");
    assert_eq!(figures.flows("households").values().sum::<f64>(), 5.0);
}

#[test]
fn the_households_that_change_are_listed() {
    let room = Room::new();
    room.write("households.csv", VLSS);
    let command = "simulate --policy vlss-1998 households.csv --set lines.general=2000000";
    for order in ["", "shuffled"] {
        if !order.is_empty() {
            let mut sheet = Sheet::read(&room.path("households.csv"));
            sheet.shuffle();
            sheet.write(&room.path("households.csv"));
        }
        let said = room.succeeds(&format!("{command} --changed changed.csv"));
        says(&said, "1 households whose status changes written");
        let expected = "household_id,commune_no,status_before,status_after,rule_before,rule_after\nH3,002,not_poor,poor,not_poor,poor\n";
        assert_eq!(room.read("changed.csv"), expected);
    }
    room.succeeds(&format!("{command} --changed changed.parquet"));
    assert_eq!(room.bytes("changed.parquet")[..4], *b"PAR1");
    says(&room.is_refused(&format!("{command} --changed changed.svg")), ".parquet or .csv");
    // The district's changes are those of the matrix.
    room.succeeds(DISTRICT);
    room.succeeds(
        "simulate --policy vn-2016-2020 --against vn-2022-2026 district --on 2022-11-30 --changed changed.csv --out a.csv",
    );
    let changed = Sheet::read(&room.path("changed.csv"));
    let mut listed: BTreeMap<(String, String), f64> = BTreeMap::new();
    for (from, to) in changed.column("status_before").into_iter().zip(changed.column("status_after")) {
        *listed.entry((from, to)).or_default() += 1.0;
    }
    let mut flows = Figures::read(&room, "a.csv").flows("households");
    flows.retain(|(from, to), count| from != to && *count > 0.0);
    assert_eq!(listed, flows);
}

#[test]
fn a_result_never_takes_the_place_of_the_cube_that_is_read() {
    let room = four_homes();
    save_cube(&room, "cube.csv", cube_of(&room), &[]);
    let before = room.bytes("cube.csv");
    let ask = "simulate --cube cube.csv --k 1/2 --out new.csv,./cube.csv";
    says(&room.is_refused(ask), "cube.csv is one of the files that are read");
    says(&room.is_refused(&format!("{ask} --lang vi")), "là tệp đang được đọc");
    assert!(room.bytes("cube.csv") == before && !room.path("new.csv").exists());
}
