//! Support as data: schemes, the programme they belong to with its projects and targets, and the formulas by which
//! capital is allocated.
//!
//! In: `schemes/*.yaml`, `programmes.yaml` and `allocation.yaml` of a pack. Out: what the law says, with its sources.
//! Values that the law's text was not found for stay empty: whoever pays or allocates refuses, and names them.

use crate::exact::Exact;
use crate::model::{Label, Language, Source};
use crate::unit::Unit;
use crate::yaml::Text;

/// A number with its unit; empty while the law's text was not found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quantity {
    /// The number.
    pub value: Option<Exact>,
    /// Its unit.
    pub unit: Unit,
}

/// How a scheme supports.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Modality {
    /// Money given.
    Grant,
    /// Goods given.
    InKind,
    /// A service.
    Service,
    /// Given against milestones.
    Conditional,
    /// Paid back.
    Repayable,
    /// Paid back to a group, which lends it to the next member.
    Revolving,
}

impl Modality {
    /// Every modality.
    pub const ALL: [Modality; 6] =
        [Self::Grant, Self::InKind, Self::Service, Self::Conditional, Self::Repayable, Self::Revolving];

    /// Its name in packs and tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::InKind => "in_kind",
            Self::Service => "service",
            Self::Conditional => "conditional",
            Self::Repayable => "repayable",
            Self::Revolving => "revolving",
        }
    }

    /// Whether something comes back.
    pub fn is_repaid(self) -> bool {
        matches!(self, Self::Repayable | Self::Revolving)
    }

    /// Whether it asks something of who receives it: the share of such support is a figure of the programme.
    pub fn is_enabling(self) -> bool {
        self.is_repaid() || self == Self::Conditional
    }
}

/// To whom a scheme goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Beneficiary {
    /// The household.
    Household,
    /// A member of it.
    Member,
    /// A group of households.
    Group,
}

impl Beneficiary {
    /// Its name in packs and tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::Member => "member",
            Self::Group => "group",
        }
    }
}

/// A support scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scheme {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// How it supports.
    pub modality: Modality,
    /// To whom it goes.
    pub beneficiary: Beneficiary,
    /// The project of the programme that pays for it.
    pub project: Option<Text>,
    /// Which households are entitled.
    pub eligible_when: Text,
    /// Which of their members, about `m`; every one when absent.
    pub member_when: Option<Text>,
    /// The classes of area it is for, any of them; everywhere when empty.
    pub places: Vec<Text>,
    /// The classes of area it is not for.
    pub not_places: Vec<Text>,
    /// What is given. Nothing can be paid while neither this nor the ceiling is known.
    pub amount: Option<Quantity>,
    /// The most that may be given to one beneficiary.
    pub ceiling: Option<Quantity>,
    /// The least share of the cost that the beneficiary bears.
    pub own_share: Option<Exact>,
    /// The schemes that nobody may have besides this one.
    pub excludes: Vec<Text>,
    /// For how many months after it nobody may have it again; no limit when absent.
    pub again_after_months: Option<i64>,
    /// Who comes first, the most important key first. The last resort is always the published draw.
    pub priority: Vec<Priority>,
    /// The parts of conditional support. Their shares are one in all.
    pub milestones: Vec<Milestone>,
    /// How repayable support comes back.
    pub repayment: Option<Repayment>,
    /// What a group must be.
    pub group: Option<GroupRule>,
    /// What a project of the community must go through.
    pub community: Option<CommunityRule>,
    /// Where it comes from.
    pub source: Source,
}

impl Scheme {
    /// The most that one beneficiary may receive, where the law's text was found: the ceiling, or else the amount.
    pub fn most(&self) -> Option<(Exact, &Unit)> {
        let known = |quantity: &'_ Option<Quantity>| quantity.as_ref().and_then(|q| q.value);
        match (known(&self.ceiling), known(&self.amount)) {
            (Some(ceiling), _) => self.ceiling.as_ref().map(|q| (ceiling, &q.unit)),
            (None, Some(amount)) => self.amount.as_ref().map(|q| (amount, &q.unit)),
            (None, None) => None,
        }
    }

