//! Rankings: who is served first, who waits, and what decided at the line.

use super::super::{again, fields};
use super::{Of, back, done, problem_told, told, version_field};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_policy::support::PriorityKey;
use vuon_programme::agreements::Agreement;
use vuon_programme::ranking::Quota;
use vuon_programme::ranks::{AreaRanking, AtTheLine, RankedHousehold};
use vuon_programme::records::{Filter, Kept};
use vuon_registry::RegistryError;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Action;

/// `/support/rankings` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/support/rankings", get(list).post(rank))
        .route("/support/rankings/{id}", get(one))
        .route("/support/rankings/{id}/approve", post(approve))
}

/// What is typed to rank.
#[derive(Deserialize, Default)]
#[serde(default)]
struct New {
    commune: String,
    scheme: String,
    year: String,
    /// `places` or `money`.
    kind: String,
    quota: String,
}

impl New {
    fn quota(&self) -> Result<Quota, RegistryError> {
        match self.kind.as_str() {
            "places" => Ok(Quota::Places(fields::whole("quota", &self.quota)?)),
            "money" => Ok(Quota::Money(fields::money("quota", &self.quota)?)),
            _ => Err(RegistryError::invalid("kind", "choose one of those shown")),
        }
    }
}

async fn list(officer: Officer, Query(of): Query<Of>) -> Page {
    show_list(&officer, &of, &New::default(), None).await
}

async fn show_list(officer: &Officer, of: &Of, typed: &New, problem: Option<&Problem>) -> Page {
    officer.desk.actor().may(Action::ReadPeople)?;
    let title = officer.t("support-rankings");
    let commune = match super::commune(officer, of, "/support/rankings", &title).await? {
        Ok(commune) => commune,
        Err(chooser) => return Ok(chooser),
    };
    let filter = Filter { commune: Some(commune.id.clone()), ..Filter::default() };
    let rankings: Vec<Kept<AreaRanking>> =
        officer.office.list(&filter, &PageRequest { after: None, limit: PageRequest::MOST }).await?.rows;
    let headings = [
        officer.t("support-scheme"),
        officer.t("support-year"),
        officer.t("support-ranked"),
        officer.t("support-state"),
    ];
    let rows = rankings.iter().map(|kept| {
        let ranking = &kept.thing;
        let within = ranking.ranked.iter().filter(|ranked| ranked.within).count();
        vec![
            html! { a href=(format!("/support/rankings/{}", kept.id)) { (told::scheme(officer, &ranking.scheme)) } },
            layout::plain(ranking.year.to_string()),
            layout::plain(
                officer.tr("support-within-of", &[("within", within.into()), ("all", ranking.ranked.len().into())]),
            ),
            state(officer, ranking),
        ]
    });
    let body = html! {
        (back(officer))
        (told::other_commune(officer, "/support/rankings", &super::super::areas::name(&commune)))
        (problem_told(officer, problem))
        @if rankings.is_empty() { p.empty { (officer.t("support-rankings-none")) } } @else {
            (layout::list(&title, &headings, rows.collect()))
        }
        @if officer.may(Action::PrepareSupport) { h2 { (officer.t("support-rank")) } (rank_form(officer, &commune.id, typed)) }
    };
    Ok(layout::page(officer, &title, body))
}

fn rank_form(officer: &Officer, commune: &str, typed: &New) -> Markup {
    let schemes = told::scheme_options(officer, told::is_of_households);
    let kinds = [("places".to_owned(), officer.t("support-places")), ("money".to_owned(), officer.t("support-money"))];
    let year = if typed.year.is_empty() { officer.desk.today().year().to_string() } else { typed.year.clone() };
    layout::form(
        officer,
        "/support/rankings",
        html! {
            input type="hidden" name="commune" value=(commune);
            (layout::choice_field("scheme", &officer.t("support-scheme"), &schemes, &typed.scheme, None))
            (told::year_field(officer, &year))
            (layout::choice_field("kind", &officer.t("support-quota-kind"), &kinds, &typed.kind, None))
            (layout::text_field("quota", &officer.t("field-quota"), &typed.quota, true))
            (layout::send(&officer.t("support-rank")))
        },
    )
}

