//! The official reports of a unit: each as workbook and paper. Rates among all residents need a table of residents, which
//! is sent along.

use super::areas::full_name;
use crate::csrf::{Checked, Upload};
use crate::error::{Answer, Page, Problem};
use crate::labels;
use crate::layout;
use crate::reports::{Format, briefing, detailed, file};
use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;
use vuon_policy::model::Language;
use vuon_publish::briefing;
use vuon_publish::report::layout::{Form, forms};
use vuon_publish::report::list::Wanted;
use vuon_publish::report::{self, ReportError, Residents, Words, year_before};
use vuon_registry::scope::Action;

/// `/reports` and below.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/reports", get(reports))
        .route("/reports/{report}", get(download))
        .route("/reports/briefing", get(for_committee))
        .route("/reports/detailed-list", post(detailed_list))
        .route("/reports/with-residents", super::uploads(app, post(with_residents)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    area: String,
    from: Option<Date>,
    to: Option<Date>,
    name: Option<String>,
    format: Format,
}

impl Asked {
    /// The unit, the reader's own where none is named.
    fn area(&self, person: &Person) -> Option<String> {
        Some(self.area.clone()).filter(|area| !area.is_empty()).or_else(|| person.own_unit())
    }

    fn days(&self, person: &Person) -> (Date, Date) {
        let to = self.to.unwrap_or_else(|| person.desk.today());
        (self.from.unwrap_or_else(|| year_before(to)), to)
    }
}

/// Those that tell rates among all residents.
fn needs_residents(form: &Form) -> bool {
    matches!(form.id.as_str(), "final-results" | "summary-poor" | "summary-near-poor")
}

async fn reports(person: Person, Query(asked): Query<Asked>) -> Page {
    person.desk.actor().may(Action::ReadFigures)?;
    let title = person.t("nav-reports");
    let Some(area) = asked.area(&person) else {
        return Ok(layout::page(&person, &title, choose(&person, asked.name.as_deref()).await?));
    };
    let name = full_name(&person, &area).await?;
    let (from, to) = asked.days(&person);
    let query = format!("area={}&from={from}&to={to}", encode(&area));
    let (with, without): (Vec<&Form>, Vec<&Form>) = forms().iter().partition(|form| needs_residents(form));
    let refused = refused(&person, &area, to).await?;
    let is_commune = person.desk.area(&area).await?.level == "commune";
    let statuses = labels::listed_on(&person, to).await?;
    let body = html! {
        form.filters method="get" action="/reports" {
            input type="hidden" name="area" value=(area);
            (layout::day_field("from", &person.t("flows-from"), &from.to_string(), true))
            (layout::day_field("to", &person.t("flows-to"), &to.to_string(), true))
            (layout::send(&person.t("show")))
        }
        p { (person.tr("reports-explained", &[("from", person.day(from).into()), ("to", person.day(to).into())])) }
        (table(&person, &without, &query, &refused))
        @if is_commune && person.may(Action::Export) { (detailed_form(&person, &area, to, &statuses)) }
        p.actions { a.button.second href=(format!("/reports/briefing?{query}")) { (person.t("reports-briefing")) } }
        h2 { (person.t("reports-with-residents")) }
        p { (person.t("reports-residents-explained")) }
        (residents_form(&person, &with, &area, (from, to)))
    };
    Ok(layout::page(&person, &format!("{title}: {name}"), body))
}

/// The reports that cannot be made, and why. Of a day to come each says so itself.
async fn refused(person: &Person, area: &str, to: Date) -> Result<BTreeMap<&'static str, ReportError>, Problem> {
    if to > person.desk.today() {
        return Ok(BTreeMap::from([("causes", report::causes())]));
    }
    Ok(report::refused(&person.desk, area, to).await?)
}

fn table(person: &Person, forms: &[&Form], query: &str, refused: &BTreeMap<&'static str, ReportError>) -> Markup {
    let headings = [person.t("reports-form"), person.t("reports-report"), person.t("reports-files")];
    let link = |form: &Form, format: &str, words: &str| {
        let label = format!("{}, {words}", form.title.get(person.language));
        html! { a href=(format!("/reports/{}?{query}&format={format}", form.id)) aria-label=(label) { (words) } }
    };
    let rows = forms.iter().map(|form| {
        vec![
            layout::plain(&form.form),
            layout::plain(form.title.get(person.language)),
            match refused.get(form.id.as_str()) {
                Some(error) => html! { span.muted { (error.text(person.language)) } },
                None => html! { (link(form, "xlsx", "XLSX")) " · " (link(form, "pdf", "PDF")) },
            },
        ]
    });
    layout::list(&person.t("nav-reports"), &headings, rows.collect())
}

