//! From files to [`crate::model::Pack`].

pub(crate) mod decode;
mod holidays;
pub(crate) mod merge;
mod process;
mod support;

use crate::model::*;
use crate::unit::Unit;
use crate::yaml::{Node, Value};
use decode::{Decoder, Fields};

/// The merged trees of a pack's files, by kind of file. Absent files are [`None`].
#[derive(Default, Clone)]
pub(crate) struct Trees {
    pub pack: Option<Node>,
    pub questionnaire: Option<Node>,
    pub parameters: Option<Node>,
    pub indicators: Option<Node>,
    pub scorecards: Option<Node>,
    pub classification: Option<Node>,
    pub lifecycle: Option<Node>,
    pub process: Option<Node>,
    pub holidays: Option<Node>,
    pub programmes: Option<Node>,
    pub allocation: Option<Node>,
    /// One tree for each file under `schemes/`.
    pub schemes: Vec<Node>,
    /// One tree for each file under `cases/`.
    pub cases: Vec<Node>,
}

/// Reads the merged trees of a pack.
pub(crate) fn read(d: &mut Decoder, trees: &Trees) -> Option<Pack> {
    let fields = d.fields(
        trees.pack.as_ref()?,
        "pack.yaml",
        &[
            "id",
            "label",
            "jurisdiction",
            "level",
            "extends",
            "example",
            "languages",
            "in_force",
            "incomplete",
            "documents",
        ],
    )?;
    let languages = d.required(fields, "languages")?;
    d.languages = d.list(Some(languages), |d, node| d.text(node)).into_iter().map(|t| t.value).collect();
    if !d.languages.iter().any(|l| l == "vi" || l == "en") {
        d.missing(languages.place, "a pack is written in `vi`, `en` or both".into(), "write `languages: [vi, en]`");
    }

    let (choices, household, member) = questionnaire(d, trees.questionnaire.as_ref());
    let level = d.required(fields, "level")?;
    let level = d.word(
        level,
        &[
            ("library", PackLevel::Library),
            ("national", PackLevel::National),
            ("local", PackLevel::Local),
            ("international", PackLevel::International),
        ],
    )?;
    let parameters = list_of(d, trees.parameters.as_ref(), "parameters.yaml", "parameters", parameter);
    let (dimensions, indicators) = indicators(d, trees.indicators.as_ref());
    let scorecards = list_of(d, trees.scorecards.as_ref(), "scorecards.yaml", "scorecards", scorecard);
    let (statuses, measures, methods, subgroups) = classification(d, trees.classification.as_ref());
    let events = list_of(d, trees.lifecycle.as_ref(), "lifecycle.yaml", "events", flag);
    let schemes = trees.schemes.iter().filter_map(|node| support::scheme(d, node)).collect();
    let (area_classes, projects, targets) = support::programmes(d, trees.programmes.as_ref());
    let formulas = list_of(d, trees.allocation.as_ref(), "allocation.yaml", "formulas", support::formula);
    let process = process::process(d, trees.process.as_ref());
    let holidays = holidays::holidays(d, trees.holidays.as_ref());
    let cases = trees.cases.iter().flat_map(|node| list_of(d, Some(node), "a file of cases", "cases", case)).collect();

    let documents = d.optional(fields, "documents");
    Some(Pack {
        id: d.name(fields, "id", "-")?,
        label: d.label(fields, "label")?,
        jurisdiction: d.required_text(fields, "jurisdiction")?.value,
        level,
        extends: d.optional_text(fields, "extends"),
        example: d.flag(fields, "example"),
        languages: d.languages.clone(),
        in_force: {
            let node = d.optional(fields, "in_force");
            d.list(node, period)
        },
        incomplete: d.optional_label(fields, "incomplete"),
        documents: d.list(documents, document),
        questionnaire: Questionnaire { choices, household, member },
        parameters,
        dimensions,
        indicators,
        scorecards,
        statuses,
        measures,
        methods,
        subgroups,
        events,
        schemes,
        area_classes,
        projects,
        targets,
        formulas,
        process,
        holidays,
        cases,
    })
}

