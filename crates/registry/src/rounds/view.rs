//! Rounds as lists and dashboards show them.

use super::one::{ROUND_COLUMNS, round_row};
use super::{DecisionRow, HamletProgress, MeetingRow, RoundRow, RoundView, StepProgress};
use crate::cases::CaseState;
use crate::cases::standing::{standing, stored};
use crate::page::{Page, PageRequest};
use crate::procedure::{Procedure, step_of};
use crate::scope::{Action, Reach};
use crate::store::{Query, day, int, maybe, maybe_day, sql, text};
use crate::{Desk, Result};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;
use vuon_policy::explain::cite;
use vuon_policy::model::Language;
use vuon_policy::process::{Step, StepKind};
use vuon_policy::program::Program;

pub(super) fn label(step: &Step) -> [String; 2] {
    [step.label.get(Language::Vi).to_owned(), step.label.get(Language::En).to_owned()]
}

/// A decision read by [`Reach::decision`], whose columns come first in its row.
pub(super) fn decision_of(row: &AnyRow) -> Result<DecisionRow> {
    Ok(DecisionRow {
        id: text(row, 0)?,
        number: text(row, 1)?,
        decided_on: day(row, 2)?,
        effective: day(row, 3)?,
        signed_by: text(row, 4)?,
        signed_by_name: text(row, 5)?,
        cases: int(row, 6)?,
    })
}

/// How many columns [`Reach::decision`] adds.
pub(super) const DECISION_WIDTH: usize = 7;

impl Reach {
    /// Adds to a query how many cases something is about (a column that says so), or for who reaches one hamlet, how many
    /// of those that it was the last to be about (a condition on `c`) lie there.
    pub(super) fn cases_of(&self, query: Query, all: &str, of: &str) -> Query {
        let Reach::Hamlet { hamlet, .. } = self else { return query.push(all) };
        let query = query.push("(SELECT COUNT(*) FROM review_case c WHERE ").push(of).push(" AND c.hamlet = ");
        query.bind(hamlet).push(")")
    }

    /// Adds to a query the columns of a decision (`d`, the account that signed it `s`).
    pub(super) fn decision(&self, query: Query) -> Query {
        let query =
            query.push("d.id, d.number, d.decided_on, d.effective, d.signed_by, COALESCE(s.name, d.signed_by), ");
        self.cases_of(query, "d.cases", "c.decision = d.id")
    }

    fn decisions(&self) -> Query {
        self.decision(Query::new("SELECT ")).push(" FROM decision d LEFT JOIN account s ON s.id = d.signed_by")
    }
}

/// How many cases of a hamlet stand in a state with a status.
struct Group {
    hamlet: Option<String>,
    hamlet_name: Option<String>,
    state: CaseState,
    status: Option<String>,
    cases: i64,
}

impl Desk {
    /// The rounds within reach, latest first; of one commune or year where given.
    pub async fn rounds(&self, commune: Option<&str>, year: Option<i64>, page: &PageRequest) -> Result<Page<RoundRow>> {
        self.actor.may(Action::ReadPeople)?;
        let mut connection = self.store().read().await?;
        let query = Query::new("SELECT ").push(ROUND_COLUMNS).push(", r.known_at");
        let query = query.push(" FROM round r LEFT JOIN area a ON a.id = r.commune WHERE 1 = 1");
        let mut query = self.actor.reach.within_commune(query, "r");
        if let Some(commune) = commune {
            query = query.push(" AND r.commune = ").bind(commune);
        }
        if let Some(year) = year {
            query = query.push(" AND r.year = ").bind(year);
        }
        // Ids grow with time.
        if let Some([id]) = page.key::<1>()? {
            query = query.push(" AND r.id < ").bind(id);
        }
        let query = query.push(" ORDER BY r.id DESC LIMIT ").bind(page.reads());
        let rows = query.all(&mut connection, |row| round_row(row, 0)).await?;
        Ok(Page::of(rows, page, |row| [row.id.clone()]))
    }

