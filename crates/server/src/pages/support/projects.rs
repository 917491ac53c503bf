//! Projects that a community proposes: the steps as a line, the next one to record; and the catalogue of models.

use super::super::{again, communes, fields};
use super::{Of, back, done, problem_told, told, version_field};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_programme::groups::Group;
use vuon_programme::proposals::{NewProposal, Proposal, Results, Step, StepTaken};
use vuon_programme::records::{Filter, Kept};
use vuon_registry::RegistryError;
use vuon_registry::scope::Action;

/// `/support/projects`, `/support/models`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/support/projects", get(list).post(call))
        .route("/support/projects/{id}", get(one))
        .route("/support/projects/{id}/step", post(step))
        .route("/support/models", get(models))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct New {
    commune: String,
    hamlet: String,
    scheme: String,
    title: String,
    model: String,
    group: String,
}

async fn list(officer: Officer, Query(of): Query<Of>) -> Page {
    show_list(&officer, &of, &New::default(), None).await
}

async fn show_list(officer: &Officer, of: &Of, typed: &New, problem: Option<&Problem>) -> Page {
    officer.desk.actor().may(Action::ReadPeople)?;
    let title = officer.t("support-projects");
    let commune = match super::commune(officer, of, "/support/projects", &title).await? {
        Ok(commune) => commune,
        Err(chooser) => return Ok(chooser),
    };
    let filter = Filter { commune: Some(commune.id.clone()), ..Filter::default() };
    let projects = officer.office.all::<Proposal>(&filter).await?;
    let headings = [
        officer.t("field-title"),
        officer.t("field-model"),
        officer.t("support-scheme"),
        officer.t("support-last-step"),
    ];
    let rows = projects.iter().map(|kept| {
        vec![
            html! { a href=(format!("/support/projects/{}", kept.id)) { (kept.thing.title) } },
            layout::plain(&kept.thing.model),
            layout::plain(told::scheme(officer, &kept.thing.scheme)),
            layout::plain(officer.of("support-project", kept.thing.step().id())),
        ]
    });
    let body = html! {
        (back(officer))
        (told::other_commune(officer, "/support/projects", &super::super::areas::name(&commune)))
        (problem_told(officer, problem))
        @if projects.is_empty() { p.empty { (officer.t("support-projects-none")) } } @else {
            (layout::list(&title, &headings, rows.collect()))
        }
        p { a href="/support/models" { (officer.t("support-models")) } }
        @if officer.may(Action::PrepareSupport) {
            h2 { (officer.t("support-call")) }
            (call_form(officer, &commune.id, typed).await?)
        }
    };
    Ok(layout::page(officer, &title, body))
}

async fn call_form(officer: &Officer, commune: &str, typed: &New) -> Result<Markup, Problem> {
    let schemes = told::scheme_options(officer, |scheme| scheme.community.is_some());
    let hamlets = communes::hamlet_options(&officer.desk.hamlets(commune).await?);
    let filter = Filter { commune: Some(commune.to_owned()), ..Filter::default() };
    let groups: Vec<(String, String)> =
        officer.office.all::<Group>(&filter).await?.into_iter().map(|kept| (kept.id, kept.thing.name)).collect();
    Ok(layout::form(
        officer,
        "/support/projects",
        html! {
            input type="hidden" name="commune" value=(commune);
            (layout::choice_field("scheme", &officer.t("support-scheme"), &schemes, &typed.scheme, None))
            (layout::choice_field("hamlet", &officer.t("household-hamlet"), &hamlets, &typed.hamlet, None))
            (layout::text_field("title", &officer.t("field-title"), &typed.title, true))
            (layout::text_field("model", &officer.t("field-model"), &typed.model, true))
            (layout::choice_field("group", &officer.t("field-group"), &groups, &typed.group, Some(&officer.t("support-no-group-yet"))))
            (layout::send(&officer.t("support-call")))
        },
    ))
}

async fn call(officer: Officer, Checked(typed): Checked<New>) -> Answer {
    let new = NewProposal {
        commune: typed.commune.clone(),
        hamlet: typed.hamlet.clone(),
        scheme: typed.scheme.clone(),
        title: typed.title.clone(),
        model: typed.model.clone(),
        group: fields::some(&typed.group),
    };
    match officer.office.call_for_project(&new).await {
        Ok(id) => done(&format!("/support/projects/{id}")),
        Err(error) => {
            let of = Of { commune: typed.commune.clone(), name: None };
            again(error, async |problem| show_list(&officer, &of, &typed, Some(problem)).await).await
        }
    }
}

/// What is typed for the next step.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    version: i64,
    step: String,
    on: String,
    text: String,
    present: String,
    agreed: String,
    budget: String,
    own_share: String,
    from: String,
    until: String,
    group: String,
    households: String,
    left_list: String,
    spent: String,
}

