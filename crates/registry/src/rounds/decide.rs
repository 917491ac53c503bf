//! The decision: many cases of a round at once, as they were seen, in one transaction of set operations.

use super::certificates::{valid_certificates, void};
use super::{DecisionRow, NewDecision, RoundRow, Seen, unchanged};
use crate::cases::CaseState;
use crate::cases::records::{CertificateKey, DecidedRecord, DecisionRecord};
use crate::cases::standing::{standing, stored};
use crate::ledger::Change;
use crate::procedure::{Event, Procedure};
use crate::scope::Action;
use crate::spells::status::refresh;
use crate::store::{MANY, Query, Value, among, day, insert_all, int, maybe, maybe_day, sql, text, yes};
use crate::text::{name, new_id};
use crate::{Desk, RegistryError, Result, ledger};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::{BTreeMap, HashMap, HashSet};
use vuon_policy::model::List;
use vuon_policy::process::StepKind;
use vuon_policy::program::{Program, UNDETERMINED};

/// A case as the decision finds it.
struct Candidate {
    id: String,
    household: String,
    standing: CaseState,
    status: Option<String>,
    before: Option<String>,
    movement: Option<String>,
    /// The version of the answers whose status it has.
    counts: i64,
    version: i64,
    /// The household's head and hamlet today.
    head: Option<String>,
    hamlet: Option<String>,
    decided_before: bool,
    complaint: bool,
}

impl Candidate {
    fn is_ready(&self) -> bool {
        self.standing == CaseState::Decision && !self.complaint && self.status.is_some()
    }
}

/// A spell that a decision before began.
struct OldSpell {
    id: String,
    from: Date,
}

const STEP: &str = "the decision";

impl Desk {
    /// The chair decides: one transaction, one entry for each case.
    ///
    /// # Errors
    /// [`RegistryError::ChangedSince`] when a case is not as it was seen, [`RegistryError::Illegal`] naming the cases that
    /// are not ready; nothing is decided then.
    pub async fn decide(&self, round: &str, decision: &NewDecision) -> Result<DecisionRow> {
        let (mut tx, round, program) = self.change_round(round, Action::Decide).await?;
        let today = self.today();
        let procedure = Procedure::of(&program, &round.kind, today)?;
        self.acts_in(&procedure, StepKind::Decision)?;
        self.knows_pack(&mut tx, &round).await?;
        let number = name("number", &decision.number)?;
        let taken = sql(
            "SELECT COUNT(*) FROM decision WHERE commune = $1 AND number = $2",
            [round.place.commune.as_str().into(), number.as_str().into()],
        );
        if taken.count(&mut tx).await? > 0 {
            return Err(RegistryError::Exists { what: "a decision of this number".into() });
        }
        check_effective(decision.effective, round.opened, today)?;
        let cases = self.to_decide(&mut tx, &round, &program, &decision.cases).await?;
        let old = old_spells(&mut tx, &cases).await?;
        let mut voids = outdated_certificates(&mut tx, &cases).await?;

        let (id, at) = (new_id(), self.now());
        let certified = procedure.next(CaseState::Decision, Event::Decided { certified: true })?;
        let other = procedure.next(CaseState::Decision, Event::Decided { certified: false })?;
        let records: Vec<DecidedRecord> = cases
            .iter()
            .map(|case| {
                let status = case.status.clone().unwrap_or_default();
                let old: &[OldSpell] = old.get(&case.id).map_or(&[], Vec::as_slice);
                let corrected = old.iter().map(|spell| spell.from).min();
                let valid_from = decision.effective.or(corrected).unwrap_or(today);
                // What held before a later day is not wrong because something else holds from then on.
                let ends = old.iter().filter(|spell| spell.from >= valid_from).map(|spell| spell.id.clone());
                DecidedRecord {
                    decision: id.clone(),
                    household: case.household.clone(),
                    answers: case.counts,
                    before: case.before.clone(),
                    standard: round.pack.clone(),
                    movement: case.movement.clone(),
                    spell: (status != UNDETERMINED).then(new_id),
                    valid_from,
                    ends: ends.collect(),
                    decided_on: today,
                    voids: voids.remove(&case.id).unwrap_or_default(),
                    state: if program.list_of(&status).is_some() { certified.id() } else { other.id() }.into(),
                    head: case.head.clone(),
                    hamlet: case.hamlet.clone(),
                    status,
                }
            })
            .collect();

        let effective = records.iter().map(|record| record.valid_from).min().unwrap_or(today);
        let row = DecisionRow {
            id: id.clone(),
            number: number.clone(),
            decided_on: today,
            effective,
            signed_by: self.actor.id.clone(),
            signed_by_name: self.own_name(&mut tx).await?,
            cases: i64::try_from(cases.len()).unwrap_or(i64::MAX),
        };
        let content = self.enter(&mut tx, &round, &row, &cases, &records, at).await?;
        let columns =
            "decision (id, round, commune, province, number, decided_on, effective, signed_by, cases, content, at)";
        let values = [
            id.as_str().into(),
            round.id.as_str().into(),
            round.place.commune.as_str().into(),
            round.place.province.as_str().into(),
            number.as_str().into(),
            today.into(),
            effective.into(),
            self.actor.id.as_str().into(),
            row.cases.into(),
            content.into(),
            at.into(),
        ];
        insert_all(&mut tx, columns, [values]).await?;
        change_cases(&mut tx, &cases, &records, &row).await?;
        change_households(&mut tx, &program, &records, &cases, at, today).await?;
        tx.commit().await?;
        Ok(row)
    }

