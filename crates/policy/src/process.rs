//! The procedure of a review as data: which rounds there are, their steps in order, who acts, and within how many days.
//!
//! In: `process.yaml` of a pack, read and checked with the rest of it. Out: [`Process`], which says what the law asks and
//! holds no state of its own. When a limit ends is the business of [`crate::working_days`].
//!
//! What always holds of a procedure that was read: on every day in force, no two steps of a round are of one kind, there
//! is a decision, and no step stands before one that it must follow ([`StepKind::must_follow`]). A pack without a
//! procedure has none: who needs it refuses, and nothing is guessed.

use crate::calendar::Day;
use crate::exact::Exact;
use crate::model::{Label, Language, Source};
use crate::words::pick;
use crate::yaml::Text;
use std::fmt;

/// The procedure of a pack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Process {
    /// The kinds of rounds, each with its own name.
    pub rounds: Vec<RoundKind>,
    /// What follows a complaint about a result, in every round.
    pub complaint: Option<ComplaintRule>,
}

impl Process {
    /// The kind of round with this id: `annual`, `in_year`.
    pub fn round(&self, id: &str) -> Option<&RoundKind> {
        self.rounds.iter().find(|round| round.id.value == id)
    }

    /// Every source of the procedure.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        let rounds = self.rounds.iter();
        rounds
            .flat_map(|round| std::iter::once(&round.source).chain(round.steps.iter().map(|step| &step.source)))
            .chain(self.complaint.iter().map(|rule| &rule.source))
    }
}

/// A kind of round: the annual review, the review within the year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoundKind {
    /// Its id.
    pub id: Text,
    /// Its name.
    pub label: Label,
    /// When it opens.
    pub opens: Opening,
    /// Within how many days it is decided, and from what day they are counted.
    pub decided_within: Option<(Limit, CountedFrom)>,
    /// Its steps, in order, also those in force only for a time: see [`RoundKind::steps_on`].
    pub steps: Vec<Step>,
    /// Where it comes from.
    pub source: Source,
}

impl RoundKind {
    /// The steps in force on a day, in order.
    pub fn steps_on(&self, day: Day) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.in_force(day))
    }

    /// The step of a kind in force on a day; there is at most one.
    pub fn step_on(&self, kind: StepKind, day: Day) -> Option<&Step> {
        self.steps_on(day).find(|step| step.kind == kind)
    }

    /// The first and last day of a year's window; none for a round without one window a year.
    pub fn window_of_year(&self, year: i16) -> Option<(Day, Day)> {
        match self.opens {
            Opening::Yearly { from, to } => Some((from.in_year(year)?, to.in_year(year)?)),
            Opening::Monthly { .. } | Opening::OnRequest => None,
        }
    }
}

/// When a round opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opening {
    /// Once a year, within a window of that year; both days belong to it, and `from` is not after `to`.
    Yearly {
        /// The first day.
        from: MonthDay,
        /// The last day.
        to: MonthDay,
    },
    /// Every month from a day of it, 1 to 28.
    Monthly {
        /// The day of the month.
        day: u8,
    },
    /// On any day, at the request of a household.
    OnRequest,
}

impl Opening {
    /// As people say it.
    pub fn told(self, language: Language) -> String {
        match (self, language) {
            (Self::Yearly { from, to }, Language::Vi) => {
                format!("hằng năm, từ ngày {}/{} đến ngày {}/{}", from.day, from.month, to.day, to.month)
            }
            (Self::Yearly { from, to }, Language::En) => format!("every year, from {from} to {to}"),
            (Self::Monthly { day }, Language::Vi) => format!("hằng tháng, từ ngày {day}"),
            (Self::Monthly { day }, Language::En) => format!("every month, from day {day}"),
            (Self::OnRequest, Language::Vi) => "khi hộ gia đình đề nghị".into(),
            (Self::OnRequest, Language::En) => "at the request of a household".into(),
        }
    }
}

/// A day of every year; never 29 February.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MonthDay {
    month: i8,
    day: i8,
}

impl MonthDay {
    /// The day of a month, if every year has it.
    pub fn new(month: i8, day: i8) -> Option<Self> {
        // 2001 is not a leap year.
        Day::from_parts(2001, month, day).map(|_| Self { month, day })
    }

