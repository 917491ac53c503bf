//! Households: the list of an area, and one household with its members, statuses, cases and what happened.

use super::communes;
pub use super::household_history::history;
use super::review::names::case_state;
use super::{fields, finding};
use crate::csrf::Checked;
use crate::error::{Page, Problem};
use crate::labels;
use crate::layout;
use crate::office::Officer;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_programme::Office;
use vuon_registry::RegistryError;
use vuon_registry::areas::AreaRow;
use vuon_registry::households::{HouseholdFilter, HouseholdRow, HouseholdView, Member};
use vuon_registry::page::PageRequest;
use vuon_registry::scope::{Action, Reach};

/// `/households` and `/households/{id}`; what changes them is in `household_changes`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/households", get(list))
        .route("/households/find", post(find))
        .route("/households/{id}", get(household))
}

/// What a list was asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    province: String,
    commune: String,
    hamlet: String,
    status: String,
    /// `yes`: those that ended.
    ended: String,
    /// The number of a search by name.
    find: String,
    after: Option<String>,
    /// Looking for a commune.
    name: Option<String>,
}

async fn find(State(app): State<App>, person: Person, Checked(search): Checked<finding::Search>) -> Response {
    finding::answer(&app, &person, "/households", &["province", "commune", "hamlet", "status", "ended"], &search)
}

async fn list(State(app): State<App>, person: Person, Query(asked): Query<Asked>) -> Page {
    person.desk.actor().may(Action::ReadPeople)?;
    let commune = communes::commune(&person, Some(&asked.commune)).await?;
    let filter = HouseholdFilter {
        province: fields::some(&asked.province),
        commune: commune.as_ref().map(|commune| commune.id.clone()),
        hamlet: fields::some(&asked.hamlet),
        status: fields::some(&asked.status),
        ended: asked.ended == "yes",
        text: fields::some(&finding::text(&app, &person, &asked.find)),
    };
    let found = found(&person, &asked, &filter).await?;
    if person.part {
        return Ok(found);
    }
    let body = html! {
        @match &commune {
            Some(commune) => (of_commune(&person, commune)),
            None => {
                (communes::chooser(&person, "/households", asked.name.as_deref()).await?)
                h2 { (person.t("household-over-area")) }
            }
        }
        (filters(&person, &filter).await?)
        @if let (Some(commune), true) = (&commune, person.may(Action::EditPeople)) {
            p.actions { a.button href=(format!("/households/new?commune={}", encode(&commune.id))) { (person.t("household-add")) } }
        }
        div id="found" { (found) }
    };
    Ok(layout::page(&person, &person.t("nav-households"), body))
}

/// Which commune the list is of, and the way to another.
fn of_commune(person: &Person, commune: &AreaRow) -> Markup {
    html! {
        p.actions {
            strong { (super::areas::name(commune)) }
            @if communes::own(person).is_none() { a href="/households" { (person.t("commune-other")) } }
        }
    }
}

/// Whether a province has to be chosen before there is a list: by who reaches everything and chose no commune.
fn needs_province(person: &Person, filter: &HouseholdFilter) -> bool {
    person.desk.actor().reach == Reach::Everything && filter.commune.is_none()
}

/// The search: it works as a form, and as one types where scripts run.
async fn filters(person: &Person, filter: &HouseholdFilter) -> Result<Markup, Problem> {
    let chosen = |value: &Option<String>| value.clone().unwrap_or_default();
    let hamlets = match &filter.commune {
        Some(commune) => communes::hamlet_options(&person.desk.hamlets(commune).await?),
        None => Vec::new(),
    };
    let provinces = match needs_province(person, filter) {
        true => person.desk.areas_below(None).await?,
        false => Vec::new(),
    };
    let provinces: Vec<_> = provinces.iter().map(|row| (row.id.clone(), super::areas::name(row))).collect();
    let program = person.desk.register().standard(person.desk.today());
    let statuses = labels::statuses(person, program.as_deref());
    Ok(html! {
        form.filters method="post" action="/households/find" role="search" hx-post="/households/find" hx-target="#found"
            hx-trigger="input changed delay:300ms from:#text, change from:select, change from:#ended, submit" hx-replace-url="true" {
            (layout::csrf_field(person))
            @if let Some(commune) = &filter.commune { input type="hidden" name="commune" value=(commune); }
            @if !provinces.is_empty() {
                (layout::choice_field("province", &person.t("household-province"), &provinces, &chosen(&filter.province), None))
            }
            (layout::labelled("text", &person.t("household-search"), Some(&person.t("household-search-hint")), html! {
                input type="search" id="text" name="text" value=(chosen(&filter.text)) maxlength="100" aria-describedby="text-hint";
            }))
            @if !hamlets.is_empty() {
                (layout::choice_field("hamlet", &person.t("household-hamlet"), &hamlets, &chosen(&filter.hamlet), Some(&person.t("all"))))
            }
            (layout::choice_field("status", &person.t("household-status"), &statuses, &chosen(&filter.status), Some(&person.t("all"))))
            div.field.check {
                input type="checkbox" id="ended" name="ended" value="yes" checked[filter.ended];
                label for="ended" { (person.t("household-ended")) }
            }
            (layout::send(&person.t("search")))
        }
    })
}