    /// Who lends, as the pack names it; nothing of support that does not come back.
    pub fn lends(&self, language: Language) -> Option<String> {
        let lender = self.repayment.as_ref().and_then(|terms| terms.lender.as_ref());
        let lends = match (self.modality, lender, language) {
            (Modality::Revolving, _, Language::Vi) => "Quỹ của nhóm cho thành viên vay.".to_owned(),
            (Modality::Revolving, _, Language::En) => "The group's fund lends to its members.".to_owned(),
            (Modality::Repayable, Some(lender), Language::Vi) => format!("{} cho vay.", lender.get(language)),
            (Modality::Repayable, Some(lender), Language::En) => format!("{} lends.", lender.get(language)),
            (Modality::Repayable, None, Language::Vi) => "Bộ chính sách không nêu ai cho vay.".to_owned(),
            (Modality::Repayable, None, Language::En) => "The pack does not say who lends.".to_owned(),
            _ => return None,
        };
        Some(lends)
    }

    /// Every source of the scheme.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        let parts = self.priority.iter().map(|p| &p.source).chain(self.repayment.iter().map(|r| &r.source));
        let rules = self.group.iter().map(|g| &g.source).chain(self.community.iter().map(|c| &c.source));
        std::iter::once(&self.source).chain(parts).chain(rules)
    }
}

/// A key of the order in which the entitled are served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Priority {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// The key.
    pub key: PriorityKey,
    /// Where it comes from.
    pub source: Source,
}

/// What a key of the order looks at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PriorityKey {
    /// Those for whom it holds come first.
    When(Text),
    /// The greatest number comes first.
    Most(Text),
    /// The smallest number comes first.
    Least(Text),
    /// Those of whom a sealed fact is known to the deciding officer come first. It is never named.
    Sealed(Vec<SealedFact>),
}

/// A fact about a person that no list, count, export or explanation shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SealedFact {
    /// Back from addiction treatment.
    AfterTreatment,
    /// Living with HIV.
    Hiv,
    /// Returned from trafficking.
    Trafficking,
}

impl SealedFact {
    /// Every sealed fact.
    pub const ALL: [SealedFact; 3] = [Self::AfterTreatment, Self::Hiv, Self::Trafficking];

    /// Its name in packs.
    pub fn id(self) -> &'static str {
        match self {
            Self::AfterTreatment => "after_treatment",
            Self::Hiv => "hiv",
            Self::Trafficking => "trafficking",
        }
    }
}

/// A part of conditional support.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Milestone {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// The share of the support that is paid when it is reached.
    pub share: Exact,
    /// What shows that it was reached, any of these.
    pub evidence: Vec<Evidence>,
    /// What happens when it is not.
    pub if_missed: IfMissed,
}

/// What shows that a milestone was reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// An officer's visit.
    Visit,
    /// A photo.
    Photo,
    /// A receipt.
    Receipt,
    /// A list of who attended.
    Attendance,
    /// Nothing further: the agreement was signed.
    Signature,
}

impl Evidence {
    /// Every kind of evidence.
    pub const ALL: [Evidence; 5] = [Self::Visit, Self::Photo, Self::Receipt, Self::Attendance, Self::Signature];

    /// Its name in packs and tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Photo => "photo",
            Self::Receipt => "receipt",
            Self::Attendance => "attendance",
            Self::Signature => "signature",
        }
    }
}

/// What happens when a milestone is missed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IfMissed {
    /// There is more time.
    Extend,
    /// Nothing more is paid.
    Stop,
    /// What was paid is asked back.
    Reclaim,
}

impl IfMissed {
    /// Every consequence.
    pub const ALL: [IfMissed; 3] = [Self::Extend, Self::Stop, Self::Reclaim];

    /// Its name in packs and tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Extend => "extend",
            Self::Stop => "stop",
            Self::Reclaim => "reclaim",
        }
    }
}

/// How repayable support comes back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Repayment {
    /// The interest.
    pub rate: Rate,
    /// On what is overdue, how many times the rate.
    pub overdue_times: Option<Exact>,
    /// The longest term.
    pub longest_months: Option<i64>,
    /// Who lends, where the pack says it.
    pub lender: Option<Label>,
    /// Where it comes from.
    pub source: Source,
}

/// The interest of repayable support.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rate {
    /// A share of the principal each year; empty while not known, zero where there is none.
    PerYear(Option<Exact>),
    /// So many times the rate of another scheme.
    Times {
        /// The other scheme.
        scheme: Text,
        /// How many times.
        times: Exact,
    },
}

/// What a group of households must be to have a scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupRule {
    /// The fewest members; not known when empty.
    pub least_members: Option<i64>,
    /// The least share of member households that are entitled; not known when empty.
    pub entitled_share: Option<Exact>,
    /// Who may lead it.
    pub led_by: Vec<Leader>,
    /// Where it comes from.
    pub source: Source,
}

/// Who leads a group.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Leader {
    /// A socio-political organisation.
    Organisation,
    /// A cooperative.
    Cooperative,
    /// The village.
    Village,
}

