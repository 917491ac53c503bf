//! A simulation as files: a tidy table for analysts, JSON for programs, a picture for people.
//!
//! CSV has one row for each figure; the columns are those of [`HEADER`], and `docs/simulate.md` says what stands in them.
//! Numbers are written so that they read back as the same bits; costs are whole. What a figure rests on goes with it: the
//! packs, whether it is a supposition, whether anything was not verified.

use super::findings::{Count, Domain, Estimate, Held, PoorFigures, Poverty, Side, Simulation, Unit};
use super::picture;
use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::Path;
use vuon_policy::model::Language;
use vuon_population::write::beside;

/// The form of a file, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A tidy table.
    Csv,
    /// All figures, nested.
    Json,
    /// The matrix as a picture.
    Svg,
}

impl Form {
    /// Of a path; none for another ending.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Form::Csv),
            "json" => Some(Form::Json),
            "svg" => Some(Form::Svg),
            _ => None,
        }
    }
}

/// Writes a simulation in the form of the path.
pub fn write(path: &Path, simulation: &Simulation, language: Language) -> Result<()> {
    let text = match Form::of(path) {
        Some(Form::Csv) => csv(simulation),
        Some(Form::Json) => format!("{:#}\n", json(simulation)),
        Some(Form::Svg) => picture::draw(simulation, language),
        None => return Ok(()),
    };
    // Aside first, so that a reader never meets half a file.
    let failed = || path.display().to_string();
    let mut file = beside(path).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    file.persist(path).with_context(failed)?;
    Ok(())
}

/// The columns of the table.
const HEADER: [&str; 15] = [
    "measure",
    "side",
    "poor",
    "by",
    "group",
    "from",
    "to",
    "item",
    "unit",
    "estimate",
    "se",
    "pack_before",
    "pack_after",
    "what_if",
    "rests_on_unverified",
];

/// One figure.
#[derive(Clone, Debug, Default)]
struct Row<'s> {
    measure: &'static str,
    side: &'static str,
    poor: &'s str,
    by: &'s str,
    group: &'s str,
    from: &'s str,
    to: &'s str,
    item: &'s str,
    unit: &'s str,
    estimate: String,
    se: String,
}

const SIDES: [&str; 2] = ["before", "after"];
const CHANGE: &str = "change";

fn csv(simulation: &Simulation) -> String {
    let packs = [0, 1].map(|side: usize| quoted(&pack(&simulation.sides[side])));
    let end = format!("{},{},{},{}", packs[0], packs[1], simulation.is_what_if(), simulation.rests_on_unverified());
    let mut out = HEADER.join(",") + "\n";
    for row in rows(simulation) {
        let cells = [
            row.measure,
            row.side,
            row.poor,
            row.by,
            row.group,
            row.from,
            row.to,
            row.item,
            row.unit,
            &row.estimate,
            &row.se,
        ];
        out += &cells.map(quoted).join(",");
        out += &format!(",{end}\n");
    }
    out
}

