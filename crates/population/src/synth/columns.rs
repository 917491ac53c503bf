//! The columns of the two tables, in the order of the questionnaire, and where their cells come from.

use super::choice::{
    AreaType, Cell, Durability, Education, Employment, Ethnicity, HouseGrade, Options, PreviousStatus, Region,
    Relation, SchoolLevel, Sector, Sex, Toilet, Water,
};
use super::error::SynthError;
use super::household::HouseholdRow;
use super::person::Person;
use vuon_policy::model::{AreaRole, Kind, Questionnaire, Variable};

/// A column.
pub(super) struct Column<R> {
    pub name: &'static str,
    pub form: Form,
    /// Whether it tells the household or its place, which nobody has to be asked.
    pub of_place: bool,
    pub cell: fn(&R) -> Cell,
}

/// What kind of answer a column has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// The id of the household.
    Id,
    /// A code of the commune, or of a unit above it.
    Code(AreaRole),
    /// One of a list.
    Choice(Options),
    /// A number with so many decimals.
    Number(u32),
    /// Yes or no.
    Bool,
    /// A day.
    Date,
}

const fn place<R>(name: &'static str, form: Form, cell: fn(&R) -> Cell) -> Column<R> {
    Column { name, form, of_place: true, cell }
}

const fn answer<R>(name: &'static str, form: Form, cell: fn(&R) -> Cell) -> Column<R> {
    Column { name, form, of_place: false, cell }
}

/// Ids and codes are text and no cells.
fn no_cell<R>(_: &R) -> Cell {
    Cell::Unknown
}

/// The columns of the household table.
pub(super) static HOUSEHOLD: [Column<HouseholdRow>; 34] = [
    place("household_id", Form::Id, no_cell),
    place("province_code", Form::Code(AreaRole::Province), no_cell),
    place("district_code", Form::Code(AreaRole::District), no_cell),
    place("commune_code", Form::Code(AreaRole::Commune), no_cell),
    place("area_type", Form::Choice(AreaType::LIST), |h| h.area_type.into()),
    place("region", Form::Choice(Region::LIST), |h| h.region.into()),
    answer("income", Form::Number(0), |h| Cell::Number(h.income)),
    answer("living_area", Form::Number(1), |h| Cell::Number(h.living_area)),
    answer("house_wall", Form::Choice(Durability::LIST), |h| h.wall.into()),
    answer("house_column", Form::Choice(Durability::LIST), |h| h.column.into()),
    answer("house_roof", Form::Choice(Durability::LIST), |h| h.roof.into()),
    answer("house_grade", Form::Choice(HouseGrade::LIST), |h| h.grade.into()),
    answer("water_source", Form::Choice(Water::LIST), |h| h.water.into()),
    answer("toilet", Form::Choice(Toilet::LIST), |h| h.toilet.into()),
    answer("waste_collected", Form::Bool, |h| h.waste_collected.into()),
    answer("electricity_kwh", Form::Number(0), |h| Cell::Number(h.electricity)),
    answer("has_internet_use", Form::Bool, |h| h.internet.into()),
    answer("has_telephone_use", Form::Bool, |h| h.telephone.into()),
    answer("has_tv", Form::Bool, |h| h.tv.into()),
    answer("has_radio", Form::Bool, |h| h.radio.into()),
    answer("has_computer", Form::Bool, |h| h.computer.into()),
    answer("has_fixed_phone", Form::Bool, |h| h.fixed_phone.into()),
    answer("has_laptop", Form::Bool, |h| h.laptop.into()),
    answer("has_tablet", Form::Bool, |h| h.tablet.into()),
    answer("has_smartphone", Form::Bool, |h| h.smartphone.into()),
    answer("hears_loudspeaker", Form::Bool, |h| h.loudspeaker.into()),
    answer("owns_vehicle", Form::Bool, |h| h.vehicle.into()),
    answer("owns_fridge_or_ac", Form::Bool, |h| h.fridge.into()),
    answer("owns_washing_machine_or_heater", Form::Bool, |h| h.washing_machine.into()),
    answer("rents_out_assets", Form::Bool, |h| h.rents_out.into()),
    answer("previous_status", Form::Choice(PreviousStatus::LIST), |h| h.previous_status.into()),
    answer("ever_listed", Form::Bool, |h| h.ever_listed.into()),
    answer("removed_from_list_on", Form::Date, |h| h.removed_on.map_or(Cell::Unknown, Cell::Day)),
    answer("merit_person", Form::Bool, |h| h.merit.into()),
];

