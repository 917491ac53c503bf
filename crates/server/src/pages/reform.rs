//! After a reform: hamlets of communes that were divided, for somebody who knows the place to say where they are now.

use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::reform::ReformHamlet;

/// The most hamlets that a page shows; those that are placed make room for the others.
const MOST: usize = 100;

/// `/areas/waiting`.
pub fn routes() -> Router<App> {
    Router::new().route("/areas/waiting", get(waiting).post(place))
}

async fn waiting(person: Person) -> Page {
    show(&person, None).await
}

async fn show(person: &Person, problem: Option<&Problem>) -> Page {
    let waiting = person.desk.reform_worklist(&person.desk.area_list().await?).await?;
    let shown = &waiting[..waiting.len().min(MOST)];
    let communes: Vec<&str> = shown.iter().map(|hamlet| hamlet.from.as_str()).collect();
    let names = person.desk.full_names(&communes).await?;
    let rows = shown.iter().map(|hamlet| {
        let name = if hamlet.hamlet.is_some() { hamlet.name.clone() } else { person.t("reform-no-hamlet") };
        vec![
            layout::plain(names.get(&hamlet.from).unwrap_or(&hamlet.from)),
            layout::plain(&name),
            layout::plain(person.number(hamlet.households)),
            choice(person, hamlet, &name),
        ]
    });
    let headings =
        [person.t("reform-from"), person.t("household-hamlet"), person.t("reform-households"), person.t("reform-to")];
    let body = html! {
        p { (person.t("reform-explained")) }
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        @if waiting.len() > MOST {
            p { (person.tr("reform-more", &[
                ("shown", person.number(MOST as i64).into()), ("all", person.number(waiting.len() as i64).into()),
            ])) }
        }
        (layout::list(&person.t("reform-waiting"), &headings, rows.collect()))
    };
    Ok(layout::page(person, &person.t("reform-waiting"), body))
}

/// The form of one hamlet: each row has its own, so its choice is named after the hamlet.
fn choice(person: &Person, hamlet: &ReformHamlet, name: &str) -> Markup {
    html! {
        form.inline method="post" action="/areas/waiting" {
            (layout::csrf_field(person))
            input type="hidden" name="from" value=(hamlet.from);
            @if let Some(id) = &hamlet.hamlet { input type="hidden" name="hamlet" value=(id); }
            select name="to" required aria-label=(format!("{}: {name}", person.t("reform-to"))) {
                option value="" { (person.t("reform-choose")) }
                @for choice in &hamlet.choices { option value=(choice.id) { (choice.name) } }
            }
            button type="submit" aria-label=(format!("{}: {name}", person.t("reform-place"))) { (person.t("reform-place")) }
        }
    }
}

#[derive(Deserialize)]
struct Placing {
    from: String,
    hamlet: Option<String>,
    to: String,
}

async fn place(person: Person, Checked(given): Checked<Placing>) -> Answer {
    match vuon_programme::reform::place_hamlet(&person.desk, &given.from, given.hamlet.as_deref(), &given.to).await {
        Ok(_) => Ok(Redirect::to("/areas/waiting?done=placed").into_response()),
        Err(error) => super::again(error, async |problem| show(&person, Some(problem)).await).await,
    }
}