/// The pack and the beginning of its hash.
fn pack(side: &Side) -> String {
    match &side.hash {
        Some(hash) => format!("{}@{}", side.id, &hash[..hash.len().min(16)]),
        None => side.id.clone(),
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn rows(simulation: &Simulation) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    domain_rows(simulation, &simulation.whole, Row::default(), true, &mut rows);
    for flag in &simulation.flags {
        let row = Row { item: &flag.id, ..Row::default() };
        held_rows(simulation, "flag", "flag_unknown", flag.sides, &row, &mut rows);
    }
    for cost in &simulation.costs {
        let of =
            |measure, side, unit, estimate| Row { measure, side, item: &cost.id, unit, estimate, ..Row::default() };
        let counted = if cost.per_person { Unit::Weight } else { Unit::Rows };
        let counted = simulation.units.each().find(|(unit, _)| *unit == counted).map_or("", |(_, name)| &name.id);
        for (side, name) in SIDES.into_iter().enumerate() {
            if let Some(entitled) = cost.sides[side] {
                rows.push(of("entitled", name, counted, entitled.yes.to_string()));
                rows.push(of("entitled_unknown", name, counted, entitled.unknown.to_string()));
            }
            if let (Some(ceiling), Some(sum), Some(open)) = (cost.ceiling[side], cost.sum(side), cost.open(side)) {
                rows.push(of("ceiling", name, &cost.unit, ceiling.to_string()));
                rows.push(of("cost", name, &cost.unit, sum.to_string()));
                rows.push(of("cost_unknown", name, &cost.unit, open.to_string()));
            }
        }
        if let Some(difference) = cost.difference() {
            rows.push(of("cost", CHANGE, &cost.unit, difference.to_string()));
        }
    }
    for grouped in &simulation.groups {
        for group in &grouped.groups {
            let row = Row { by: &grouped.column, group: &group.value, ..Row::default() };
            domain_rows(simulation, &group.domain, row, false, &mut rows);
        }
    }
    rows
}

/// The figures of a domain; of the matrix of a group only the pairs that occur.
fn domain_rows<'s>(simulation: &'s Simulation, domain: &Domain, of: Row<'s>, all_pairs: bool, rows: &mut Vec<Row<'s>>) {
    for (from, row) in simulation.sides[0].statuses.iter().zip(&domain.matrix) {
        for (to, count) in simulation.sides[1].statuses.iter().zip(row) {
            if all_pairs || count.rows > 0 {
                let row = Row { measure: "flow", from: &from.id, to: &to.id, ..of.clone() };
                count_rows(simulation, *count, &row, rows);
            }
        }
    }
    for (poor, figures) in simulation.poor.iter().zip(&domain.poor) {
        let of = Row { poor: &poor.id, ..of.clone() };
        for (side, count) in SIDES.into_iter().zip([figures.flow.before, figures.flow.after]) {
            count_rows(simulation, count, &Row { measure: "poor", side, ..of.clone() }, rows);
        }
        for (part, (name, count)) in figures.flow.parts().into_iter().enumerate() {
            count_rows(simulation, count, &Row { measure: name, ..of.clone() }, rows);
            let error = figures.flow.errors.and_then(|errors| errors.get(part).copied().flatten());
            if let Some(error) = error {
                let known = figures.flow.known();
                let (unit, name_of_unit) = simulation.units.main();
                let value = Estimate { value: count.of(unit) / known.of(unit), error: Some(error) };
                let of = Row { measure: SHARES[part], unit: &name_of_unit.id, ..of.clone() };
                rows.push(of.with(value));
            }
        }
        for poverty in &figures.poverty {
            let unit = &simulation.units.name(poverty.unit).id;
            poverty_rows(simulation, poverty, &Row { unit, ..of.clone() }, rows);
        }
    }
}

/// The parts of a flow as shares of those who are known.
const SHARES: [&str; 4] = ["share_stays", "share_enters", "share_leaves", "share_never"];

fn count_rows<'s>(simulation: &'s Simulation, count: Count, of: &Row<'s>, rows: &mut Vec<Row<'s>>) {
    for (unit, name) in simulation.units.each() {
        let estimate = count.of(unit).to_string();
        rows.push(Row { unit: &name.id, estimate, ..of.clone() });
    }
}

fn held_rows<'s>(
    simulation: &'s Simulation,
    yes: &'static str,
    unknown: &'static str,
    sides: [Option<Held>; 2],
    of: &Row<'s>,
    rows: &mut Vec<Row<'s>>,
) {
    for (side, held) in SIDES.into_iter().zip(sides) {
        let Some(held) = held else { continue };
        count_rows(simulation, held.yes, &Row { measure: yes, side, ..of.clone() }, rows);
        count_rows(simulation, held.unknown, &Row { measure: unknown, side, ..of.clone() }, rows);
    }
}