async fn rank(officer: Officer, Checked(typed): Checked<New>) -> Answer {
    let ranked = async {
        let (year, quota) = (fields::whole("year", &typed.year)?, typed.quota()?);
        officer.office.rank_commune(&typed.commune, &typed.scheme, year, quota).await
    };
    match ranked.await {
        Ok(id) => done(&format!("/support/rankings/{id}")),
        Err(error) => {
            let of = Of { commune: typed.commune.clone(), name: None };
            again(error, async |problem| show_list(&officer, &of, &typed, Some(problem)).await).await
        }
    }
}

async fn one(officer: Officer, Path(id): Path<String>) -> Page {
    show(&officer, &id, None).await
}

fn state(officer: &Officer, ranking: &AreaRanking) -> Markup {
    let state = if ranking.approved.is_some() { "approved" } else { "draft" };
    told::state(officer, "support-ranking", state)
}

/// The order in words: each open key by the pack's label; a sealed one is never named.
fn key_name(officer: &Officer, ranking: &AreaRanking, id: &str) -> String {
    let scheme = officer.office.scheme(&ranking.scheme).ok();
    let key = scheme.and_then(|scheme| scheme.priority.iter().find(|key| key.id.value == id));
    match key {
        Some(key) if matches!(key.key, PriorityKey::Sealed(_)) => officer.t("support-order-by-rule"),
        Some(key) => key.label.get(officer.language).to_owned(),
        None => id.to_owned(),
    }
}

fn line(officer: &Officer, ranking: &AreaRanking, line: &AtTheLine, names: &told::Names) -> Markup {
    let why = match line.decided_by.as_str() {
        "draw" => officer.t("support-by-draw"),
        "order" => officer.t("support-order-by-rule"),
        key => key_name(officer, ranking, key),
    };
    html! {
        (layout::facts(&[
            (officer.t("support-just-in"), names.household(officer, &line.last_in)),
            (officer.t("support-just-out"), names.household(officer, &line.first_out)),
            (officer.t("support-decided-by"), layout::plain(why)),
        ]))
    }
}

async fn show(officer: &Officer, id: &str, problem: Option<&Problem>) -> Page {
    let kept: Kept<AreaRanking> = officer.office.one(id).await?;
    let ranking = &kept.thing;
    let all = ranking.ranked.iter().map(|ranked| ranked.household.clone()).chain(ranking.not_known.iter().cloned());
    let names = told::Names::of(officer, all).await?;
    let (within, waits): (Vec<_>, Vec<_>) = ranking.ranked.iter().partition(|ranked| ranked.within);
    let quota = match ranking.quota {
        Quota::Places(places) => officer.tr("support-places-are", &[("count", places.into())]),
        Quota::Money(money) => told::money(officer, money),
    };
    let commune = ranking.at.commune.clone().unwrap_or_default();
    let list_address = told::with_commune("/support/rankings", &commune);
    let body = html! {
        p { a href=(list_address) { "← " (officer.t("support-rankings")) } }
        (problem_told(officer, problem))
        (layout::facts(&[
            (officer.t("support-commune"), layout::plain(told::unit(officer, &commune).await)),
            (officer.t("support-year"), layout::plain(ranking.year.to_string())),
            (officer.t("support-register-of"), layout::plain(officer.day(ranking.on))),
            (officer.t("field-quota"), layout::plain(quota)),
            (officer.t("support-state"), state(officer, ranking)),
        ]))
        h2 { (officer.t("support-order")) }
        ol {
            @for key in &ranking.keys { li { (key_name(officer, ranking, key)) } }
            li { (officer.t("support-by-draw")) }
        }
        p { (officer.t("support-seed")) ": " span.code { (ranking.seed) } }
        details {
            summary { (officer.t("support-repeat")) }
            div.inside {
                p { (officer.t("support-repeat-draw")) }
                ol { @for ranked in &ranking.ranked {
                    li { span.code { (ranked.household) @if let Some(number) = &ranked.draw { " → " (number) } } }
                } }
            }
        }
        @if let Some(own) = &ranking.line { h2 { (officer.t("support-line")) } (line(officer, ranking, own, &names)) }
        (buttons(officer, &kept, &within).await?)
        h2 { (officer.t("support-within")) }
        (ranked_list(officer, ranking, &within, &names, &officer.t("support-within")))
        h2 { (officer.t("support-waiting-list")) }
        (ranked_list(officer, ranking, &waits, &names, &officer.t("support-waiting-list")))
        h2 { (officer.t("support-ranking-not-known")) }
        @if ranking.not_known.is_empty() { p.empty { (officer.t("support-nobody")) } } @else {
            p { (officer.t("support-ranking-not-known-hint")) }
            ul { @for household in &ranking.not_known { li { (names.household(officer, household)) } } }
        }
    };
    Ok(layout::page(officer, &told::scheme(officer, &ranking.scheme), body))
}

