//! What the pack of a round calls things: the round, its steps, the statuses; and how limits are told.

use crate::signed_in::Person;
use crate::view::View;
use jiff::civil::Date;
use maud::{Markup, html};
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::explain::cite;
use vuon_policy::process::{RoundKind, Step, StepKind};
use vuon_policy::program::{Program, UNDETERMINED};
use vuon_registry::cases::{CaseRow, CaseState};
use vuon_registry::procedure::{limits, step_of};
use vuon_registry::rounds::RoundRow;

/// The names of a round's pack. A pack that is not here any more leaves ids in the place of names.
pub struct Names {
    /// The pack.
    pub program: Option<Arc<Program>>,
    kind: String,
    today: Date,
}

impl Names {
    /// The names of a round.
    pub async fn of(person: &Person, round: &RoundRow) -> Self {
        let program = person.desk.round_pack(round).await.ok();
        Names { program, kind: round.kind.clone(), today: person.desk.today() }
    }

    /// The names of a pack, whatever the round: its statuses and questions, and no steps.
    pub fn of_pack(person: &Person, pack: &str) -> Self {
        let program = person.desk.register().program(pack).ok();
        Names { program, kind: String::new(), today: person.desk.today() }
    }

    /// The same of a pack that is at hand.
    pub fn of_program(program: Arc<Program>, today: Date) -> Self {
        Names { program: Some(program), kind: String::new(), today }
    }

    fn kind(&self) -> Option<&RoundKind> {
        self.program.as_deref()?.pack.process.as_ref()?.round(&self.kind)
    }

    /// A step of the procedure as it is today.
    pub fn step(&self, kind: StepKind) -> Option<&Step> {
        self.kind()?.step_on(kind, Day::from_date(self.today))
    }

    /// Whether the pack names the reader's role for a step.
    pub fn acts(&self, person: &Person, kind: StepKind) -> bool {
        let role = person.account.role.id();
        self.step(kind).is_some_and(|step| step.actors.iter().any(|actor| actor.id() == role))
    }

    /// What the law calls a step.
    pub fn step_label(&self, view: &View, kind: StepKind) -> String {
        let label = self.step(kind).map(|step| step.label.get(view.language).to_owned());
        label.unwrap_or_else(|| kind.label(view.language).to_owned())
    }

    /// The article of a step, marked where it was not read in the official text.
    pub fn step_source(&self, view: &View, kind: StepKind) -> Option<String> {
        Some(cite(self.program.as_deref()?, &self.step(kind)?.source, view.language))
    }

    /// The article of a step, as a line of small print.
    pub fn step_note(&self, view: &View, kind: StepKind) -> Markup {
        html! { @if let Some(source) = self.step_source(view, kind) { p.hint { (source) } } }
    }

    /// The round: its kind, year, and which one of the year if there are more.
    pub fn round(&self, view: &View, row: &RoundRow) -> String {
        let kind = self.kind().map_or_else(|| row.kind.clone(), |kind| kind.label.get(view.language).to_owned());
        if row.number > 1 {
            let values = [
                ("kind", kind.into()),
                ("year", row.year.to_string().into()),
                ("number", row.number.to_string().into()),
            ];
            view.tr("review-round-numbered", &values)
        } else {
            format!("{kind} {}", row.year)
        }
    }

    /// The name of a measure, such as a sum of points.
    pub fn measure(&self, view: &View, id: &str) -> String {
        let measures = self.program.as_deref().map(|program| program.pack.measures.as_slice()).unwrap_or_default();
        let found = measures.iter().find(|measure| measure.id.value == id);
        // What every pack counts is no measure of its own.
        found.map_or_else(|| view.of("measure", id), |measure| measure.label.get(view.language).to_owned())
    }

    /// The name of a status.
    pub fn status(&self, view: &View, id: &str) -> String {
        if id == UNDETERMINED {
            return view.t("review-undetermined");
        }
        let statuses = self.program.as_deref().map(|program| program.pack.statuses.as_slice()).unwrap_or_default();
        let found = statuses.iter().find(|status| status.id.value == id);
        found.map_or_else(|| view.of("status", id), |status| status.label.get(view.language).to_owned())
    }

    /// A status as a mark; the words say it, the colour helps.
    pub fn tag(&self, view: &View, id: Option<&str>) -> Markup {
        match id {
            Some(id) => html! { span class=(format!("tag {id}")) { (self.status(view, id)) } },
            None => html! { span.muted { (view.t("review-no-status")) } },
        }
    }

    /// The statuses of the pack, and that none could be told: id and name.
    pub fn statuses(&self, view: &View) -> Vec<(String, String)> {
        let statuses = self.program.as_deref().map(|program| program.pack.statuses.as_slice()).unwrap_or_default();
        let named = statuses.iter().map(|status| (status.id.value.clone(), status.label.get(view.language).to_owned()));
        named.chain([(UNDETERMINED.to_owned(), view.t("review-undetermined"))]).collect()
    }

    /// How many working days there are until a day, below zero since; nothing where the year's holidays are not known.
    pub fn days_left(&self, due: Date) -> Option<i64> {
        let calendar = limits::calendar(self.program.as_deref()?).ok()?;
        limits::days_left(&calendar, self.today, due).ok()
    }

    /// A last day, with the working days that are left.
    pub fn due(&self, view: &View, due: Option<Date>) -> Markup {
        match due {
            Some(due) => self::due(view, due, self.today, self.days_left(due)),
            None => html! { span.muted { (view.t("review-no-limit")) } },
        }
    }
}

/// What a case waits for.
pub fn case_state(view: &View, state: CaseState) -> String {
    match (state, step_of(state)) {
        (CaseState::Posted, _) => view.t("review-state-posted"),
        (CaseState::Done, _) => view.t("review-state-done"),
        (CaseState::Withdrawn, _) => view.t("review-state-withdrawn"),
        (_, Some(kind)) => kind.label(view.language).to_owned(),
        (_, None) => String::new(),
    }
}

/// A last day, with the working days that are left.
pub fn due(view: &View, due: Date, today: Date, left: Option<i64>) -> Markup {
    let (class, words) = match left {
        _ if due == today => ("soon", view.t("review-due-today")),
        Some(left) if due > today => {
            let class = if left <= 2 { "soon" } else { "muted" };
            (class, view.tr("review-days-left", &[("days", left.into())]))
        }
        Some(left) => ("late", view.tr("review-days-late", &[("days", (-left).into())])),
        None if due < today => ("late", view.t("review-late")),
        None => ("muted", view.t("review-days-unknown")),
    };
    html! { (view.day(due)) " " span class=(class) { "(" (words) ")" } }
}

/// A case's head and number of members, as a link.
pub fn case_link(person: &Person, row: &CaseRow) -> Markup {
    html! { a href=(format!("/cases/{}", row.id)) { (person.named(&row.name)) } }
}

/// A bar that shows a share; its words say it too.
pub fn bar(view: &View, part: i64, whole: i64, label: &str) -> Markup {
    html! {
        meter min="0" max=(whole.max(1)) value=(part) aria-label=(label) { (view.percent(part, whole)) }
        " " span.num { (view.number(part)) "/" (view.number(whole)) }
    }
}

/// Kinds of changes of a household, in words.
pub fn changes_told(person: &Person, kinds: &[String]) -> String {
    kinds.iter().map(|kind| person.of("change-kind", kind)).collect::<Vec<_>>().join(", ")
}
