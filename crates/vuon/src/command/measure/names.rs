//! What a pack calls indicators, dimensions and the values of its questions.

use crate::command::law::Opened;
use crate::estimates::Tidy;
use crate::screen::say;
use std::collections::BTreeMap;
use vuon_areas::Areas;
use vuon_policy::model::{Kind, Language};
use vuon_policy::program::Outcome;
use vuon_population::profiles::STATUS;

/// Names by id; the value of a key stands under `key=value`.
pub fn of(law: &Opened, tidy: &Tidy, language: Language) -> BTreeMap<String, String> {
    let pack = &law.program.pack;
    let mut names = BTreeMap::new();
    let indicators = pack.indicators.iter().map(|i| (&i.id.value, &i.label));
    let dimensions = pack.dimensions.iter().map(|d| (&d.id.value, &d.label));
    for (id, label) in indicators.chain(dimensions) {
        names.insert(id.clone(), label.get(language).to_owned());
    }
    for status in &pack.statuses {
        names.insert(format!("{STATUS}={}", status.id.value), status.label.get(language).to_owned());
    }
    for outcome in [Outcome::Undetermined, Outcome::Refused(0)] {
        let name = law.program.outcome_label(outcome, language);
        names.insert(format!("{STATUS}={}", law.program.outcome_id(outcome)), name);
    }
    names.insert(STATUS.to_owned(), say(language, "Phân loại", "Status").to_owned());
    for flag in law.program.flags() {
        let key = format!("is_{}", flag.id.value);
        names.insert(format!("{key}=yes"), say(language, "có", "yes").to_owned());
        names.insert(format!("{key}=no"), say(language, "không", "no").to_owned());
        names.insert(key, flag.label.get(language).to_owned());
    }
    let areas = Areas::embedded();
    let list = law.review_date.and_then(|day| areas.list_on(day.date()).ok());
    for block in &tidy.blocks {
        let Some(variable) = pack.questionnaire.household.iter().find(|v| v.id.value == block.by) else { continue };
        names.insert(block.by.clone(), variable.label.get(language).to_owned());
        for whom in &block.whom {
            let value = &whom.label;
            let name = match (&variable.kind, list) {
                (Kind::Choice(choices), _) => {
                    let choices = &pack.questionnaire.choices[*choices];
                    choices.position(value).map(|place| choices.options[place].label.get(language).to_owned())
                }
                (Kind::Code { .. }, Some(list)) => {
                    let area = value.parse().ok().and_then(|code| areas.area(list, code));
                    area.map(|area| format!("{value} {}", area.full_name()))
                }
                _ => None,
            };
            names.extend(name.map(|name| (format!("{}={value}", block.by), name)));
        }
    }
    names
}
