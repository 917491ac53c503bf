//! Rankings: who is served first, who waits, and what decided at the line; of a commune, or of a whole district or province.

use super::super::{again, communes, fields, finding};
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
use vuon_policy::support::{Beneficiary, PriorityKey};
use vuon_programme::ranking::Quota;
use vuon_programme::ranks::{AreaRanking, AtTheLine, OF_A_GROUP, RankedRow, Rows};
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

/// How many rows a page shows of each part.
const MOST: u32 = 100;

/// Which commune the list is of, and from where on.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Listed {
    commune: String,
    name: Option<String>,
    after: Option<String>,
}

/// What is typed to rank.
#[derive(Deserialize, Default)]
#[serde(default)]
struct New {
    area: String,
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

async fn list(officer: Officer, Query(listed): Query<Listed>) -> Page {
    let of = Of { commune: listed.commune, name: listed.name };
    show_list(&officer, &of, listed.after, &New::default(), None).await
}

/// The rankings of a commune with those of the areas above it; without a commune, all within reach.
async fn show_list(officer: &Officer, of: &Of, after: Option<String>, typed: &New, problem: Option<&Problem>) -> Page {
    officer.desk.actor().may(Action::ReadPeople)?;
    let title = officer.t("support-rankings");
    let commune = communes::commune(officer, Some(&of.commune)).await?;
    let filter = Filter { commune: commune.as_ref().map(|row| row.id.clone()), ..Filter::default() };
    let rankings = officer.office.rankings(&filter, &PageRequest { after, limit: MOST }).await?;
    let headings = [
        officer.t("support-scheme"),
        officer.t("support-area"),
        officer.t("support-year"),
        officer.t("support-ranked"),
        officer.t("support-state"),
    ];
    let mut rows = Vec::with_capacity(rankings.rows.len());
    for kept in &rankings.rows {
        let ranking = &kept.thing;
        rows.push(vec![
            html! { a href=(format!("/support/rankings/{}", kept.id)) { (told::scheme(officer, &ranking.scheme)) } },
            layout::plain(told::unit(officer, ranking.at.chain()).await),
            layout::plain(ranking.year.to_string()),
            layout::plain(
                officer.tr("support-within-of", &[("within", ranking.within.into()), ("all", ranking.ranked.into())]),
            ),
            state(officer, ranking),
        ]);
    }
    let areas = areas(officer, commune.as_ref().map(|row| row.id.as_str())).await?;
    let query = finding::query(&[("commune", filter.commune.as_deref().unwrap_or_default())]);
    let body = html! {
        (back(officer))
        @match &commune {
            Some(commune) => { (told::other_commune(officer, "/support/rankings", &super::super::areas::name(commune))) },
            None => { (communes::chooser(officer, "/support/rankings", of.name.as_deref()).await?) },
        }
        (problem_told(officer, problem))
        @if rankings.rows.is_empty() { p.empty { (officer.t("support-rankings-none")) } } @else {
            (layout::list(&title, &headings, rows))
        }
        (layout::paging(officer, "/support/rankings", &query, &rankings))
        @if !areas.is_empty() { h2 { (officer.t("support-rank")) } (rank_form(officer, &areas, typed)) }
    };
    Ok(layout::page(officer, &title, body))
}

/// The areas that the reader may rank: the commune, or the own province or district and the districts within.
async fn areas(officer: &Officer, commune: Option<&str>) -> Result<Vec<(String, String)>, Problem> {
    let own = officer.desk.actor().reach.unit().filter(|_| officer.may(Action::RankArea));
    let of_commune = commune.filter(|_| officer.may(Action::PrepareSupport));
    let Some(unit) = of_commune.or(own.filter(|_| commune.is_none())) else { return Ok(Vec::new()) };
    let mut areas = vec![(unit.to_owned(), told::unit(officer, unit).await)];
    if commune.is_none() {
        let below = officer.desk.areas_below(Some(unit)).await?;
        let districts = below.iter().filter(|row| row.level == "district");
        areas.extend(districts.map(|row| (row.id.clone(), super::super::areas::name(row))));
    }
    Ok(areas)
}

fn rank_form(officer: &Officer, areas: &[(String, String)], typed: &New) -> Markup {
    let schemes = told::scheme_options(officer, |_| true);
    let kinds = [("places".to_owned(), officer.t("support-places")), ("money".to_owned(), officer.t("support-money"))];
    let year = if typed.year.is_empty() { officer.desk.today().year().to_string() } else { typed.year.clone() };
    layout::form(
        officer,
        "/support/rankings",
        html! {
            @match areas {
                [(only, _)] => { input type="hidden" name="area" value=(only); },
                _ => { (layout::choice_field("area", &officer.t("support-area"), areas, &typed.area, None)) },
            }
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
        officer.office.rank_area(&typed.area, &typed.scheme, year, quota).await
    };
    match ranked.await {
        Ok(id) => done(&format!("/support/rankings/{id}")),
        Err(error) => {
            again(error, async |problem| show_list(&officer, &Of::default(), None, &typed, Some(problem)).await).await
        }
    }
}

/// Which part of a ranking, and from where on; all parts from the beginning when empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Part {
    /// `within`, `waiting` or `not-known`.
    part: String,
    after: Option<String>,
}

impl Part {
    fn shows(&self, part: &str) -> bool {
        self.part.is_empty() || self.part == part
    }

