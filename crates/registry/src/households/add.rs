//! New households: one at a desk, thousands from a list, by the same way.

use super::NewHousehold;
use super::held::{Membership, insert_memberships};
use super::people::{HEAD, PersonDraft, Written, changes, taken};
use crate::ledger;
use crate::scope::{Action, Place};
use crate::store::{Value, insert_all, insert_new, maybe, sql};
use crate::text::{key, new_id};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use serde_json::json;
use sqlx::AnyConnection;

/// What codes given by the register begin with; six digits follow.
const OWN_CODES: &str = "V-";
/// The most members a household has.
pub(crate) const MOST_MEMBERS: usize = 100;

/// A household to be added, checked.
#[derive(Clone, Debug)]
pub(crate) struct HouseholdDraft {
    pub code: Option<String>,
    pub hamlet: Option<String>,
    pub from: Date,
    /// The status, and its standard, of one that comes with a list.
    pub status: Option<(String, String)>,
    /// The head first; see [`HouseholdDraft::checked`].
    pub members: Vec<PersonDraft>,
}

impl HouseholdDraft {
    /// From people who were checked: exactly one is the head, and comes first.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`]: a head that is missing is never made up.
    pub fn checked(
        code: Option<&str>,
        hamlet: Option<&str>,
        from: Date,
        mut members: Vec<PersonDraft>,
        today: Date,
    ) -> Result<Self> {
        match members.iter().filter(|member| member.relation == HEAD).count() {
            1 => {}
            0 => return Err(RegistryError::invalid("members", "the head of the household is missing")),
            _ => return Err(RegistryError::invalid("members", "a household has one head")),
        }
        if members.len() > MOST_MEMBERS {
            return Err(RegistryError::invalid("members", "a household has at most 100 members"));
        }
        if from > today {
            return Err(RegistryError::Day { field: "from", day: from, why: "it is still to come" });
        }
        members.sort_by_key(|member| member.relation != HEAD);
        let code = code.map(str::trim).filter(|code| !code.is_empty()).map(checked_code).transpose()?;
        Ok(HouseholdDraft { code, hamlet: hamlet.map(str::to_owned), from, status: None, members })
    }
}

fn own_code(number: u32) -> String {
    format!("{OWN_CODES}{number:06}")
}

fn own_number(code: &str) -> Option<u32> {
    code.strip_prefix(OWN_CODES).filter(|digits| digits.len() == 6).and_then(|digits| digits.parse().ok())
}

/// Whether a code was given by a register.
pub(crate) fn is_own_code(code: &str) -> bool {
    own_number(code).is_some()
}

/// A code as it is kept.
///
/// # Errors
/// [`RegistryError::Invalid`].
pub(crate) fn checked_code(code: &str) -> Result<String> {
    let wrong = |message| Err(RegistryError::invalid("code", message));
    if code.chars().count() > 40 || code.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return wrong("a code has at most 40 signs and no blanks");
    }
    if code.starts_with(OWN_CODES) && own_number(code).is_none() {
        return wrong("codes that begin with V- are given by the register");
    }
    Ok(code.to_owned())
}

/// The number of the next code that the register gives in a commune.
pub(super) async fn next_own_number(connection: &mut AnyConnection, commune: &str) -> Result<u32> {
    let last =
        sql("SELECT MAX(code) FROM household WHERE commune = $1 AND code >= 'V-' AND code < 'V.'", [commune.into()])
            .one(connection, |row| maybe(row, 0))
            .await?;
    Ok(last.and_then(|code| own_number(&code)).unwrap_or(0) + 1)
}

/// The next code that the register gives in a commune.
pub(super) async fn next_own_code(connection: &mut AnyConnection, commune: &str) -> Result<String> {
    Ok(own_code(next_own_number(connection, commune).await?))
}

impl Desk {
    /// Adds a household; its id.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`], also when the head is missing; [`RegistryError::Exists`] when the commune has the code,
    /// or an identity number is recorded already; [`RegistryError::NotFound`] for a place out of reach.
    pub async fn add_household(&self, new: &NewHousehold) -> Result<String> {
        self.actor.may(Action::EditPeople)?;
        let members = self.checked_members(&new.members)?;
        let (code, hamlet) = (new.code.as_deref(), new.hamlet.as_deref());
        let draft = HouseholdDraft::checked(code, hamlet, new.from, members, self.today())?;
        let mut tx = self.store().write().await?;
        let place = self.hold_place(&mut tx, &new.commune, hamlet).await?;
        for identity in draft.members.iter().filter_map(|member| member.identity.as_ref()) {
            if self.owner_of(&mut tx, identity).await?.is_some() {
                // There is no household yet that the owner's could be a pair with.
                self.tell_pairs(&mut tx, &place.commune, &json!({ "refused": null })).await?;
                tx.commit().await?;
                return Err(taken());
            }
        }
        let (id, _) =
            self.insert_households(&mut tx, &place, "added", &[draft]).await?.pop().ok_or(RegistryError::NotFound)?;
        tx.commit().await?;
        Ok(id)
    }