    /// The cases of a round that are ready to be decided, as they stand, by name.
    pub async fn ready_to_decide(&self, round: &str) -> Result<Vec<Seen>> {
        self.actor.may(Action::ReadPeople)?;
        let mut tx = self.store().snapshot().await?;
        let round = self.load_round(&mut tx, round).await?;
        let program = self.program_of(&mut tx, &round).await?;
        let mut cases = self.candidates(&mut tx, &round, &program).await?;
        cases.retain(Candidate::is_ready);
        Ok(cases.into_iter().map(|case| Seen { case: case.id, version: case.version }).collect())
    }

    /// The cases to decide, if they are ready and as they were seen.
    async fn to_decide(
        &self,
        tx: &mut AnyConnection,
        round: &RoundRow,
        program: &Program,
        seen: &[Seen],
    ) -> Result<Vec<Candidate>> {
        let mut cases = self.candidates(tx, round, program).await?;
        let versions: HashMap<&str, i64> = cases.iter().map(|case| (case.id.as_str(), case.version)).collect();
        unchanged(seen, |case| versions.get(case))?;
        let wanted: HashSet<&str> = seen.iter().map(|seen| seen.case.as_str()).collect();
        cases.retain(|case| wanted.contains(case.id.as_str()) && case.is_ready());
        if cases.len() == wanted.len() {
            return Ok(cases);
        }
        let ready: HashSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
        let missing: Vec<&str> = wanted.into_iter().filter(|id| !ready.contains(id)).take(20).collect();
        let why = format!(
            "these cases are not ready (a step comes first, their posting has not ended, or a complaint is open): {}",
            missing.join(", ")
        );
        Err(RegistryError::Illegal { step: STEP, why })
    }

    /// The cases of a round that are past the meeting and may be decided or decided again, by name.
    async fn candidates(&self, tx: &mut AnyConnection, round: &RoundRow, program: &Program) -> Result<Vec<Candidate>> {
        let found = sql(
            "SELECT c.id, c.household, c.state, c.posted_until, c.status, c.before, c.movement, c.counts, c.decision, \
             CASE WHEN EXISTS (SELECT 1 FROM complaint k WHERE k.review_case = c.id AND k.state = 'open') THEN 1 ELSE 0 END, c.version, \
             h.head, h.hamlet FROM review_case c JOIN household h ON h.id = c.household WHERE c.round = $1 AND c.state NOT IN ('survey', 'meeting', 'done', 'withdrawn') \
             ORDER BY c.name_key, c.id",
            [round.id.as_str().into()],
        );
        let found = found.all(tx, |row| {
            let case = Candidate {
                id: text(row, 0)?,
                household: text(row, 1)?,
                standing: stored(&text(row, 2)?)?,
                status: maybe(row, 4)?,
                before: maybe(row, 5)?,
                movement: maybe(row, 6)?,
                counts: int(row, 7)?,
                version: int(row, 10)?,
                head: maybe(row, 11)?,
                hamlet: maybe(row, 12)?,
                decided_before: maybe(row, 8)?.is_some(),
                complaint: yes(row, 9)?,
            };
            Ok((case, maybe_day(row, 3)?))
        });
        let mut cases = Vec::new();
        for (mut case, posted_until) in found.await? {
            case.standing = standing(program, &round.kind, self.today(), case.standing, posted_until)?;
            cases.push(case);
        }
        Ok(cases)
    }

    /// Writes the entries; the content of the decision.
    async fn enter(
        &self,
        tx: &mut AnyConnection,
        round: &RoundRow,
        row: &DecisionRow,
        cases: &[Candidate],
        records: &[DecidedRecord],
        at: i64,
    ) -> Result<String> {
        let whole = DecisionRecord {
            round: round.id.clone(),
            number: row.number.clone(),
            decided_on: row.decided_on,
            effective: row.effective,
            cases: row.cases,
        };
        let content = ledger::store(tx, &whole).await?;
        let contents = ledger::store_all(tx, records).await?;
        let author = self.actor.id.as_str();
        let mut changes = vec![Change { author, kind: "decision", subject: &row.id, content: &content }];
        changes.extend(cases.iter().zip(&contents).map(|(case, content)| Change {
            author,
            kind: "decided",
            subject: &case.id,
            content,
        }));
        ledger::append(tx, &round.place.commune, at, &changes).await?;
        Ok(content)
    }
}

