//! Households and their members, in time.
//!
//! Who belongs to a household, and where it lives, is recorded twice over: from which day it was so, and from when it was
//! known. A change adds; it never removes. The rows of `household` and `person` say what holds today, for lists.
//!
//! What is known of a person (name, birth, sex, ethnic group) is in the ledger a content of its own, of the kind
//! `person`; an identity number's print one of the kind `identity`. All other entries tell people by their ids, so that
//! a person can be erased and every chain still verifies.

mod across;
mod add;
mod change;
mod duplicates;
mod erase;
mod held;
mod history;
mod identity;
mod likeness;
mod lineage;
mod list;
mod merge;
mod moves;
mod next_head;
mod people;
mod search;
mod view;

pub(crate) use add::{HouseholdDraft, MOST_MEMBERS, checked_code, is_own_code};
pub(crate) use duplicates::{TakenNumber, note_taken, where_they_live};
pub(crate) use held::{Membership, insert_memberships};
pub(crate) use people::{HEAD, Identity, PersonContent, PersonDraft, Written, changes, checked_identity};
pub(crate) use view::{members_at, people_known};

pub use history::{HistoryEvent, HistoryFact};
pub use lineage::{Kin, Lineage};
pub use next_head::NextHead;

use crate::cases::CaseState;
use crate::scope::Place;
use crate::spells::Spell;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The kinds of entries whose contents go when a person is erased on lawful request; no other content ever does.
pub(crate) const ERASED_WITH_A_PERSON: [&str; 2] = ["person", "identity"];

/// A household, as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct HouseholdRow {
    /// Its id.
    pub id: String,
    /// Its code in its commune.
    pub code: String,
    /// The head's name.
    pub name: String,
    /// How many members.
    pub persons: i64,
    /// Its status today.
    pub status: Option<String>,
    /// The standard (pack) of that status.
    pub standard: Option<String>,
    /// Its commune.
    pub commune: String,
    /// Its hamlet.
    pub hamlet: Option<String>,
    /// The hamlet's name.
    pub hamlet_name: Option<String>,
    /// For changes: the version that was seen.
    pub version: i64,
}

/// Which households.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct HouseholdFilter {
    /// Of one province. Who reaches everything names a province, a commune or a hamlet.
    pub province: Option<String>,
    /// Of one commune.
    pub commune: Option<String>,
    /// Of one hamlet.
    pub hamlet: Option<String>,
    /// With a status.
    pub status: Option<String>,
    /// Those that ended; otherwise those that are.
    pub ended: bool,
    /// With a member of this name (of an ended one: who was a member), best first: a whole word, the beginning of one,
    /// within a commune also inside of the name; tone marks count where they are written. Or the household's code.
    pub text: Option<String>,
}

/// A day, or a year alone where the day is not known: `1980` or `1980-02-28`.
pub type Born = String;

/// A member.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Member {
    /// The person's id.
    pub person: String,
    /// The name.
    pub name: String,
    /// The relation to the head, an option of the questionnaire (`head` is the head).
    pub relation: String,
    /// `female` or `male`.
    pub sex: Option<String>,
    /// When born.
    #[schema(value_type = Option<String>)]
    pub born: Option<Born>,
    /// The ethnic group, an option of the questionnaire.
    pub ethnic: Option<String>,
    /// Whether an identity number is known.
    pub identified: bool,
    /// Since when in this household.
    pub since: Date,
}

/// A new member.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// The name.
    pub name: String,
    /// The relation to the head.
    pub relation: String,
    /// `female` or `male`.
    pub sex: Option<String>,
    /// When born.
    #[schema(value_type = Option<String>)]
    pub born: Option<Born>,
    /// The ethnic group.
    pub ethnic: Option<String>,
    /// The personal identity number (12 digits; 9 of an old card).
    pub identity: Option<String>,
}

/// A new household.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHousehold {
    /// Its commune.
    pub commune: String,
    /// Its hamlet.
    pub hamlet: Option<String>,
    /// Its code; given by the register when absent.
    pub code: Option<String>,
    /// From which day it is here.
    pub from: Date,
    /// Its members; exactly one is the `head`.
    pub members: Vec<NewMember>,
}

/// A change of who belongs to a household.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum MemberChange {
    /// A child was born.
    Born {
        /// The child.
        member: NewMember,
    },
    /// Somebody came.
    MovedIn {
        /// Who.
        member: NewMember,
    },
    /// Somebody died. If it was the head, `new_head` says who is it now.
    Died {
        /// Who.
        person: String,
        /// The head after it.
        new_head: Option<NextHead>,
    },
    /// Somebody went away.
    MovedOut {
        /// Who.
        person: String,
        /// The head after it.
        new_head: Option<NextHead>,
    },
    /// Another is the head.
    NewHead {
        /// Who, and what everybody else is to them.
        new_head: NextHead,
    },
    /// What was recorded of a person was wrong.
    Corrected {
        /// Who.
        person: String,
        /// All that is recorded, as it should be.
        member: NewMember,
    },
}

/// A household as a page shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct HouseholdView {
    /// As lists show it.
    pub row: HouseholdRow,
    /// Where it is.
    pub place: Place,
    /// Its first day.
    pub opened: Date,
    /// Its last day.
    pub closed: Option<Date>,
    /// The household it was merged into, if that is within reach.
    pub became: Option<HouseholdRow>,
    /// Its members, the head first.
    pub members: Vec<Member>,
    /// Its statuses, latest first.
    pub spells: Vec<Spell>,
    /// Its cases: id, round's year and kind, state; latest first.
    pub cases: Vec<HouseholdCase>,
    /// What happened, latest first.
    pub timeline: Vec<TimelineEntry>,
}

/// A case of a household.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct HouseholdCase {
    /// The case.
    pub id: String,
    /// The round's kind.
    pub kind: String,
    /// The round's pack.
    pub pack: String,
    /// The round's year.
    pub year: i64,
    /// Where it stands today.
    pub state: CaseState,
    /// Its status.
    pub status: Option<String>,
}

/// An entry of the ledger about a household or its cases, in short.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct TimelineEntry {
    /// When, in microseconds.
    pub at: i64,
    /// What kind of entry.
    pub kind: String,
    /// Who.
    pub author: String,
    /// The chain and place of the entry.
    pub chain: String,
    /// Its place.
    pub seq: i64,
}

/// Two households that may be one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct DuplicateRow {
    /// The pair's id.
    pub id: String,
    /// One of them.
    pub first: HouseholdRow,
    /// The other.
    pub second: HouseholdRow,
    /// Who was compared: a person of the first, and one of the second; nothing for somebody who was not recorded, since
    /// the number entered is another's.
    pub compared: [Option<ComparedPerson>; 2],
    /// How alike, from 0 to 100.
    pub score: i64,
    /// What of them and of their households agrees.
    pub why: String,
    /// For the verdict: the version that was seen. It is another as soon as either household is.
    pub version: i64,
}

/// A person by whom two households were thought to be one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ComparedPerson {
    /// Its id.
    pub person: String,
    /// The name.
    pub name: String,
    /// When born.
    #[schema(value_type = Option<String>)]
    pub born: Option<Born>,
}

/// What is to become of a pair.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateVerdict {
    /// They are two.
    Different,
    /// They are one, and the first stays: the second is closed, its members who are not in the first join it. Can be undone.
    Merge,
    /// They are one, and the second stays.
    MergeIntoSecond,
}