    /// A round and how far it is.
    pub async fn round(&self, id: &str) -> Result<RoundView> {
        self.actor.may(Action::ReadPeople)?;
        let mut tx = self.store().snapshot().await?;
        let row = self.load_round(&mut tx, id).await?;
        let program = self.program_of(&mut tx, &row).await?;
        let groups = self.groups(&mut tx, &row, &program).await?;
        let procedure = Procedure::of(&program, &row.kind, self.today())?;
        let open = Query::new(
            "SELECT COUNT(*) FROM complaint k JOIN review_case c ON c.id = k.review_case WHERE k.state = 'open' AND c.round = ",
        );
        let open = self.actor.reach.within(open.bind(id), "c").count(&mut tx).await?;
        let decisions = self.actor.reach.decisions().push(" WHERE d.round = ").bind(id).push(" ORDER BY d.at DESC");
        let decisions = decisions.all(&mut tx, decision_of).await?;
        let only = match &self.actor.reach {
            Reach::Hamlet { hamlet, .. } => Some(hamlet.as_str()),
            _ => None,
        };
        Ok(RoundView {
            steps: steps(&program, &procedure, &groups),
            hamlets: hamlets(&groups),
            meetings: meetings_of(&mut tx, id, only).await?,
            postings: self.postings_of(&mut tx, id, only).await?,
            decisions,
            open_complaints: open,
            row,
        })
    }

    /// A decision.
    pub(crate) async fn decision_row(&self, connection: &mut AnyConnection, id: &str) -> Result<Option<DecisionRow>> {
        self.actor.reach.decisions().push(" WHERE d.id = ").bind(id).first(connection, decision_of).await
    }

    async fn groups(&self, connection: &mut AnyConnection, round: &RoundRow, program: &Program) -> Result<Vec<Group>> {
        let query = Query::new(
            "SELECT c.hamlet, m.name, c.state, c.posted_until, c.status, COUNT(*) FROM review_case c \
             LEFT JOIN hamlet m ON m.id = c.hamlet WHERE c.round = ",
        );
        let query = self.actor.reach.within(query.bind(&round.id), "c");
        let query = query.push(" GROUP BY c.hamlet, m.name, c.state, c.posted_until, c.status");
        let found = query.all(connection, |row| {
            let state = stored(&text(row, 2)?)?;
            Ok((maybe(row, 0)?, maybe(row, 1)?, state, maybe_day(row, 3)?, maybe(row, 4)?, int(row, 5)?))
        });
        let mut groups = Vec::new();
        for (hamlet, hamlet_name, state, posted_until, status, cases) in found.await? {
            let state = standing(program, &round.kind, self.today(), state, posted_until)?;
            groups.push(Group { hamlet, hamlet_name, state, status, cases });
        }
        Ok(groups)
    }
}

fn steps(program: &Program, procedure: &Procedure<'_>, groups: &[Group]) -> Vec<StepProgress> {
    let order = procedure.order();
    let place = |state: CaseState| order.iter().position(|s| *s == state);
    let active = || groups.iter().filter(|group| group.state != CaseState::Withdrawn);
    let steps = procedure.steps().map(|step| {
        let own = |group: &&Group| step_of(group.state) == Some(step.kind);
        let last = order.iter().rposition(|state| step_of(*state) == Some(step.kind));
        let past = |group: &&Group| step.kind == StepKind::List || place(group.state) > last;
        // Only a household that is on a list is given a certificate: the others end without.
        let listed = |group: &&Group| group.status.as_deref().is_some_and(|status| program.list_of(status).is_some());
        let given = |group: &&Group| step.kind != StepKind::Certificate || listed(group);
        StepProgress {
            step: step.kind.id().to_owned(),
            label: label(step),
            actors: step.actors.iter().map(|actor| actor.id().to_owned()).collect(),
            source: [cite(program, &step.source, Language::Vi), cite(program, &step.source, Language::En)],
            waiting: active().filter(own).map(|group| group.cases).sum(),
            done: active().filter(past).filter(given).map(|group| group.cases).sum(),
        }
    });
    steps.collect()
}