/// A file that holds one list.
fn list_of<T>(
    d: &mut Decoder,
    node: Option<&Node>,
    file: &'static str,
    key: &str,
    read: fn(&mut Decoder, &Node) -> Option<T>,
) -> Vec<T> {
    let Some(fields) = node.filter(|n| !matches!(n.value, Value::Null)).and_then(|n| d.fields(n, file, &[key])) else {
        return Vec::new();
    };
    let items = d.optional(fields, key);
    d.list(items, read)
}

fn period(d: &mut Decoder, node: &Node) -> Option<Period> {
    let f = d.fields(node, "a period in force", &["from", "to", "by"])?;
    let from = d.required(f, "from")?;
    Some(Period { from: d.day(from)?, to: d.optional_day(f, "to"), by: d.required_text(f, "by")? })
}

fn document(d: &mut Decoder, node: &Node) -> Option<Document> {
    let f = d.fields(node, "a document", &["id", "label", "issued", "url"])?;
    Some(Document {
        id: d.name(f, "id", "-")?,
        label: d.label(f, "label")?,
        issued: d.optional_day(f, "issued"),
        url: d.optional_text(f, "url").map(|t| t.value),
    })
}

fn source(d: &mut Decoder, f: Fields) -> Option<Source> {
    let node = d.required(f, "source")?;
    source_node(d, node)
}

fn source_node(d: &mut Decoder, node: &Node) -> Option<Source> {
    let f = d.fields(node, "a source", &["document", "article", "verified", "note"])?;
    let verified = d.required(f, "verified")?;
    Some(Source {
        document: d.required_text(f, "document")?,
        article: d.optional_text(f, "article").map(|t| t.value),
        verified: d.bool(verified)?,
        note: d.optional_text(f, "note").map(|t| t.value),
    })
}

fn unit(d: &mut Decoder, f: Fields) -> Option<Unit> {
    let Some(text) = d.optional_text(f, "unit") else { return Some(Unit::none()) };
    let unit = Unit::parse(&text.value);
    if unit.is_none() {
        d.missing(
            text.place,
            format!("`{}` is not a unit", text.value),
            "write words joined by `/` or `*`: VND/person/month",
        );
    }
    unit
}

fn questionnaire(d: &mut Decoder, node: Option<&Node>) -> (Vec<Choices>, Vec<Variable>, Vec<Variable>) {
    let Some(f) = node.and_then(|n| d.fields(n, "questionnaire.yaml", &["choices", "household", "member"])) else {
        return (Vec::new(), Vec::new(), Vec::new());
    };
    let node = d.optional(f, "choices");
    let choices = d.list(node, |d, node| {
        let f = d.fields(node, "a list of choices", &["id", "options"])?;
        let options = d.required(f, "options")?;
        let options = d.list(Some(options), |d, node| {
            let f = d.fields(node, "an option", &["id", "label", "also"])?;
            let also = d.optional(f, "also");
            Some(ChoiceOption {
                id: d.name(f, "id", "-")?,
                label: d.label(f, "label")?,
                also: d.list(also, |d, n| d.text(n)).into_iter().map(|t| t.value).collect(),
            })
        });
        d.unique("options", options.iter().map(|o| &o.id));
        Some(Choices { id: d.name(f, "id", "")?, options })
    });
    d.unique("lists of choices", choices.iter().map(|c| &c.id));
    let household = d.optional(f, "household");
    let household = d.list(household, |d, n| variable(d, n, &choices));
    let member = d.optional(f, "member");
    let member = d.list(member, |d, n| variable(d, n, &choices));
    (choices, household, member)
}

