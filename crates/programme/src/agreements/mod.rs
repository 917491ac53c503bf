//! Agreements: what a household or group receives under a scheme, in which parts, and what it brings back.
//!
//! An officer draws an agreement up, the chair approves it and binds the commune's budget to it; each part is paid when
//! its evidence is there and the chair orders it. What is repayable becomes a debt on the day it is handed over.

mod approve;
mod draft;
mod exclusions;
mod missed;
mod parts;
mod statement;

pub use approve::Seen;
pub(crate) use approve::said;
pub use draft::NewAgreement;
pub use exclusions::Obstacle;
pub use statement::counted;

use crate::debt::{Debt, LendingRules};
use crate::money::Account;
use crate::priority::Reached;
use crate::records::{At, Columns, Thing};
use crate::repayment::{Lent, Things};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_policy::support::{Evidence, IfMissed, Modality};
use vuon_registry::Result;

/// Who receives support.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Recipient {
    /// A household.
    Household(String),
    /// A member of a household.
    Member {
        /// The household.
        household: String,
        /// The person.
        person: String,
    },
    /// A group of households.
    Group(String),
}

impl Recipient {
    /// The household or group.
    pub fn subject(&self) -> &str {
        match self {
            Self::Household(id) | Self::Group(id) => id,
            Self::Member { household, .. } => household,
        }
    }

    /// The household, person or group itself: what a ranking draws by.
    pub fn id(&self) -> &str {
        match self {
            Self::Household(id) | Self::Group(id) => id,
            Self::Member { person, .. } => person,
        }
    }

    /// What tells it apart from every other.
    pub fn key(&self) -> String {
        match self {
            Self::Household(id) | Self::Group(id) => id.clone(),
            Self::Member { household, person } => format!("{household}/{person}"),
        }
    }
}

/// Where an agreement stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgreementState {
    /// Drawn up; waits for the chair.
    Draft,
    /// Approved: parts are reached and paid.
    Running,
    /// Everything was paid, and what is repayable is owed.
    Owing,
    /// Everything was paid, and came back where it had to.
    Fulfilled,
    /// Ended before its end: what was not paid went back to the budget.
    Stopped,
    /// The same, and what was paid is asked back: it is owed.
    Reclaimed,
    /// Never approved.
    Refused,
}

impl AgreementState {
    /// Its name in tables.
    pub fn id(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Running => "running",
            Self::Owing => "owing",
            Self::Fulfilled => "fulfilled",
            Self::Stopped => "stopped",
            Self::Reclaimed => "reclaimed",
            Self::Refused => "refused",
        }
    }

    /// Whether something is owed.
    pub fn is_owed(self) -> bool {
        matches!(self, Self::Owing | Self::Reclaimed)
    }

    /// Whether support is still to be received, or lent support to come back.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Running | Self::Owing)
    }
}

/// Where a part of an agreement stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    /// Its evidence is waited for.
    Waiting,
    /// Its evidence is there; it can be paid.
    Reached,
    /// Its payment was ordered.
    Ordered,
    /// It was paid.
    Paid,
    /// It was not reached: nothing is paid for it.
    Missed,
}

/// What shows that a part was reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceGiven {
    /// `visit`, `photo`, `receipt`, `attendance` or `signature`.
    pub kind: String,
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// The hash of the document or photo in the register, or where the paper is kept.
    pub reference: String,
}

/// A part of an agreement: a milestone of the scheme.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AgreedPart {
    /// The milestone's id; `whole` where the scheme has none.
    pub id: String,
    /// Its name, Vietnamese and English.
    pub label: [String; 2],
    /// What is paid for it, in đồng.
    pub amount: i64,
    /// The last day to reach it.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// What shows it, any of these.
    pub wants: Vec<String>,
    /// What happens when it is missed: `extend`, `stop` or `reclaim`.
    pub if_missed: String,
    /// Where it stands.
    pub state: PartState,
    /// What was shown.
    pub evidence: Vec<EvidenceGiven>,
    /// The days it was due before, each with why there was more time.
    #[schema(value_type = Vec<(String, String)>)]
    pub extended: Vec<(Date, String)>,
}

impl AgreedPart {
    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.wants.iter().any(|wanted| wanted == kind)
    }

    pub(crate) fn consequence(&self) -> Option<IfMissed> {
        IfMissed::ALL.into_iter().find(|consequence| consequence.id() == self.if_missed)
    }
}

pub(crate) fn evidence_of(id: &str) -> Option<Evidence> {
    Evidence::ALL.into_iter().find(|evidence| evidence.id() == id)
}

/// The budget that pays.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The unit whose capital it is, `list:code`.
    pub unit: String,
    /// For which scheme.
    pub scheme: String,
    /// For which year.
    pub year: i16,
}

