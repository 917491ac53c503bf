//! Forms of cases: drafts that are nobody's statement yet, and versions of answers signed for good.

use super::one::Case;
use super::records::{Answered, AnswersRecord, Picture};
use super::{AnswersReason, CaseForm, CaseState, Saved};
use crate::forms::unshown::with_unshown;
use crate::forms::{self, Answers, Form, Under, read_for_good};
use crate::ledger::Change;
use crate::procedure::{Event, Procedure};
use crate::scope::Action;
use crate::spells::history::movement;
use crate::store::{int, maybe, maybe_int, sql, text};
use crate::{Desk, RegistryError, Result, ledger};
use sqlx::AnyConnection;
use std::sync::Arc;
use vuon_policy::explain::Explanation;
use vuon_policy::model::Language;
use vuon_policy::process::StepKind;
use vuon_policy::program::{Program, REFUSED, UNDETERMINED};

/// The language in which reasons are recorded.
pub(crate) const RECORDED: Language = Language::Vi;

/// A case's pack, and what the answers are assessed under.
pub(crate) struct Ground {
    pub program: Arc<Program>,
    pub method: usize,
}

impl Ground {
    /// What to assess under.
    pub fn under(&self, case: &Case) -> Under<'_> {
        Under { program: &self.program, method: self.method, review_date: case.round.reviewed_on }
    }
}

/// The picture of a case.
pub(crate) async fn picture(connection: &mut AnyConnection, case: &Case) -> Result<Picture> {
    let gone = "what was known of the household was erased on lawful request";
    let found = ledger::content(connection, &case.snapshot).await?;
    found.ok_or_else(|| RegistryError::Illegal { step: "the form", why: gone.into() })
}

impl Desk {
    /// The pack and method of a case.
    pub(crate) async fn ground(&self, connection: &mut AnyConnection, case: &Case) -> Result<Ground> {
        let program = self.program_of(connection, &case.round).await?;
        let missing = || RegistryError::Pack { pack: case.round.pack.clone(), why: "its method is gone".into() };
        let method = program.method(Some(&case.round.method)).ok_or_else(missing)?;
        Ok(Ground { program, method })
    }

    /// The form of a case as it stands: the asker's draft, else the latest answers, else nothing answered; previous
    /// answers beside.
    pub async fn form(&self, case: &str, language: Language) -> Result<CaseForm> {
        self.actor.may(Action::ReadPeople)?;
        let mut connection = self.store().read().await?;
        let case = self.load_case(&mut connection, case).await?;
        let draft = sql(
            "SELECT body, seen FROM draft WHERE review_case = $1 AND account = $2",
            [case.row.id.as_str().into(), self.actor.id.as_str().into()],
        );
        let draft = draft.first(&mut connection, |row| Ok((text(row, 0)?, int(row, 1)?))).await?;
        let (answers, draft_of) = match draft {
            Some((draft, seen)) => {
                let unreadable = |_| RegistryError::Damaged { what: "a draft cannot be read".into() };
                (serde_json::from_str(&draft).map_err(unreadable)?, Some(seen))
            }
            None => (latest(&mut connection, &case.row.id).await?.unwrap_or_default(), None),
        };
        let form = self.shown(&mut connection, &case, &answers, language).await?;
        Ok(CaseForm { case: case.row, form, draft_of })
    }

    async fn shown(
        &self,
        connection: &mut AnyConnection,
        case: &Case,
        answers: &Answers,
        language: Language,
    ) -> Result<Form> {
        let ground = self.ground(connection, case).await?;
        let known = picture(connection, case).await?.known;
        let before = sql(
            "SELECT c.id FROM review_case c JOIN round r ON r.id = c.round WHERE c.household = $1 AND c.answers > 0 \
             AND c.id <> $2 AND r.known_at < (SELECT known_at FROM round WHERE id = $3) ORDER BY r.known_at DESC LIMIT 1",
            [case.row.household.as_str().into(), case.row.id.as_str().into(), case.row.round.as_str().into()],
        );
        let before = match before.first(connection, |row| text(row, 0)).await? {
            Some(before) => latest(connection, &before).await?,
            None => None,
        };
        Ok(forms::form(ground.under(case), &known, answers, before.as_ref(), language))
    }