fn variable(d: &mut Decoder, node: &Node, choices: &[Choices]) -> Option<Variable> {
    let keys = [
        "id",
        "type",
        "choices",
        "unit",
        "decimals",
        "min",
        "max",
        "usual",
        "width",
        "role",
        "label",
        "question",
        "asked_when",
    ];
    let f = d.fields(node, "a variable", &keys)?;
    #[derive(Clone, Copy, PartialEq)]
    enum Type {
        Id,
        Code,
        Choice,
        Number,
        Bool,
        Date,
    }
    let types = [
        ("id", Type::Id),
        ("code", Type::Code),
        ("choice", Type::Choice),
        ("number", Type::Number),
        ("bool", Type::Bool),
        ("date", Type::Date),
    ];
    let written = d.required(f, "type")?;
    let written = d.word(written, &types)?;
    let belongs = [
        ("choices", Type::Choice),
        ("unit", Type::Number),
        ("decimals", Type::Number),
        ("min", Type::Number),
        ("max", Type::Number),
        ("usual", Type::Number),
        ("width", Type::Code),
        ("role", Type::Code),
    ];
    for (key, of) in belongs {
        if let Some(node) = d.optional(f, key).filter(|_| of != written) {
            d.missing(
                node.place,
                format!("`{key}` does not belong to this type of variable"),
                "remove it, or change the type",
            );
        }
    }
    let kind = match written {
        Type::Id => Kind::Id,
        Type::Bool => Kind::Bool,
        Type::Date => Kind::Date,
        Type::Code => {
            let roles = [
                ("province", AreaRole::Province),
                ("district", AreaRole::District),
                ("commune", AreaRole::Commune),
                ("village", AreaRole::Village),
            ];
            let width = d.required(f, "width")?;
            let role = d.optional(f, "role").map(|node| d.word(node, &roles));
            let width_value = d.whole(width)?;
            let Some(width_value) = usize::try_from(width_value).ok().filter(|w| (1..=18).contains(w)) else {
                d.missing(width.place, "a code has 1 to 18 digits".into(), "write how many digits the code has");
                return None;
            };
            Kind::Code { width: width_value, role: role.flatten() }
        }
        Type::Choice => {
            let list = d.required_text(f, "choices")?;
            let found = choices.iter().position(|c| c.id.value == list.value);
            if found.is_none() && !d.broken.contains(&list.value) {
                let near = decode::nearest(&list.value, choices.iter().map(|c| c.id.value.as_str()));
                let help = near.map_or("add it under `choices`".into(), |near| format!("did you mean `{near}`?"));
                d.missing(list.place, format!("there is no list of choices `{}`", list.value), help);
            }
            Kind::Choice(found?)
        }
        Type::Number => number(d, f)?,
    };
    let usual = match &kind {
        Kind::Number { decimals, min, max, .. } => usual(d, f, *decimals, [*min, *max]),
        _ => None,
    };
    Some(Variable {
        id: d.name(f, "id", "")?,
        kind,
        usual,
        label: d.label(f, "label")?,
        question: d.optional_label(f, "question"),
        asked_when: d.optional_text(f, "asked_when"),
    })
}

fn number(d: &mut Decoder, f: Fields) -> Option<Kind> {
    let decimals = match d.optional(f, "decimals") {
        None => 0,
        Some(node) => {
            let decimals = d.whole(node)?;
            let Some(decimals) = u32::try_from(decimals).ok().filter(|n| *n <= 6) else {
                d.missing(node.place, "`decimals` goes from 0 to 6".into(), "write how many digits follow the point");
                return None;
            };
            decimals
        }
    };
    let mut bound = |key: &str| {
        let node = d.required(f, key)?;
        Some((stored(d, node, decimals)?, node.place))
    };
    let ((min, _), (max, place)) = (bound("min")?, bound("max")?);
    if min > max {
        d.missing(place, "`max` is less than `min`".into(), "exchange them");
        return None;
    }
    Some(Kind::Number { unit: unit(d, f)?, decimals, min, max })
}

