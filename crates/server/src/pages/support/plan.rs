//! A plan of repayment as people type it: in equal parts, or on days that fit the harvest.

use super::super::fields;
use crate::layout;
use crate::view::View;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_programme::repayment::{Part, Plan};
use vuon_registry::RegistryError;

/// What is typed; every field at once, so that a form keeps what is in the fields that do not count.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct TypedPlan {
    /// `seasonal`; equal parts otherwise.
    pub plan: String,
    pub grace_months: String,
    pub instalments: String,
    pub every_months: String,
    /// The parts of a seasonal plan, a line each.
    pub season: String,
}

impl TypedPlan {
    /// The fields of a form that is read by their names.
    pub fn of(get: impl Fn(&str) -> String) -> Self {
        TypedPlan {
            plan: get("plan"),
            grace_months: get("grace_months"),
            instalments: get("instalments"),
            every_months: get("every_months"),
            season: get("season"),
        }
    }

    /// The plan.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for what is no number, day or amount.
    pub fn read(&self) -> Result<Plan, RegistryError> {
        if self.plan == "seasonal" {
            let lines = self.season.lines().map(str::trim).filter(|line| !line.is_empty());
            return Ok(Plan::Seasonal(lines.map(part).collect::<Result<_, _>>()?));
        }
        Ok(Plan::Regular {
            grace_months: fields::whole("grace_months", &self.grace_months)?,
            instalments: fields::whole("instalments", &self.instalments)?,
            every_months: fields::whole("every_months", &self.every_months)?,
        })
    }

    /// The fields.
    pub fn fields(&self, view: &View) -> Markup {
        let number = |id: &str, label: String, value: &str, least: &str| {
            let control = html! { input type="number" id=(id) name=(id) value=(value) min=(least) max="600"; };
            layout::labelled(id, &label, None, control)
        };
        let kinds = ["regular", "seasonal"].map(|kind| (kind.to_owned(), view.of("support-plan", kind)));
        let kind = if self.plan.is_empty() { "regular" } else { &self.plan };
        html! {
            (layout::choice_field("plan", &view.t("support-plan-kind"), &kinds, kind, None))
            div.row {
                (number("grace_months", view.t("field-grace_months"), &self.grace_months, "0"))
                (number("instalments", view.t("field-instalments"), &self.instalments, "1"))
                (number("every_months", view.t("field-every_months"), &self.every_months, "1"))
            }
            (layout::labelled("season", &view.t("field-season"), Some(&view.t("support-season-hint")), html! {
                textarea id="season" name="season" rows="4" maxlength="2000" aria-describedby="season-hint" { (self.season) }
            }))
        }
    }
}

/// A line: the day, and how much comes back by then, as `15/10/2026 10.000.000`.
fn part(line: &str) -> Result<Part, RegistryError> {
    let wrong = || RegistryError::invalid("season", "a day and how much on each line, such as 15/10/2026 10.000.000");
    let (day, amount) = line.split_once(char::is_whitespace).ok_or_else(wrong)?;
    let due = fields::day("season", day.trim_end_matches([':', ','])).map_err(|_| wrong())?;
    Ok(Part { due, amount: fields::money("season", amount).map_err(|_| wrong())? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_season_is_read_line_by_line() {
        let typed = |season: &str| TypedPlan { plan: "seasonal".into(), season: season.into(), ..TypedPlan::default() };
        let parts =
            vec![Part { due: date(2026, 10, 15), amount: 10_000_000 }, Part { due: date(2027, 5, 15), amount: 1 }];
        assert_eq!(typed("15/10/2026: 10.000.000 đồng\r\n\n 2027-05-15  1 ").read().unwrap(), Plan::Seasonal(parts));
        for wrong in ["15/10/2026", "sau vụ mùa 10.000.000", "15/10/2026 một con"] {
            assert!(typed(wrong).read().is_err(), "{wrong}");
        }
    }
}
