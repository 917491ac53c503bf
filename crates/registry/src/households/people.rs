//! What is recorded of people: checked at the border, written with its own content in the ledger.

use super::NewMember;
use crate::ledger::Change;
use crate::store::{Value, insert_all, insert_new};
use crate::text::{given_key, key, name};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use vuon_policy::model::{ChoiceOption, Kind};
use vuon_policy::program::Program;

/// The relation of the head to the household.
pub(crate) const HEAD: &str = "head";
/// The relation of somebody of whom only that is known, that the relation is another one.
pub(super) const OTHER: &str = "other";

/// Nobody alive was born before.
const FIRST_YEAR: i16 = 1880;

/// A person, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PersonDraft {
    pub name: String,
    pub relation: String,
    pub sex: Option<String>,
    pub born: Option<String>,
    pub ethnic: Option<String>,
    pub identity: Option<Identity>,
}

/// An identity number, checked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    /// `personal` (12 digits) or `card` (9 digits, of an old card).
    pub kind: &'static str,
    pub number: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.kind)
    }
}

/// The content of an entry of the kind `person`: all that is known of the person, and nothing of anybody else.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PersonContent {
    pub name: String,
    pub sex: Option<String>,
    pub born: Option<String>,
    pub ethnic: Option<String>,
}

/// The content of an entry of the kind `identity`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct IdentityContent {
    pub kind: String,
    pub print: String,
}

impl PersonDraft {
    fn content(&self) -> PersonContent {
        PersonContent {
            name: self.name.clone(),
            sex: self.sex.clone(),
            born: self.born.clone(),
            ethnic: self.ethnic.clone(),
        }
    }
}

fn checked(member: &NewMember, today: Date, program: Option<&Program>) -> Result<PersonDraft> {
    let option = |field, variable, id: &str| option(program, field, variable, id);
    Ok(PersonDraft {
        name: name("name", &member.name)?,
        relation: option("relation", "relation", &member.relation)?,
        sex: match member.sex.as_deref().filter(|sex| !sex.is_empty()) {
            None => None,
            Some(sex @ ("female" | "male")) => Some(sex.to_owned()),
            Some(_) => return Err(RegistryError::invalid("sex", "female, male, or nothing where it is not known")),
        },
        born: member
            .born
            .as_deref()
            .filter(|born| !born.is_empty())
            .map(|born| checked_born(born, today))
            .transpose()?,
        ethnic: member
            .ethnic
            .as_deref()
            .filter(|e| !e.is_empty())
            .map(|e| option("ethnic", "ethnicity", e))
            .transpose()?,
        identity: member.identity.as_deref().filter(|n| !n.trim().is_empty()).map(checked_identity).transpose()?,
    })
}

/// The id of an option that the questionnaire has for what is asked of a member. Without a standard in force any id will
/// do that could be one.
pub(super) fn option(program: Option<&Program>, field: &'static str, variable: &str, id: &str) -> Result<String> {
    let good = match program.and_then(|program| options(program, variable)) {
        Some(options) => options.iter().any(|option| option.id.value == id),
        None => {
            !id.is_empty()
                && id.len() <= 64
                && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        }
    };
    if good {
        Ok(id.to_owned())
    } else {
        Err(RegistryError::invalid(field, "choose one of the questionnaire's options"))
    }
}

fn options<'p>(program: &'p Program, variable: &str) -> Option<&'p [ChoiceOption]> {
    let questions = &program.pack.questionnaire;
    match &questions.member.iter().find(|asked| asked.id.value == variable)?.kind {
        Kind::Choice(list) => Some(&questions.choices[*list].options),
        _ => None,
    }
}

fn checked_born(born: &str, today: Date) -> Result<String> {
    let wrong = |message| RegistryError::invalid("born", message);
    let born = born.trim();
    let how = "write a year (1980) or a day (1980-02-28)";
    let first = if born.len() == 4 && born.bytes().all(|b| b.is_ascii_digit()) {
        born.parse::<i16>().ok().and_then(|year| Date::new(year, 1, 1).ok())
    } else {
        Some(born).filter(|born| born.len() == 10).and_then(|born| born.parse::<Date>().ok())
    };
    let first = first.ok_or_else(|| wrong(how))?;
    if first > today {
        return Err(wrong("nobody is born in days to come"));
    }
    if first.year() < FIRST_YEAR {
        return Err(wrong("nobody alive was born before 1880"));
    }
    Ok(born.to_owned())
}

/// An identity number as people write it, with blanks and points or without. Lost zeros are not put back: a number
/// decides who somebody is.
pub(crate) fn checked_identity(number: &str) -> Result<Identity> {
    let number: String = number.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    match (digits, number.len()) {
        (true, 12) => Ok(Identity { kind: "personal", number }),
        (true, 9) => Ok(Identity { kind: "card", number }),
        _ => Err(RegistryError::invalid("identity", "an identity number has 12 digits, that of an old card 9")),
    }
}