    /// Reads `MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == 5 && text.bytes().enumerate().all(|(i, b)| (i == 2) == (b == b'-'));
        if !well_formed {
            return None;
        }
        Self::new(text[..2].parse().ok()?, text[3..].parse().ok()?)
    }

    /// The month, from 1.
    pub fn month(self) -> i8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> i8 {
        self.day
    }

    /// This day in a year; none outside the years a pack may name.
    pub fn in_year(self, year: i16) -> Option<Day> {
        Day::from_parts(year, self.month, self.day)
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

/// From what day the days of a round are counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CountedFrom {
    /// The day the review starts.
    Start,
    /// The day the household's request is received.
    Request,
}

impl CountedFrom {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Start, Self::Request];

    /// As a pack writes it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Request => "request",
        }
    }

    /// As people say it: "from …".
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Self::Start => pick(language, "ngày bắt đầu rà soát", "the start of the review"),
            Self::Request => pick(language, "ngày nhận giấy đề nghị", "receipt of the request"),
        }
    }
}

/// A step of a round.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Its id, unique in its round; the kind's own id unless two steps of the kind follow each other in time.
    pub id: Text,
    /// What is done.
    pub kind: StepKind,
    /// What the law calls it.
    pub label: Label,
    /// Who may act, at least one.
    pub actors: Vec<Role>,
    /// Within how many days of the end of the step before it.
    pub limit: Option<Limit>,
    /// How long it stands; of a posting only.
    pub stands_for: Option<Limit>,
    /// Who must be there and agree; of a meeting only.
    pub quorum: Option<Quorum>,
    /// The first day it is in force; from the beginning when absent.
    pub since: Option<Day>,
    /// The last day it is in force; without end when absent.
    pub until: Option<Day>,
    /// Where it comes from.
    pub source: Source,
}

impl Step {
    /// Whether the step is in force on a day.
    pub fn in_force(&self, day: Day) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// What is done in a step: all that the core knows to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StepKind {
    /// The households to review are listed.
    List,
    /// Households are asked and classified.
    Survey,
    /// The village meets and agrees on the results.
    Meeting,
    /// The results are posted in public.
    Posting,
    /// A higher level gives its opinion.
    Appraisal,
    /// The commune's chair decides.
    Decision,
    /// Certificates are given.
    Certificate,
}

impl StepKind {
    /// All kinds, in the usual order.
    pub const ALL: [Self; 7] =
        [Self::List, Self::Survey, Self::Meeting, Self::Posting, Self::Appraisal, Self::Decision, Self::Certificate];

    /// As a pack writes it.
    pub fn id(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Survey => "survey",
            Self::Meeting => "meeting",
            Self::Posting => "posting",
            Self::Appraisal => "appraisal",
            Self::Decision => "decision",
            Self::Certificate => "certificate",
        }
    }

    /// The kind with this id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// A short name.
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Self::List => pick(language, "Lập danh sách", "List"),
            Self::Survey => pick(language, "Rà soát", "Survey"),
            Self::Meeting => pick(language, "Họp dân", "Village meeting"),
            Self::Posting => pick(language, "Niêm yết công khai", "Public posting"),
            Self::Appraisal => pick(language, "Báo cáo, xin ý kiến", "Appraisal"),
            Self::Decision => pick(language, "Quyết định công nhận", "Decision"),
            Self::Certificate => pick(language, "Cấp giấy chứng nhận", "Certificate"),
        }
    }

    /// The kinds that cannot come after this one in a round. A posting may come before the decision (what is proposed)
    /// or after it (what was decided).
    pub fn must_follow(self) -> &'static [Self] {
        match self {
            Self::List => &[],
            Self::Survey => &[Self::List],
            Self::Meeting => &[Self::List, Self::Survey],
            Self::Posting | Self::Appraisal => &[Self::List, Self::Survey, Self::Meeting],
            Self::Decision => &[Self::List, Self::Survey, Self::Meeting, Self::Appraisal],
            Self::Certificate => &[Self::List, Self::Survey, Self::Meeting, Self::Appraisal, Self::Decision],
        }
    }
}

/// Who may act in a step.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Who visits households.
    Enumerator,
    /// The commune's officer for poverty reduction, for its steering committee.
    CommuneOfficer,
    /// The chair of the commune's People's Committee.
    CommuneChair,
    /// The district.
    District,
    /// The province.
    Province,
}

impl Role {
    /// All roles, from the household upwards.
    pub const ALL: [Self; 5] =
        [Self::Enumerator, Self::CommuneOfficer, Self::CommuneChair, Self::District, Self::Province];