/// A status holds from the round on, and for the year after at the latest: further ahead is a slip of the pen, and would
/// hide what is decided until then.
fn check_effective(effective: Option<Date>, opened: Date, today: Date) -> Result<()> {
    let Some(effective) = effective else { return Ok(()) };
    if effective < opened {
        return Err(RegistryError::invalid("effective", "statuses cannot hold from before the round opened"));
    }
    if effective.year() > today.year() + 1 {
        return Err(RegistryError::invalid("effective", "statuses begin at the latest in the year after the decision"));
    }
    Ok(())
}

/// The spells that cases which are decided again began, as far as they are known to hold.
async fn old_spells(tx: &mut AnyConnection, cases: &[Candidate]) -> Result<HashMap<String, Vec<OldSpell>>> {
    let again: Vec<String> = cases.iter().filter(|case| case.decided_before).map(|case| case.id.clone()).collect();
    let mut spells: HashMap<String, Vec<OldSpell>> = HashMap::new();
    for cases in again.chunks(MANY) {
        let query =
            Query::new("SELECT review_case, id, valid_from FROM spell WHERE known_to IS NULL AND review_case IN ");
        let found = among(query, cases)
            .all(tx, |row| Ok((text(row, 0)?, OldSpell { id: text(row, 1)?, from: day(row, 2)? })))
            .await?;
        for (case, spell) in found {
            spells.entry(case).or_default().push(spell);
        }
    }
    Ok(spells)
}

/// The certificates that households have and that are not for the status they get now. A first decision for want of
/// evidence leaves what held before.
async fn outdated_certificates(
    tx: &mut AnyConnection,
    cases: &[Candidate],
) -> Result<HashMap<String, Vec<CertificateKey>>> {
    let by_household: HashMap<&str, &Candidate> = cases.iter().map(|case| (case.household.as_str(), case)).collect();
    let households: Vec<String> = cases.iter().map(|case| case.household.clone()).collect();
    let mut outdated: HashMap<String, Vec<CertificateKey>> = HashMap::new();
    for certificate in valid_certificates(tx, &households).await? {
        let Some(case) = by_household.get(certificate.household.as_str()) else { continue };
        let status = case.status.as_deref().unwrap_or(UNDETERMINED);
        let corrected = certificate.case == case.id;
        if certificate.status != status && (status != UNDETERMINED || corrected) {
            outdated.entry(case.id.clone()).or_default().push(certificate.key);
        }
    }
    Ok(outdated)
}

/// Writes where the cases stand now, what becomes of certificates, and which decision complaints led to.
async fn change_cases(
    tx: &mut AnyConnection,
    cases: &[Candidate],
    records: &[DecidedRecord],
    row: &DecisionRow,
) -> Result<()> {
    let mut by_state: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (case, record) in cases.iter().zip(records) {
        by_state.entry(&record.state).or_default().push(case.id.clone());
    }
    for (state, ids) in by_state {
        for ids in ids.chunks(MANY) {
            let query = Query::new("UPDATE review_case SET state = ").bind(state).push(", decision = ").bind(&row.id);
            let query = query.push(", decided = status, version = version + 1 WHERE id IN ");
            among(query, ids).run(tx).await?;
        }
    }
    void(tx, records.iter().flat_map(|record| &record.voids), row.decided_on).await?;
    let complained: Vec<String> = cases.iter().map(|case| case.id.clone()).collect();
    for ids in complained.chunks(MANY) {
        let query = Query::new("UPDATE complaint SET decision = ").bind(&row.number);
        let query =
            query.push(" WHERE decision IS NULL AND state = 'answered' AND outcome = 'changed' AND review_case IN ");
        among(query, ids).run(tx).await?;
    }
    Ok(())
}

/// Writes the spells, and the status that households have by them.
async fn change_households(
    tx: &mut AnyConnection,
    program: &Program,
    records: &[DecidedRecord],
    cases: &[Candidate],
    at: i64,
    today: Date,
) -> Result<()> {
    let ended: Vec<String> = records.iter().flat_map(|record| record.ends.iter().cloned()).collect();
    for ids in ended.chunks(MANY) {
        let query = Query::new("UPDATE spell SET known_to = ").bind(at);
        among(query.push(" WHERE known_to IS NULL AND id IN "), ids).run(tx).await?;
    }
    let begun = records.iter().zip(cases).filter_map(|(record, case)| {
        let spell = record.spell.as_deref()?;
        let values: [Value; 10] = [
            spell.into(),
            record.household.as_str().into(),
            record.standard.as_str().into(),
            record.status.as_str().into(),
            program.list_of(&record.status).map(List::id).into(),
            record.movement.as_deref().into(),
            record.decision.as_str().into(),
            case.id.as_str().into(),
            record.valid_from.into(),
            at.into(),
        ];
        Some(values)
    });
    let columns =
        "spell (id, household, standard, status, list, movement, decision, review_case, valid_from, known_from)";
    insert_all(tx, columns, begun).await?;
    let changed: Vec<String> = records
        .iter()
        .filter(|record| record.spell.is_some() || !record.ends.is_empty())
        .map(|record| record.household.clone())
        .collect();
    refresh(tx, &changed, today).await
}