/// A person to be written: a new id, or one that is there already.
pub(crate) struct Written<'a> {
    pub person: &'a str,
    pub household: &'a str,
    pub province: &'a str,
    pub commune: &'a str,
    pub place: i64,
    pub draft: &'a PersonDraft,
}

impl Desk {
    /// Checks what was entered of members, by the questionnaire of today's standard.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] naming the field.
    pub(super) fn checked_members(&self, members: &[NewMember]) -> Result<Vec<PersonDraft>> {
        let today = self.today();
        let program = self.register.standard(today);
        members.iter().map(|member| checked(member, today, program.as_deref())).collect()
    }

    /// Checks what was entered of one member.
    ///
    /// # Errors
    /// As [`checked_members`](Self::checked_members).
    pub(super) fn checked_member(&self, member: &NewMember) -> Result<PersonDraft> {
        let program = self.register.standard(self.today());
        checked(member, self.today(), program.as_deref())
    }

    /// Adds people who are not here yet, and gives what the ledger says of them: subject, kind and content.
    pub(super) async fn insert_people(
        &self,
        connection: &mut AnyConnection,
        people: &[Written<'_>],
    ) -> Result<Vec<(String, &'static str, String)>> {
        let rows = people.iter().map(|w| -> [Value; 13] {
            let name_key = key(&w.draft.name);
            [
                w.person.into(),
                w.household.into(),
                w.province.into(),
                w.commune.into(),
                w.place.into(),
                w.draft.relation.as_str().into(),
                w.draft.name.as_str().into(),
                name_key.as_str().into(),
                given_key(&name_key).into(),
                w.draft.sex.clone().into(),
                w.draft.born.clone().into(),
                w.draft.ethnic.clone().into(),
                false.into(),
            ]
        });
        let columns = "person (id, household, province, commune, place, relation, name, name_key, given_key, sex, born, \
                       ethnic, erased)";
        insert_all(connection, columns, rows).await?;
        self.describe_people(connection, people).await
    }

    /// Writes the contents that tell who people are, and their identity numbers.
    pub(crate) async fn describe_people(
        &self,
        connection: &mut AnyConnection,
        people: &[Written<'_>],
    ) -> Result<Vec<(String, &'static str, String)>> {
        let contents: Vec<PersonContent> = people.iter().map(|w| w.draft.content()).collect();
        let hashes = crate::ledger::store_all(connection, &contents).await?;
        let mut said: Vec<_> =
            people.iter().zip(hashes).map(|(w, hash)| (w.person.to_owned(), "person", hash)).collect();
        let numbers: Vec<(&str, &Identity)> =
            people.iter().filter_map(|w| w.draft.identity.as_ref().map(|identity| (w.person, identity))).collect();
        said.extend(self.insert_identities(connection, &numbers).await?);
        Ok(said)
    }

    /// Records identity numbers of people.
    ///
    /// # Errors
    /// [`RegistryError::Exists`] when the database has one of them already, whoever's it is.
    pub(super) async fn insert_identities(
        &self,
        connection: &mut AnyConnection,
        numbers: &[(&str, &Identity)],
    ) -> Result<Vec<(String, &'static str, String)>> {
        let prints: Vec<String> = numbers.iter().map(|(_, id)| self.keys().print(id.kind, &id.number)).collect();
        let rows = numbers.iter().zip(&prints).map(|((person, id), print)| -> [Value; 4] {
            let sealed = self.keys().seal(&sealed_for(id.kind, print), &id.number);
            [id.kind.into(), print.into(), (*person).into(), sealed.into()]
        });
        let added = insert_new(connection, "identity (kind, print, person, sealed)", rows).await?;
        if added < numbers.len() as u64 {
            return Err(taken());
        }
        let contents: Vec<IdentityContent> = numbers
            .iter()
            .zip(&prints)
            .map(|((_, id), print)| IdentityContent { kind: id.kind.to_owned(), print: print.clone() })
            .collect();
        let hashes = crate::ledger::store_all(connection, &contents).await?;
        Ok(numbers.iter().zip(hashes).map(|((person, _), hash)| ((*person).to_owned(), "identity", hash)).collect())
    }
}

/// A number that is recorded already: whose it is, is not told.
pub(super) fn taken() -> RegistryError {
    RegistryError::Exists { what: "this identity number".into() }
}

/// The place a number is sealed for: it opens in its own row only.
pub(super) fn sealed_for(kind: &str, print: &str) -> String {
    format!("identity/{kind}/{print}")
}

/// The changes of an entry list, borrowed.
pub(crate) fn changes<'a>(author: &'a str, said: &'a [(String, &'static str, String)]) -> Vec<Change<'a>> {
    said.iter().map(|(subject, kind, content)| Change { author, kind, subject, content }).collect()
}