/// A number as a variable of some decimals stores it.
fn stored(d: &mut Decoder, node: &Node, decimals: u32) -> Option<i64> {
    let number = d.exact(node)?;
    let stored = number.in_units_of(10_i64.pow(decimals));
    if stored.is_none() {
        d.missing(node.place, format!("{number} has more decimals than the variable"), "raise `decimals` or round it");
    }
    stored
}

/// The range beyond which an answer is doubted: within that of the answers.
fn usual(d: &mut Decoder, f: Fields, decimals: u32, [min, max]: [i64; 2]) -> Option<[i64; 2]> {
    let node = d.optional(f, "usual")?;
    let own = d.fields(node, "`usual`", &["from", "to"])?;
    let mut bound = |key: &str| {
        let node = d.required(own, key)?;
        stored(d, node, decimals)
    };
    let (from, to) = (bound("from")?, bound("to")?);
    if from < min || to > max || from > to {
        d.missing(node.place, "`usual` is not a range within `min` and `max`".into(), "correct its `from` and `to`");
        return None;
    }
    Some([from, to])
}

fn parameter(d: &mut Decoder, node: &Node) -> Option<Parameter> {
    let f = d.fields(node, "a parameter", &["id", "label", "value", "unit", "source"])?;
    let value = d.required(f, "value")?;
    Some(Parameter {
        id: d.name(f, "id", ".")?,
        label: d.label(f, "label")?,
        value: d.exact(value)?,
        unit: unit(d, f)?,
        source: source(d, f)?,
    })
}

fn indicators(d: &mut Decoder, node: Option<&Node>) -> (Vec<Dimension>, Vec<Indicator>) {
    let Some(f) = node.and_then(|n| d.fields(n, "indicators.yaml", &["dimensions", "indicators"])) else {
        return (Vec::new(), Vec::new());
    };
    let dimensions = d.optional(f, "dimensions");
    let dimensions = d.list(dimensions, |d, node| {
        let f = d.fields(node, "a dimension", &["id", "label"])?;
        Some(Dimension { id: d.name(f, "id", "")?, label: d.label(f, "label")? })
    });
    let indicators = d.optional(f, "indicators");
    let indicators = d.list(indicators, |d, node| {
        let keys = ["id", "dimension", "label", "weight", "deprived_when", "applies_when", "source"];
        let f = d.fields(node, "an indicator", &keys)?;
        let weight = d.required(f, "weight")?;
        Some(Indicator {
            id: d.name(f, "id", "")?,
            dimension: d.required_text(f, "dimension")?,
            label: d.label(f, "label")?,
            weight: (d.exact(weight)?, weight.place),
            deprived_when: d.required_text(f, "deprived_when")?,
            applies_when: d.optional_text(f, "applies_when"),
            source: source(d, f)?,
        })
    });
    (dimensions, indicators)
}

fn scorecard(d: &mut Decoder, node: &Node) -> Option<Scorecard> {
    let f = d.fields(node, "a scorecard", &["id", "label", "columns", "column_labels", "column", "annex", "items"])?;
    let columns = d.required(f, "columns")?;
    let column_place = columns.place;
    let columns = d.list(Some(columns), |d, n| {
        let text = d.text(n)?;
        d.check_name(text, "")
    });
    d.unique("columns", &columns);
    let labels = d.required(f, "column_labels")?;
    let column_labels = d.list(Some(labels), |d, n| d.label_node(n));
    if column_labels.len() != columns.len() {
        let message = format!("{} columns but {} labels for them", columns.len(), column_labels.len());
        d.missing(column_place, message, "give each column one label, in the same order");
    }
    let items = d.required(f, "items")?;
    let width = columns.len();
    Some(Scorecard {
        id: d.name(f, "id", "")?,
        label: d.label(f, "label")?,
        columns,
        column_labels,
        column: d.required_text(f, "column")?,
        annex: d.label(f, "annex")?,
        items: d.list(Some(items), |d, n| score_item(d, n, width)),
    })
}