async fn buttons(officer: &Officer, kept: &Kept<AreaRanking>, within: &[&RankedHousehold]) -> Result<Markup, Problem> {
    let ranking = &kept.thing;
    let filter =
        Filter { commune: ranking.at.commune.clone(), scheme: Some(ranking.scheme.clone()), ..Filter::default() };
    let open = officer.office.all::<Agreement>(&filter).await?;
    let served = |household: &str| {
        open.iter().any(|kept| kept.thing.state.is_open() && kept.thing.recipient.subject() == household)
    };
    let without = within.iter().filter(|ranked| !served(&ranked.household)).count();
    let new = format!("/support/agreements/new?ranking={}", kept.id);
    Ok(html! {
        @if ranking.approved.is_none() && officer.may(Action::DecideSupport) {
            (layout::form(officer, &format!("/support/rankings/{}/approve", kept.id), html! {
                (version_field(kept.version))
                (layout::send(&officer.t("support-approve-ranking")))
            }))
        }
        @if ranking.approved.is_some() && without > 0 && officer.may(Action::PrepareSupport) {
            p.actions { a.button href=(new) { (officer.tr("support-draw-up-within", &[("count", without.into())])) } }
        }
    })
}

fn ranked_list(
    officer: &Officer,
    ranking: &AreaRanking,
    ranked: &[&RankedHousehold],
    names: &told::Names,
    caption: &str,
) -> Markup {
    if ranked.is_empty() {
        return html! { p.empty { (officer.t("support-nobody")) } };
    }
    let headings = [
        officer.t("support-place"),
        officer.t("support-recipient"),
        officer.t("support-keys"),
        officer.t("support-draw"),
    ];
    let scheme = officer.office.scheme(&ranking.scheme).ok();
    let keys = |row: &RankedHousehold| {
        let own = row.keys.iter().zip(&ranking.keys).filter_map(|(value, id)| {
            let value = (*value)?;
            let key = scheme.and_then(|scheme| scheme.priority.iter().find(|key| key.id.value == *id))?;
            let label = key.label.get(officer.language);
            // A key that holds is 0, one that is not known 1, one that does not hold 2; a number stands for itself.
            match (&key.key, value) {
                (PriorityKey::When(_), 0) => Some(label.to_owned()),
                (PriorityKey::When(_), 1) => Some(format!("{label} ({})", officer.t("support-not-known-short"))),
                (PriorityKey::When(_), _) | (PriorityKey::Sealed(_), _) => None,
                (_, i64::MAX) => Some(format!("{label} ({})", officer.t("support-not-known-short"))),
                (PriorityKey::Most(_), value) => Some(format!("{label}: {}", officer.number(-value))),
                (PriorityKey::Least(_), value) => Some(format!("{label}: {}", officer.number(value))),
            }
        });
        own.collect::<Vec<_>>().join("; ")
    };
    let rows = ranked.iter().map(|row| {
        vec![
            layout::plain(row.place.to_string()),
            names.household(officer, &row.household),
            layout::plain(keys(row)),
            match &row.draw {
                Some(number) => html! { span.code title=(number) { (number.get(..8).unwrap_or(number)) "…" } },
                None => html! {},
            },
        ]
    });
    layout::list(caption, &headings, rows.collect())
}

#[derive(Deserialize)]
struct Version {
    version: i64,
}

async fn approve(officer: Officer, Path(id): Path<String>, Checked(given): Checked<Version>) -> Answer {
    match officer.office.approve_ranking(&id, given.version).await {
        Ok(()) => done(&format!("/support/rankings/{id}")),
        Err(error) => again(error, async |problem| show(&officer, &id, Some(problem)).await).await,
    }
}