fn hamlets(groups: &[Group]) -> Vec<HamletProgress> {
    let mut by_hamlet: BTreeMap<(Option<&str>, Option<&str>), Vec<&Group>> = BTreeMap::new();
    for group in groups {
        let key = (group.hamlet_name.as_deref(), group.hamlet.as_deref());
        by_hamlet.entry(key).or_default().push(group);
    }
    let counted = |pairs: Vec<(String, i64)>| {
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for (key, cases) in pairs {
            *sums.entry(key).or_default() += cases;
        }
        sums.into_iter().collect::<Vec<_>>()
    };
    let progress = by_hamlet.into_iter().map(|((name, hamlet), groups)| HamletProgress {
        hamlet: hamlet.map(str::to_owned),
        name: name.unwrap_or_default().to_owned(),
        states: counted(groups.iter().map(|group| (group.state.id().to_owned(), group.cases)).collect()),
        statuses: counted(groups.iter().filter_map(|g| Some((g.status.clone()?, g.cases))).collect()),
        cases: groups.iter().map(|group| group.cases).sum(),
    });
    progress.collect()
}

/// The meetings of a round, of one hamlet where given, latest first.
pub(super) async fn meetings_of(
    connection: &mut AnyConnection,
    round: &str,
    hamlet: Option<&str>,
) -> Result<Vec<MeetingRow>> {
    let query = Query::new(MEETING).push(" WHERE g.round = ").bind(round);
    let query = match hamlet {
        Some(hamlet) => query.push(" AND g.hamlet = ").bind(hamlet),
        None => query,
    };
    query.push(" ORDER BY g.held_on DESC, g.at DESC").all(connection, meeting_of).await
}

/// A meeting in short: its columns come from [`MEETING`].
pub(super) fn meeting_of(row: &AnyRow) -> Result<MeetingRow> {
    Ok(MeetingRow {
        id: text(row, 0)?,
        hamlet: text(row, 1)?,
        hamlet_name: maybe(row, 2)?.unwrap_or_default(),
        held_on: day(row, 3)?,
        invited: int(row, 4)?,
        present: int(row, 5)?,
        carried: int(row, 6)?,
        repeated: int(row, 7)?,
    })
}

pub(super) const MEETING: &str = "SELECT g.id, g.hamlet, m.name, g.held_on, g.invited, g.present, \
     (SELECT COUNT(*) FROM vote v WHERE v.meeting = g.id AND v.carried = 1), \
     (SELECT COUNT(*) FROM vote v WHERE v.meeting = g.id AND v.carried = 0) \
     FROM meeting g LEFT JOIN hamlet m ON m.id = g.hamlet";

/// A case that is ready for a step.
pub(super) struct Ready {
    pub id: String,
    pub household: String,
    pub version: i64,
    pub persons: i64,
    pub status: Option<String>,
}

/// Whose cases: of a hamlet, of those in none, or of all.
#[derive(Clone, Copy)]
pub(super) enum Where<'a> {
    Everywhere,
    Hamlet(&'a str),
    NoHamlet,
}

impl Desk {
    /// The cases of a round that stand in a state today, by name.
    pub(super) async fn ready(
        &self,
        connection: &mut AnyConnection,
        round: &RoundRow,
        state: CaseState,
        whose: Where<'_>,
    ) -> Result<Vec<Ready>> {
        let query = sql(
            "SELECT c.id, c.persons, c.status, c.state, c.posted_until, c.household, c.version FROM review_case c WHERE 1 = 1",
            [],
        );
        let query = query.push(" AND c.round = ").bind(&round.id);
        let query = match whose {
            Where::Everywhere => query,
            Where::Hamlet(hamlet) => query.push(" AND c.hamlet = ").bind(hamlet),
            Where::NoHamlet => query.push(" AND c.hamlet IS NULL"),
        };
        let found = query.push(" ORDER BY c.name_key, c.id").all(connection, |row| {
            let ready = Ready {
                id: text(row, 0)?,
                household: text(row, 5)?,
                version: int(row, 6)?,
                persons: int(row, 1)?,
                status: maybe(row, 2)?,
            };
            Ok((ready, stored(&text(row, 3)?)?, maybe_day(row, 4)?))
        });
        let found = found.await?;
        let program = self.program_of(connection, round).await?;
        let mut ready = Vec::new();
        for (case, written, posted_until) in found {
            if standing(&program, &round.kind, self.today(), written, posted_until)? == state {
                ready.push(case);
            }
        }
        Ok(ready)
    }
}
