//! Bringing in a list: the file is looked through first, what it would do is shown row by row, then it is confirmed.

use super::communes;
use crate::csrf::{Checked, Upload};
use crate::error::{Answer, Page, Problem};
use crate::kept::List;
use crate::labels;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use jiff::civil::{Date, date};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::RegistryError;
use vuon_registry::import::{ImportAction, ImportFile, ImportPlan};
use vuon_registry::scope::Action;

/// `/import`, `/import/run`.
pub fn routes(app: &App) -> Router<App> {
    Router::new().route("/import", super::uploads(app, get(ask).post(plan))).route("/import/run", post(run))
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
    let standard = person.desk.register().standard(today).await?;
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

fn file<'a>(list: &'a List, valid_from: Date) -> ImportFile<'a> {
    let [commune, standard, status, _] = &list.about;
    let (name, bytes, complete) = (list.file.as_str(), &list.bytes[..], list.complete);
    ImportFile { name, bytes, commune, standard, status, valid_from, complete }
}

fn valid_from(list: &List) -> Result<Date, RegistryError> {
    super::fields::day("valid_from", &list.about[3])
}

async fn plan(State(app): State<App>, person: Person, upload: Upload) -> Answer {
    let about = ["commune", "standard", "status", "valid_from"].map(|field| upload.field(field).to_owned());
    let complete = upload.field("complete") == "yes";
    let asked = Asked::again(&about, complete);
    let planned = async {
        let sent = upload.files.iter().find(|(_, _, bytes)| !bytes.is_empty());
        let (_, name, bytes) = sent.ok_or_else(|| RegistryError::invalid("file", "choose a file"))?;
        let list = List { file: name.clone(), bytes: bytes.clone(), about, complete, plan: String::new() };
        let plan = person.desk.plan_import(&file(&list, valid_from(&list)?)).await?;
        Ok((list, plan))
    };
    match planned.await {
        Ok((mut list, plan)) => {
            list.plan = plan.plan.clone();
            let possible = plan.problems.is_empty() && !plan.already;
            let name = list.file.clone();
            let kept = possible.then(|| app.kept().keep(&person.account.id, list));
            Ok(report(&person, &name, &plan, kept.as_deref()).into_response())
        }
        Err(error) => super::again(error, async |problem| show(&person, &asked, Some(problem)).await).await,
    }
}

/// What the file would do.
fn report(person: &Person, name: &str, plan: &ImportPlan, kept: Option<&str>) -> Markup {
    let count = |action: ImportAction| plan.households.iter().filter(|household| household.action == action).count();
    let number = |count: usize| layout::plain(person.number(i64::try_from(count).unwrap_or(i64::MAX)));
    let body = html! {
        (layout::facts(&[
            (person.t("import-file"), layout::plain(name)),
            (person.t("import-rows"), number(usize::try_from(plan.rows).unwrap_or(usize::MAX))),
            (person.t("import-add"), number(count(ImportAction::Add))),
            (person.t("import-change"), number(count(ImportAction::Change))),
            (person.t("import-same"), number(count(ImportAction::Same))),
            (person.t("import-taken-off"), number(plan.absent.len())),
            (person.t("import-problems"), number(plan.problems.len())),
        ]))
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
        @if let Some(kept) = kept {
            (layout::form(person, "/import/run", html! {
                input type="hidden" name="list" value=(kept);
                p.actions {
                    button type="submit" { (person.t("import-run")) }
                    a.button.second href="/import" { (person.t("import-not")) }
                }
            }))
        } @else {
            p.actions { a.button.second href="/import" { (person.t("import-other-file")) } }
        }
        (absent(person, plan))
        (households(person, plan))
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
        person.t("household-persons"),
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

#[derive(Deserialize)]
struct Confirmation {
    list: String,
}

async fn run(State(app): State<App>, person: Person, Checked(given): Checked<Confirmation>) -> Answer {
    let Some(list) = app.kept().find(&person.account.id, &given.list) else {
        let gone = RegistryError::invalid("file", person.t("import-gone"));
        return super::again(gone, async |problem| show(&person, &Asked::default(), Some(problem)).await).await;
    };
    let ran = async { person.desk.run_import(&file(&list, valid_from(&list)?), &list.plan).await };
    match ran.await {
        Ok(done) => {
            app.kept().forget(&given.list);
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
                p.actions { a.button href=(format!("/households?commune={}", list.about[0])) { (person.t("nav-households")) } }
            };
            Ok(layout::page(&person, &person.t("nav-import"), body).into_response())
        }
        Err(error) => {
            let asked = Asked::again(&list.about, list.complete);
            super::again(error, async |problem| show(&person, &asked, Some(problem)).await).await
        }
    }
}
