//! `/public/complaint/follow`: where a complaint stands, for whoever has its code. The code comes in a form, never in an
//! address, which browsers and servers on the way keep.

use super::{LARGEST, Visitor};
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::state::App;
use crate::view::View;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum_extra::extract::Form as Sent;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::RegistryError;
use vuon_registry::grievances::Followed;

/// `/public/complaint/follow`.
pub fn routes() -> Router<App> {
    Router::new().route("/public/complaint/follow", get(ask).post(follow)).layer(DefaultBodyLimit::max(LARGEST))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    code: String,
    /// Whether the form only comes for the other language.
    switched: String,
}

async fn ask(visitor: Visitor) -> Page {
    Ok(empty(&visitor.seen.view))
}

fn empty(view: &View) -> Markup {
    page(view, "", html! { p { (view.t("public-follow-explained")) } })
}

/// The form with the code that was asked for, below what is told of it.
fn page(view: &View, code: &str, told: Markup) -> Markup {
    let view = &view.keeping();
    let body = html! {
        (told)
        form.fields method="post" action="/public/complaint/follow" autocomplete="off" {
            (layout::labelled("code", &view.t("public-receipt-code"), None, html! {
                input type="text" id="code" name="code" value=(code) required maxlength="60" autocapitalize="characters" spellcheck="false"
                    autocomplete="off";
            }))
            (layout::send(&view.t("public-follow-look")))
            (layout::keeping_switch(view, "/public/complaint/follow"))
        }
    };
    layout::page(view, &view.t("public-follow"), body)
}

async fn follow(visitor: Visitor, Sent(asked): Sent<Asked>) -> Answer {
    let view = &visitor.seen.view;
    if asked.code.trim().is_empty() && !asked.switched.is_empty() {
        return Ok(empty(view).into_response());
    }
    match visitor.desk.follow_grievance(&asked.code).await {
        Ok(followed) => Ok(page(view, &asked.code, told(view, &followed)).into_response()),
        Err(RegistryError::NotFound) => {
            let unknown = layout::alert(&view.t("public-follow-unknown"));
            Ok((StatusCode::NOT_FOUND, page(view, &asked.code, unknown)).into_response())
        }
        Err(error) => Err(Problem::from(error)),
    }
}

fn told(view: &View, followed: &Followed) -> Markup {
    let state = match followed.answered_on {
        Some(day) => view.tr("public-follow-answered", &[("day", view.day(day).into())]),
        None if followed.taken_up => view.t("public-follow-checking"),
        None => view.t("public-follow-received"),
    };
    html! {
        p role="status" { strong { (state) } }
        (layout::facts(&[
            (view.t("review-complaint-kind"), layout::plain(view.of("review-complaint", followed.kind.id()))),
            (view.t("review-received"), layout::plain(view.day(followed.received_on))),
            (view.t("public-receipt-due"), html! {
                @match followed.due_on {
                    Some(day) => { (view.day(day)) },
                    None => { (view.t("public-due-none")) },
                }
            }),
        ]))
        @match (&followed.answer, followed.answered_on) {
            (Some(answer), _) => {
                h2 { (view.t("grievance-answer")) }
                @if !followed.taken_up { p { (view.t("public-follow-not-taken-up")) } }
                p.typed { (answer) }
            },
            (None, Some(_)) => { p { (view.t("public-follow-no-words-yet")) } },
            (None, None) => {},
        }
        h2 { (view.t("public-follow-another")) }
    }
}