fn poverty_rows<'s>(simulation: &'s Simulation, poverty: &Poverty, of: &Row<'s>, rows: &mut Vec<Row<'s>>) {
    let plain = |value: f64| Estimate { value, error: None };
    rows.push(Row { measure: "known", ..of.clone() }.with(plain(poverty.known)));
    rows.push(Row { measure: "left_out", ..of.clone() }.with(plain(poverty.left_out)));
    for (side, name) in SIDES.into_iter().enumerate() {
        let level = &poverty.levels[side];
        for (measure, value) in [("M0", level.m0), ("H", level.h), ("A", level.a)] {
            rows.extend(value.map(|value| Row { measure, side: name, ..of.clone() }.with(value)));
        }
        for (indicator, value) in simulation.sides[side].indicators.iter().zip(&level.contributions) {
            let row = Row { measure: "contribution", side: name, item: &indicator.id, ..of.clone() };
            rows.extend(value.map(|value| row.with(value)));
        }
    }
    for (measure, value) in ["M0", "H", "A"].into_iter().zip(poverty.change) {
        rows.extend(value.map(|value| Row { measure, side: CHANGE, ..of.clone() }.with(value)));
    }
    if let Some(parts) = poverty.parts {
        for (measure, value) in [("incidence", parts.incidence), ("intensity", parts.intensity)] {
            rows.push(Row { measure, side: CHANGE, ..of.clone() }.with(plain(value)));
        }
    }
}

impl Row<'_> {
    fn with(self, value: Estimate) -> Self {
        let se = value.error.map_or(String::new(), |error| error.to_string());
        Self { estimate: value.value.to_string(), se, ..self }
    }
}

fn json(simulation: &Simulation) -> Value {
    let poor = |domain: &Domain| -> Value {
        let one = |(poor, figures): (&super::findings::Poor, &PoorFigures)| {
            let mut told = Map::new();
            told.insert("poor".into(), json!(poor.id));
            let sides = SIDES.into_iter().zip([figures.flow.before, figures.flow.after]);
            for (name, count) in sides.chain(figures.flow.parts()) {
                told.insert(name.into(), count_json(simulation, count));
            }
            if let Some(errors) = figures.flow.errors {
                let named = SHARES.into_iter().zip(errors).map(|(name, error)| (name.to_owned(), json!(error)));
                told.insert("standard_errors".into(), Value::Object(named.collect()));
            }
            let poverty = figures
                .poverty
                .iter()
                .map(|poverty| (simulation.units.name(poverty.unit).id.clone(), poverty_json(simulation, poverty)));
            told.insert("poverty".into(), Value::Object(poverty.collect()));
            Value::Object(told)
        };
        simulation.poor.iter().zip(&domain.poor).map(one).collect()
    };
    let matrix = |domain: &Domain| -> Value {
        let mut cells = Vec::new();
        for (from, row) in simulation.sides[0].statuses.iter().zip(&domain.matrix) {
            for (to, count) in simulation.sides[1].statuses.iter().zip(row).filter(|(_, count)| count.rows > 0) {
                let mut cell = Map::new();
                cell.insert("from".into(), json!(from.id));
                cell.insert("to".into(), json!(to.id));
                cell.extend(counts(simulation, *count));
                cells.push(Value::Object(cell));
            }
        }
        Value::Array(cells)
    };
    let groups = simulation.groups.iter().map(|grouped| {
        let of = |group: &super::findings::Group| {
            let value = (!group.value.is_empty()).then_some(&group.value);
            json!({"value": value, "label": group.label, "matrix": matrix(&group.domain), "poor": poor(&group.domain)})
        };
        json!({"column": grouped.column, "groups": grouped.groups.iter().map(of).collect::<Value>()})
    });
    let held = |held: Option<Held>| {
        held.map(
            |held| json!({"yes": count_json(simulation, held.yes), "unknown": count_json(simulation, held.unknown)}),
        )
    };
    let flags = simulation.flags.iter().map(
        |flag| json!({"id": flag.id, "label": flag.label, "before": held(flag.sides[0]), "after": held(flag.sides[1])}),
    );
    let costs = simulation.costs.iter().map(|cost| {
        let side = |side: usize| {
            let entitled = cost.sides[side]?;
            // A cost can exceed what JSON readers keep of a number: it is written as text.
            Some(json!({
                "ceiling": cost.ceiling[side], "entitled": entitled.yes, "entitled_unknown": entitled.unknown,
                "cost": cost.sum(side).map(|sum| sum.to_string()),
                "cost_unknown": cost.open(side).map(|sum| sum.to_string()),
            }))
        };
        json!({
            "id": cost.id, "label": cost.label, "unit": cost.unit, "per_person": cost.per_person,
            "before": side(0), "after": side(1), "difference": cost.difference().map(|sum| sum.to_string()),
        })
    });
    json!({
        "what_if": simulation.is_what_if(),
        "rests_on_unverified": simulation.rests_on_unverified(),
        "facts": simulation.facts,
        "notes": simulation.notes,
        "before": side_json(&simulation.sides[0]),
        "after": side_json(&simulation.sides[1]),
        "same_indicators": simulation.same_indicators,
        "matrix": matrix(&simulation.whole),
        "poor": poor(&simulation.whole),
        "flags": flags.collect::<Value>(),
        "costs": costs.collect::<Value>(),
        "by": groups.collect::<Value>(),
    })
}

