//! The answers to choose from, as the questionnaire names them.

/// Defines an enumeration whose members are the options of a list of the questionnaire.
macro_rules! choices {
    ($($(#[$doc:meta])* $vis:vis $name:ident, $list:literal { $($(#[$vdoc:meta])* $variant:ident = $id:literal),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
            $vis enum $name { $($(#[$vdoc])* $variant),+ }

            impl $name {
                /// The list's name and the ids of its options, in the order of the members.
                pub(super) const LIST: Options = Options { list: $list, ids: &[$($id),+] };
            }

            impl From<$name> for Cell {
                fn from(answer: $name) -> Cell {
                    Cell::Choice(answer as u8)
                }
            }
        )+
    };
}

/// A list of options.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// Its name in the questionnaire.
    pub list: &'static str,
    /// The ids of its options.
    pub ids: &'static [&'static str],
}

/// What a cell holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cell {
    /// Not answered, or not asked.
    Unknown,
    /// Yes or no.
    Bool(bool),
    /// A number, times a power of ten for its decimals.
    Number(i64),
    /// A day, counted from 1970-01-01.
    Day(i32),
    /// A place in [`Options::ids`].
    Choice(u8),
}

impl From<bool> for Cell {
    fn from(answer: bool) -> Cell {
        Cell::Bool(answer)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(answer: Option<T>) -> Cell {
        answer.map_or(Cell::Unknown, Into::into)
    }
}

choices! {
    pub(super) AreaType, "area_type" { Urban = "urban", Rural = "rural" }

    /// A statistical region.
    pub Region, "region" {
        /// Đồng bằng sông Hồng.
        RedRiverDelta = "red_river_delta",
        /// Trung du và miền núi phía Bắc.
        NorthernMountains = "northern_mountains",
        /// Bắc Trung Bộ và Duyên hải miền Trung.
        CentralCoast = "central_coast",
        /// Tây Nguyên.
        CentralHighlands = "central_highlands",
        /// Đông Nam Bộ.
        SouthEast = "south_east",
        /// Đồng bằng sông Cửu Long.
        MekongDelta = "mekong_delta",
    }

    pub(super) Durability, "durability" { Durable = "durable", NonDurable = "non_durable" }

    pub(super) HouseGrade, "house_grade" {
        Solid = "solid", SemiSolid = "semi_solid", LessSolid = "less_solid", Simple = "simple",
    }

    pub(super) Water, "water_source" {
        Tap = "tap", Borehole = "borehole", ProtectedWell = "protected_well",
        ProtectedSpring = "protected_spring", Rain = "rain", Bottled = "bottled",
        UnprotectedWell = "unprotected_well", UnprotectedSpring = "unprotected_spring",
        Surface = "surface", Other = "other",
    }

    pub(super) Toilet, "toilet" {
        Septic = "septic", PourFlush = "pour_flush", Vip = "vip", DoubleVault = "double_vault",
        Other = "other", None = "none",
    }

    pub(super) PreviousStatus, "previous_status" {
        None = "none", Poor = "poor", NearPoor = "near_poor", NewlyEscaped = "newly_escaped",
        Average = "average",
    }

    pub(super) Sex, "sex" { Female = "female", Male = "male" }

    pub(super) Ethnicity, "ethnicity" {
        Kinh = "kinh", Tay = "tay", Thai = "thai", Hoa = "hoa", Khmer = "khmer", Muong = "muong",
        Nung = "nung", Mong = "mong", Dao = "dao", GiaRai = "gia_rai", EDe = "e_de",
        Other = "other",
    }

    pub(super) SchoolLevel, "school_level" {
        None = "none", Preschool = "preschool", Primary = "primary",
        LowerSecondary = "lower_secondary", UpperSecondary = "upper_secondary",
        Vocational = "vocational", Higher = "higher",
    }

    pub(super) Education, "education" {
        None = "none", Primary = "primary", LowerSecondary = "lower_secondary",
        UpperSecondary = "upper_secondary", Elementary = "elementary_vocational",
        Intermediate = "intermediate_vocational", College = "college_or_above",
    }

    pub(super) Employment, "employment" {
        Contract = "contract", OwnWork = "own_work", NotInLabourForce = "not_in_labour_force",
        NoContract = "no_contract", Unemployed = "unemployed",
    }

    pub(super) Sector, "work_sector" {
        None = "none", Public = "public", OtherNonFarm = "other_non_farm", Farm = "farm",
    }

    pub(super) Relation, "relation" {
        Head = "head", Spouse = "spouse", Child = "child", Parent = "parent", Other = "other",
    }
}

impl Region {
    /// All regions, in the order of the questionnaire.
    pub const ALL: [Region; 6] = [
        Region::RedRiverDelta,
        Region::NorthernMountains,
        Region::CentralCoast,
        Region::CentralHighlands,
        Region::SouthEast,
        Region::MekongDelta,
    ];

    /// Its id, as the questionnaire writes it.
    pub fn id(self) -> &'static str {
        Region::LIST.ids[self as usize]
    }

    pub(super) fn from_id(id: &str) -> Option<Region> {
        Region::ALL.into_iter().find(|region| region.id() == id)
    }
}

impl Ethnicity {
    pub(super) const COUNT: usize = 12;

    pub(super) const ALL: [Ethnicity; Ethnicity::COUNT] = [
        Ethnicity::Kinh,
        Ethnicity::Tay,
        Ethnicity::Thai,
        Ethnicity::Hoa,
        Ethnicity::Khmer,
        Ethnicity::Muong,
        Ethnicity::Nung,
        Ethnicity::Mong,
        Ethnicity::Dao,
        Ethnicity::GiaRai,
        Ethnicity::EDe,
        Ethnicity::Other,
    ];
}