impl Leader {
    /// Every kind of leader.
    pub const ALL: [Leader; 3] = [Self::Organisation, Self::Cooperative, Self::Village];

    /// Its name in packs and tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Cooperative => "cooperative",
            Self::Village => "village",
        }
    }
}

/// What a project that a community proposes must go through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommunityRule {
    /// The least share of the poor, near-poor and newly escaped households of the village at its meeting.
    pub present: Exact,
    /// The longest time of a project.
    pub longest_months: i64,
    /// Where it comes from.
    pub source: Source,
}

/// A class of areas that schemes and formulas tell apart: the poor districts, the communes of a programme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AreaClass {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// Which units are of the class: `district`, `commune` or `village`.
    pub level: Text,
    /// Where it comes from.
    pub source: Source,
}

/// A programme, or a project of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Project {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// What it is part of; nothing for a programme.
    pub part_of: Option<Text>,
    /// Its funding over the whole period.
    pub funding: Option<Quantity>,
    /// The first and the last year.
    pub years: Option<(i64, i64)>,
    /// Where it comes from.
    pub source: Source,
}

/// A target of a programme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// The programme.
    pub programme: Text,
    /// For which level it is set; no other is judged by it.
    pub level: SetFor,
    /// What is to be reached.
    pub goal: Goal,
    /// The unit of its figures.
    pub unit: Unit,
    /// The figure of the register that measures it; when absent, somebody reports it.
    pub measured_by: Option<Measured>,
    /// Where it comes from.
    pub source: Source,
}

/// For which level a target is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetFor {
    /// The nation as a whole.
    Nation,
    /// Each province.
    Province,
    /// Each commune.
    Commune,
}

impl SetFor {
    /// Every level.
    pub const ALL: [SetFor; 3] = [Self::Nation, Self::Province, Self::Commune];

    /// Its name in packs and tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Nation => "nation",
            Self::Province => "province",
            Self::Commune => "commune",
        }
    }
}

/// What a target asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Goal {
    /// A fall each year by at least so much.
    FallEachYear(Exact),
    /// At least so much in the last year.
    AtLeast(Exact),
    /// At least so many times the figure of the year before the programme.
    Times(Exact),
}

/// A figure that the register gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measured {
    /// Poor households in a hundred.
    PoorRate,
}

impl Measured {
    /// Every figure.
    pub const ALL: [Measured; 1] = [Self::PoorRate];

    /// Its name in packs.
    pub fn id(self) -> &'static str {
        match self {
            Self::PoorRate => "poor_rate",
        }
    }
}

/// A formula by which capital is allocated among units.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Formula {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// Whether it is an example and not law.
    pub example: bool,
    /// The share that is kept before the rest is allocated.
    pub kept: Option<Exact>,
    /// The criteria.
    pub criteria: Vec<Criterion>,
    /// No unit has less than this share of an even share.
    pub floor: Option<Exact>,
    /// No unit has more than this share of the whole.
    pub ceiling: Option<Exact>,
    /// What a unit adds of its own, by the share of its budget that are transfers: the first row whose bound is reached,
    /// the highest bound first.
    pub counterpart: Vec<Counterpart>,
    /// What becomes of what is not spent.
    pub unspent: Unspent,
    /// Where it comes from.
    pub source: Source,
}

impl Formula {
    /// Every source of the formula.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        std::iter::once(&self.source).chain(self.criteria.iter().map(|criterion| &criterion.source))
    }
}

/// A criterion of a formula: a figure of a unit, its points, and how much these count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Criterion {
    /// Its id; the column of the figures.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// The unit of the figure.
    pub unit: Unit,
    /// From a figure to points.
    pub points: Points,
    /// How much a point counts; not known when empty.
    pub coefficient: Option<Exact>,
    /// Where it comes from.
    pub source: Source,
}

/// From a figure to points.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Points {
    /// The points of the last step whose bound is reached; none below the first.
    Steps(Vec<(Exact, Exact)>),
    /// So many points for each so many, in proportion, up to a most.
    Per {
        /// For each so many.
        each: Exact,
        /// So many points.
        points: Exact,
        /// At most so many points.
        most: Option<Exact>,
    },
}

/// A row of what units add of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counterpart {
    /// From this share of transfers on.
    pub transfers_from: Exact,
    /// The share of the allocation that is added.
    pub share: Exact,
}

/// What becomes of what is not spent within the year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unspent {
    /// It stays with the unit, over its share of the next year.
    Kept,
    /// It goes back to be allocated again.
    Returned,
}