    /// As a pack writes it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Enumerator => "enumerator",
            Self::CommuneOfficer => "commune_officer",
            Self::CommuneChair => "commune_chair",
            Self::District => "district",
            Self::Province => "province",
        }
    }

    /// The role with this id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }

    /// Its name.
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Self::Enumerator => pick(language, "Rà soát viên", "Enumerator"),
            Self::CommuneOfficer => pick(language, "Cán bộ giảm nghèo cấp xã", "Commune officer"),
            Self::CommuneChair => pick(language, "Chủ tịch UBND cấp xã", "Commune chair"),
            Self::District => pick(language, "Cấp huyện", "District"),
            Self::Province => pick(language, "Cấp tỉnh", "Province"),
        }
    }
}

/// A number of days.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Limit {
    /// How many, at least 1 in a pack.
    pub days: u32,
    /// Which days count.
    pub counting: Counting,
}

impl Limit {
    /// Reads `3 working days`, `1 working day` or `15 calendar days`, from 1 to 999. Plain `15 days` is not read: the law
    /// says which.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let (number, counting, day) = (words.next()?, words.next()?, words.next()?);
        let counting = match counting {
            "working" => Counting::Working,
            "calendar" => Counting::Calendar,
            _ => return None,
        };
        let plain = !number.starts_with('0') && number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit());
        let days = if plain { number.parse().ok()? } else { return None };
        let said = if days == 1 { day == "day" } else { day == "days" };
        (said && words.next().is_none()).then_some(Self { days, counting })
    }

    /// As people say it: `3 ngày làm việc`, `15 days`.
    pub fn told(self, language: Language) -> String {
        let days = self.days;
        match (language, self.counting) {
            (Language::Vi, Counting::Working) => format!("{days} ngày làm việc"),
            (Language::Vi, Counting::Calendar) => format!("{days} ngày"),
            (Language::En, Counting::Working) => format!("{days} working day{}", plural(days)),
            (Language::En, Counting::Calendar) => format!("{days} day{}", plural(days)),
        }
    }
}

fn plural(days: u32) -> &'static str {
    if days == 1 { "" } else { "s" }
}

/// Which days count towards a limit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Counting {
    /// Working days only.
    Working,
    /// Every day.
    Calendar,
}

/// Who must be there, and agree, for a meeting to settle anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quorum {
    /// At least this share of those invited must be present; above 0 and at most 1.
    pub present: Option<Exact>,
    /// This share of those present must agree; above 0 and at most 1.
    pub agree: Exact,
    /// Whether more than `agree` must agree, and not just as many.
    pub strict: bool,
    /// The earlier step from which the round is repeated when too few agree.
    pub repeat_from: Option<StepKind>,
}

impl Quorum {
    /// Whether a meeting settles the results. `invited` counts only where a share of them must be present; unknown, it
    /// is then not met. Nobody present, or more agreeing than present, settles nothing.
    pub fn met(&self, invited: Option<u32>, present: u32, agree: u32) -> bool {
        let enough = |share: Exact, part: u32, whole: u32| {
            let (part, whole) = (i128::from(part), i128::from(whole));
            (part * i128::from(share.denominator())).cmp(&(whole * i128::from(share.numerator())))
        };
        let attended = match (self.present, invited) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(share), Some(invited)) => present <= invited && enough(share, present, invited).is_ge(),
        };
        let agreed = enough(self.agree, agree, present);
        attended && present > 0 && agree <= present && if self.strict { agreed.is_gt() } else { agreed.is_ge() }
    }

    /// As people say it.
    pub fn told(&self, language: Language) -> String {
        let agree = self.agree;
        let agree = match (self.strict, language) {
            (true, Language::Vi) => format!("trên {agree} số người dự họp đồng ý"),
            (true, Language::En) => format!("more than {agree} of those present agree"),
            (false, Language::Vi) => format!("ít nhất {agree} số người dự họp đồng ý"),
            (false, Language::En) => format!("at least {agree} of those present agree"),
        };
        match (self.present, language) {
            (None, _) => agree,
            (Some(share), Language::Vi) => format!("ít nhất {share} số được mời có mặt, {agree}"),
            (Some(share), Language::En) => format!("at least {share} of those invited are present, {agree}"),
        }
    }
}

/// What follows a complaint about a result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ComplaintRule {
    /// What the law calls it.
    pub label: Label,
    /// Who checks again.
    pub actors: Vec<Role>,
    /// Within how many days of its receipt the household is checked again; not known when absent.
    pub recheck_within: Option<Limit>,
    /// How long the result of that check is posted; not known when absent.
    pub result_posted_for: Option<Limit>,
    /// Where it comes from.
    pub source: Source,
}
