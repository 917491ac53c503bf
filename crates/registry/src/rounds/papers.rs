//! Papers that are printed again: what a decision decided, and certificates. They say what was recorded when they were
//! made, whatever was decided since.

use super::DecisionRow;
use super::view::{DECISION_WIDTH, decision_of};
use crate::cases::records::{DecidedRecord, Picture};
use crate::households::people_known;
use crate::page::{Page, PageRequest};
use crate::scope::Action;
use crate::store::{MANY, Query, among, day, int, maybe, text};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::AnyConnection;
use std::collections::HashMap;

/// A household as a decision decided it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DecidedCase {
    /// The case.
    pub case: String,
    /// The head's name when the round opened.
    pub name: String,
    /// Its hamlet's name.
    pub hamlet_name: Option<String>,
    /// How many members then.
    pub persons: i64,
    /// What was decided.
    pub status: String,
    /// The head's name on the day of deciding, where that is another.
    pub name_then: Option<String>,
    /// The hamlet's name on that day, where that is another.
    pub hamlet_name_then: Option<String>,
}

/// A certificate that is in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Certificate {
    /// The case.
    pub case: String,
    /// The commune that gave it, which a reform of areas does not change.
    pub commune: String,
    /// The head's name when the round opened.
    pub name: String,
    /// Its hamlet's name.
    pub hamlet_name: Option<String>,
    /// Its official number, such as `0012/2025`.
    pub number: String,
    /// The day it was given.
    pub issued_on: Date,
    /// The status it certifies.
    pub status: Option<String>,
    /// The decision it rests on.
    pub decision: DecisionRow,
    /// Who belongs to the household by the picture of the round.
    pub members: Vec<CertifiedMember>,
}

/// A member on a certificate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CertifiedMember {
    /// The name.
    pub name: String,
    /// What they are to the head.
    pub relation: String,
    /// Born on a day, or in a year.
    pub born: Option<String>,
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T> {
    serde_json::from_str(body).map_err(|_| RegistryError::Damaged { what: "a content of the ledger".into() })
}

impl Desk {
    /// What a decision decided, within reach, by name: told from the entries that were written with it, so that a later
    /// decision on the same cases changes nothing of it.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for a decision out of reach.
    pub async fn decided(&self, decision: &str) -> Result<Vec<DecidedCase>> {
        self.actor.may(Action::ReadPeople)?;
        let mut tx = self.store().snapshot().await?;
        let query = Query::new(
            "SELECT e.chain, e.seq, d.cases, d.at FROM decision d JOIN round r ON r.id = d.round \
             JOIN entry e ON e.subject = d.id AND e.kind = 'decision' WHERE d.id = ",
        );
        let (chain, seq, cases, at) = self
            .actor
            .reach
            .within_commune(query.bind(decision), "r")
            .one(&mut tx, |row| Ok((text(row, 0)?, int(row, 1)?, int(row, 2)?, int(row, 3)?)))
            .await?;
        let query = Query::new(
            "SELECT c.id, c.name, m.name, c.persons, o.body, c.hamlet FROM entry e JOIN content o ON o.hash = e.content \
             JOIN review_case c ON c.id = e.subject LEFT JOIN hamlet m ON m.id = c.hamlet WHERE e.kind = 'decided' \
             AND e.chain = ",
        );
        let query = query.bind(chain).push(" AND e.seq > ").bind(seq).push(" AND e.seq <= ").bind(seq + cases);
        let rows = self.actor.reach.within(query, "c").push(" ORDER BY c.name_key, c.id").all(&mut tx, |row| {
            let record: DecidedRecord = read(&text(row, 4)?)?;
            let case = DecidedCase {
                case: text(row, 0)?,
                name: text(row, 1)?,
                hamlet_name: maybe(row, 2)?,
                persons: int(row, 3)?,
                status: record.status,
                name_then: record.head,
                hamlet_name_then: record
                    .hamlet
                    .filter(|then| maybe(row, 5).is_ok_and(|listed| listed.as_ref() != Some(then))),
            };
            Ok((record.decision, case))
        });
        let rows = rows.await?.into_iter().filter(|(of, _)| of == decision);
        let mut cases: Vec<DecidedCase> = rows.map(|(_, case)| case).collect();
        name_as_then(&mut tx, &mut cases, at).await?;
        Ok(cases)
    }

