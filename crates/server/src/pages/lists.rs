//! The list of a commune as of a day, by what was known at a time; and the same list taken out as a file.

use super::communes;
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::labels;
use crate::layout;
use crate::periods;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::body::Body;
use axum::extract::Query;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use maud::html;
use serde::Deserialize;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Action;
use vuon_registry::spells::AsOf;

/// `/lists`, `/lists/export`.
pub fn routes() -> Router<App> {
    Router::new().route("/lists", get(list)).route("/lists/export", post(export))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    commune: String,
    on: String,
    known: String,
    standard: String,
    status: String,
    after: Option<String>,
    name: Option<String>,
}

fn parse_day(text: &str) -> Result<Option<Date>, Problem> {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| Problem::Form("day".into())) }
}

/// The last moment of a day, where the programme is.
fn end_of(day: Date) -> Option<i64> {
    let zone = TimeZone::fixed(Offset::constant(7));
    Some(day.tomorrow().ok()?.to_zoned_datetime(zone).ok()?.timestamp().as_microsecond() - 1)
}

impl Asked {
    fn as_of(&self, person: &Person, commune: &str) -> Result<AsOf, Problem> {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let statuses = match self.status.as_str() {
            "" => labels::listed(person),
            "any" => Vec::new(),
            status => vec![status.to_owned()],
        };
        let today = person.desk.today();
        let known = parse_day(&self.known)?.map(|day| periods::day("known", day, today)).transpose()?;
        Ok(AsOf {
            commune: commune.to_owned(),
            on: periods::day("on", parse_day(&self.on)?.unwrap_or(today), today)?,
            known_at: known.and_then(end_of),
            standard: some(&self.standard),
            statuses,
        })
    }

    fn query(&self, commune: &str) -> String {
        let parts = [
            ("commune", commune),
            ("on", &self.on),
            ("known", &self.known),
            ("standard", &self.standard),
            ("status", &self.status),
        ];
        let parts = parts.iter().filter(|(_, value)| !value.is_empty());
        parts.map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
    }
}

async fn list(person: Person, Query(asked): Query<Asked>) -> Page {
    person.desk.actor().may(Action::ReadPeople)?;
    let title = person.t("nav-lists");
    let Some(commune) = communes::commune(&person, Some(&asked.commune)).await? else {
        let chooser = communes::chooser(&person, "/lists", asked.name.as_deref()).await?;
        return Ok(layout::page(&person, &title, chooser));
    };
    let of = asked.as_of(&person, &commune.id)?;
    let page = person.desk.list_as_of(&of, &PageRequest { after: asked.after.clone(), ..PageRequest::first() }).await?;
    let mut statuses = vec![(String::new(), person.t("lists-poor-and-near")), ("any".into(), person.t("all"))];
    let program = person.desk.register().standard(of.on);
    statuses.extend(labels::statuses(&person, program.as_deref()));
    let query = asked.query(&commune.id);
    let headings = [
        person.t("household-head"),
        person.t("household-code"),
        person.t("household-hamlet"),
        person.t("household-persons"),
        person.t("household-status"),
        person.t("spell-from"),
        person.t("spell-standard"),
    ];
    let rows = page.rows.iter().map(|row| {
        vec![
            html! { a href=(format!("/households/{}", row.household)) { (person.named(&row.name)) } },
            html! { span.code { (row.code) } },
            layout::plain(row.hamlet.as_deref().unwrap_or("–")),
            layout::plain(person.number(row.persons)),
            labels::status_tag(&person, Some(&row.standard), Some(&row.status)),
            layout::plain(person.day(row.since)),
            html! { code { (row.standard) } },
        ]
    });
    let known = of.known_at.map_or_else(|| person.t("lists-known-now"), |at| person.moment(at));
    let caption = person.tr(
        "lists-caption",
        &[("commune", super::areas::name(&commune).into()), ("day", person.day(of.on).into()), ("known", known.into())],
    );
    let body = html! {
        form.filters method="get" action="/lists" {
            input type="hidden" name="commune" value=(commune.id);
            (layout::day_field("on", &person.t("lists-on"), &of.on.to_string(), false))
            (layout::labelled("known", &person.t("lists-known"), Some(&person.t("lists-known-hint")), html! {
                input type="date" id="known" name="known" value=(asked.known) aria-describedby="known-hint";
            }))
            (layout::choice_field("standard", &person.t("spell-standard"), &labels::standards(&person), &asked.standard, Some(&person.t("all"))))
            (layout::choice_field("status", &person.t("household-status"), &statuses, &asked.status, None))
            (layout::send(&person.t("show")))
        }
        @if person.may(Action::Export) {
            form method="post" action="/lists/export" {
                (layout::csrf_field(&person))
                input type="hidden" name="commune" value=(commune.id);
                input type="hidden" name="on" value=(of.on);
                input type="hidden" name="known" value=(asked.known);
                input type="hidden" name="standard" value=(asked.standard);
                input type="hidden" name="status" value=(asked.status);
                p.actions { button.second type="submit" { (person.t("lists-export")) } }
            }
        }
        @if page.rows.is_empty() {
            p { (caption) }
            p.empty { (person.t("household-none-found")) }
        } @else {
            (layout::list(&caption, &headings, rows.collect()))
        }
        (layout::paging(&person, "/lists", &query, &page))
    };
    Ok(layout::page(&person, &title, body))
}

/// It is a form and not a link because the ledger tells who took a list out.
async fn export(person: Person, Checked(asked): Checked<Asked>) -> Answer {
    let of = asked.as_of(&person, &asked.commune)?;
    let name = format!("danh-sach-{}-{}.csv", asked.commune.replace(|c: char| !c.is_ascii_alphanumeric(), "-"), of.on);
    let rows = person.desk.export_list(&of).await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(rows)).into_response())
}