    /// Adds households to a commune whose chain is held, with their entries; their ids, and those of their members, in the
    /// order given. The asker's right to do so, and that the hamlets are the commune's, was checked before.
    ///
    /// # Errors
    /// [`RegistryError::Exists`] for a code or identity number that is taken; the transaction is of no use then.
    pub(crate) async fn insert_households(
        &self,
        connection: &mut AnyConnection,
        commune: &Place,
        cause: &str,
        drafts: &[HouseholdDraft],
    ) -> Result<Vec<(String, Vec<String>)>> {
        let at = self.now();
        let mut next = if drafts.iter().any(|draft| draft.code.is_none()) {
            next_own_number(connection, &commune.commune).await?
        } else {
            0
        };
        let mut codes: Vec<String> = Vec::with_capacity(drafts.len());
        for draft in drafts {
            codes.push(draft.code.clone().unwrap_or_else(|| own_code(next)));
            next += u32::from(draft.code.is_none());
        }
        let ids: Vec<(String, Vec<String>)> =
            drafts.iter().map(|draft| (new_id(), draft.members.iter().map(|_| new_id()).collect())).collect();

        let households = drafts.iter().zip(&ids).zip(&codes).map(|((draft, (id, people)), code)| -> [Value; 14] {
            let head = draft.members.first().map_or("", |head| &head.name);
            [
                id.into(),
                code.into(),
                commune.province.as_str().into(),
                commune.district.clone().into(),
                commune.commune.as_str().into(),
                draft.hamlet.clone().into(),
                people.first().map(String::as_str).into(),
                head.into(),
                key(head).into(),
                (draft.members.len() as i64).into(),
                draft.from.into(),
                1_i64.into(),
                draft.status.as_ref().map(|(status, _)| status.as_str()).into(),
                draft.status.as_ref().map(|(_, standard)| standard.as_str()).into(),
            ]
        });
        let columns = "household (id, code, province, district, commune, hamlet, head, name, name_key, persons, opened, \
                       version, status, standard)";
        if insert_new(connection, columns, households).await? < drafts.len() as u64 {
            let what = match codes.as_slice() {
                [code] => format!("the household code {code}"),
                _ => "one of the household codes".into(),
            };
            return Err(RegistryError::Exists { what });
        }

        let each = || drafts.iter().zip(&ids);
        let people: Vec<Written<'_>> = each()
            .flat_map(|(draft, (household, people))| {
                draft.members.iter().zip(people).enumerate().map(move |(place, (draft, person))| Written {
                    person,
                    household,
                    province: &commune.province,
                    commune: &commune.commune,
                    place: place as i64,
                    draft,
                })
            })
            .collect();
        let said_of_people = self.insert_people(connection, &people).await?;

        let memberships: Vec<Membership<'_>> = each()
            .flat_map(|(draft, (household, people))| {
                draft.members.iter().zip(people).map(move |(member, person)| Membership {
                    person,
                    household: Some(household),
                    relation: Some(&member.relation),
                    cause,
                    from: draft.from,
                })
            })
            .collect();
        insert_memberships(connection, at, &memberships).await?;

        let residences = each().zip(&codes).map(|((draft, (household, _)), code)| -> [Value; 10] {
            [
                new_id().into(),
                household.into(),
                code.into(),
                commune.province.as_str().into(),
                commune.district.clone().into(),
                commune.commune.as_str().into(),
                draft.hamlet.clone().into(),
                cause.into(),
                draft.from.into(),
                at.into(),
            ]
        });
        let columns =
            "residence (id, household, code, province, district, commune, hamlet, cause, valid_from, known_from)";
        insert_all(connection, columns, residences).await?;

        let contents: Vec<serde_json::Value> = each()
            .zip(&codes)
            .map(|((draft, (_, people)), code)| {
                let members: Vec<_> = draft
                    .members
                    .iter()
                    .zip(people)
                    .map(|(member, person)| json!({ "person": person, "relation": member.relation }))
                    .collect();
                json!({
                    "code": code,
                    "hamlet": draft.hamlet,
                    "from": draft.from.to_string(),
                    "cause": cause,
                    "members": members,
                })
            })
            .collect();
        let hashes = ledger::store_all(connection, &contents).await?;
        let mut said: Vec<(String, &'static str, String)> =
            ids.iter().zip(hashes).map(|((id, _), hash)| (id.clone(), "household", hash)).collect();
        said.extend(said_of_people);
        ledger::append(connection, &commune.commune, at, &changes(&self.actor.id, &said)).await?;
        Ok(ids)
    }
}
