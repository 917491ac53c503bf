//! Which pack's schemes count: whoever keeps the areas of all chooses it, on the page of areas.

use super::super::again;
use super::done;
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_programme::support_pack::{choose, chosen, with_schemes};
use vuon_registry::scope::{Action, Reach};

/// `/support/pack`.
pub fn routes() -> Router<App> {
    Router::new().route("/support/pack", get(|| async { Redirect::to("/areas#support-pack") }).post(set))
}

/// Whether somebody chooses for everybody.
fn chooses(person: &Person) -> bool {
    person.may(Action::ManageAreas) && person.desk.actor().reach == Reach::Everything
}

/// The field, for whom it is.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn field(person: &Person) -> Result<Markup, Problem> {
    if !chooses(person) {
        return Ok(html! {});
    }
    let now = chosen(person.desk.register(), person.desk.today()).await?;
    let packs = with_schemes(person.desk.register()).into_iter();
    let packs = packs.map(|program| {
        let id = program.pack.id.value.clone();
        let label = format!("{} ({id})", program.pack.label.get(person.language));
        (id, label)
    });
    let options: Vec<(String, String)> = packs.collect();
    let national = person.t("support-pack-national");
    Ok(html! {
        h2 id="support-pack" { (person.t("support-pack-choose")) }
        p.hint { (person.t("support-pack-hint")) }
        @match (&now.pack, now.over) {
            (None, _) => { p.warning { (person.t("support-pack-none")) } },
            (Some(pack), Some(day)) => {
                p.warning { (person.tr("support-pack-over", &[("pack", pack.as_str().into()), ("day", person.day(day).into())])) }
            },
            (Some(pack), None) => { p { (person.tr("support-pack", &[("pack", pack.as_str().into())])) } },
        }
        (layout::form(person, "/support/pack", html! {
            (layout::choice_field("pack", &person.t("support-pack-choose"), &options, now.chosen.as_deref().unwrap_or_default(), Some(&national)))
            (layout::send(&person.t("save")))
        }))
    })
}

#[derive(Deserialize)]
struct Typed {
    pack: String,
}

async fn set(person: Person, Checked(typed): Checked<Typed>) -> Answer {
    match choose(&person.desk, Some(typed.pack.as_str()).filter(|pack| !pack.is_empty())).await {
        Ok(()) => done("/areas"),
        Err(error) => {
            let page = async |problem: &Problem| -> Page {
                let body = html! { (layout::alert(&problem.text(&person))) (field(&person).await?) };
                Ok(layout::page(&person, &person.t("support-pack-choose"), body))
            };
            again(error, page).await
        }
    }
}
