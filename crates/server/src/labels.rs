//! What the pack calls things: statuses, relations, ethnic groups.

use crate::language::{self, Language};
use crate::signed_in::Person;
use crate::view::View;
use jiff::civil::Date;
use maud::{Markup, html};
use vuon_policy::model::{List, PackLevel};
use vuon_policy::program::Program;
use vuon_registry::Result;

/// The packs that could be the standard of a list: id and name.
pub fn standards(person: &Person) -> Vec<(String, String)> {
    let register = person.desk.register();
    let packs = register.pack_ids().into_iter().filter_map(|id| register.program(&id).ok());
    let standards = packs.filter(|program| program.pack.level != PackLevel::Library && program.pack.process.is_some());
    standards
        .map(|program| (program.pack.id.value.clone(), program.pack.label.get(person.language).to_owned()))
        .collect()
}

/// The statuses that communes keep lists of, by any of these packs.
pub fn listed(person: &Person) -> Vec<String> {
    let register = person.desk.register();
    let programs = standards(person).into_iter().filter_map(|(id, _)| register.program(&id).ok());
    let mut listed: Vec<String> = programs
        .flat_map(|program| {
            let marked = List::ALL.into_iter().flat_map(|list| program.statuses_of(list));
            marked.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    listed.sort_unstable();
    listed.dedup();
    listed
}

/// The statuses that communes keep lists of by the standard of a day: id and name.
pub async fn listed_on(person: &Person, on: Date) -> Result<Vec<(String, String)>> {
    let Some(program) = person.desk.register().standard(on) else { return Ok(Vec::new()) };
    let listed: Vec<&str> = List::ALL.into_iter().flat_map(|list| program.statuses_of(list)).collect();
    let listed = program.pack.statuses.iter().filter(|status| listed.contains(&status.id.value.as_str()));
    Ok(listed.map(|status| (status.id.value.clone(), status.label.get(person.language).to_owned())).collect())
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

/// Why two households are thought to be one: what agrees.
pub fn why_alike(why: &str, language: Language) -> String {
    let parts = why.split([',', ' ']).filter(|part| !part.is_empty());
    let told =
        parts.map(|part| language::try_words(language, &format!("why-{part}"), &[]).unwrap_or_else(|| part.into()));
    told.collect::<Vec<_>>().join(", ")
}

/// The name of one of them; the id itself if it is none.
pub fn name(options: &[(String, String)], id: &str) -> String {
    options.iter().find(|(option, _)| option == id).map_or_else(|| id.to_owned(), |(_, name)| name.clone())
}
