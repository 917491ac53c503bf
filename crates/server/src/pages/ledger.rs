//! The ledger: its chains, their entries, an entry's content; and everything computed again.

use super::{fields, finding, ledger_told};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::said;
use crate::signed_in::Person;
use crate::state::{App, Verified};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::html;
use serde::Deserialize;
use std::sync::Arc;
use vuon_registry::ledger::REGISTER;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::{Action, Reach};

/// `/ledger` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/ledger", get(chains))
        .route("/ledger/verify", post(verify))
        .route("/ledger/verified/{id}", get(verified))
        .route("/ledger/{chain}", get(entries))
        .route("/ledger/{chain}/root", get(root))
        .route("/ledger/{chain}/{seq}", get(entry))
}

/// What a chain is called: its commune, or the whole register.
async fn chain_name(person: &Person, chain: &str) -> String {
    if chain == REGISTER {
        return person.t("ledger-register");
    }
    super::areas::full_name(person, chain).await.unwrap_or_else(|_| chain.to_owned())
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

async fn chains(person: Person, Query(asked): Query<Asked>) -> Page {
    let page = person.desk.chains(&PageRequest { after: asked.after, ..PageRequest::first() }).await?;
    let communes: Vec<&str> = page.rows.iter().map(|root| root.chain.as_str()).collect();
    let names = person.desk.full_names(&communes).await?;
    let register = person.t("ledger-register");
    let name = |chain: &str| match names.get(chain) {
        Some(name) => name.clone(),
        None if chain == REGISTER => register.clone(),
        None => chain.to_owned(),
    };
    let rows = page.rows.iter().map(|root| {
        vec![
            html! { a href=(format!("/ledger/{}", root.chain)) { (name(&root.chain)) } },
            layout::plain(person.number(root.seq)),
            html! { span.code title=(root.hash) { (short(&root.hash)) "…" } },
        ]
    });
    let headings = [person.t("ledger-chain"), person.t("ledger-entries"), person.t("ledger-end")];
    let body = html! {
        p { (person.t("ledger-explained")) }
        (layout::form(&person, "/ledger/verify", html! {
            (layout::text_field("root", &person.t("ledger-printed-root"), "", false))
            p.actions { button type="submit" { (person.t("ledger-verify-all")) } }
        }))
        (layout::list(&person.t("ledger-chains"), &headings, rows.collect()))
        (layout::paging(&person, "/ledger", "", &page))
    };
    Ok(layout::page(&person, &person.t("nav-ledger"), body))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    kind: String,
    after: Option<String>,
}

/// The kinds of entries, by name: those that have words, which are all.
fn kinds(person: &Person) -> Vec<(String, String)> {
    let words = include_str!("../words/vi/ledger.ftl").lines();
    let kinds = words.filter_map(|line| line.strip_prefix("entry-")?.split_once(" = "));
    let mut kinds: Vec<_> = kinds.map(|(kind, _)| (kind.to_owned(), person.of("entry", kind))).collect();
    kinds.sort_by_key(|(_, name)| name.to_lowercase());
    kinds
}

async fn entries(person: Person, Path(chain): Path<String>, Query(asked): Query<Asked>) -> Page {
    let request = PageRequest { after: asked.after.clone(), ..PageRequest::first() };
    let page = person.desk.entries_of(&chain, fields::some(&asked.kind).as_deref(), &request).await?;
    let headings = [
        person.t("ledger-number"),
        person.t("ledger-when"),
        person.t("ledger-kind"),
        person.t("ledger-author"),
        person.t("ledger-subject"),
        person.t("ledger-hash"),
    ];
    let shown: Vec<i64> = page.rows.iter().map(|entry| entry.seq).collect();
    let names = person.desk.author_names(&chain, &shown).await?;
    let subjects = ledger_told::named(&person, &page.rows, None).await?;
    let rows = page.rows.iter().map(|entry| {
        let author = names.get(&entry.author).cloned().unwrap_or_else(|| person.of("role", &entry.author));
        vec![
            html! { a href=(format!("/ledger/{}/{}", entry.chain, entry.seq)) { (person.number(entry.seq)) } },
            layout::plain(person.moment(entry.at)),
            layout::plain(person.of("entry", &entry.kind)),
            html! { span title=(entry.author) { (author) } },
            ledger_told::subject(entry, &subjects),
            html! { span.code title=(entry.hash) { (short(&entry.hash)) "…" } },
        ]
    });
    let name = chain_name(&person, &chain).await;
    let address = format!("/ledger/{chain}");
    let body = html! {
        p { a href="/ledger" { "← " (person.t("nav-ledger")) } }
        div.actions {
            (layout::form(&person, "/ledger/verify", html! {
                input type="hidden" name="chain" value=(chain);
                button type="submit" { (person.t("ledger-verify")) }
            }))
            @if chain != REGISTER {
                a.button.second href=(format!("/ledger/{chain}/root")) { (person.t("ledger-root")) }
            }
        }
        form.filters method="get" action=(address) {
            (layout::choice_field("kind", &person.t("ledger-kind"), &kinds(&person), &asked.kind, Some(&person.t("all"))))
            (layout::send(&person.t("show")))
        }
        @if page.rows.is_empty() { p.empty { (person.t("ledger-none")) } } @else {
            (layout::list(&name, &headings, rows.collect()))
        }
        (layout::paging(&person, &address, &finding::query(&[("kind", &asked.kind)]), &page))
    };
    Ok(layout::page(&person, &name, body))
}

async fn entry(person: Person, Path((chain, seq)): Path<(String, i64)>) -> Page {
    let entry = person.desk.entry(&chain, seq).await?;
    let content = person.desk.entry_content(&chain, seq).await?;
    let names = person.desk.author_names(&chain, &[seq]).await?;
    let author = names.get(&entry.author).cloned().unwrap_or_else(|| person.of("role", &entry.author));
    let named = ledger_told::named(&person, std::slice::from_ref(&entry), content.as_ref()).await?;
    let subject = ledger_told::subject(&entry, &named);
    let codes = ledger_told::Codes::of(&person, named);
    let title = person.tr("ledger-entry-title", &[("number", person.number(seq).into())]);
    let body = html! {
        p { a href=(format!("/ledger/{chain}")) { "← " (chain_name(&person, &chain).await) } }
        (layout::facts(&[
            (person.t("ledger-kind"), layout::plain(person.of("entry", &entry.kind))),
            (person.t("ledger-when"), layout::plain(person.moment(entry.at))),
            (person.t("ledger-author"), layout::plain(author)),
            (person.t("ledger-subject"), subject),
        ]))
        h2 { (person.t("ledger-content")) }
        @match content {
            Some(content) => {
                (ledger_told::content(&person, &codes, &content))
                details {
                    summary { (person.t("ledger-as-written")) }
                    pre tabindex="0" { (serde_json::to_string_pretty(&content).unwrap_or_default()) }
                }
            }
            None => p.warning { (person.t("ledger-erased")) },
        }
        p.hint { (person.t("ledger-hash")) ": " span.code { (entry.hash) } }
    };
    Ok(layout::page(&person, &title, body))
}

/// The signed end of a commune's chain, as it is printed beside a posted list.
async fn root(person: Person, Path(chain): Path<String>) -> Page {
    let signed = person.desk.signed_root(&chain).await?;
    let body = html! {
        p { (person.t("ledger-root-explained")) }
        (layout::facts(&[
            (person.t("ledger-chain"), layout::plain(chain_name(&person, &chain).await)),
            (person.t("ledger-day"), layout::plain(person.day(signed.day))),
            (person.t("ledger-number"), layout::plain(person.number(signed.root.seq))),
        ]))
        h2 { (person.t("ledger-statement")) }
        p.code { (signed.statement) }
        h2 { (person.t("ledger-signature")) }
        p.code { (signed.signature) }
        h2 { (person.t("ledger-key")) }
        p.code { (signed.public_key) }
    };
    Ok(layout::page(&person, &person.t("ledger-root"), body))
}

#[derive(Deserialize)]
struct Which {
    chain: Option<String>,
    #[serde(default)]
    root: String,
}

/// It reads much, so it is a button and not a link that anything may follow.
async fn verify(State(app): State<App>, person: Person, Checked(which): Checked<Which>) -> Answer {
    person.desk.actor().may(Action::ReadLedger)?;
    let mut report = person.desk.verify(which.chain.as_deref()).await?;
    if !which.root.trim().is_empty() {
        report.differences.extend(person.desk.verify_root(&which.root).await?);
    }
    // The money of all is an auditor's to compute again; of one chain there is none.
    let money = match which.chain {
        None if person.desk.actor().reach == Reach::Everything => {
            Some(vuon_programme::audit::verify(&person.desk).await?)
        }
        _ => None,
    };
    if let Some(money) = &money {
        report.differences.extend(money.differences.iter().cloned());
    }
    let id = app.verified().keep(&person.account.id, 0, Arc::new(Verified { report, money }));
    Ok(Redirect::to(&format!("/ledger/verified/{id}")).into_response())
}

async fn verified(State(app): State<App>, person: Person, Path(id): Path<String>) -> Page {
    let verified = app.verified().find(&person.account.id, &id).ok_or(Problem::NotFound)?;
    Ok(show(&person, &verified))
}

fn show(person: &Person, verified: &Verified) -> maud::Markup {
    let Verified { report, money } = verified;
    let mut counts = vec![
        (person.t("ledger-chains"), report.chains),
        (person.t("ledger-entries"), report.entries),
        (person.t("ledger-contents"), report.contents),
        (person.t("ledger-contents-erased"), report.erased),
        (person.t("ledger-assessments"), report.assessments),
        (person.t("ledger-decisions"), report.decisions),
    ];
    if let Some(money) = money {
        counts.extend([
            (person.t("ledger-support-records"), money.records),
            (person.t("ledger-support-transfers"), money.transfers),
            (person.t("ledger-support-accounts"), money.accounts),
            (person.t("ledger-support-allocations"), money.allocations),
        ]);
    }
    let counts: Vec<_> = counts.into_iter().map(|(name, count)| (name, layout::plain(person.number(count)))).collect();
    let body = html! {
        p { a href="/ledger" { "← " (person.t("nav-ledger")) } }
        @if report.differences.is_empty() {
            p.notice role="status" { (person.t("ledger-all-good")) }
        } @else {
            (layout::alert(&person.t("ledger-differs")))
            (layout::list(&person.t("ledger-differences"),
                &[person.t("ledger-chain"), person.t("ledger-number"), person.t("ledger-subject"), person.t("ledger-what")],
                report.differences.iter().map(|difference| vec![
                    html! { a href=(format!("/ledger/{}", difference.chain)) { (difference.chain) } },
                    layout::plain(person.number(difference.seq)),
                    html! { span.code { (difference.subject) } },
                    layout::plain(said::told(&difference.what, person.language)),
                ]).collect()))
        }
        (layout::facts(&counts))
    };
    layout::page(person, &person.t("ledger-verified"), body)
}
