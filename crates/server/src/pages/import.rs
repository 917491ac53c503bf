//! Bringing in a list: the file is looked through first, what it would do is shown row by row, then it is confirmed.

use super::communes;
use crate::csrf::{Checked, Nothing, Upload};
use crate::error::{Answer, Page, Problem};
use crate::labels;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use jiff::civil::date;
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;
use vuon_registry::RegistryError;
use vuon_registry::import::{ImportAction, ImportFile, ImportPlan, Imported};
use vuon_registry::scope::Action;

/// `/import` and below.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/import", super::uploads(app, get(ask).post(plan)))
        .route("/import/{id}", get(report))
        .route("/import/{id}/run", post(run))
}

/// A list between its dry run and its confirmation, and what came of it.
#[derive(Clone)]
pub struct Import {
    /// The name of its file.
    file: String,
    bytes: Bytes,
    /// What was said of it: commune, standard, status, valid from.
    about: [String; 4],
    /// Whether it was said to be complete.
    complete: bool,
    stands: Stands,
}

#[derive(Clone)]
enum Stands {
    /// This is what it would do.
    Planned(Arc<ImportPlan>),
    /// This is what it did.
    Done(Imported),
}

/// How many rows of a plan a page shows; the counts are of all.
const SHOWN: usize = 500;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    commune: Option<String>,
    name: Option<String>,
    /// What was said of the list before it was refused.
    standard: String,
    status: String,
    valid_from: String,
    complete: bool,
}

impl Asked {
    fn again([commune, standard, status, valid_from]: &[String; 4], complete: bool) -> Self {
        Asked {
            commune: Some(commune.clone()),
            name: None,
            standard: standard.clone(),
            status: status.clone(),
            valid_from: valid_from.clone(),
            complete,
        }
    }
}

async fn ask(person: Person, Query(asked): Query<Asked>) -> Page {
    show(&person, &asked, None).await
}

async fn show(person: &Person, asked: &Asked, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::Import)?;
    let title = person.t("nav-import");
    let Some(commune) = communes::commune(person, asked.commune.as_deref()).await? else {
        let chooser = communes::chooser(person, "/import", asked.name.as_deref()).await?;
        return Ok(layout::page(person, &title, chooser));
    };
    let today = person.desk.today();
    let last_year = date(today.year() - 1, 12, 31);
    let standard = person.desk.register().standard(today);
    let named = |id: String| {
        let name = labels::status(person, standard.as_ref().map(|program| program.pack.id.value.as_str()), &id);
        (id, name)
    };
    let statuses: Vec<_> = labels::listed(person).into_iter().map(named).collect();
    let standard = standard.map_or_else(String::new, |program| program.pack.id.value.clone());
    let given = |given: &str, usual: String| if given.is_empty() { usual } else { given.to_owned() };
    let (standard, from) = (given(&asked.standard, standard), given(&asked.valid_from, last_year.to_string()));
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { (person.t("import-explained")) }
        form.fields method="post" action="/import" enctype="multipart/form-data" {
            (layout::csrf_field(person))
            input type="hidden" name="commune" value=(commune.id);
            p { (person.t("commune")) ": " strong { (super::areas::name(&commune)) } }
            (layout::labelled("file", &person.t("import-file"), Some(&person.t("import-file-hint")), html! {
                input type="file" id="file" name="file" required accept=".xlsx,.csv" aria-describedby="file-hint";
            }))
            (layout::choice_field("standard", &person.t("spell-standard"), &labels::standards(person), &standard, None))
            (layout::choice_field("status", &person.t("import-status"), &statuses, &asked.status, None))
            (layout::day_field("valid_from", &person.t("import-valid-from"), &from, true))
            div.field.check {
                input type="checkbox" id="complete" name="complete" value="yes" checked[asked.complete] aria-describedby="complete-hint";
                label for="complete" { (person.t("import-complete")) }
                p.hint id="complete-hint" { (person.t("import-complete-hint")) }
            }
            (layout::send(&person.t("import-look")))
        }
    };
    Ok(layout::page(person, &title, body))
}