/// A page of what was found; over more than one commune each household is told with its own.
async fn found(person: &Person, asked: &Asked, filter: &HouseholdFilter) -> Result<Markup, Problem> {
    if needs_province(person, filter) && filter.province.is_none() {
        return Ok(html! { p.hint role="status" { (person.t("household-choose-province")) } });
    }
    let request = PageRequest { after: asked.after.clone(), ..PageRequest::first() };
    let page = person.desk.households(filter, &request).await?;
    let communes: Vec<&str> = page.rows.iter().map(|row| row.commune.as_str()).collect();
    let places = match filter.commune {
        Some(_) => None,
        None => Some(person.desk.full_names(&communes).await?),
    };
    let headings = row_headings(person).into_iter().chain(places.as_ref().map(|_| person.t("commune")));
    let cells = |row: &HouseholdRow| {
        let place = places.as_ref().map(|names| layout::plain(names.get(&row.commune).map_or("–", String::as_str)));
        row_cells(person, row).into_iter().chain(place).collect()
    };
    let query = finding::query(&[
        ("province", &asked.province),
        ("commune", &asked.commune),
        ("hamlet", &asked.hamlet),
        ("status", &asked.status),
        ("ended", &asked.ended),
        ("find", &asked.find),
    ]);
    let (first, last) = person.rows_shown(page.rows.len());
    let rows = [("first", person.number(first).into()), ("last", person.number(last).into())];
    Ok(html! {
        // How many, not all of them, is read out as one types.
        p.hint role="status" {
            @if page.rows.is_empty() { (person.t("household-none-found")) }
            @else if page.next.is_some() { (person.tr("household-found-more", &rows)) }
            @else if first > 1 { (person.tr("household-found-last", &rows)) }
            @else { (person.tr("household-found", &[("count", page.rows.len().into())])) }
        }
        @if !page.rows.is_empty() {
            (layout::list(&person.t("household-list"), &headings.collect::<Vec<_>>(), page.rows.iter().map(cells).collect()))
        }
        (layout::paging(person, "/households", &query, &page))
    })
}

/// The headings of [`row_cells`].
pub fn row_headings(person: &Person) -> [String; 5] {
    [
        person.t("household-head"),
        person.t("household-code"),
        person.t("household-hamlet"),
        person.t("household-persons"),
        person.t("household-status"),
    ]
}

/// A household as a row of a list.
pub fn row_cells(person: &Person, row: &HouseholdRow) -> Vec<Markup> {
    vec![
        html! { a href=(format!("/households/{}", row.id)) { (person.named(&row.name)) } },
        html! { span.code { (row.code) } },
        layout::plain(row.hamlet_name.as_deref().unwrap_or("–")),
        layout::plain(person.number(row.persons)),
        labels::status_tag(person, row.standard.as_deref(), row.status.as_deref()),
    ]
}

/// What the change before was, for its news.
#[derive(Deserialize, Default)]
#[serde(default)]
struct News {
    /// The household that this one was split off.
    from: Option<String>,
    /// Whether the head is another one since.
    head: Option<String>,
}

async fn household(person: Person, Path(id): Path<String>, Query(news): Query<News>) -> Page {
    show(&person, &id, &news).await
}

/// What became of a household by the change before, in words with names.
async fn told(person: &Person, view: &HouseholdView, news: &News) -> Markup {
    let name = person.named(&view.row.name);
    let from = match &news.from {
        Some(from) => person.desk.household(from).await.ok(),
        None => None,
    };
    html! {
        @if news.head.is_some() { p.notice { (person.tr("household-head-is", &[("name", name.into())])) } }
        @if let Some(from) = from {
            p.notice {
                (person.t("household-split-from")) " "
                a href=(format!("/households/{}", from.row.id)) { (person.named(&from.row.name)) " (" (from.row.code) ")" }
            }
        }
    }
}

/// The page of a household.
async fn show(person: &Person, id: &str, news: &News) -> Page {
    let view = person.desk.household(id).await?;
    let place = super::areas::full_name(person, &view.place.commune).await?;
    let edit = person.may(Action::EditPeople) && view.closed.is_none();
    let body = html! {
        (told(person, &view, news).await)
        (summary(person, &view, &place))
        (ended(person, &view))
        h2 { (person.t("household-members")) }
        (members(person, &view, edit).await?)
        @if edit { (changes(person, &view)) }
        @if person.may(Action::SealFacts) && view.closed.is_none() { (sealed(person, &view)) }
        (support(person, &view).await?)
        h2 { (person.t("household-cases")) }
        (cases(person, &view))
        h2 { (person.t("household-timeline")) }
        (history(person, &view).await?)
    };
    let title = person.tr("household-title", &[("name", person.named(&view.row.name).into())]);
    Ok(layout::page(person, &title, body))
}

