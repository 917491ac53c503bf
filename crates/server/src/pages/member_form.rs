//! The fields of a member, as forms ask for them.

use super::fields;
use crate::error::Problem;
use crate::labels;
use crate::layout;
use crate::signed_in::Person;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::households::{Member, NewMember};

/// A member as a form gives them. An empty text is no answer.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct MemberForm {
    name: String,
    pub relation: String,
    sex: String,
    born: String,
    ethnic: String,
    identity: String,
}

impl MemberForm {
    /// What is recorded of a member.
    pub fn of(member: &Member) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        MemberForm {
            name: member.name.clone(),
            relation: member.relation.clone(),
            sex: text(&member.sex),
            born: member.born.as_deref().map(fields::written).unwrap_or_default(),
            ethnic: text(&member.ethnic),
            identity: String::new(),
        }
    }

    /// What was typed, for the register to judge.
    pub fn member(&self) -> NewMember {
        NewMember {
            name: self.name.clone(),
            relation: self.relation.clone(),
            sex: fields::some(&self.sex),
            born: fields::some(&self.born).map(|born| fields::iso(&born)),
            ethnic: fields::some(&self.ethnic),
            identity: fields::some(&self.identity),
        }
    }
}

/// The choices of a member's fields.
pub struct Choices {
    pub relations: Vec<(String, String)>,
    sexes: Vec<(String, String)>,
    groups: Vec<(String, String)>,
}

impl Choices {
    /// As the standard of today has them.
    ///
    /// # Errors
    /// [`Problem`], as the register says.
    pub async fn of(person: &Person) -> Result<Self, Problem> {
        let program = person.desk.register().standard(person.desk.today());
        let [relations, sexes, groups] =
            ["relation", "sex", "ethnicity"].map(|list| labels::options(person, program.as_deref(), list));
        Ok(Choices { relations, sexes, groups })
    }

    /// The same for somebody who is not the head.
    ///
    /// # Errors
    /// [`Problem`], as the register says.
    pub async fn of_others(person: &Person) -> Result<Self, Problem> {
        let mut choices = Choices::of(person).await?;
        choices.relations.retain(|(relation, _)| relation != "head");
        Ok(choices)
    }
}

/// Which fields are asked beside name, sex, birth and ethnic group.
pub struct Asked {
    pub relation: bool,
    pub identity: bool,
}

/// The fields.
pub fn fields(person: &Person, choices: &Choices, form: &MemberForm, asked: &Asked) -> Markup {
    html! {
        (layout::text_field("name", &person.t("member-name"), &form.name, true))
        div.row {
            @if asked.relation {
                (layout::choice_field("relation", &person.t("member-relation"), &choices.relations, &form.relation, None))
            }
            (layout::choice_field("sex", &person.t("member-sex"), &choices.sexes, &form.sex, Some("–")))
            (layout::choice_field("ethnic", &person.t("member-ethnic"), &choices.groups, &form.ethnic, Some("–")))
        }
        div.row {
            (layout::labelled("born", &person.t("member-born"), Some(&person.t("member-born-hint")), html! {
                input type="text" id="born" name="born" value=(form.born) inputmode="numeric" maxlength="10" aria-describedby="born-hint";
            }))
            @if asked.identity {
                (layout::labelled("identity", &person.t("member-identity-number"), Some(&person.t("member-identity-hint")), html! {
                    input type="text" id="identity" name="identity" value=(form.identity) inputmode="numeric" autocomplete="off" maxlength="14" aria-describedby="identity-hint";
                }))
            }
        }
    }
}
