//! Who may see and do what: role × area, asked here for every read and every write, never in a page.
//!
//! A [`Person`](crate::accounts) signs in and becomes an [`Actor`]; the register's questions are methods of a
//! [`Desk`](crate::Desk), which has an actor and adds its [`Reach`] to every query. What lies outside of the reach does
//! not exist for the asker: the answer is [`NotFound`](RegistryError::NotFound), whether or not there is such a thing.

use crate::areas::Unit;
use crate::store::Query;
use crate::{RegistryError, Result};
use serde::{Deserialize, Serialize};

/// What somebody is in the programme.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Goes from house to house in a hamlet or commune.
    Enumerator,
    /// Runs the commune's reviews.
    CommuneOfficer,
    /// Chairs the commune's people's committee: decides and signs.
    CommuneChair,
    /// Gives the opinion of a district, where there are districts.
    District,
    /// Follows the communes of a province.
    Province,
    /// Sees the nation's figures, not its people.
    Ministry,
    /// Checks everything, changes nothing.
    Auditor,
    /// Keeps accounts and areas, and sees no household.
    Administrator,
    /// Nobody in particular. Files a grievance, and sees nothing of the register but what hangs in public.
    Public,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 9] = [
        Role::Enumerator,
        Role::CommuneOfficer,
        Role::CommuneChair,
        Role::District,
        Role::Province,
        Role::Ministry,
        Role::Auditor,
        Role::Administrator,
        Role::Public,
    ];

    /// Its name in data.
    pub fn id(self) -> &'static str {
        match self {
            Role::Enumerator => "enumerator",
            Role::CommuneOfficer => "commune_officer",
            Role::CommuneChair => "commune_chair",
            Role::District => "district",
            Role::Province => "province",
            Role::Ministry => "ministry",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
            Role::Public => "public",
        }
    }

    /// The role of this name.
    pub fn parse(id: &str) -> Option<Self> {
        Role::ALL.into_iter().find(|role| role.id() == id)
    }

    /// Whether the role includes an action (within its area).
    pub fn may(self, action: Action) -> bool {
        use Action::*;
        let commune = matches!(self, Role::CommuneOfficer | Role::CommuneChair);
        match action {
            ReadPeople => commune || matches!(self, Role::Enumerator | Role::District | Role::Province | Role::Auditor),
            ReadIdentity => matches!(self, Role::CommuneOfficer),
            ReadFigures => !matches!(self, Role::Enumerator | Role::Administrator | Role::Public) || commune,
            ReadLedger => commune || matches!(self, Role::Auditor | Role::Province),
            FileGrievance => matches!(self, Role::Public),
            ReadGrievances => commune || matches!(self, Role::District | Role::Province | Role::Auditor),
            EditPeople | Import | RunReview | Complain | Merge => matches!(self, Role::CommuneOfficer),
            CompareRecords => matches!(self, Role::CommuneOfficer | Role::Province),
            Answer | HoldMeeting | ListCases => matches!(self, Role::Enumerator | Role::CommuneOfficer),
            Appraise => matches!(self, Role::District | Role::Province),
            Decide => matches!(self, Role::CommuneChair),
            Export => commune || matches!(self, Role::District | Role::Province | Role::Auditor),
            ManageAccounts => matches!(self, Role::Administrator | Role::CommuneOfficer | Role::Province),
            ManageAreas => matches!(self, Role::Administrator),
            PrepareSupport => matches!(self, Role::CommuneOfficer),
            DecideSupport | ReadSealed => matches!(self, Role::CommuneChair),
            RankArea | DecideRanking => matches!(self, Role::District | Role::Province),
            SealFacts => commune,
            Allocate => matches!(self, Role::Province | Role::Ministry),
        }
    }

    /// Whether the role decides or grants power, so that its account needs a second factor.
    pub fn needs_second_factor(self) -> bool {
        self.may(Action::Decide)
            || self.may(Action::Appraise)
            || self.may(Action::Allocate)
            || matches!(self, Role::Administrator)
    }

    /// The accounts somebody of this role may make and change, besides lying in their area.
    pub fn may_grant(self, role: Role) -> bool {
        match self {
            Role::Administrator => role != Role::Public,
            Role::Province => {
                matches!(role, Role::CommuneOfficer | Role::CommuneChair | Role::District | Role::Enumerator)
            }
            Role::CommuneOfficer => matches!(role, Role::Enumerator),
            _ => false,
        }
    }
}