fn residents_form(person: &Person, forms: &[&Form], area: &str, (from, to): (Date, Date)) -> Markup {
    let reports: Vec<(String, String)> =
        forms.iter().map(|form| (form.id.clone(), form.title.get(person.language).to_owned())).collect();
    let formats = [("xlsx", "XLSX"), ("pdf", "PDF")].map(|(id, name)| (id.to_owned(), name.to_owned()));
    html! {
        form.fields method="post" action="/reports/with-residents" enctype="multipart/form-data" {
            (layout::csrf_field(person))
            input type="hidden" name="area" value=(area);
            input type="hidden" name="from" value=(from);
            input type="hidden" name="to" value=(to);
            (layout::choice_field("report", &person.t("reports-report"), &reports, "final-results", None))
            (layout::choice_field("format", &person.t("reports-format"), &formats, "xlsx", None))
            (layout::labelled("file", &person.t("reports-residents"), Some(&person.t("reports-residents-hint")), html! {
                input type="file" id="file" name="file" required accept=".csv" aria-describedby="file-hint";
            }))
            (layout::send(&person.t("reports-make")))
        }
    }
}

/// The detailed list, one row a member. It is a form and not a link because the ledger tells who took a list out.
fn detailed_form(person: &Person, area: &str, on: Date, statuses: &[(String, String)]) -> Markup {
    html! {
        h2 { (person.t("reports-detailed")) }
        p { (person.t("reports-detailed-explained")) }
        form.filters method="post" action="/reports/detailed-list" {
            (layout::csrf_field(person))
            input type="hidden" name="area" value=(area);
            input type="hidden" name="on" value=(on);
            (layout::choice_field("status", &person.t("household-status"), statuses, "", Some(&person.t("reports-detailed-listed"))))
            p.actions {
                button.second type="submit" name="format" value="xlsx" { "XLSX" }
                button.second type="submit" name="format" value="pdf" { "PDF" }
            }
        }
    }
}

/// Which detailed list, as it is typed.
#[derive(Deserialize)]
struct DetailedOf {
    area: String,
    on: Date,
    /// Of one list; of all lists when empty.
    #[serde(default)]
    status: String,
    format: Format,
}

async fn detailed_list(State(app): State<App>, person: Person, Checked(of): Checked<DetailedOf>) -> Answer {
    let statuses = match of.status.as_str() {
        "" => labels::listed_on(&person, of.on).await?.into_iter().map(|(id, _)| id).collect(),
        status => vec![status.to_owned()],
    };
    let wanted = Wanted { area: of.area, on: of.on, statuses, hamlet: None };
    detailed(&app, &person.desk, &wanted, of.format, person.reading_papers().language).await
}

/// The topmost units, and communes by name, for who may see all.
async fn choose(person: &Person, name: Option<&str>) -> Result<Markup, Problem> {
    let top = person.desk.areas_below(None).await?;
    let found = super::communes::found(person, name).await?;
    Ok(html! {
        p { (person.t("flows-choose")) }
        form.filters method="get" action="/reports" role="search" {
            (layout::text_field("name", &person.t("commune-name"), name.unwrap_or_default(), false))
            (layout::send(&person.t("search")))
        }
        ul.plainlist {
            @for (id, name) in &found { li { a href=(format!("/reports?area={id}")) { (name) } } }
            @for row in &top { li { a href=(format!("/reports?area={}", row.id)) { (super::areas::name(row)) } } }
        }
    })
}

async fn download(
    State(app): State<App>,
    person: Person,
    Path(report): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let area = asked.area(&person).ok_or(Problem::NotFound)?;
    let (from, to) = asked.days(&person);
    let question = report::Asked { report, area, from: Some(from), to, residents: None };
    file(&app, &person.desk, &question, asked.format, person.reading_papers().language).await
}

async fn for_committee(State(app): State<App>, person: Person, Query(asked): Query<Asked>) -> Answer {
    let area = asked.area(&person).ok_or(Problem::NotFound)?;
    let (_, on) = asked.days(&person);
    briefing(&app, &person.desk, &briefing::Asked { area, on, language: person.reading_papers().language }).await
}

async fn with_residents(State(app): State<App>, person: Person, upload: Upload) -> Answer {
    let day = |name: &str| upload.field(name).parse::<Date>().map_err(|_| Problem::Form(name.to_owned()));
    let (_, name, bytes) = upload.files.first().ok_or_else(|| Problem::Form("file".into()))?;
    let residents = Residents::read(name, bytes)
        .map_err(|error| Problem::Report(Words::new(error.text(Language::Vi), error.text(Language::En))))?;
    let question = report::Asked {
        report: upload.field("report").to_owned(),
        area: upload.field("area").to_owned(),
        from: Some(day("from")?),
        to: day("to")?,
        residents: Some(residents),
    };
    let format = if upload.field("format") == "pdf" { Format::Pdf } else { Format::Xlsx };
    file(&app, &person.desk, &question, format, person.reading_papers().language).await
}
