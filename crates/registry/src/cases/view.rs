//! One case with all that happened to it.

use super::answers::RECORDED;
use super::one::Case;
use super::records::{Answered, Picture};
use super::{AnswersReason, AnswersVersion, CaseView, CaseVote, DocumentRow};
use crate::forms::assess;
use crate::households::Member;
use crate::rounds::certificate_number;
use crate::scope::Action;
use crate::store::{day, int, maybe, sql, text, yes};
use crate::{Desk, RegistryError, Result, ledger};
use sqlx::AnyConnection;
use std::collections::HashMap;
use vuon_policy::explain::Explanation;
use vuon_policy::model::Language;

impl Desk {
    /// One case.
    pub async fn case(&self, id: &str, language: Language) -> Result<CaseView> {
        self.actor.may(Action::ReadPeople)?;
        let mut tx = self.store().snapshot().await?;
        let case = self.load_case(&mut tx, id).await?;
        let picture: Option<Picture> = ledger::content(&mut tx, &case.snapshot).await?;
        let (members, changed_since) = members(&mut tx, &case, picture.as_ref()).await?;
        let (versions, counted) = versions(&mut tx, id).await?;
        let explanation = match counted {
            Some((answered, recorded)) => self.told(&mut tx, &case, answered, recorded, language).await,
            None => None,
        };
        let posting = match &case.posting {
            Some(posting) => self.posting_row(&mut tx, posting).await?,
            None => None,
        };
        let decision = match &case.decision {
            Some(decision) => self.decision_row(&mut tx, decision).await?,
            None => None,
        };
        let votes = sql(
            "SELECT v.meeting, g.held_on, v.agree, g.present, v.carried FROM vote v JOIN meeting g ON g.id = v.meeting \
             WHERE v.review_case = $1 ORDER BY g.at DESC",
            [id.into()],
        );
        let votes = votes.all(&mut tx, |row| {
            Ok(CaseVote {
                meeting: text(row, 0)?,
                held_on: day(row, 1)?,
                agree: int(row, 2)?,
                present: int(row, 3)?,
                carried: yes(row, 4)?,
            })
        });
        let votes = votes.await?;
        let certificate = sql(
            "SELECT number, year, issued_on FROM certificate WHERE review_case = $1 AND void_on IS NULL",
            [id.into()],
        );
        let certificate =
            certificate.first(&mut tx, |row| Ok((certificate_number(int(row, 0)?, int(row, 1)?), day(row, 2)?)));
        let certificate = certificate.await?;
        let documents =
            sql("SELECT hash, name, mime, bytes FROM document WHERE review_case = $1 ORDER BY at, hash", [id.into()]);
        let documents = documents.all(&mut tx, |row| {
            Ok(DocumentRow { hash: text(row, 0)?, name: text(row, 1)?, mime: text(row, 2)?, bytes: int(row, 3)? })
        });
        let documents = documents.await?;
        let complaints = self.complaints_of(&mut tx, id).await?;
        Ok(CaseView {
            row: case.row,
            place: case.place,
            round: case.round,
            members,
            versions,
            explanation,
            votes,
            posting,
            complaints,
            decision,
            certificate,
            documents,
            changed_since,
        })
    }