/// What somebody wants to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// See households, people and cases.
    ReadPeople,
    /// See identity numbers in full.
    ReadIdentity,
    /// See counts of an area.
    ReadFigures,
    /// See the ledger's entries.
    ReadLedger,
    /// Change households and people.
    EditPeople,
    /// Bring in lists.
    Import,
    /// Open rounds, take cases off them, post lists.
    RunReview,
    /// Put a household on a round's list, where the pack names the role for that step.
    ListCases,
    /// Record village meetings, where the pack names the role for that step.
    HoldMeeting,
    /// Fill in forms.
    Answer,
    /// Receive and answer complaints.
    Complain,
    /// File a grievance, as one of the public.
    FileGrievance,
    /// See the grievances that the public filed.
    ReadGrievances,
    /// Give the opinion of the level above.
    Appraise,
    /// Decide cases.
    Decide,
    /// Take lists out.
    Export,
    /// Look for records of one household, and say that two are not one.
    CompareRecords,
    /// Make one of two records.
    Merge,
    /// Make and change accounts.
    ManageAccounts,
    /// Load areas, carry out reforms.
    ManageAreas,
    /// Draw up groups, proposals, rankings, agreements; record visits and what came back.
    PrepareSupport,
    /// Approve rankings, proposals and agreements, order payments, write off.
    DecideSupport,
    /// Rank the households of a district or province.
    RankArea,
    /// Decide on such a ranking.
    DecideRanking,
    /// Record a sealed fact about a person.
    SealFacts,
    /// Open sealed facts, for a reason.
    ReadSealed,
    /// Allocate capital.
    Allocate,
}

impl Action {
    /// In words, for an error.
    pub fn words(self) -> &'static str {
        match self {
            Action::ReadPeople => "see households",
            Action::ReadIdentity => "see identity numbers",
            Action::ReadFigures => "see figures",
            Action::ReadLedger => "see the ledger",
            Action::EditPeople => "change households",
            Action::Import => "import lists",
            Action::RunReview => "run the review",
            Action::ListCases => "put households on a review's list",
            Action::HoldMeeting => "record a village meeting",
            Action::Answer => "fill in forms",
            Action::Complain => "handle complaints",
            Action::FileGrievance => "file a grievance",
            Action::ReadGrievances => "see grievances",
            Action::Appraise => "give an opinion",
            Action::Decide => "decide",
            Action::Export => "export lists",
            Action::CompareRecords => "compare records",
            Action::Merge => "merge records",
            Action::ManageAccounts => "manage accounts",
            Action::ManageAreas => "manage areas",
            Action::PrepareSupport => "prepare support",
            Action::DecideSupport => "decide on support",
            Action::RankArea => "rank a district or province",
            Action::DecideRanking => "decide on the ranking of a district or province",
            Action::SealFacts => "record sealed facts",
            Action::ReadSealed => "open sealed facts",
            Action::Allocate => "allocate capital",
        }
    }
}

/// The part of the register that somebody's rows lie in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reach {
    /// All of it.
    Everything,
    /// One province, as `list:code`.
    Province(String),
    /// One district.
    District(String),
    /// One commune.
    Commune(String),
    /// One hamlet, with its commune.
    Hamlet {
        /// The hamlet's id.
        hamlet: String,
        /// Its commune.
        commune: String,
    },
    /// Nothing.
    Nothing,
}

impl Reach {
    /// Adds the condition to a query whose table (or alias) has the columns `province`, `district`, `commune`, `hamlet`.
    pub fn within(&self, query: Query, table: &'static str) -> Query {
        let column = |query: Query, name: &str, value: &str| {
            query.push(" AND ").push(table).push(".").push(name).push(" = ").bind(value)
        };
        match self {
            Reach::Everything => query,
            Reach::Province(area) => column(query, "province", area),
            Reach::District(area) => column(query, "district", area),
            Reach::Commune(area) => column(query, "commune", area),
            Reach::Hamlet { hamlet, .. } => column(query, "hamlet", hamlet),
            Reach::Nothing => query.push(" AND 1 = 0"),
        }
    }

