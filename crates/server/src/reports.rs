//! A report made into a file: for the page that offers it and for the REST interface alike. Whoever asks sees what their
//! desk shows.

use crate::error::{Answer, Problem};
use crate::language::Language;
use crate::state::App;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;
use vuon_publish::briefing;
use vuon_publish::report::list::{self, Wanted};
use vuon_publish::report::{Asked, Report, ReportError, Words, collect, pdf, xlsx};
use vuon_registry::{Desk, RegistryError};

/// What a report is made into.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A workbook.
    #[default]
    Xlsx,
    /// A paper.
    Pdf,
    /// The plain figures.
    Json,
}

impl Format {
    /// The end of its file's name, and its type.
    fn file(self) -> (&'static str, &'static str) {
        match self {
            Format::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Format::Pdf => ("pdf", "application/pdf"),
            Format::Json => ("json", "application/json"),
        }
    }
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Registry(error) => Problem::Register(error),
            ReportError::NoReport(_) => Problem::NotFound,
            ReportError::Workbook(_) | ReportError::Document(_) => {
                tracing::error!(%error, "a report could not be written");
                Problem::Internal
            }
            error => Problem::Report(Words::new(error.text(Language::Vi), error.text(Language::En))),
        }
    }
}

/// Makes a report, as a file to keep.
pub async fn file(app: &App, desk: &Desk, asked: &Asked, format: Format, language: Language) -> Answer {
    let report = collect(desk, asked).await?;
    let name = asked.report.clone();
    let templates = app.templates().clone();
    // Setting type takes the processor for a while.
    let made = tokio::task::spawn_blocking(move || bytes(&report, &templates, format, language)).await;
    download(made.map_err(|_| Problem::Internal)??, &name, format)
}

/// The answer with a file to keep.
fn download(bytes: Vec<u8>, name: &str, format: Format) -> Answer {
    let (end, kind) = format.file();
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}.{end}\""));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CONTENT_DISPOSITION, disposition.map_err(|_| Problem::Internal)?),
    ];
    Ok((headers, bytes).into_response())
}

/// Makes the detailed list of a commune, which is written down as an export of it. That of a larger unit is the command's:
/// it is written row by row and may be of any length.
pub async fn detailed(app: &App, desk: &Desk, wanted: &Wanted, format: Format, language: Language) -> Answer {
    if desk.area(&wanted.area).await?.level != "commune" {
        return Err(
            RegistryError::invalid("area", "a commune: the list of a larger unit is made by `vuon report`").into()
        );
    }
    let bytes = match format {
        Format::Xlsx => list::workbook(desk, wanted, language).await?,
        Format::Pdf => {
            let (list, templates) = (list::paper(desk, wanted, language).await?, app.templates().clone());
            let set = tokio::task::spawn_blocking(move || list.set(&templates)).await;
            set.map_err(|_| Problem::Internal)?.map_err(ReportError::from)?.0
        }
        Format::Json => return Err(RegistryError::invalid("format", "xlsx or pdf").into()),
    };
    download(bytes, "detailed-list", format)
}

/// Makes the briefing for a steering committee.
pub async fn briefing(app: &App, desk: &Desk, asked: &briefing::Asked) -> Answer {
    let made = briefing::collect(desk, asked).await?;
    let templates = app.templates().clone();
    let bytes = tokio::task::spawn_blocking(move || briefing::pdf(&made, &templates, None)).await;
    let bytes = bytes.map_err(|_| Problem::Internal)??;
    let headers = [(CONTENT_TYPE, "application/pdf"), (CONTENT_DISPOSITION, "attachment; filename=\"briefing.pdf\"")];
    Ok((headers, bytes).into_response())
}

fn bytes(
    report: &Report,
    templates: &vuon_publish::document::Templates,
    format: Format,
    language: Language,
) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Xlsx => xlsx(report, language),
        Format::Pdf => pdf(report, templates, language),
        Format::Json => Ok(serde_json::to_vec(report).map_err(vuon_publish::document::DocumentError::Data)?),
    }
}