    fn request(&self, part: &str) -> PageRequest {
        PageRequest { after: self.after.clone().filter(|_| self.part == part), limit: MOST }
    }
}

async fn one(officer: Officer, Path(id): Path<String>, Query(part): Query<Part>) -> Page {
    show(&officer, &id, &part, None).await
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
            (officer.t("support-just-in"), names.recipient(officer, &line.last_in)),
            (officer.t("support-just-out"), names.recipient(officer, &line.first_out)),
            (officer.t("support-decided-by"), layout::plain(why)),
        ]))
    }
}

async fn show(officer: &Officer, id: &str, part: &Part, problem: Option<&Problem>) -> Page {
    let kept: Kept<AreaRanking> = officer.office.ranking(id).await?;
    let ranking = &kept.thing;
    let within = officer.office.ranked_rows(id, Rows::Within, &part.request("within")).await?;
    let waiting = officer.office.ranked_rows(id, Rows::Waiting, &part.request("waiting")).await?;
    let not_known = officer.office.not_ranked(id, &part.request("not-known")).await?;
    let shown = within.rows.iter().chain(&waiting.rows).map(|row| &row.recipient);
    let shown = shown.chain(not_known.rows.iter().map(|(_, recipient)| recipient));
    let at_the_line = ranking.line.iter().flat_map(|line| [&line.last_in, &line.first_out]);
    let names = told::Names::of_recipients(officer, shown.chain(at_the_line)).await?;
    let quota = match ranking.quota {
        Quota::Places(places) => officer.tr("support-places-are", &[("count", places.into())]),
        Quota::Money(money) => told::money(officer, money),
    };
    let list_address = match &ranking.at.commune {
        Some(commune) => told::with_commune("/support/rankings", commune),
        None => "/support/rankings".to_owned(),
    };
    let address = format!("/support/rankings/{id}");
    let body = html! {
        p { a href=(list_address) { "← " (officer.t("support-rankings")) } }
        (problem_told(officer, problem))
        (layout::facts(&[
            (officer.t("support-area"), layout::plain(told::unit(officer, ranking.at.chain()).await)),
            (officer.t("support-year"), layout::plain(ranking.year.to_string())),
            (officer.t("support-register-of"), layout::plain(officer.day(ranking.on))),
            (officer.t("field-quota"), layout::plain(quota)),
            (officer.t("support-ranked"), layout::plain(officer
                .tr("support-within-of", &[("within", ranking.within.into()), ("all", ranking.ranked.into())]))),
            (officer.t("support-state"), state(officer, ranking)),
        ]))
        @if part.part.is_empty() { (order(officer, &kept, &names).await?) }
        @if part.shows("within") {
            h2 { (officer.t("support-within")) }
            (ranked_list(officer, ranking, &within.rows, &names, &officer.t("support-within")))
            (layout::paging(officer, &address, "part=within", &within))
        }
        @if part.shows("waiting") {
            h2 { (officer.t("support-waiting-list")) }
            (ranked_list(officer, ranking, &waiting.rows, &names, &officer.t("support-waiting-list")))
            (layout::paging(officer, &address, "part=waiting", &waiting))
        }
        @if part.shows("not-known") {
            h2 { (officer.t("support-ranking-not-known")) " (" (officer.number(i64::try_from(ranking.unknown()).unwrap_or(i64::MAX))) ")" }
            @if not_known.rows.is_empty() { p.empty { (officer.t("support-nobody")) } } @else {
                p { (officer.t("support-ranking-not-known-hint")) }
                ul { @for (_, recipient) in &not_known.rows { li { (names.recipient(officer, recipient)) } } }
            }
            (layout::paging(officer, &address, "part=not-known", &not_known))
        }
    };
    Ok(layout::page(officer, &told::scheme(officer, &ranking.scheme), body))
}