    /// Why a version of a case's answers gives its status; nothing if it was erased.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is no such version, or the case is out of reach.
    pub async fn explanation(&self, id: &str, version: i64, language: Language) -> Result<Option<Explanation>> {
        self.actor.may(Action::ReadPeople)?;
        let mut tx = self.store().snapshot().await?;
        let case = self.load_case(&mut tx, id).await?;
        let found = sql(
            "SELECT answered, assessed FROM answers WHERE review_case = $1 AND version = $2",
            [id.into(), version.into()],
        );
        let (answered, assessed) = found.one(&mut tx, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        let answered: Option<Answered> = ledger::content(&mut tx, &answered).await?;
        let recorded: Option<Explanation> = ledger::content(&mut tx, &assessed).await?;
        Ok(self.told(&mut tx, &case, answered, recorded, language).await)
    }

    /// The reason for a status in a language: told again from the recorded answers, or as it was recorded.
    async fn told(
        &self,
        connection: &mut AnyConnection,
        case: &Case,
        answered: Option<Answered>,
        recorded: Option<Explanation>,
        language: Language,
    ) -> Option<Explanation> {
        let ground = self.ground(connection, case).await.ok();
        match (ground, answered, language == RECORDED) {
            (Some(ground), Some(answered), false) => {
                assess(ground.under(case), &answered.known, &answered.answers, language).ok().or(recorded)
            }
            _ => recorded,
        }
    }
}

/// The members of the picture, and whether the household is another one today.
async fn members(
    connection: &mut AnyConnection,
    case: &Case,
    picture: Option<&Picture>,
) -> Result<(Vec<Member>, bool)> {
    let Some(picture) = picture else { return Ok((Vec::new(), false)) };
    let now = sql(
        "SELECT p.id, p.relation, p.sex, p.born, p.ethnic FROM person p WHERE p.household = $1",
        [case.row.household.as_str().into()],
    );
    type Who = (String, Option<String>, Option<String>, Option<String>);
    let now = now.all(connection, |row| {
        let who: Who = (text(row, 1)?, maybe(row, 2)?, maybe(row, 3)?, maybe(row, 4)?);
        Ok((text(row, 0)?, who))
    });
    let now: HashMap<String, Who> = now.await?.into_iter().collect();
    let same = now.len() == picture.members.len()
        && picture.members.iter().all(|m| {
            let then: Who = (m.relation.clone(), m.sex.clone(), m.born.clone(), m.ethnic.clone());
            now.get(&m.person) == Some(&then)
        });
    let place = sql("SELECT commune, hamlet FROM household WHERE id = $1", [case.row.household.as_str().into()]);
    let place = place.first(connection, |row| Ok((text(row, 0)?, maybe(row, 1)?))).await?;
    let moved = place != Some((case.place.commune.clone(), case.place.hamlet.clone()));

    let persons: Vec<String> = picture.members.iter().map(|m| m.person.clone()).collect();
    let mut names = HashMap::new();
    if !persons.is_empty() {
        let query = crate::store::Query::new(
            "SELECT p.id, p.name, (SELECT COUNT(*) FROM identity i WHERE i.person = p.id) FROM person p WHERE p.id IN ",
        );
        let found = crate::store::among(query, &persons)
            .all(connection, |row| Ok((text(row, 0)?, (text(row, 1)?, int(row, 2)? > 0))))
            .await?;
        names.extend(found);
    }
    let members = picture.members.iter().map(|m| {
        let (name, identified) = names.remove(&m.person).unwrap_or_default();
        Member {
            person: m.person.clone(),
            name,
            relation: m.relation.clone(),
            sex: m.sex.clone(),
            born: m.born.clone(),
            ethnic: m.ethnic.clone(),
            identified,
            since: m.since,
        }
    });
    Ok((members.collect(), !same || moved))
}

type Contents = Option<(Option<Answered>, Option<Explanation>)>;

/// All versions of a case's answers, latest first; and the contents of the one whose status it has.
async fn versions(connection: &mut AnyConnection, case: &str) -> Result<(Vec<AnswersVersion>, Contents)> {
    let found = sql(
        "SELECT v.version, v.author, v.at, v.reason, v.answered, v.assessed, v.status, \
         CASE WHEN v.version = c.counts THEN 1 ELSE 0 END, COALESCE(a.name, v.author) \
         FROM answers v JOIN review_case c ON c.id = v.review_case LEFT JOIN account a ON a.id = v.author \
         WHERE v.review_case = $1 ORDER BY v.version DESC",
        [case.into()],
    );
    let found = found.all(connection, |row| {
        let reason = AnswersReason::parse(&text(row, 3)?);
        let reason = reason.ok_or_else(|| RegistryError::Damaged { what: "the reason of answers".into() })?;
        let version = AnswersVersion {
            version: int(row, 0)?,
            author: text(row, 1)?,
            author_name: text(row, 8)?,
            at: int(row, 2)?,
            reason,
            answers: None,
            status: text(row, 6)?,
            sentence: None,
        };
        Ok((version, text(row, 4)?, text(row, 5)?, yes(row, 7)?))
    });
    let (mut versions, mut counted) = (Vec::new(), None);
    for (version, answered, assessed, counts) in found.await? {
        let answered: Option<Answered> = ledger::content(connection, &answered).await?;
        let assessed: Option<Explanation> = ledger::content(connection, &assessed).await?;
        versions.push(AnswersVersion {
            answers: answered.as_ref().map(|answered| answered.answers.clone()),
            sentence: assessed.as_ref().map(|assessed| assessed.sentence.clone()),
            ..version
        });
        if counts {
            counted = Some((answered, assessed));
        }
    }
    Ok((versions, counted))
}