async fn plan(State(app): State<App>, person: Person, upload: Upload) -> Answer {
    let about = ["commune", "standard", "status", "valid_from"].map(|field| upload.field(field).to_owned());
    let complete = upload.field("complete") == "yes";
    let asked = Asked::again(&about, complete);
    let planned = async {
        let sent = upload.files.iter().find(|(_, _, bytes)| !bytes.is_empty());
        let (_, name, bytes) = sent.ok_or_else(|| RegistryError::invalid("file", "choose a file"))?;
        let file = file(name, bytes, &about, complete)?;
        let plan = Arc::new(person.desk.plan_import(&file).await?);
        Ok((name.clone(), bytes.clone(), plan))
    };
    match planned.await {
        Ok((file, bytes, plan)) => {
            let size = bytes.len();
            let import = Import { file, bytes, about, complete, stands: Stands::Planned(plan) };
            let id = app.imports().keep(&person.account.id, size, import);
            Ok(Redirect::to(&format!("/import/{id}")).into_response())
        }
        Err(error) => super::again(error, async |problem| show(&person, &asked, Some(problem)).await).await,
    }
}

fn file<'a>(
    name: &'a str,
    bytes: &'a [u8],
    [commune, standard, status, valid_from]: &'a [String; 4],
    complete: bool,
) -> Result<ImportFile<'a>, RegistryError> {
    let valid_from = super::fields::day("valid_from", valid_from)?;
    Ok(ImportFile { name, bytes, commune, standard, status, valid_from, complete })
}

/// What the file would do, or what it did.
async fn report(State(app): State<App>, person: Person, Path(id): Path<String>) -> Page {
    person.desk.actor().may(Action::Import)?;
    let Some(import) = app.imports().find(&person.account.id, &id) else { return gone(&person).await };
    Ok(match &import.stands {
        Stands::Planned(plan) => planned(&person, &id, &import.file, plan),
        Stands::Done(imported) => done(&person, &import.about[0], imported),
    })
}

/// The file waited too long, or was never this person's.
async fn gone(person: &Person) -> Page {
    let gone = RegistryError::invalid("file", person.t("import-gone"));
    show(person, &Asked::default(), Some(&gone.into())).await
}

fn planned(person: &Person, id: &str, name: &str, plan: &ImportPlan) -> Markup {
    let possible = plan.problems.is_empty() && !plan.already;
    let count = |action: ImportAction| plan.households.iter().filter(|household| household.action == action).count();
    let number = |count: usize| layout::plain(person.number(i64::try_from(count).unwrap_or(i64::MAX)));
    let body = html! {
        (layout::facts(&[
            (person.t("import-file"), layout::plain(name)),
            (person.t("import-households"), number(plan.households.len())),
            (person.t("import-named"), number(plan.households.iter().map(|household| household.persons).sum())),
        ]))
        // What it would do is known only of a list without problems.
        @if plan.problems.is_empty() {
            (layout::facts(&[
                (person.t("import-add"), number(count(ImportAction::Add))),
                (person.t("import-change"), number(count(ImportAction::Change))),
                (person.t("import-same"), number(count(ImportAction::Same))),
                (person.t("import-taken-off"), number(plan.absent.len())),
            ]))
        }
        @if plan.already { p.notice { (person.t("import-already")) } }
        @if !plan.problems.is_empty() {
            (layout::alert(&person.t("import-has-problems")))
            (layout::list(&person.t("import-problems"), &[person.t("import-row"), person.t("import-column"), person.t("import-message")],
                plan.problems.iter().take(SHOWN).map(|problem| vec![
                    layout::plain(person.number(i64::from(problem.row))),
                    layout::plain(&problem.column),
                    layout::plain(person.pick(&problem.message)),
                ]).collect()))
        }
        @if possible {
            (layout::form(person, &format!("/import/{id}/run"), html! {
                p.actions {
                    button type="submit" { (person.t("import-run")) }
                    a.button.second href="/import" { (person.t("import-not")) }
                }
            }))
        } @else {
            p.actions { a.button.second href="/import" { (person.t("import-other-file")) } }
        }
        @if plan.problems.is_empty() {
            (absent(person, plan))
            (households(person, plan))
        }
    };
    layout::page(person, &person.t("import-report"), body)
}