fn score_item(d: &mut Decoder, node: &Node, columns: usize) -> Option<ScoreItem> {
    let f = d.fields(node, "an item", &["id", "label", "take", "unless", "source", "rows"])?;
    let take = d.required(f, "take")?;
    let rows = d.required(f, "rows")?;
    Some(ScoreItem {
        id: d.name(f, "id", "")?,
        label: d.label(f, "label")?,
        take: d.word(take, &[("first", Take::First), ("all", Take::All)])?,
        unless: d.optional_text(f, "unless"),
        source: source(d, f)?,
        rows: d.list(Some(rows), |d, node| {
            let f = d.fields(node, "a row", &["id", "label", "when", "points", "source"])?;
            let points_node = d.required(f, "points")?;
            let Value::List(cells) = &points_node.value else {
                d.missing(points_node.place, "points are a list, one for each column".into(), "write `[75, null, …]`");
                return None;
            };
            if cells.len() != columns {
                let message = format!("{} points for {columns} columns", cells.len());
                d.missing(points_node.place, message, "write one for each column; `null` where it is not known");
                return None;
            }
            let mut points = Vec::new();
            for cell in cells {
                points.push(if matches!(cell.value, Value::Null) { None } else { Some(d.whole(cell)?) });
            }
            let when = d.optional_text(f, "when");
            if when.is_none() && points.iter().any(Option::is_some) {
                d.missing(node.place, "points without a criterion".into(), "add `when`, or make the points `null`");
            }
            let row_source = d.optional(f, "source").and_then(|node| source_node(d, node));
            Some(ScoreRow { id: d.name(f, "id", "")?, label: d.label(f, "label")?, when, points, source: row_source })
        }),
    })
}

type Classification = (Vec<Status>, Vec<Measure>, Vec<Method>, Vec<Flag>);

fn classification(d: &mut Decoder, node: Option<&Node>) -> Classification {
    let keys = ["statuses", "measures", "methods", "subgroups"];
    let Some(f) = node.and_then(|n| d.fields(n, "classification.yaml", &keys)) else {
        return Classification::default();
    };
    let statuses = d.optional(f, "statuses");
    let statuses = d.list(statuses, |d, node| {
        let f = d.fields(node, "a status", &["id", "label", "list"])?;
        let list = d.optional(f, "list").and_then(|node| d.word(node, &List::ALL.map(|list| (list.id(), list))));
        Some(Status { id: d.name(f, "id", "")?, label: d.label(f, "label")?, list })
    });
    let measures = d.optional(f, "measures");
    let measures = d.list(measures, measure);
    let methods = d.optional(f, "methods");
    let methods = d.list(methods, |d, node| {
        let f = d.fields(node, "a method", &["id", "label", "complete_cases", "rules"])?;
        let rules = d.required(f, "rules")?;
        Some(Method {
            id: d.name(f, "id", "")?,
            label: d.label(f, "label")?,
            complete_cases: d.flag(f, "complete_cases"),
            rules: d.list(Some(rules), |d, node| {
                let f = d.fields(node, "a rule", &["id", "status", "when", "source"])?;
                Some(Rule {
                    id: d.name(f, "id", "")?,
                    status: d.required_text(f, "status")?,
                    when: d.required_text(f, "when")?,
                    source: source(d, f)?,
                })
            }),
        })
    });
    let subgroups = d.optional(f, "subgroups");
    let subgroups = d.list(subgroups, flag);
    (statuses, measures, methods, subgroups)
}