/// That a household ended, and what it became; nothing for one that is.
pub fn ended(person: &Person, view: &HouseholdView) -> Markup {
    let Some(closed) = view.closed else { return html! {} };
    html! {
        p.warning {
            (person.tr("household-closed-on", &[("day", person.day(closed).into())]))
            @if let Some(became) = &view.became {
                " " (person.t("household-merged-into")) " "
                a href=(format!("/households/{}", became.id)) { (person.named(&became.name)) " (" (became.code) ")" }
            }
        }
    }
}

/// What it may receive and receives; nothing under a pack without schemes, or of a household that has ended.
async fn support(person: &Person, view: &HouseholdView) -> Result<Markup, Problem> {
    if view.closed.is_some() {
        return Ok(html! {});
    }
    match Office::of(person.desk.clone()).await {
        Ok(office) => {
            let officer = Officer { person: person.clone(), office };
            super::support::household::sections(&officer, &view.row.id, &view.members).await
        }
        Err(RegistryError::Pack { .. }) => Ok(html! {}),
        Err(error) => Err(error.into()),
    }
}

/// The way to what is sealed about each member.
fn sealed(person: &Person, view: &HouseholdView) -> Markup {
    html! {
        details {
            summary { (person.t("support-sealed")) }
            ul.inside {
                @for member in &view.members {
                    li { a href=(format!("/households/{}/members/{}/sealed", view.row.id, member.person)) { (person.named(&member.name)) } }
                }
            }
        }
    }
}

fn summary(person: &Person, view: &HouseholdView, place: &str) -> Markup {
    let hamlet = view.row.hamlet_name.as_deref().map(|name| format!("{name}, ")).unwrap_or_default();
    layout::facts(&[
        (person.t("household-code"), html! { span.code { (view.row.code) } }),
        (
            person.t("household-status"),
            labels::status_tag(person, view.row.standard.as_deref(), view.row.status.as_deref()),
        ),
        (person.t("household-persons"), layout::plain(person.number(view.row.persons))),
        (person.t("household-place"), layout::plain(format!("{hamlet}{place}"))),
        (person.t("household-since"), layout::plain(person.day(view.opened))),
    ])
}

async fn members(person: &Person, view: &HouseholdView, edit: bool) -> Result<Markup, Problem> {
    let program = person.desk.register().standard(person.desk.today());
    let lists = ["relation", "sex", "ethnicity"].map(|list| labels::options(person, program.as_deref(), list));
    let [relations, sexes, groups] = &lists;
    let cells = |member: &Member| {
        let mut cells = vec![
            layout::plain(person.named(&member.name)),
            layout::plain(labels::name(relations, &member.relation)),
            layout::plain(member.sex.as_deref().map(|sex| labels::name(sexes, sex)).unwrap_or_default()),
            layout::plain(member.born.as_deref().map(|born| person.born(born)).unwrap_or_default()),
            layout::plain(member.ethnic.as_deref().map(|group| labels::name(groups, group)).unwrap_or_default()),
            layout::plain(person.day(member.since)),
            layout::plain(if member.identified {
                person.t("member-identified")
            } else {
                person.t("member-not-identified")
            }),
        ];
        if edit {
            let address = format!("/households/{}/members/{}", view.row.id, member.person);
            cells.push(html! { a href=(address) { (person.t("member-open")) span.hidden { " – " (person.named(&member.name)) } } });
        }
        cells
    };
    let mut headings = vec![
        person.t("member-name"),
        person.t("member-relation"),
        person.t("member-sex"),
        person.t("member-born"),
        person.t("member-ethnic"),
        person.t("member-since"),
        person.t("member-identity"),
    ];
    if edit {
        headings.push(person.t("member-change"));
    }
    Ok(layout::list(&person.t("household-members"), &headings, view.members.iter().map(cells).collect()))
}

fn changes(person: &Person, view: &HouseholdView) -> Markup {
    let id = &view.row.id;
    html! {
        p.actions {
            a.button href=(format!("/households/{id}/add-member")) { (person.t("member-add")) }
            @if view.members.len() > 1 {
                a.button.second href=(format!("/households/{id}/head")) { (person.t("household-new-head")) }
                a.button.second href=(format!("/households/{id}/split")) { (person.t("household-split")) }
            }
            a.button.second href=(format!("/households/{id}/request")) { (person.t("review-request-record")) }
            a.button.second href=(format!("/households/{id}/move")) { (person.t("household-move")) }
            a.button.second href=(format!("/households/{id}/close")) { (person.t("household-close")) }
        }
    }
}

fn cases(person: &Person, view: &HouseholdView) -> Markup {
    if view.cases.is_empty() {
        return html! { p.empty { (person.t("household-no-cases")) } };
    }
    let headings = [person.t("case-round"), person.t("case-state"), person.t("household-status")];
    let rows = view.cases.iter().map(|case| {
        let round = format!("{} {}", person.of("round-kind", &case.kind), case.year);
        vec![
            html! { a href=(format!("/cases/{}", case.id)) { (round) } },
            layout::plain(case_state(person, case.state)),
            labels::status_tag(person, Some(&case.pack), case.status.as_deref()),
        ]
    });
    layout::list(&person.t("household-cases"), &headings, rows.collect())
}
