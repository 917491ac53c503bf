//! `/public/complaint`: a complaint without an account. The household is taken down as it is written and not looked up, so
//! that nobody finds out by complaining who is in the register.

use super::super::review::complaints::kinds;
use super::lists::chooser;
use super::{LARGEST, Visitor};
use crate::csrf::{self, Checked};
use crate::error::{Answer, Problem};
use crate::layout;
use crate::state::App;
use crate::view::View;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use std::time::Instant;
use uuid::Uuid;
use vuon_registry::RegistryError;
use vuon_registry::areas::Destination;
use vuon_registry::cases::ComplaintKind;
use vuon_registry::grievances::{NewGrievance, Receipt};

const RECEIPT: &str = "/public/complaint/receipt";

/// `/public/complaint` and its receipt.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/public/complaint", get(ask).post(file))
        .route(RECEIPT, post(receipt))
        .layer(DefaultBodyLimit::max(LARGEST))
}

#[derive(Deserialize)]
struct Asked {
    commune: Option<String>,
    name: Option<String>,
}

/// The form as it was sent.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Filed {
    commune: String,
    submission: String,
    kind: String,
    household: String,
    text: String,
    contact: String,
    /// People do not see this field; what fills in every field is no person.
    website: String,
    /// Whether the form only comes for the other language.
    switched: String,
}

async fn ask(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let view = visitor.seen.view;
    let Some(commune) = asked.commune.filter(|commune| !commune.is_empty()) else {
        let chooser = chooser(&view, &visitor.desk, "/public/complaint", asked.name.as_deref()).await?;
        let body = html! { p { (view.t("public-complaint-explained")) } (chooser) };
        return Ok(layout::page(&view, &view.t("public-complaint"), body).into_response());
    };
    let commune = visitor.desk.destination(&commune).await?;
    let given = Filed { submission: Uuid::new_v4().to_string(), ..Filed::default() };
    Ok(form(&app, view, &commune, &given, None))
}

/// The form, with a secret of its own where the guest has none.
fn form(app: &App, mut view: View, commune: &Destination, given: &Filed, problem: Option<&Problem>) -> Response {
    let jar = csrf::for_guest(app, &mut view);
    let view = view.keeping();
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(&view))) }
        p { (view.t("public-complaint-to")) ": " strong { (commune.name) } " – " a href="/public/complaint" { (view.t("commune-other")) } }
        p { (view.t("public-complaint-explained")) }
        (layout::form(&view, "/public/complaint", fields(&view, commune, given)))
    };
    let status = problem.map_or(StatusCode::OK, Problem::status);
    (status, jar, layout::page(&view, &view.t("public-complaint"), body)).into_response()
}

fn fields(view: &View, commune: &Destination, given: &Filed) -> Markup {
    html! {
        input type="hidden" name="commune" value=(commune.id);
        input type="hidden" name="submission" value=(given.submission);
        (kinds(view, &given.kind))
        (layout::labelled("household", &view.t("public-complaint-household"), Some(&view.t("public-complaint-household-hint")), html! {
            input type="text" id="household" name="household" value=(given.household) required maxlength="300" autocomplete="off"
                aria-describedby="household-hint";
        }))
        (layout::long_field("text", &view.t("public-complaint-text"), &given.text, true))
        (layout::labelled("contact", &view.t("public-complaint-contact"), Some(&view.t("public-complaint-contact-hint")), html! {
            input type="text" id="contact" name="contact" value=(given.contact) maxlength="300" autocomplete="off"
                aria-describedby="contact-hint";
        }))
        div.hidden {
            label for="website" { (view.t("public-complaint-leave-empty")) }
            input type="text" id="website" name="website" tabindex="-1" autocomplete="off";
        }
        (layout::send(&view.t("public-complaint-send")))
        (layout::keeping_switch(view, "/public/complaint"))
    }
}

async fn file(State(app): State<App>, visitor: Visitor, Checked(given): Checked<Filed>) -> Answer {
    let view = visitor.seen.view.clone();
    let commune = visitor.desk.destination(&given.commune).await?;
    if !given.switched.is_empty() {
        return Ok(form(&app, view, &commune, &given, None));
    }
    match filed(&app, &visitor, &given).await {
        Ok(receipt) => {
            let Receipt { code, received_on, due_on } = receipt;
            Ok(told(&view, &commune, &code, received_on, due_on).into_response())
        }
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => Ok(form(&app, view, &commune, &given, Some(&problem))),
    }
}

async fn filed(app: &App, visitor: &Visitor, given: &Filed) -> Result<Receipt, Problem> {
    let view = &visitor.seen.view;
    if !given.website.is_empty() {
        let field = view.t("public-complaint-leave-empty");
        return Err(RegistryError::invalid(field, "this field is to stay empty").into());
    }
    let kind = ComplaintKind::parse(&given.kind);
    let kind = kind.ok_or_else(|| RegistryError::invalid(view.t("review-complaint-kind"), "words are missing"))?;
    app.filing_limit().take(visitor.address, Instant::now()).map_err(|seconds| Problem::TooMany { seconds })?;
    let new = NewGrievance {
        commune: given.commune.clone(),
        kind,
        text: given.text.clone(),
        household: given.household.clone(),
        contact: given.contact.clone(),
    };
    Ok(visitor.desk.file_grievance(&new, &given.submission).await?)
}

/// A receipt that is read again in the other language. Its code comes in a form, never in an address.
#[derive(Deserialize)]
struct Shown {
    commune: String,
    code: String,
}

async fn receipt(visitor: Visitor, Checked(shown): Checked<Shown>) -> Answer {
    let followed = visitor.desk.follow_grievance(&shown.code).await?;
    let commune = visitor.desk.destination(&shown.commune).await?;
    Ok(told(&visitor.seen.view, &commune, &shown.code, followed.received_on, followed.due_on).into_response())
}

/// The receipt: the only page that ever shows the code.
fn told(view: &View, commune: &Destination, code: &str, received_on: Date, due_on: Option<Date>) -> Markup {
    let view = &view.keeping();
    let body = html! {
        p role="status" { strong { (view.t("public-receipt-filed")) } }
        section.card aria-labelledby="code" {
            h2 id="code" { (view.t("public-receipt-code")) }
            p { code.receipt { (code) } }
            p { (view.t("public-receipt-keep")) }
        }
        (layout::facts(&[
            (view.t("public-complaint-to"), layout::plain(&commune.name)),
            (view.t("review-received"), layout::plain(view.day(received_on))),
            (view.t("public-receipt-due"), html! {
                @match due_on {
                    Some(day) => { (view.day(day)) },
                    None => { (view.t("public-due-none")) },
                }
            }),
        ]))
        p { (view.t("public-receipt-next")) }
        p.actions { a.button.second href="/public/complaint/follow" { (view.t("public-follow")) } }
        (layout::form(view, RECEIPT, html! {
            input type="hidden" name="commune" value=(commune.id);
            input type="hidden" name="code" value=(code);
            (layout::keeping_switch(view, RECEIPT))
        }))
    };
    layout::page(view, &view.t("public-receipt"), body)
}
