//! `/public`: what anybody can do here, one line each.

use super::site;
use crate::error::Page;
use crate::layout;
use crate::state::App;
use crate::view::View;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::html;

/// `/public`.
pub fn routes() -> Router<App> {
    Router::new().route("/public", get(home))
}

async fn home(State(app): State<App>, view: View) -> Page {
    let published = site::is_there(&app);
    let results = if published { view.t("public-results-hint") } else { view.t("public-results-none") };
    let places = [
        ("/public/figures", view.t("public-results"), results),
        ("/public/check", view.t("public-check"), view.t("public-check-hint")),
        ("/public/lists", view.t("public-lists"), view.t("public-lists-hint")),
        ("/public/complaint", view.t("public-complaint"), view.t("public-complaint-hint")),
        ("/public/complaint/follow", view.t("public-follow"), view.t("public-follow-hint")),
        ("/verify", view.t("verify-title"), view.t("public-verify-hint")),
    ];
    let body = html! {
        p { (view.t("public-explained")) }
        ul.plainlist.doors {
            @for (address, words, hint) in places {
                li { a href=(address) { (words) } p.hint { (hint) } }
            }
        }
        p.actions { a.button.second href="/sign-in" { (view.t("public-officers")) } }
    };
    Ok(layout::page(&view, &view.t("public-title"), body))
}
