//! The picture of a household when it becomes a case: who belongs to it, what it was before, where it is. Later changes
//! of the household do not change it.

use super::records::Picture;
use super::{CaseReason, CaseState};
use crate::Result;
use crate::forms::known::{Facts, PicturedMember, known};
use crate::scope::Place;
use crate::spells::history::History;
use crate::store::{Query, Value, among, day, int, maybe, maybe_day, text};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::HashMap;
use vuon_policy::model::List;
use vuon_policy::program::Program;

/// Which households.
#[derive(Clone, Copy)]
pub(crate) enum Of<'a> {
    Commune(&'a str),
    Household(&'a str),
    /// A part of a commune's, by the ids, at most [`MANY`](crate::store::MANY) of them.
    Some(&'a [String]),
}

impl Of<'_> {
    pub fn within(self, query: Query) -> Query {
        match self {
            Of::Commune(commune) => query.push(" h.commune = ").bind(commune),
            Of::Household(household) => query.push(" h.id = ").bind(household),
            Of::Some(households) => among(query.push(" h.id IN "), households),
        }
    }
}

/// A household as it is now.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub household: String,
    pub code: String,
    pub place: Place,
    pub name: String,
    pub name_key: String,
    pub persons: i64,
}

/// The households that are not closed.
pub(crate) async fn subjects(connection: &mut AnyConnection, of: Of<'_>) -> Result<Vec<Subject>> {
    let query = Query::new(
        "SELECT h.id, h.code, h.province, h.district, h.commune, h.hamlet, h.name, h.name_key, h.persons \
         FROM household h WHERE h.closed IS NULL AND",
    );
    let query = of.within(query).push(" ORDER BY h.name_key, h.id");
    query
        .all(connection, |row| {
            Ok(Subject {
                household: text(row, 0)?,
                code: text(row, 1)?,
                place: Place {
                    province: text(row, 2)?,
                    district: maybe(row, 3)?,
                    commune: text(row, 4)?,
                    hamlet: maybe(row, 5)?,
                },
                name: text(row, 6)?,
                name_key: text(row, 7)?,
                persons: int(row, 8)?,
            })
        })
        .await
}

/// The members of households, as they are now.
pub(crate) async fn members(
    connection: &mut AnyConnection,
    of: Of<'_>,
) -> Result<HashMap<String, Vec<PicturedMember>>> {
    let query = Query::new(
        "SELECT p.household, p.id, p.relation, p.sex, p.born, p.ethnic, h.opened, (SELECT MAX(m.valid_from) FROM \
         membership m WHERE m.person = p.id AND m.household = p.household AND m.known_to IS NULL) \
         FROM person p JOIN household h ON h.id = p.household WHERE",
    );
    let rows = of.within(query).push(" ORDER BY p.household, p.place, p.id").all(connection, |row| {
        let member = PicturedMember {
            person: text(row, 1)?,
            relation: text(row, 2)?,
            sex: maybe(row, 3)?,
            born: maybe(row, 4)?,
            ethnic: maybe(row, 5)?,
            since: maybe_day(row, 7)?.map_or_else(|| day(row, 6), Ok)?,
        };
        Ok((text(row, 0)?, member))
    });
    let mut members: HashMap<String, Vec<PicturedMember>> = HashMap::new();
    for (household, member) in rows.await? {
        members.entry(household).or_default().push(member);
    }
    Ok(members)
}

/// What households were before a day, by what is known now.
pub(crate) async fn histories(
    connection: &mut AnyConnection,
    of: Of<'_>,
    on: Date,
) -> Result<HashMap<String, History>> {
    let query = Query::new(
        "SELECT s.household, s.valid_from, s.status, s.list FROM spell s JOIN household h ON h.id = s.household \
         WHERE s.known_to IS NULL AND",
    );
    let query = of.within(query).push(" ORDER BY s.household, s.valid_from, s.known_from, s.id");
    let rows = query.all(connection, |row| {
        Ok((text(row, 0)?, day(row, 1)?, text(row, 2)?, maybe(row, 3)?.as_deref().and_then(List::parse)))
    });
    let rows = rows.await?;
    let mut histories = HashMap::new();
    for spells in rows.chunk_by(|a, b| a.0 == b.0) {
        let past = History::on(on, spells.iter().map(|(_, from, status, list)| (*from, status.as_str(), *list)));
        histories.insert(spells[0].0.clone(), past);
    }
    Ok(histories)
}

/// Whether a commune had any list before a day.
pub(crate) async fn has_list(connection: &mut AnyConnection, commune: &str, on: Date) -> Result<bool> {
    let query = Query::new(
        "SELECT COUNT(*) FROM (SELECT s.id FROM spell s JOIN household h ON h.id = s.household WHERE h.commune = ",
    );
    let query = query.bind(commune).push(" AND s.known_to IS NULL AND s.valid_from <= ").bind(on);
    Ok(query.push(" LIMIT 1) found").count(connection).await? > 0)
}

/// What a picture is taken under.
pub(crate) struct Taking<'a> {
    pub program: &'a Program,
    pub round: &'a str,
    pub reviewed_on: Date,
    pub opened: Date,
    pub commune_kind: &'a str,
    pub has_list: bool,
    pub first: CaseState,
}

impl Taking<'_> {
    /// Takes the picture of a household.
    pub fn of(
        &self,
        subject: &Subject,
        members: Vec<PicturedMember>,
        history: History,
        reason: CaseReason,
        request: (Option<Date>, Option<Date>),
    ) -> Picture {
        let who: Vec<_> = members.iter().map(PicturedMember::who).collect();
        let facts = Facts {
            code: &subject.code,
            place: &subject.place,
            commune_kind: self.commune_kind,
            history: &history,
            has_list: self.has_list,
            day: self.reviewed_on,
            members: &who,
        };
        Picture {
            known: known(self.program, &facts),
            round: self.round.to_owned(),
            household: subject.household.clone(),
            place: subject.place.clone(),
            reason: reason.id().to_owned(),
            requested_on: request.0,
            opened: self.opened,
            due: request.1,
            persons: subject.persons,
            members,
            history,
            state: self.first.id().to_owned(),
        }
    }
}

/// The columns of a new case, and its values.
pub(crate) const NEW_CASE: &str = "review_case (id, round, household, province, district, commune, hamlet, name, name_key, \
     persons, state, reason, before, answers, counts, repeats, snapshot, opened, due, version)";

/// A new case's row.
pub(crate) fn case_values(id: &str, subject: &Subject, picture: &Picture, snapshot: String) -> [Value; 20] {
    [
        id.into(),
        picture.round.as_str().into(),
        subject.household.as_str().into(),
        subject.place.province.as_str().into(),
        subject.place.district.as_deref().into(),
        subject.place.commune.as_str().into(),
        subject.place.hamlet.as_deref().into(),
        subject.name.as_str().into(),
        subject.name_key.as_str().into(),
        subject.persons.into(),
        picture.state.as_str().into(),
        picture.reason.as_str().into(),
        picture.history.status.as_deref().into(),
        0.into(),
        0.into(),
        0.into(),
        snapshot.into(),
        picture.opened.into(),
        picture.due.into(),
        1.into(),
    ]
}
