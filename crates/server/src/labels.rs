//! What the pack calls things: statuses, relations, ethnic groups.

use crate::signed_in::Person;
use crate::view::View;
use jiff::civil::Date;
use maud::{Markup, html};
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::model::PackLevel;
use vuon_policy::program::Program;
use vuon_registry::{Register, Result};

/// The standard of a day: the setting `pack`, else the national pack in force that has a procedure.
///
/// # Errors
/// [`RegistryError`](vuon_registry::RegistryError).
pub async fn standard(register: &Register, day: Date) -> Result<Option<Arc<Program>>> {
    if let Some(id) = register.setting("pack").await? {
        return register.program(&id).map(Some);
    }
    let day = Day::from_date(day);
    Ok(register.pack_ids().into_iter().filter_map(|id| register.program(&id).ok()).find(|program| {
        let pack = &program.pack;
        pack.level == PackLevel::National && pack.process.is_some() && program.in_force_on(day)
    }))
}

/// The packs that could be the standard of a list: id and name.
pub fn standards(person: &Person) -> Vec<(String, String)> {
    let register = person.desk.register();
    let packs = register.pack_ids().into_iter().filter_map(|id| register.program(&id).ok());
    let standards = packs.filter(|program| program.pack.level != PackLevel::Library && program.pack.process.is_some());
    standards
        .map(|program| (program.pack.id.value.clone(), program.pack.label.get(person.language).to_owned()))
        .collect()
}

/// What a standard calls a status.
pub fn status(person: &Person, standard: Option<&str>, id: &str) -> String {
    let program = standard.and_then(|standard| person.desk.register().program(standard).ok());
    let found = program.and_then(|program| {
        let status = program.pack.statuses.iter().find(|status| status.id.value == id);
        status.map(|status| status.label.get(person.language).to_owned())
    });
    found.unwrap_or_else(|| person.of("status", id))
}

/// A status as a mark; the words say it, the colour helps.
pub fn status_tag(person: &Person, standard: Option<&str>, id: Option<&str>) -> Markup {
    match id {
        Some(id) => html! { span class=(format!("tag {id}")) { (status(person, standard, id)) } },
        None => html! { span.muted { (person.t("status-none")) } },
    }
}

/// The statuses of a standard: id and name.
pub fn statuses(view: &View, program: Option<&Program>) -> Vec<(String, String)> {
    let statuses = program.map(|program| program.pack.statuses.as_slice()).unwrap_or_default();
    statuses.iter().map(|status| (status.id.value.clone(), status.label.get(view.language).to_owned())).collect()
}

/// The options of a list of the questionnaire: id and name.
pub fn options(view: &View, program: Option<&Program>, list: &str) -> Vec<(String, String)> {
    let lists = program.map(|program| program.pack.questionnaire.choices.as_slice()).unwrap_or_default();
    let options = lists.iter().find(|choices| choices.id.value == list).map(|choices| choices.options.as_slice());
    let options = options.unwrap_or_default().iter();
    options.map(|option| (option.id.value.clone(), option.label.get(view.language).to_owned())).collect()
}

/// The name of one of them; the id itself if it is none.
pub fn name(options: &[(String, String)], id: &str) -> String {
    options.iter().find(|(option, _)| option == id).map_or_else(|| id.to_owned(), |(_, name)| name.clone())
}
