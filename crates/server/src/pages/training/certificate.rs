//! That somebody completed a module: a sheet to print.

use super::super::review::official;
use crate::error::{Page, Problem};
use crate::handbook::words;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::training::Sheet;
use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use maud::html;

/// `/training/{pack}/{module}/certificate`.
pub fn routes() -> Router<App> {
    Router::new().route("/training/{pack}/{module}/certificate", get(certificate))
}

/// Of the latest time that the reader completed the module for the pack, whatever became of the pack since.
async fn certificate(person: Person, Path((pack, module)): Path<(String, String)>) -> Page {
    let Sheet { program, exercise, .. } = Sheet::of(&person, &pack, &module)?;
    let own = person.desk.own_training().await?;
    let done = own.iter().find(|done| done.module == module && done.pack == pack).ok_or(Problem::NotFound)?;
    let reader = &person.reading_papers();
    let title = exercise.title(&words(reader.language)?);
    let body = html! {
        @if done.pack_hash != program.hash { p.warning.noprint { (person.t("training-changed-since")) } }
        p.noprint { a href="/training" { (person.t("nav-training")) } }
        (official::print_hint(&person))
        (official::paper(reader, "", html! {
            @if reader.demo { p.demo-paper { strong { (reader.t("demo-banner")) } } }
            h2.paper-title { (reader.t("training-certificate-title")) }
            p.centred { strong { (reader.account.name) } }
            p.centred { (reader.tr("training-certificate-text", &[("module", title.into()), ("day", reader.day(done.done_on).into())])) }
            p.centred { (program.pack.label.get(reader.language)) }
            p.small-print.centred { (done.pack) " · " (done.pack_hash) }
        }))
    };
    Ok(layout::page(&person, &person.t("training-certificate"), body))
}
