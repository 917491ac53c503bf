//! Which commune a page is about: the reader's own, or one they choose within their reach.

use crate::error::Problem;
use crate::layout;
use crate::signed_in::Person;
use crate::view::View;
use maud::{Markup, html};
use vuon_registry::areas::{AreaRow, Hamlet};
use vuon_registry::scope::Reach;

/// The reader's own commune, else the one that was asked for, else none yet.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn commune(person: &Person, asked: Option<&str>) -> Result<Option<AreaRow>, Problem> {
    match own(person).or(asked.filter(|id| !id.is_empty()).map(str::to_owned)) {
        Some(id) => Ok(Some(person.desk.area(&id).await?)),
        None => Ok(None),
    }
}

/// The reader's own commune, if their reach is one.
pub fn own(person: &Person) -> Option<String> {
    match &person.desk.actor().reach {
        Reach::Commune(commune) | Reach::Hamlet { commune, .. } => Some(commune.clone()),
        _ => None,
    }
}

/// A form that looks communes up by name, and those it found, each a link to `path?commune=…`.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn chooser(person: &Person, path: &str, name: Option<&str>) -> Result<Markup, Problem> {
    let words = [person.t("commune-choose"), person.t("commune-none")];
    Ok(chosen_from(person, path, name, &found(person, name).await?, &words))
}

/// The same for where a household moves to: every commune of the list in force, within reach or not.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn destinations(person: &Person, path: &str, name: Option<&str>) -> Result<Markup, Problem> {
    let found = match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => person.desk.find_destinations(name).await?,
        None => Vec::new(),
    };
    let found: Vec<_> = found.into_iter().map(|to| (to.id, to.name)).collect();
    let words = [person.t("household-move-find"), person.t("household-move-none")];
    Ok(chosen_from(person, path, name, &found, &words))
}

/// The form and what it found, by id and name. `words` ask for a commune, and say that none was found.
pub fn chosen_from(
    view: &View,
    path: &str,
    name: Option<&str>,
    found: &[(String, String)],
    words: &[String; 2],
) -> Markup {
    let [ask, none] = words;
    let separator = if path.contains('?') { '&' } else { '?' };
    html! {
        p { (ask) }
        form.filters method="get" action=(path) role="search" {
            (layout::text_field("name", &view.t("commune-name"), name.unwrap_or_default(), false))
            (layout::send(&view.t("search")))
        }
        @if name.is_some() && found.is_empty() {
            p.empty { (none) }
        }
        ul.plainlist {
            @for (id, name) in found {
                li { a href=(format!("{path}{separator}commune={id}")) { (name) } }
            }
        }
    }
}

/// The communes whose name begins so: id and full name.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn found(person: &Person, name: Option<&str>) -> Result<Vec<(String, String)>, Problem> {
    let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else { return Ok(Vec::new()) };
    let found = person.desk.find_communes(name).await?;
    let ids: Vec<&str> = found.iter().map(|row| row.id.as_str()).collect();
    let mut names = person.desk.full_names(&ids).await?;
    Ok(ids.into_iter().filter_map(|id| names.remove_entry(id)).collect())
}

/// The hamlets of a commune as options.
pub fn hamlet_options(hamlets: &[Hamlet]) -> Vec<(String, String)> {
    hamlets.iter().filter(|h| h.until.is_none()).map(|hamlet| (hamlet.id.clone(), hamlet.name.clone())).collect()
}