fn side_json(side: &Side) -> Value {
    let statuses = side.statuses.iter().map(|status| json!({"id": status.id, "label": status.label}));
    let indicators = side.indicators.iter();
    let indicators = indicators.map(|one| json!({"id": one.id, "label": one.label, "weight": one.weight}));
    let unverified = side.unverified.iter().map(|(document, items)| json!({"document": document, "items": items}));
    json!({
        "id": side.id, "label": side.label, "hash": side.hash, "what_if": side.what_if, "caveats": side.caveats,
        "statuses": statuses.collect::<Value>(), "indicators": indicators.collect::<Value>(),
        "unverified": unverified.collect::<Value>(),
    })
}

fn counts(simulation: &Simulation, count: Count) -> Map<String, Value> {
    let each = simulation.units.each();
    each.map(|(unit, name)| {
        let value = count.of(unit);
        // Whole numbers without a decimal point, as counts are written.
        let value = if value.fract() == 0.0 && value < 9e15 { json!(value as u64) } else { json!(value) };
        (name.id.clone(), value)
    })
    .collect()
}

fn count_json(simulation: &Simulation, count: Count) -> Value {
    Value::Object(counts(simulation, count))
}

fn poverty_json(simulation: &Simulation, poverty: &Poverty) -> Value {
    let estimate = |estimate: Option<Estimate>| {
        estimate.map(|estimate| match estimate.error {
            None => json!({"value": estimate.value}),
            Some(error) => json!({"value": estimate.value, "se": error}),
        })
    };
    let level = |side: usize| {
        let level = &poverty.levels[side];
        let names = simulation.sides[side].indicators.iter().map(|indicator| indicator.id.clone());
        let parts: Map<String, Value> =
            names.zip(level.contributions.iter().map(|value| json!(estimate(*value)))).collect();
        json!({"M0": estimate(level.m0), "H": estimate(level.h), "A": estimate(level.a), "contributions": parts})
    };
    let [m0, h, a] = poverty.change.map(estimate);
    json!({
        "known": poverty.known, "left_out": poverty.left_out, "before": level(0), "after": level(1),
        "change": {
            "M0": m0, "H": h, "A": a,
            "incidence": poverty.parts.map(|parts| parts.incidence),
            "intensity": poverty.parts.map(|parts| parts.intensity),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_told_by_the_name() {
        assert_eq!(Form::of(Path::new("a.CSV")), Some(Form::Csv));
        assert_eq!(Form::of(Path::new("x/a.svg")), Some(Form::Svg));
        assert_eq!((Form::of(Path::new("a.xlsx")), Form::of(Path::new("csv"))), (None, None));
    }

    #[test]
    fn a_cell_with_a_comma_or_a_quote_is_quoted() {
        assert_eq!([quoted("a,b"), quoted("\"a\""), quoted("a b")], ["\"a,b\"", "\"\"\"a\"\"\"", "a b"]);
    }
}