/// The columns of the member table; the id of the household stands before them.
pub(super) static MEMBER: [Column<Person>; 17] = [
    answer("relation", Form::Choice(Relation::LIST), |m| m.relation.into()),
    answer("birth_date", Form::Date, |m| Cell::Day(m.birth)),
    answer("sex", Form::Choice(Sex::LIST), |m| m.sex.into()),
    answer("ethnicity", Form::Choice(Ethnicity::LIST), |m| m.ethnicity.into()),
    answer("studying", Form::Bool, |m| m.studying.into()),
    answer("school_level", Form::Choice(SchoolLevel::LIST), |m| m.school_level.into()),
    answer("education", Form::Choice(Education::LIST), |m| m.education.into()),
    answer("trained_by_enterprise", Form::Bool, |m| m.trained.into()),
    answer("ill_untreated", Form::Bool, |m| m.ill_untreated.into()),
    answer("insured", Form::Bool, |m| m.insured.into()),
    answer("malnourished", Form::Bool, |m| m.malnourished.into()),
    answer("employment", Form::Choice(Employment::LIST), |m| m.employment.into()),
    answer("work_sector", Form::Choice(Sector::LIST), |m| m.sector.into()),
    answer("pension", Form::Bool, |m| m.pension.into()),
    answer("social_allowance", Form::Bool, |m| m.social_allowance.into()),
    answer("disabled", Form::Bool, |m| m.disabled.into()),
    answer("no_working_capacity", Form::Bool, |m| m.no_capacity.into()),
];

/// Whether the questionnaire asks exactly what these columns answer, in this order.
pub(super) fn check(questionnaire: &Questionnaire) -> Result<(), SynthError> {
    let mut problems = Vec::new();
    let household: Vec<_> = HOUSEHOLD.iter().map(|column| (column.name, column.form)).collect();
    let member: Vec<_> = MEMBER.iter().map(|column| (column.name, column.form)).collect();
    compare(questionnaire, &questionnaire.household, &household, "household", &mut problems);
    compare(questionnaire, &questionnaire.member, &member, "member", &mut problems);
    if problems.is_empty() { Ok(()) } else { Err(SynthError::Questionnaire(problems)) }
}

fn compare(
    questionnaire: &Questionnaire,
    asked: &[Variable],
    written: &[(&str, Form)],
    table: &str,
    problems: &mut Vec<String>,
) {
    for variable in asked {
        let id = variable.id.value.as_str();
        match written.iter().find(|(name, _)| *name == id) {
            None => problems.push(format!("the {table} column {id} is not written")),
            Some((_, form)) => same_kind(questionnaire, variable, *form, problems),
        }
    }
    for (name, _) in written {
        if !asked.iter().any(|variable| variable.id.value == *name) {
            problems.push(format!("the {table} column {name} is no longer asked"));
        }
    }
    if problems.is_empty() && !asked.iter().map(|v| v.id.value.as_str()).eq(written.iter().map(|(name, _)| *name)) {
        problems.push(format!("the {table} columns stand in another order"));
    }
}

fn same_kind(questionnaire: &Questionnaire, variable: &Variable, form: Form, problems: &mut Vec<String>) {
    let same = match (&variable.kind, form) {
        (Kind::Id, Form::Id) | (Kind::Bool, Form::Bool) | (Kind::Date, Form::Date) => true,
        (Kind::Number { decimals, .. }, Form::Number(written)) => *decimals == written,
        (Kind::Code { width, role }, Form::Code(written)) => {
            let digits = match written {
                AreaRole::Province => 2,
                AreaRole::District => 3,
                AreaRole::Commune | AreaRole::Village => 5,
            };
            *role == Some(written) && *width == digits
        }
        (Kind::Choice(list), Form::Choice(written)) => {
            let list = &questionnaire.choices[*list];
            let known: Vec<&str> = list.options.iter().map(|option| option.id.value.as_str()).collect();
            // Of the 54 ethnic groups only the largest are drawn, the others as one.
            let same = if written.list == Ethnicity::LIST.list {
                written.ids.iter().all(|id| known.contains(id))
            } else {
                known == written.ids
            };
            list.id.value == written.list && same
        }
        _ => false,
    };
    if !same {
        problems.push(format!("the column {} has other answers", variable.id.value));
    }
}