    /// Keeps the asker's draft and tells what it gives; answers that cannot be right are told, and kept as typed. `seen` is
    /// the version of the case that the asker has before them.
    pub async fn save_draft(&self, case: &str, seen: i64, answers: &Answers, language: Language) -> Result<Form> {
        self.actor.may(Action::Answer)?;
        let mut tx = self.store().write().await?;
        let case = self.load_case(&mut tx, case).await?;
        self.actor.may_at(Action::Answer, &case.place)?;
        let body = serde_json::to_string(answers).map_err(|_| RegistryError::invalid("answers", "cannot be kept"))?;
        sql(
            "INSERT INTO draft (review_case, account, body, seen, at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (review_case, account) DO UPDATE SET body = excluded.body, seen = excluded.seen, at = excluded.at",
            [case.row.id.as_str().into(), self.actor.id.as_str().into(), body.into(), seen.into(), self.now().into()],
        )
        .run(&mut tx)
        .await?;
        tx.commit().await?;
        let mut connection = self.store().read().await?;
        self.shown(&mut connection, &case, answers, language).await
    }

    /// Throws the asker's draft away.
    pub async fn drop_draft(&self, case: &str) -> Result<()> {
        self.actor.may(Action::Answer)?;
        let mut tx = self.store().write().await?;
        let case = self.load_case(&mut tx, case).await?;
        forget_draft(&mut tx, &case.row.id, &self.actor.id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Signs answers: a new version, for good, with its assessment. `submission` is the sender's id for this sending:
    /// sent again it changes nothing and gives the same; with other content it is a conflict.
    ///
    /// # Errors
    /// [`RegistryError::Stale`], [`RegistryError::Invalid`]; [`RegistryError::Illegal`] once the case is decided, unless
    /// a complaint about it is open and the reason is the re-check.
    pub async fn sign_answers(
        &self,
        case: &str,
        version: i64,
        answers: &Answers,
        reason: AnswersReason,
        submission: &str,
    ) -> Result<Saved> {
        if submission.is_empty() || submission.len() > 100 {
            return Err(RegistryError::invalid("submission", "an id of 1 to 100 letters is needed"));
        }
        let (mut tx, case) = self.change_case(case, Action::Answer).await?;
        let sent = serde_json::to_string(&(&case.row.id, reason, answers))
            .map_err(|_| RegistryError::invalid("answers", "cannot be kept"))?;
        let print = self.keys().print("submission", &sent);
        if let Some(saved) = self.sent_before(&mut tx, &case, submission, &print).await? {
            return Ok(saved);
        }
        if case.row.version != version {
            return Err(RegistryError::Stale { current: case.row.version });
        }
        let ground = self.ground(&mut tx, &case).await?;
        let procedure = Procedure::of(&ground.program, &case.round.kind, self.today())?;
        self.acts_in(&procedure, StepKind::Survey)?;
        let picture = picture(&mut tx, &case).await?;
        let answers = whole(&mut tx, &case, &ground, answers).await?;
        let (answers, explanation) = read_for_good(ground.under(&case), &picture.known, &answers, RECORDED)?;
        if explanation.status == REFUSED {
            return Err(RegistryError::Pack { pack: explanation.pack, why: explanation.sentence });
        }
        let changed = case.row.status.as_deref() != Some(explanation.status.as_str());
        let state = self.signed_state(&mut tx, &case, &procedure, reason, changed).await?;
        let saved =
            self.store_version(&mut tx, &case, picture, answers, explanation, reason, state, (submission, &print));
        let saved = saved.await?;
        tx.commit().await?;
        Ok(saved)
    }

    /// Whether signing these answers would only repeat the latest version. A sending that was signed already repeats
    /// nothing: [`Desk::sign_answers`] gives it what it gave.
    pub async fn repeats(&self, case: &str, answers: &Answers, submission: &str) -> Result<bool> {
        self.actor.may(Action::Answer)?;
        let mut connection = self.store().read().await?;
        let case = self.load_case(&mut connection, case).await?;
        let sent = "SELECT COUNT(*) FROM answers WHERE review_case = $1 AND submission = $2";
        let sent = sql(sent, [case.row.id.as_str().into(), submission.into()]).count(&mut connection).await? > 0;
        let Some(latest) = latest(&mut connection, &case.row.id).await?.filter(|_| !sent) else { return Ok(false) };
        let ground = self.ground(&mut connection, &case).await?;
        let known = picture(&mut connection, &case).await?.known;
        let answers = whole(&mut connection, &case, &ground, answers).await?;
        Ok(read_for_good(ground.under(&case), &known, &answers, RECORDED)?.0 == latest)
    }

    /// What was saved when the same submission came before.
    async fn sent_before(
        &self,
        tx: &mut AnyConnection,
        case: &Case,
        submission: &str,
        print: &str,
    ) -> Result<Option<Saved>> {
        let before = sql(
            "SELECT review_case, version, author, print, status, assessed, case_version FROM answers WHERE submission = $1",
            [submission.into()],
        );
        let before = before.first(tx, |row| {
            let same = text(row, 0)? == case.row.id && text(row, 2)? == self.actor.id && text(row, 3)? == print;
            Ok((same, int(row, 1)?, text(row, 4)?, text(row, 5)?, int(row, 6)?))
        });
        let Some((same, answers, status, assessed, version)) = before.await? else { return Ok(None) };
        if !same {
            return Err(RegistryError::Conflict);
        }
        let explanation: Option<Explanation> = ledger::content(tx, &assessed).await?;
        let sentence = explanation.map(|explanation| explanation.sentence).unwrap_or_default();
        Ok(Some(Saved { version, answers, status, sentence }))
    }

    /// Where a case stands after answers are signed for a reason.
    async fn signed_state(
        &self,
        tx: &mut AnyConnection,
        case: &Case,
        procedure: &Procedure<'_>,
        reason: AnswersReason,
        changed: bool,
    ) -> Result<CaseState> {
        let illegal = |why: &str| RegistryError::Illegal { step: "signing answers", why: why.into() };
        match reason {
            AnswersReason::Survey => procedure.next(case.row.state, Event::Surveyed),
            AnswersReason::Correction if case.decision.is_some() => {
                Err(illegal("the case was decided: what is wrong in it is corrected by a complaint and its re-check"))
            }
            AnswersReason::Correction => procedure.next(case.row.state, Event::Corrected { changed }),
            AnswersReason::Recheck => {
                let open = "SELECT COUNT(*) FROM complaint WHERE review_case = $1 AND state = 'open'";
                if sql(open, [case.row.id.as_str().into()]).count(tx).await? == 0 {
                    return Err(illegal("there is no open complaint to check again for"));
                }
                if case.row.answers == 0 {
                    return Err(illegal("the household was not surveyed yet: sign the survey"));
                }
                // Nothing moves until the complaint is answered.
                let decided = case.decision.is_some();
                procedure.next(case.row.state, Event::Rechecked { changed: false, decided })?;
                Ok(case.stored)
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one version")]
    async fn store_version(
        &self,
        tx: &mut AnyConnection,
        case: &Case,
        picture: Picture,
        answers: Answers,
        explanation: Explanation,
        reason: AnswersReason,
        state: CaseState,
        (submission, print): (&str, &str),
    ) -> Result<Saved> {
        // A state that only time has reached is not written: it is the same without.
        let state = if state == case.row.state { case.stored } else { state };
        let version = case.row.answers + 1;
        let case_version = case.row.version + 1;
        let at = self.now();
        let program = self.program_of(tx, &case.round).await?;
        let moved = moved(&program, &picture, &answers, &explanation.status);
        let found_nothing_out = reason == AnswersReason::Recheck && explanation.status == UNDETERMINED;
        let former = if found_nothing_out { unchecked(tx, &case.row.id, None).await? } else { None };
        let counted = former.unwrap_or_else(|| Counted {
            version,
            status: explanation.status.clone(),
            movement: moved.map(str::to_owned),
        });
        let record = AnswersRecord {
            version,
            reason: reason.id().into(),
            answered: ledger::store(tx, &Answered { answers, known: picture.known }).await?,
            assessed: ledger::store(tx, &explanation).await?,
            pack: explanation.pack.clone(),
            pack_hash: explanation.pack_hash.clone(),
            method: case.round.method.clone(),
            reviewed_on: case.round.reviewed_on,
            status: explanation.status.clone(),
            movement: moved.map(str::to_owned),
            counts: counted.version,
            submission: submission.to_owned(),
            state: state.id().into(),
        };
        let id = case.row.id.as_str();
        sql(
            "INSERT INTO answers (review_case, version, author, at, reason, answered, assessed, status, movement, \
             submission, print, case_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            [
                id.into(),
                version.into(),
                self.actor.id.as_str().into(),
                at.into(),
                reason.id().into(),
                record.answered.as_str().into(),
                record.assessed.as_str().into(),
                record.status.as_str().into(),
                moved.into(),
                submission.into(),
                print.into(),
                case_version.into(),
            ],
        )
        .run(tx)
        .await
        .map_err(conflict)?;
        sql(
            "UPDATE review_case SET answers = $2, counts = $3, status = $4, movement = $5, state = $6, version = $7 \
             WHERE id = $1",
            [
                id.into(),
                version.into(),
                counted.version.into(),
                counted.status.into(),
                counted.movement.into(),
                state.id().into(),
                case_version.into(),
            ],
        )
        .run(tx)
        .await?;
        forget_draft(tx, id, &self.actor.id).await?;
        let content = ledger::store(tx, &record).await?;
        let change = Change { author: &self.actor.id, kind: "answers", subject: id, content: &content };
        ledger::append(tx, &case.place.commune, at, &[change]).await?;
        Ok(Saved { version: case_version, answers: version, status: record.status, sentence: explanation.sentence })
    }
}

/// The version of a case's answers whose status and movement the case has.
pub(crate) struct Counted {
    pub version: i64,
    pub status: String,
    pub movement: Option<String>,
}

/// The version that counts when re-checks since a time (since the first open complaint, when absent) are left aside, and
/// all those that found nothing out: a re-check without a result takes nothing back that was agreed to and posted.
pub(crate) async fn unchecked(
    connection: &mut AnyConnection,
    case: &str,
    since: Option<i64>,
) -> Result<Option<Counted>> {
    let since = match since {
        Some(since) => Some(since),
        None => {
            let first = "SELECT MIN(at) FROM complaint WHERE review_case = $1 AND state = 'open'";
            sql(first, [case.into()]).one(connection, |row| maybe_int(row, 0)).await?
        }
    };
    let former = sql(
        "SELECT version, status, movement FROM answers WHERE review_case = $1 \
         AND (reason <> 'recheck' OR (status <> 'undetermined' AND at <= $2)) ORDER BY version DESC LIMIT 1",
        [case.into(), since.unwrap_or(i64::MAX).into()],
    );
    former
        .first(connection, |row| Ok(Counted { version: int(row, 0)?, status: text(row, 1)?, movement: maybe(row, 2)? }))
        .await
}

async fn forget_draft(connection: &mut AnyConnection, case: &str, account: &str) -> Result<()> {
    let gone = "DELETE FROM draft WHERE review_case = $1 AND account = $2";
    sql(gone, [case.into(), account.into()]).run(connection).await.map(|_| ())
}

/// The movement that a status is, by what the register knows of the past and, where it does not, by the answers.
pub(crate) fn moved(program: &Program, picture: &Picture, answers: &Answers, status: &str) -> Option<&'static str> {
    if status == UNDETERMINED {
        return None;
    }
    let told = |variable: &str| answers.household.get(variable).map(String::as_str);
    let known = picture.history.status.as_deref().map(|status| (status, picture.history.list));
    let said = || told("previous_status").map(|status| (status, program.list_of(status))).filter(|(_, l)| l.is_some());
    let before = known.or_else(said);
    let ever = picture.history.ever_listed || told("ever_listed") == Some("true");
    Some(movement(before, ever, (status, program.list_of(status))))
}

/// The latest answers of a case; nothing if there are none or they were erased.
async fn latest(connection: &mut AnyConnection, case: &str) -> Result<Option<Answers>> {
    let hash = sql("SELECT answered FROM answers WHERE review_case = $1 ORDER BY version DESC LIMIT 1", [case.into()]);
    let Some(hash) = hash.first(connection, |row| text(row, 0)).await? else { return Ok(None) };
    let found: Option<Answered> = ledger::content(connection, &hash).await?;
    Ok(found.map(|found| found.answers))
}

/// Answers that are to be signed, with what the latest version answers to questions that the form does not show.
async fn whole(connection: &mut AnyConnection, case: &Case, ground: &Ground, answers: &Answers) -> Result<Answers> {
    Ok(match latest(connection, &case.row.id).await? {
        Some(before) => with_unshown(ground.under(case), answers.clone(), &before),
        None => answers.clone(),
    })
}

/// Another transaction took the same submission id meanwhile.
fn conflict(problem: RegistryError) -> RegistryError {
    match &problem {
        RegistryError::Database(sqlx::Error::Database(told)) if told.is_unique_violation() => RegistryError::Conflict,
        _ => problem,
    }
}
