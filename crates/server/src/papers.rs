//! Papers as files: for the pages that offer them and for the REST interface alike. Whoever asks sees what their desk shows.

use crate::error::{Answer, Problem};
use crate::language::Language;
use crate::signed_in::Person;
use crate::state::App;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;
use vuon_publish::papers::collect::{Papers, Printing};
use vuon_publish::papers::pdf;
use vuon_registry::RegistryError;
use vuon_registry::page::PageRequest;

/// A paper of a round that one id names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// The certificate of a case.
    Certificate,
    /// All certificates in force of a round.
    Certificates,
    /// A list to post.
    Posting,
    /// The minutes of a meeting.
    Minutes,
    /// What the household of a case is told of its result, and why.
    Reasons,
    /// The form of a round, blank.
    Form,
    /// The form of a case as it was signed.
    Filled,
    /// Form A, the quick identification, of a round, blank; refused where the round's pack has none.
    FormA,
    /// Form A of a case, by the answers that were signed.
    FilledA,
}

/// The most certificates in one file: setting thousands of pages takes the memory of a small machine.
const TOGETHER: usize = 2_000;

/// What a paper is printed with.
pub fn printing<'a>(app: &'a App, person: &'a Person, language: Language) -> Printing<'a> {
    Printing { desk: &person.desk, language, public_url: app.config().public_url.as_deref() }
}

/// Makes a paper of a round.
pub async fn file(app: &App, person: &Person, paper: Paper, id: &str, language: Language) -> Answer {
    let printing = printing(app, person, language);
    let (name, papers) = match paper {
        Paper::Certificate => ("certificate", printing.certificate(id).await?),
        Paper::Certificates => ("certificates", certificates(person, &printing, id, None).await?),
        Paper::Posting => ("list", printing.posting(id).await?),
        Paper::Minutes => ("minutes", printing.minutes(id).await?),
        Paper::Reasons => ("reasons", printing.reasons(id).await?),
        Paper::Form => ("form", printing.blank_form(id).await?),
        Paper::Filled => ("form", printing.filled_form(id).await?),
        Paper::FormA => ("form-a", printing.blank_form_a(id).await?),
        Paper::FilledA => ("form-a", printing.filled_form_a(id).await?),
    };
    set(app, name, papers).await
}

/// All certificates in force of a round, or of one of its decisions.
pub async fn certificates(
    person: &Person,
    printing: &Printing<'_>,
    id: &str,
    decision: Option<&str>,
) -> Result<Papers, Problem> {
    let round = person.desk.round(id).await?.row;
    let mut request = PageRequest { after: None, limit: PageRequest::MOST };
    let mut all = Vec::new();
    loop {
        let page = person.desk.certificates(id, decision, &request).await?;
        all.extend(page.rows);
        request.after = page.next;
        if all.len() > TOGETHER {
            let why =
                format!("there are more than {TOGETHER} certificates: print those of one decision, or one by one");
            return Err(RegistryError::Illegal { step: "one file of certificates", why }.into());
        }
        if request.after.is_none() {
            break;
        }
    }
    Ok(printing.certificates(&round, &all).await?)
}

/// Sets papers, beside the threads that answer.
pub async fn set(app: &App, name: &str, (sheets, pictures): Papers) -> Answer {
    let title = sheets.first().map(|sheet| sheet.paper.title.clone()).ok_or(Problem::NotFound)?;
    let templates = app.templates().clone();
    let made = tokio::task::spawn_blocking(move || pdf(&title, &sheets, &pictures, &templates)).await;
    let bytes = made.map_err(|_| Problem::Internal)?.map_err(|error| {
        tracing::error!(%error, "a paper could not be set");
        Problem::Internal
    })?;
    let disposition = format!("inline; filename=\"{name}.pdf\"");
    Ok(([(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response())
}