    /// As [`within`](Self::within) for a table that knows communes and not hamlets: a hamlet's reach is its commune's.
    pub fn within_commune(&self, query: Query, table: &'static str) -> Query {
        match self {
            Reach::Hamlet { commune, .. } => Reach::Commune(commune.clone()).within(query, table),
            _ => self.within(query, table),
        }
    }

    /// The one unit that it is, or lies in: of a hamlet its commune. None of everything, nor of nothing.
    pub fn unit(&self) -> Option<&str> {
        match self {
            Reach::Province(area) | Reach::District(area) | Reach::Commune(area) => Some(area),
            Reach::Hamlet { commune, .. } => Some(commune),
            Reach::Everything | Reach::Nothing => None,
        }
    }

    /// Whether a place lies in it.
    pub fn covers(&self, place: &Place) -> bool {
        match self {
            Reach::Everything => true,
            Reach::Province(area) => place.province == *area,
            Reach::District(area) => place.district.as_ref() == Some(area),
            Reach::Commune(area) => place.commune == *area,
            Reach::Hamlet { hamlet, .. } => place.hamlet.as_ref() == Some(hamlet),
            Reach::Nothing => false,
        }
    }

    /// Whether a unit lies in it, whole.
    pub(crate) fn covers_unit(&self, unit: &Unit) -> bool {
        match self {
            Reach::Everything => true,
            Reach::Province(area) => unit.province == *area,
            Reach::District(area) => unit.district.as_ref() == Some(area),
            Reach::Commune(area) => unit.id == *area,
            Reach::Hamlet { .. } | Reach::Nothing => false,
        }
    }
}

/// Where something is: units as `list:code`, the hamlet by its id.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The province.
    pub province: String,
    /// The district, in a list that has districts.
    pub district: Option<String>,
    /// The commune.
    pub commune: String,
    /// The hamlet.
    pub hamlet: Option<String>,
}

/// Somebody signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    /// The account's id, or `operator`.
    pub id: String,
    /// The name people know.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The part of the register.
    pub reach: Reach,
    /// Whether the second factor was given.
    pub strong: bool,
    /// Whoever has the key file and the command line stands above roles.
    operator: bool,
}

impl Actor {
    /// An actor for an account. Only the register makes them.
    pub(crate) fn new(id: String, name: String, role: Role, reach: Reach, strong: bool) -> Self {
        Actor { id, name, role, reach, strong, operator: false }
    }

    /// Whoever works on the machine itself, with the database and the key file in hand. Entries name them `operator`.
    pub fn operator() -> Self {
        Actor {
            id: "operator".into(),
            name: "operator".into(),
            role: Role::Administrator,
            reach: Reach::Everything,
            strong: true,
            operator: true,
        }
    }

    /// Whether this is whoever works on the machine itself.
    pub(crate) fn is_operator(&self) -> bool {
        self.operator
    }

    /// Nobody in particular.
    pub fn public() -> Self {
        Actor::new("public".into(), "public".into(), Role::Public, Reach::Nothing, false)
    }

    /// Whether the actor may do something at all; where, is the reach's matter.
    ///
    /// # Errors
    /// [`RegistryError::Forbidden`], or [`RegistryError::NeedsSecondFactor`] for what decides.
    pub fn may(&self, action: Action) -> Result<()> {
        if !self.operator && !self.role.may(action) {
            return Err(RegistryError::Forbidden { action: action.words() });
        }
        use Action::*;
        let decides = matches!(action, Decide | Appraise | DecideSupport | DecideRanking | ReadSealed | Allocate);
        if decides && !self.strong {
            return Err(RegistryError::NeedsSecondFactor);
        }
        Ok(())
    }

    /// Whether the actor may do something at a place.
    ///
    /// # Errors
    /// As [`may`](Self::may); [`RegistryError::NotFound`] when the place is out of reach.
    pub fn may_at(&self, action: Action, place: &Place) -> Result<()> {
        self.may(action)?;
        if self.reach.covers(place) { Ok(()) } else { Err(RegistryError::NotFound) }
    }
}