    /// The certificates in force of a round, by name; of the cases that one decision decided last, where it is given.
    pub async fn certificates(
        &self,
        round: &str,
        decision: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<Certificate>> {
        let after = page.key::<2>()?;
        let found = self.certified(|query| {
            let mut query = query.push(" AND c.round = ").bind(round);
            if let Some(decision) = decision {
                query = query.push(" AND c.decision = ").bind(decision);
            }
            if let Some([name, id]) = &after {
                query = query.push(" AND (c.name_key > ").bind(name).push(" OR (c.name_key = ").bind(name);
                query = query.push(" AND c.id > ").bind(id).push("))");
            }
            query.push(" ORDER BY c.name_key, c.id LIMIT ").bind(page.reads())
        });
        let found = Page::of(found.await?, page, |(name_key, paper)| [name_key.clone(), paper.case.clone()]);
        Ok(Page { rows: found.rows.into_iter().map(|(_, paper)| paper).collect(), next: found.next })
    }

    /// The certificate of a case.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the case has none in force, or is out of reach.
    pub async fn certificate(&self, case: &str) -> Result<Certificate> {
        let found = self.certified(|query| query.push(" AND c.id = ").bind(case)).await?;
        found.into_iter().next().map(|(_, paper)| paper).ok_or(RegistryError::NotFound)
    }

    /// The certificates in force within reach that a condition names, each with the key of its name.
    async fn certified(&self, named: impl FnOnce(Query) -> Query) -> Result<Vec<(String, Certificate)>> {
        self.actor.may(Action::ReadPeople)?;
        let mut tx = self.store().snapshot().await?;
        let query = self.actor.reach.decision(Query::new("SELECT ")).push(
            ", c.id, c.name, m.name, f.number, f.year, f.issued_on, c.decided, c.name_key, o.body, f.commune FROM certificate f \
             JOIN review_case c ON c.id = f.review_case JOIN decision d ON d.id = c.decision \
             LEFT JOIN account s ON s.id = d.signed_by LEFT JOIN hamlet m ON m.id = c.hamlet \
             JOIN content o ON o.hash = c.snapshot WHERE f.void_on IS NULL",
        );
        let query = named(self.actor.reach.within(query, "c"));
        let found = query.all(&mut tx, |row| {
            let at = DECISION_WIDTH;
            let paper = Certificate {
                decision: decision_of(row)?,
                case: text(row, at)?,
                commune: text(row, at + 9)?,
                name: text(row, at + 1)?,
                hamlet_name: maybe(row, at + 2)?,
                number: certificate_number(int(row, at + 3)?, int(row, at + 4)?),
                issued_on: day(row, at + 5)?,
                status: maybe(row, at + 6)?,
                members: Vec::new(),
            };
            let picture: Option<Picture> = maybe(row, at + 8)?.map(|body| read(&body)).transpose()?;
            Ok((text(row, at + 7)?, paper, picture))
        });
        let found = found.await?;
        let persons = found.iter().filter_map(|(_, _, picture)| picture.as_ref()).flat_map(|picture| &picture.members);
        let persons: Vec<String> = persons.map(|member| member.person.clone()).collect();
        let names = names_of(&mut tx, &persons).await?;
        let papers = found.into_iter().map(|(key, mut paper, picture)| {
            let members = picture.map(|picture| picture.members).unwrap_or_default().into_iter();
            paper.members = members
                .map(|member| CertifiedMember {
                    name: names.get(&member.person).cloned().unwrap_or_default(),
                    relation: member.relation,
                    born: member.born,
                })
                .collect();
            (key, paper)
        });
        Ok(papers.collect())
    }
}

/// Puts names in place of the ids of heads and hamlets on the day of deciding, as they were known then; of a head who is
/// called as on the list nothing.
async fn name_as_then(connection: &mut AnyConnection, cases: &mut [DecidedCase], at: i64) -> Result<()> {
    let heads: Vec<String> = cases.iter().filter_map(|case| case.name_then.clone()).collect();
    let known = people_known(connection, &heads, at).await?;
    let moved: Vec<String> = cases.iter().filter_map(|case| case.hamlet_name_then.clone()).collect();
    let mut hamlets: HashMap<String, String> = HashMap::new();
    for some in moved.chunks(MANY) {
        let query = among(Query::new("SELECT id, name FROM hamlet WHERE id IN "), some);
        hamlets.extend(query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?);
    }
    for case in cases {
        // Of somebody erased since, no name is known.
        let name = case.name_then.take().map(|head| known.get(&head).map_or(String::new(), |who| who.name.clone()));
        case.name_then = name.filter(|name| *name != case.name);
        case.hamlet_name_then = case.hamlet_name_then.take().and_then(|hamlet| hamlets.get(&hamlet).cloned());
    }
    Ok(())
}

/// The official number of a certificate.
pub(crate) fn certificate_number(number: i64, year: i64) -> String {
    format!("{number:04}/{year}")
}

async fn names_of(connection: &mut AnyConnection, persons: &[String]) -> Result<HashMap<String, String>> {
    let mut names = HashMap::new();
    for persons in persons.chunks(MANY) {
        let query = among(Query::new("SELECT id, name FROM person WHERE id IN "), persons);
        names.extend(query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?);
    }
    Ok(names)
}