fn measure(d: &mut Decoder, node: &Node) -> Option<Measure> {
    let f = d.fields(node, "a measure", &["id", "label", "value", "unit", "band", "report"])?;
    let value = match (d.optional(f, "value"), d.optional(f, "band")) {
        (Some(node), None) => {
            let cast = if d.optional(f, "unit").is_some() { Some(unit(d, f)?) } else { None };
            MeasureValue::Expression(d.text(node)?, cast)
        }
        (None, Some(node)) => MeasureValue::Band(band(d, node)?),
        _ => {
            d.missing(node.place, "a measure has either `value` or `band`".into(), "write one of the two");
            return None;
        }
    };
    Some(Measure { id: d.name(f, "id", "")?, label: d.label(f, "label")?, value, report: d.flag(f, "report") })
}

fn band(d: &mut Decoder, node: &Node) -> Option<Band> {
    let f = d.fields(node, "a band", &["of", "per", "context", "unit_label", "bands"])?;
    let steps_node = d.required(f, "bands")?;
    let bands: Vec<BandStep> = d.list(Some(steps_node), |d, node| {
        let f = d.fields(node, "a step of a band", &["id", "up_to", "below"])?;
        let cut = match (d.optional_text(f, "up_to"), d.optional_text(f, "below")) {
            (Some(at), None) => Some(Cut { at, included: true }),
            (None, Some(at)) => Some(Cut { at, included: false }),
            (None, None) => None,
            (Some(_), Some(below)) => {
                d.missing(below.place, "a band ends either `up_to` or `below` its cut".into(), "write one of the two");
                None
            }
        };
        Some(BandStep { id: d.name(f, "id", "")?, cut })
    });
    d.unique("bands", bands.iter().map(|b| &b.id));
    let open: Vec<usize> = bands.iter().enumerate().filter(|(_, b)| b.cut.is_none()).map(|(i, _)| i).collect();
    if open != [bands.len().saturating_sub(1)] {
        let help = "give every band but the last `up_to` or `below`; the last holds all that is above";
        d.missing(steps_node.place, "every band but the last has an upper cut, and the last has none".into(), help);
        return None;
    }
    Some(Band {
        of: d.required_text(f, "of")?,
        per: d.optional_text(f, "per"),
        context: d.optional_text(f, "context"),
        unit_label: d.label(f, "unit_label")?,
        bands,
    })
}

fn flag(d: &mut Decoder, node: &Node) -> Option<Flag> {
    let f = d.fields(node, "a subgroup or event", &["id", "label", "when", "source"])?;
    Some(Flag {
        id: d.name(f, "id", "")?,
        label: d.label(f, "label")?,
        when: d.required_text(f, "when")?,
        source: source(d, f)?,
    })
}

fn case(d: &mut Decoder, node: &Node) -> Option<Case> {
    let keys = ["id", "label", "origin", "method", "review_date", "household", "members", "given", "expect"];
    let f = d.fields(node, "a case", &keys)?;
    let expect = d.required(f, "expect")?;
    let e =
        d.fields(expect, "what a case expects", &["status", "deprived", "unknown", "measures", "flags", "questions"])?;
    let mut names = |key: &str| d.optional(e, key).map(|node| d.list(Some(node), |d, n| d.text(n)));
    let (deprived, unknown, flags, questions) =
        (names("deprived"), names("unknown"), names("flags"), names("questions"));
    let measures = d.optional(e, "measures");
    let expectation = Expectation {
        status: d.required_text(e, "status")?,
        deprived,
        unknown,
        measures: d.pairs(measures),
        flags,
        questions,
    };
    let (household, members, given) = (d.optional(f, "household"), d.optional(f, "members"), d.optional(f, "given"));
    Some(Case {
        id: d.name(f, "id", "-")?,
        label: d.optional_label(f, "label"),
        origin: d.optional_text(f, "origin").map(|t| t.value),
        method: d.optional_text(f, "method"),
        review_date: d.optional_day(f, "review_date"),
        household: d.pairs(household),
        members: d.list(members, |d, node| Some(d.pairs(Some(node)))),
        given: d.pairs(given),
        expect: expectation,
    })
}
