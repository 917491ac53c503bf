//! `/verify`: anybody checks a certificate by the code on it, without an account. Nothing is told that is not on the paper.

use super::public::Visitor;
use crate::error::Page;
use crate::layout;
use crate::state::App;
use crate::view::View;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_publish::papers::code::text_of;
use vuon_registry::rounds::{CertificateSeal, CertificateState};

/// `/verify`.
pub fn routes() -> Router<App> {
    Router::new().route("/verify", get(verify))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    code: String,
}

async fn verify(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Page {
    let view = visitor.seen.view;
    let code = text_of(&asked.code);
    let public_key = app.register().public_key();
    let seal = CertificateSeal::of_code(&code, &public_key);
    let found = match &seal {
        Some(seal) => Some((seal, app.register().certificate_state(seal).await?)),
        None => None,
    };
    let body = html! {
        @match found {
            Some((seal, state)) => { (told(&view, seal, state)) }
            None if !code.is_empty() => { (layout::alert(&view.t("verify-not-ours"))) }
            None => { p { (view.t("verify-explained")) } }
        }
        form.fields method="get" action="/verify" {
            (layout::text_field("code", &view.t("verify-code"), "", true))
            (layout::send(&view.t("verify-check")))
        }
        h2 { (view.t("verify-offline")) }
        p { (view.t("verify-offline-explained")) }
        p { (view.t("verify-key")) ": " code { (public_key) } }
    };
    Ok(layout::page(&view, &view.t("verify-title"), body))
}

fn told(view: &View, seal: &CertificateSeal, state: CertificateState) -> Markup {
    html! {
        @match state {
            CertificateState::Holds => { p role="status" { strong { (view.t("verify-holds")) } } }
            CertificateState::Void(on) => { (layout::alert(&view.tr("verify-void", &[("day", view.day(on).into())]))) }
            CertificateState::Missing => { (layout::alert(&view.t("verify-missing"))) }
        }
        (layout::facts(&[
            (view.t("review-head"), layout::plain(&seal.head)),
            (view.t("review-persons"), layout::plain(view.number(seal.persons))),
            (view.t("review-status"), layout::plain(view.of("status", &seal.status))),
            (view.t("paper-number"), layout::plain(&seal.number)),
            (view.t("verify-issued"), layout::plain(view.day(seal.issued_on))),
        ]))
    }
}
