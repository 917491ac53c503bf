//! Where an account belongs: its role decides whether that is a commune, a district, a province or everything.

use super::{areas, communes};
use crate::error::Problem;
use crate::layout;
use crate::signed_in::Person;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::scope::Role;

/// What is chosen so far, in the address.
#[derive(Deserialize, Default)]
pub struct Chosen {
    /// The province of a district.
    #[serde(default)]
    pub province: Option<String>,
    /// How the commune's name begins.
    #[serde(default)]
    pub name: Option<String>,
    /// The commune.
    #[serde(default)]
    pub commune: Option<String>,
}

/// The next step of choosing.
pub enum Step {
    /// Fields `area` and `hamlet` for the form itself.
    Fields(Markup),
    /// What has to be chosen before; it leads back to the same address.
    Before(Markup),
}

/// A page that asks where an account belongs.
pub struct Asking<'a> {
    /// Its address.
    pub path: &'a str,
    /// What of its query stays.
    pub kept: &'a [(&'a str, &'a str)],
}

/// What an account has, or what was chosen and refused.
pub struct Present<'a> {
    /// The area; empty for none.
    pub area: &'a str,
    /// The hamlet; empty for none.
    pub hamlet: &'a str,
}

/// The next step for an account of a role.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn step(
    person: &Person,
    role: Role,
    chosen: &Chosen,
    present: &Present<'_>,
    asking: &Asking<'_>,
) -> Result<Step, Problem> {
    match role {
        Role::Enumerator | Role::CommuneOfficer | Role::CommuneChair => {
            match communes::commune(person, chosen.commune.as_deref()).await? {
                Some(commune) => {
                    let hamlets = match role {
                        Role::Enumerator => communes::hamlet_options(&person.desk.hamlets(&commune.id).await?),
                        _ => Vec::new(),
                    };
                    Ok(Step::Fields(html! {
                        input type="hidden" name="area" value=(commune.id);
                        p { (person.t("account-area")) ": " strong { (areas::name(&commune)) } }
                        @if !hamlets.is_empty() {
                            (layout::choice_field("hamlet", &person.t("household-hamlet"), &hamlets, present.hamlet, Some(&person.t("user-all-hamlets"))))
                        }
                    }))
                }
                None => Ok(Step::Before(asking.commune(person, chosen.name.as_deref()).await?)),
            }
        }
        Role::District => match chosen.province.as_deref().filter(|id| !id.is_empty()) {
            Some(province) => {
                let districts = unit(person, Some(province), "district", "area", present.area).await?;
                Ok(Step::Fields(html! { input type="hidden" name="province" value=(province); (districts) }))
            }
            None => {
                let provinces = unit(person, None, "province", "province", "").await?;
                Ok(Step::Before(asking.form(html! { (provinces) (layout::send(&person.t("next-step"))) })))
            }
        },
        Role::Province => Ok(Step::Fields(unit(person, None, "province", "area", present.area).await?)),
        _ => Ok(Step::Fields(html! {
            p { (person.t("account-area")) ": " strong { (person.t("account-everywhere")) } }
        })),
    }
}

/// A choice among the units of a level.
async fn unit(
    person: &Person,
    below: Option<&str>,
    level: &'static str,
    field: &str,
    chosen: &str,
) -> Result<Markup, Problem> {
    let units = person.desk.areas_below(below).await?;
    let options: Vec<_> =
        units.iter().filter(|unit| unit.level == level).map(|unit| (unit.id.clone(), areas::name(unit))).collect();
    Ok(layout::choice_field(field, &person.of("level", level), &options, chosen, None))
}

impl Asking<'_> {
    fn form(&self, fields: Markup) -> Markup {
        html! {
            form.fields method="get" action=(self.path) {
                @for (name, value) in self.kept { input type="hidden" name=(name) value=(value); }
                (fields)
            }
        }
    }

    /// Looks communes up by name; each that is found leads on.
    async fn commune(&self, person: &Person, name: Option<&str>) -> Result<Markup, Problem> {
        let found = communes::found(person, name).await?;
        let kept: String = self.kept.iter().map(|(name, value)| format!("{name}={value}&")).collect();
        Ok(html! {
            (self.form(html! {
                (layout::text_field("name", &person.t("commune-name"), name.unwrap_or_default(), true))
                (layout::send(&person.t("next-step")))
            }))
            @if name.is_some() && found.is_empty() { p.empty { (person.t("commune-none")) } }
            ul.plainlist {
                @for (id, name) in &found {
                    li { a href=(format!("{}?{kept}commune={id}", self.path)) { (name) } }
                }
            }
        })
    }
}