impl Typed {
    fn taken(&self) -> Result<StepTaken, RegistryError> {
        let (on, text) = (fields::day("on", &self.on)?, self.text.clone());
        Ok(match self.step.as_str() {
            "disseminated" => StepTaken::Disseminated { on, how: text },
            "met" => StepTaken::Met {
                on,
                present: fields::whole("present", &self.present)?,
                agreed: fields::whole("agreed", &self.agreed)?,
            },
            "planned" => StepTaken::Planned {
                on,
                plan: text,
                budget: fields::money("budget", &self.budget)?,
                own_share: fields::money("own_share", &self.own_share)?,
                from: fields::day("from", &self.from)?,
                until: fields::day("until", &self.until)?,
                group: fields::some(&self.group),
            },
            "appraised" => StepTaken::Appraised { on, opinion: text },
            "approved" => StepTaken::Approved { on, number: text },
            "withdrawn" => StepTaken::Withdrawn { on, why: text },
            "closed" => StepTaken::Closed {
                on,
                results: Results {
                    households: fields::whole("results", &self.households)?,
                    left_list: fields::whole("results", &self.left_list)?,
                    spent: fields::money("results", &self.spent)?,
                    lesson: text,
                },
            },
            _ => return Err(RegistryError::invalid("step", "choose one of those shown")),
        })
    }
}

async fn one(officer: Officer, Path(id): Path<String>) -> Page {
    show(&officer, &id, &Typed::default(), None).await
}

async fn show(officer: &Officer, id: &str, typed: &Typed, problem: Option<&Problem>) -> Page {
    let kept: Kept<Proposal> = officer.office.one(id).await?;
    let project = &kept.thing;
    let names = told::Names::of(officer, project.group.clone().into_iter()).await?;
    let commune = project.at.commune.clone().unwrap_or_default();
    let next = project.step().next();
    let of_scheme =
        Filter { commune: project.at.commune.clone(), scheme: Some(project.scheme.clone()), ..Filter::default() };
    let groups: Vec<(String, String)> =
        officer.office.all::<Group>(&of_scheme).await?.into_iter().map(|kept| (kept.id, kept.thing.name)).collect();
    let body = html! {
        p { a href=(told::with_commune("/support/projects", &commune)) { "← " (officer.t("support-projects")) } }
        (problem_told(officer, problem))
        (layout::facts(&[
            (officer.t("support-scheme"), layout::plain(told::scheme(officer, &project.scheme))),
            (officer.t("field-model"), layout::plain(&project.model)),
            (officer.t("field-group"), match &project.group {
                Some(group) => html! { a href=(format!("/support/groups/{group}")) { (names.bare(officer, group)) } },
                None => html! { "–" },
            }),
            (officer.t("support-target-households"), layout::plain(officer.number(project.households))),
            (officer.t("support-present-at-least"), layout::plain(&project.present_at_least)),
            (officer.t("support-longest"), layout::plain(officer.tr("support-months", &[("count", project.longest_months.into())]))),
        ]))
        h2 { (officer.t("support-steps")) }
        ol.timeline {
            @for step in Step::ALL {
                li aria-current=[(Some(step) == next).then_some("step")] { (step_told(officer, project, step)) }
            }
        }
        @if let Some(StepTaken::Withdrawn { on, why }) = project.taken.last() {
            p { strong { (officer.of("support-project", Step::Withdrawn.id())) } " – " (officer.day(*on)) ": " (why) }
        }
        @if let Some(next) = next { (next_form(officer, &kept, next, typed, &groups)) }
        @if project.step() < Step::Approved && officer.may(Action::PrepareSupport) { (withdraw_form(officer, &kept)) }
    };
    Ok(layout::page(officer, &project.title, body))
}

/// A step on the line: done with its day and what was recorded, or still to come.
fn step_told(officer: &Officer, project: &Proposal, step: Step) -> Markup {
    let name = officer.of("support-project", step.id());
    let done = |on: Date, what: Markup| html! { strong { (name) } " – " (officer.day(on)) p { (what) } };
    if step == Step::Called {
        return done(project.called_on, html! {});
    }
    match project.taken.iter().find(|taken| taken.step() == step) {
        None => html! { span.muted { (name) " – " (officer.t("support-still-to-come")) } },
        Some(StepTaken::Disseminated { on, how }) => done(*on, layout::plain(how)),
        Some(StepTaken::Met { on, present, agreed }) => done(
            *on,
            layout::plain(officer.tr(
                "support-met",
                &[
                    ("present", officer.number(*present).into()),
                    ("all", officer.number(project.households).into()),
                    ("agreed", officer.number(*agreed).into()),
                ],
            )),
        ),
        Some(StepTaken::Planned { on, plan, budget, own_share, from, until, .. }) => done(
            *on,
            html! {
                (plan) br;
                (officer.t("field-budget")) ": " (told::money(officer, *budget)) "; "
                (officer.t("field-own_share")) ": " (told::money(officer, *own_share)) "; "
                (officer.day(*from)) " – " (officer.day(*until))
            },
        ),
        Some(StepTaken::Appraised { on, opinion }) => done(*on, layout::plain(opinion)),
        Some(StepTaken::Withdrawn { on, why }) => done(*on, layout::plain(why)),
        Some(StepTaken::Approved { on, number }) => done(*on, layout::plain(number)),
        Some(StepTaken::Closed { on, results }) => done(
            *on,
            html! {
                (officer.tr("support-results", &[
                    ("households", officer.number(results.households).into()),
                    ("left", officer.number(results.left_list).into()),
                ])) " " (told::money(officer, results.spent)) ". " (results.lesson)
            },
        ),
    }
}