impl Budget {
    /// Its account in the book of money.
    pub fn account(&self) -> Account {
        Account::Budget(self.owner())
    }

    /// The budget of this name, as [`owner`](Self::owner) gives it.
    pub fn of_owner(owner: &str) -> Option<Self> {
        let mut parts = owner.rsplitn(3, '/');
        let (year, scheme, unit) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
        Some(Budget { unit: unit.to_owned(), scheme: scheme.to_owned(), year })
    }

    /// Whose accounts.
    pub fn owner(&self) -> String {
        format!("{}/{}/{}", self.unit, self.scheme, self.year)
    }
}

/// An agreement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Agreement {
    /// The scheme.
    pub scheme: String,
    /// The pack whose scheme it is.
    pub pack: String,
    /// The hash of that pack.
    pub pack_hash: String,
    /// How the scheme gives, as it was when this was drawn up: what finishing it needs is kept here, since the pack of that day
    /// may be another and not have the scheme.
    pub modality: String,
    /// On what terms a group lends what it is given here; nothing where it is no group's fund, or the law's text was not found.
    pub lends: Option<LendingRules>,
    /// Who receives it.
    pub recipient: Recipient,
    /// Where.
    pub at: At,
    /// The budget that pays.
    pub budget: Budget,
    /// What it is for, in a few words; no names.
    pub purpose: String,
    /// The most that one beneficiary may receive under the scheme, in đồng.
    pub most: i64,
    /// What is given, in đồng.
    pub amount: i64,
    /// The things that it is given as, worth the amount; they come back in kind. Money when absent.
    #[serde(default)]
    pub things: Option<Things>,
    /// What the beneficiary adds, in đồng.
    pub own_share: i64,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day on which anything is paid, or has to come back.
    #[schema(value_type = String, format = Date)]
    pub until: Date,
    /// In which parts it is paid.
    pub parts: Vec<AgreedPart>,
    /// What comes back: of repayable support, or of what is asked back.
    pub debt: Option<Debt>,
    /// Why the beneficiary was entitled when this was drawn up: what decided, Vietnamese and English.
    pub because: Vec<[String; 2]>,
    /// The document and article.
    pub source: String,
    /// Whether that was read there.
    pub verified: bool,
    /// How many households it reaches, and how many of them came first when it was drawn up.
    #[serde(default)]
    pub reached: Reached,
    /// Where it stands.
    pub state: AgreementState,
    /// The chair who approved it, and when.
    #[schema(value_type = Option<(String, String)>)]
    pub approved: Option<(String, Date)>,
    /// Why it ended early, or was refused.
    pub ended: Option<String>,
    /// What was paid and was asked back when it ended, in đồng.
    pub reclaimed: i64,
}

impl Agreement {
    /// What is given: money, or things.
    pub fn given(&self) -> Lent {
        self.things.clone().map_or(Lent::Money(self.amount), Lent::Things)
    }

    /// How the scheme gave when this was drawn up.
    pub fn modality(&self) -> Option<Modality> {
        Modality::ALL.into_iter().find(|modality| modality.id() == self.modality)
    }

    /// The same with a last day that covers all its parts and the plan by which it comes back.
    ///
    /// # Errors
    /// [`vuon_registry::RegistryError::Damaged`] when the stored plan is none.
    pub(crate) fn covering(mut self) -> Result<Self> {
        let schedule = self.debt.as_ref().map(Debt::schedule).transpose()?.unwrap_or_default();
        let days = schedule.iter().map(|part| part.due).chain(self.parts.iter().map(|part| part.due));
        self.until = days.max().unwrap_or(self.from);
        Ok(self)
    }

    /// What was paid, in đồng.
    pub fn paid(&self) -> i64 {
        self.parts.iter().filter(|part| part.state == PartState::Paid).map(|part| part.amount).sum()
    }

    /// The next day by which something has to be done: a part to be reached, an instalment to come back.
    pub fn next_due(&self) -> Option<Date> {
        let part = self.parts.iter().filter(|part| part.state == PartState::Waiting).map(|part| part.due).min();
        match self.state {
            AgreementState::Running => part,
            AgreementState::Owing | AgreementState::Reclaimed => self.debt.as_ref().and_then(Debt::next_due),
            _ => None,
        }
    }
}

impl Thing for Agreement {
    const KIND: &'static str = "agreement";

    fn columns(&self) -> Columns {
        Columns {
            key: self.state.is_open().then(|| format!("{}/{}", self.scheme, self.recipient.key())),
            at: self.at.clone(),
            subject: Some(self.recipient.subject().to_owned()),
            scheme: Some(self.scheme.clone()),
            year: Some(self.budget.year.into()),
            state: self.state.id().to_owned(),
            due: self.next_due(),
            household: None,
        }
    }
}