/// By what it is ordered, what decided at the line, and what is to be done with it.
async fn order(officer: &Officer, kept: &Kept<AreaRanking>, names: &told::Names) -> Result<Markup, Problem> {
    let ranking = &kept.thing;
    Ok(html! {
        h2 { (officer.t("support-order")) }
        ol {
            @for key in &ranking.keys { li { (key_name(officer, ranking, key)) } }
            li { (officer.t("support-by-draw")) }
        }
        p { (officer.t("support-seed")) ": " span.code { (ranking.seed) } }
        details {
            summary { (officer.t("support-repeat")) }
            div.inside { p { (officer.t("support-repeat-draw")) } }
        }
        @if let Some(own) = &ranking.line { h2 { (officer.t("support-line")) } (line(officer, ranking, own, names)) }
        (buttons(officer, kept).await?)
    })
}

async fn buttons(officer: &Officer, kept: &Kept<AreaRanking>) -> Result<Markup, Problem> {
    let ranking = &kept.thing;
    let decides = if ranking.at.commune.is_some() { Action::DecideSupport } else { Action::DecideRanking };
    let commune = communes::own(officer).filter(|_| officer.may(Action::PrepareSupport));
    let without = match (&ranking.approved, commune) {
        (Some(_), Some(commune)) => officer.office.not_served(&kept.id, &commune).await?.len(),
        _ => 0,
    };
    let new = format!("/support/agreements/new?ranking={}", kept.id);
    Ok(html! {
        @if ranking.approved.is_none() && officer.may(decides) {
            (layout::form(officer, &format!("/support/rankings/{}/approve", kept.id), html! {
                (version_field(kept.version))
                (layout::send(&officer.t("support-approve-ranking")))
            }))
        }
        @if without > 0 {
            p.actions { a.button href=(new) { (officer.tr("support-draw-up-within", &[("count", without.into())])) } }
        }
    })
}

fn ranked_list(
    officer: &Officer,
    ranking: &AreaRanking,
    ranked: &[RankedRow],
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
    let of_groups = scheme.is_some_and(|scheme| scheme.beneficiary == Beneficiary::Group);
    let keys = |row: &RankedRow| {
        let own = row.keys.iter().zip(&ranking.keys).filter_map(|(value, id)| {
            let value = (*value)?;
            let key = scheme.and_then(|scheme| scheme.priority.iter().find(|key| key.id.value == *id))?;
            let label = key.label.get(officer.language);
            // A key that holds is 0, one that is not known 1, one that does not hold 2; of a group, what is wanting of ten
            // thousandths of its members; a number stands for itself.
            match (&key.key, value) {
                (PriorityKey::When(_), value) if of_groups => {
                    Some(format!("{label}: {}", officer.percent(OF_A_GROUP - value, OF_A_GROUP)))
                }
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
            names.recipient(officer, &row.recipient),
            layout::plain(keys(row)),
            match &row.draw {
                Some(number) => html! { details { summary { (number.get(..8).unwrap_or(number)) "…" } span.code { (row.recipient.id()) " → " (number) } } },
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
        Err(error) => again(error, async |problem| show(&officer, &id, &Part::default(), Some(problem)).await).await,
    }
}