/// Giving a project up: the appraisal was against it, or the village does not want it any more.
fn withdraw_form(officer: &Officer, kept: &Kept<Proposal>) -> Markup {
    let today = officer.desk.today().to_string();
    html! {
        details {
            summary { (officer.t("support-withdraw")) }
            div.inside {
                (layout::form(officer, &format!("/support/projects/{}/step", kept.id), html! {
                    (version_field(kept.version))
                    input type="hidden" name="step" value=(Step::Withdrawn.id());
                    input type="hidden" name="on" value=(today);
                    (layout::labelled("withdraw-why", &officer.t("support-why"), None, html! {
                        textarea id="withdraw-why" name="text" rows="3" required maxlength="500" {}
                    }))
                    (layout::send(&officer.t("support-withdraw")))
                }))
            }
        }
    }
}

fn next_form(
    officer: &Officer,
    kept: &Kept<Proposal>,
    next: Step,
    typed: &Typed,
    groups: &[(String, String)],
) -> Markup {
    let decides = next == Step::Approved;
    if !officer.may(if decides { Action::DecideSupport } else { Action::PrepareSupport }) {
        return html! { @if decides { p.hint { (officer.t("support-waits-for-chair")) } } };
    }
    let on = if typed.on.is_empty() { officer.desk.today().to_string() } else { typed.on.clone() };
    let whole = |id: &str, label: String, value: &str| {
        let control = html! { input type="number" id=(id) name=(id) value=(value) required min="0"; };
        layout::labelled(id, &label, None, control)
    };
    let text = match next {
        Step::Disseminated => Some(officer.t("support-how")),
        Step::Planned => Some(officer.t("support-plan")),
        Step::Appraised => Some(officer.t("support-opinion")),
        Step::Closed => Some(officer.t("support-lesson")),
        _ => None,
    };
    html! {
        h2 { (officer.t("support-next-step")) ": " (officer.of("support-project", next.id())) }
        (layout::form(officer, &format!("/support/projects/{}/step", kept.id), html! {
            (version_field(kept.version))
            input type="hidden" name="step" value=(next.id());
            (layout::day_field("on", &officer.t("support-on"), &on, true))
            @match next {
                Step::Met => {
                    (whole("present", officer.t("support-present"), &typed.present))
                    (whole("agreed", officer.t("support-agreed"), &typed.agreed))
                },
                Step::Planned => {
                    (told::money_field(officer, "budget", &officer.t("field-budget"), &typed.budget))
                    (told::money_field(officer, "own_share", &officer.t("support-village-bears"), &typed.own_share))
                    (layout::day_field("from", &officer.t("support-from"), &typed.from, true))
                    (layout::day_field("until", &officer.t("field-until"), &typed.until, true))
                    @if kept.thing.group.is_none() {
                        (layout::choice_field("group", &officer.t("field-group"), groups, &typed.group, Some(&officer.t("support-no-group-yet"))))
                    }
                },
                Step::Approved => { (layout::text_field("text", &officer.t("field-number"), &typed.text, true)) },
                Step::Closed => {
                    (whole("households", officer.t("support-took-part"), &typed.households))
                    (whole("left_list", officer.t("support-left-list"), &typed.left_list))
                    (told::money_field(officer, "spent", &officer.t("support-spent"), &typed.spent))
                },
                _ => {},
            }
            @if let Some(label) = text { (layout::long_field("text", &label, &typed.text, true)) }
            (layout::send(&officer.t("support-record-step")))
        }))
    }
}

async fn step(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let taken = async { officer.office.take_step(&id, typed.version, &typed.taken()?).await };
    match taken.await {
        Ok(()) => done(&format!("/support/projects/{id}")),
        Err(error) => again(error, async |problem| show(&officer, &id, &typed, Some(problem)).await).await,
    }
}

/// What closed projects have shown.
async fn models(officer: Officer) -> Page {
    let models = officer.office.models().await?;
    let headings = [
        officer.t("field-model"),
        officer.t("support-scheme"),
        officer.t("support-projects"),
        officer.t("support-took-part"),
        officer.t("support-left-list"),
        officer.t("support-spent"),
        officer.t("support-lesson"),
    ];
    let rows = models.iter().map(|row| {
        vec![
            layout::plain(&row.model),
            layout::plain(told::scheme(&officer, &row.scheme)),
            layout::plain(officer.number(row.projects)),
            layout::plain(officer.number(row.households)),
            layout::plain(officer.number(row.left_list)),
            told::money_cell(&officer, row.spent),
            html! { ul { @for lesson in &row.lessons { li { (lesson) } } } },
        ]
    });
    let body = html! {
        (back(&officer))
        p { (officer.t("support-models-explained")) }
        @if models.is_empty() { p.empty { (officer.t("support-models-none")) } } @else {
            (layout::list(&officer.t("support-models"), &headings, rows.collect()))
        }
    };
    Ok(layout::page(&officer, &officer.t("support-models"), body))
}