/// Whom a complete list takes off: every one, since this is what somebody confirms.
fn absent(person: &Person, plan: &ImportPlan) -> Markup {
    let headings = [person.t("household-head"), person.t("household-code"), person.t("household-status")];
    let rows = plan.absent.iter().map(|absent| {
        vec![
            layout::plain(person.named(&absent.name)),
            html! { span.code { (absent.code) } },
            layout::plain(person.of("status", &absent.status)),
        ]
    });
    html! {
        @if !plan.absent.is_empty() {
            h2 { (person.t("import-taken-off")) }
            p.notice { (person.t("import-taken-off-explained")) }
            (layout::list(&person.t("import-taken-off"), &headings, rows.collect()))
        }
    }
}

fn households(person: &Person, plan: &ImportPlan) -> Markup {
    // What changes is what one looks for; what stays comes last.
    let mut households: Vec<_> = plan.households.iter().collect();
    households.sort_by_key(|household| match household.action {
        ImportAction::Change => 0,
        ImportAction::Add => 1,
        ImportAction::Same => 2,
    });
    let headings = [
        person.t("household-head"),
        person.t("import-row"),
        person.t("household-code"),
        person.t("import-named"),
        person.t("import-action"),
        person.t("import-differences"),
    ];
    let rows = households.iter().take(SHOWN).map(|household| {
        let action = match household.action {
            ImportAction::Add => person.t("import-add"),
            ImportAction::Change => person.t("import-change"),
            ImportAction::Same => person.t("import-same"),
        };
        vec![
            layout::plain(person.named(&household.name)),
            layout::plain(person.number(i64::from(household.row))),
            html! { span.code { (household.code.as_deref().unwrap_or("–")) } },
            layout::plain(person.number(i64::try_from(household.persons).unwrap_or(i64::MAX))),
            layout::plain(action),
            layout::plain(household.differences.iter().map(|told| person.pick(told)).collect::<Vec<_>>().join("; ")),
        ]
    });
    html! {
        h2 { (person.t("nav-households")) }
        @if households.len() > SHOWN {
            p { (person.tr("import-shown", &[("shown", person.number(SHOWN as i64).into())])) }
        }
        (layout::list(&person.t("nav-households"), &headings, rows.collect()))
    }
}

fn done(person: &Person, commune: &str, done: &Imported) -> Markup {
    let number = |count: u64| layout::plain(person.number(i64::try_from(count).unwrap_or(i64::MAX)));
    let body = html! {
        p.notice role="status" { (person.t("import-done")) }
        (layout::facts(&[
            (person.t("import-add"), number(done.added)),
            (person.t("import-change"), number(done.changed)),
            (person.t("import-same"), number(done.same)),
            (person.t("import-persons"), number(done.persons)),
            (person.t("import-taken-off"), number(done.taken_off)),
        ]))
        p.actions { a.button href=(format!("/households?commune={commune}")) { (person.t("nav-households")) } }
    };
    layout::page(person, &person.t("nav-import"), body)
}

async fn run(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    Checked(Nothing {}): Checked<Nothing>,
) -> Answer {
    let Some(import) = app.imports().find(&person.account.id, &id) else {
        return Ok(gone(&person).await?.into_response());
    };
    let there = Redirect::to(&format!("/import/{id}")).into_response();
    // Sent twice, it was done once; and a list with problems is not brought in.
    let Stands::Planned(plan) = &import.stands else { return Ok(there) };
    if !plan.problems.is_empty() {
        return Ok(there);
    }
    let ran = async {
        let file = file(&import.file, &import.bytes, &import.about, import.complete)?;
        person.desk.run_import(&file, &plan.plan).await
    };
    match ran.await {
        Ok(done) => {
            let import = Import { bytes: Bytes::new(), stands: Stands::Done(done), ..import };
            app.imports().replace(&id, import);
            Ok(there)
        }
        Err(error) => {
            let asked = Asked::again(&import.about, import.complete);
            super::again(error, async |problem| show(&person, &asked, Some(problem)).await).await
        }
    }
}
