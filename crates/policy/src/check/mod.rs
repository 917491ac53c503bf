//! From a pack as written to a checked program: every expression into one graph, and every promise of the format held.

mod classification;
mod cuts;
mod expression;
mod members;
mod process;
mod scope;
mod support;

use crate::exact::{Exact, common_denominator};
use crate::ir::{Dag, Level, NodeId, Op};
use crate::lattice::Interval;
use crate::model::*;
use crate::problem::{Place, Problem, SourceFile};
use crate::process::Process;
use crate::program::*;
use crate::read::decode::nearest;
use crate::support::{Formula, Scheme};
use crate::unit::Unit;
use crate::working_days::Holidays;
use crate::yaml::Text;
use scope::{BOOL, Scope, Typed, TypedKind, number};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What to make of a rule that can never hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum IdleRules {
    /// Who wrote it has made a mistake.
    Refused,
    /// It is what comes of other values.
    Allowed,
}

/// Checks a pack. `broken` are the ids of items that could not be read.
pub(crate) fn check(
    pack: Pack,
    broken: BTreeSet<String>,
    files: &[SourceFile],
    hash: String,
    national: Option<Arc<Program>>,
    idle_rules: IdleRules,
    problems: &mut Vec<Problem>,
) -> Option<Program> {
    let before = problems.len();
    // Where items could not be read, what depends on all of them cannot be judged: saying so would only hide the cause.
    let whole = before == 0;
    let mut broken = broken;
    if !whole {
        broken.extend(["deprivations", "deprivation_score", "members"].map(str::to_owned));
    }
    documents_and_dates(&pack, &broken, problems);
    questionnaire(&pack, problems);
    if whole {
        process::check(&pack, problems);
        support::check(&pack, problems);
    }
    let mut checker = Checker {
        scope: Scope {
            questionnaire: &pack.questionnaire,
            parameters: &pack.parameters,
            named: BTreeMap::new(),
            band_ids: BTreeMap::new(),
            status_ids: pack.statuses.iter().map(|s| s.id.value.clone()).collect(),
            broken,
            used: BTreeSet::new(),
            member_name: None,
        },
        dag: Dag::default(),
        files,
        problems,
        whole,
    };
    let asked_household = checker.asked(&pack.questionnaire.household, None);
    let asked_member = checker.asked(&pack.questionnaire.member, Some("m"));
    let (indicators, deprivations, deprivation_score) = checker.indicators(&pack);
    let scorecards: Vec<CheckedScorecard> = pack.scorecards.iter().filter_map(|card| checker.scorecard(card)).collect();
    let measures: Vec<CheckedMeasure> =
        pack.measures.iter().enumerate().filter_map(|(place, m)| checker.measure(place, m)).collect();
    let methods: Vec<CheckedMethod> =
        pack.methods.iter().map(|method| checker.method(&pack, method, &scorecards)).collect();
    checker.status(&pack);
    let flags: Vec<NodeId> =
        pack.subgroups.iter().chain(&pack.events).filter_map(|flag| checker.yes_no(&flag.when)).collect();
    for flag in pack.subgroups.iter().chain(&pack.events) {
        checker.name_free("subgroups or events", &flag.id);
    }
    let schemes: Vec<CheckedScheme> = pack.schemes.iter().filter_map(|scheme| checker.scheme(scheme)).collect();
    // An indicator may be used in what could not be checked.
    if checker.problems.is_empty() {
        checker.use_of_indicators(&pack);
    }
    let names = checker.names();
    let Checker { dag, problems, .. } = checker;
    if !problems.is_empty() {
        return None;
    }
    for (method, checked) in pack.methods.iter().zip(&methods) {
        let idle = classification::complete_and_disjoint(&pack, &dag, method, checked, &measures, &names, problems);
        if idle_rules == IdleRules::Refused {
            problems.extend(idle);
        }
    }
    let program = Program {
        hash,
        dag,
        indicators,
        measures,
        scorecards,
        methods,
        flag_nodes: flags,
        schemes,
        asked_household,
        asked_member,
        deprivations,
        deprivation_score,
        national,
        pack,
    };
    if problems.is_empty() {
        problems.extend(crate::cases::mistakes(&program));
    }
    problems.is_empty().then_some(program)
}

struct Checker<'p, 'e> {
    scope: Scope<'p>,
    dag: Dag,
    files: &'p [SourceFile],
    problems: &'e mut Vec<Problem>,
    /// Whether every item of the pack could be read.
    whole: bool,
}

impl Checker<'_, '_> {
    /// What nodes are called: by their measure or score, or else by their variable.
    fn names(&self) -> BTreeMap<NodeId, String> {
        let variables = self.dag.ids().filter_map(|id| match self.dag.node(id) {
            node if node.level == Level::Household => match node.op {
                Op::BoolVar(i) | Op::IntVar(i) => Some((id, self.scope.questionnaire.household[i].id.value.clone())),
                _ => None,
            },
            _ => None,
        });
        let named = self.scope.named.iter().map(|(name, typed)| (typed.node, name.clone()));
        variables.chain(named).collect()
    }

    fn expression(&mut self, text: &Text, expected: Option<&ValueKind>) -> Option<Typed> {
        expression::check(text, expected, &mut self.scope, &mut self.dag, self.files, self.problems)
    }

    fn yes_no(&mut self, text: &Text) -> Option<NodeId> {
        self.expression(text, Some(&ValueKind::Bool)).map(|t| t.node)
    }

    fn problem(&mut self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::new(place, message.into()).help(help));
    }

    /// Gives a name a value; a name that is taken is a problem.
    fn name(&mut self, what: &str, id: &Text, name: String, typed: Typed) {
        self.name_free(what, id);
        self.scope.named.insert(name, typed);
    }

    fn name_free(&mut self, what: &str, id: &Text) {
        if self.scope.all_names().contains(&id.value.as_str()) {
            self.problem(
                id.place,
                format!("`{}` is already the name of a variable, parameter or measure", id.value),
                format!("give each of the {what} a name of its own"),
            );
        }
    }

    fn asked(&mut self, variables: &[Variable], member: Option<&str>) -> Vec<Option<NodeId>> {
        self.scope.member_name = member.map(str::to_owned);
        let asked = variables.iter().map(|v| v.asked_when.as_ref().and_then(|when| self.yes_no(when))).collect();
        self.scope.member_name = None;
        asked
    }

    fn indicators(&mut self, pack: &Pack) -> (Vec<NodeId>, Option<NodeId>, Option<(NodeId, i64)>) {
        let mut nodes = Vec::new();
        let mut denominator = Some(1);
        let mut sum = Some(Exact::whole(0));
        for indicator in &pack.indicators {
            if !pack.dimensions.iter().any(|d| d.id.value == indicator.dimension.value) {
                let near = nearest(&indicator.dimension.value, pack.dimensions.iter().map(|d| d.id.value.as_str()));
                let help = near.map_or("add it under `dimensions`".into(), |near| format!("did you mean `{near}`?"));
                self.problem(
                    indicator.dimension.place,
                    format!("there is no dimension `{}`", indicator.dimension.value),
                    help,
                );
            }
            let (weight, place) = indicator.weight;
            if weight <= Exact::whole(0) {
                self.problem(
                    place,
                    format!("the weight {weight} is not positive"),
                    "every indicator has a weight above 0",
                );
            }
            denominator = denominator.and_then(|d| common_denominator(d, weight.denominator()));
            sum = sum.and_then(|s| s.plus(weight));
            let deprived = self.yes_no(&indicator.deprived_when);
            let applies = indicator.applies_when.as_ref().map(|when| self.yes_no(when));
            let node = match (deprived, applies) {
                (Some(deprived), None) => Some(deprived),
                (Some(deprived), Some(Some(applies))) => self.dag.push(Op::And(applies, deprived)).ok(),
                _ => None,
            };
            match node {
                Some(node) => {
                    let name = format!("indicators.{}", indicator.id.value);
                    self.scope.named.insert(name, Typed { node, kind: BOOL });
                    nodes.push(node);
                }
                None => {
                    self.scope.broken.insert(format!("indicators.{}", indicator.id.value));
                }
            }
        }
        if let (Some(first), true) = (pack.indicators.first(), self.whole && sum != Some(Exact::whole(1))) {
            let sum = sum.map_or("more than 64 bits hold".into(), |s| s.to_string());
            let help = "the weights of all indicators of a pack sum to exactly 1: write fractions such as 1/10 or 1/18";
            self.problem(first.weight.1, format!("the weights sum to {sum}, not to 1"), help);
        }
        let complete = nodes.len() == pack.indicators.len() && !nodes.is_empty();
        if !complete {
            for name in ["deprivations", "deprivation_score"] {
                if !pack.indicators.is_empty() {
                    self.scope.broken.insert(name.into());
                }
            }
            return (nodes, None, None);
        }
        let count = self.dag.push(Op::Weighted(nodes.iter().map(|n| (*n, 1)).collect())).ok();
        let denominator = denominator.unwrap_or(1);
        let weights = pack.indicators.iter().map(|i| i.weight.0.in_units_of(denominator));
        let terms: Option<Box<[_]>> = nodes.iter().zip(weights).map(|(n, w)| Some((*n, w?))).collect();
        let score = terms.and_then(|terms| self.dag.push(Op::Weighted(terms)).ok());
        if let (Some(count), Some(score)) = (count, score) {
            let pure = |node, denominator| Typed { node, kind: number(Unit::none(), denominator) };
            self.scope.named.insert("deprivations".into(), pure(count, 1));
            self.scope.named.insert("deprivation_score".into(), pure(score, denominator));
        }
        (nodes, count, score.map(|score| (score, denominator)))
    }

    fn scorecard(&mut self, card: &Scorecard) -> Option<CheckedScorecard> {
        // The columns stand for a list of their own: a band without a measure.
        let columns = ValueKind::Band(usize::MAX);
        self.scope.band_ids.insert(usize::MAX, card.columns.iter().map(|c| c.value.clone()).collect());
        let column = if let [_] = card.columns.as_slice() {
            Some(self.dag.int(0))
        } else {
            self.expression(&card.column, Some(&columns)).map(|t| t.node)
        };
        self.scope.band_ids.remove(&usize::MAX);
        let items: Vec<Option<NodeId>> =
            card.items.iter().map(|item| self.score_item(item, column, card.columns.len())).collect();
        let items: Option<Vec<NodeId>> = items.into_iter().collect();
        let (Some(column), Some(items)) = (column, items) else {
            self.scope.broken.insert(format!("scores.{}", card.id.value));
            return None;
        };
        let zero = self.dag.int(0);
        let total = items.iter().try_fold(zero, |sum, item| self.dag.push(Op::Add(sum, *item)).ok())?;
        let points = number(Unit::base("point"), 1);
        self.scope.named.insert(format!("scores.{}", card.id.value), Typed { node: total, kind: points });
        let complete = (0..card.columns.len()).map(|column| card.holes(column).next().is_none()).collect();
        Some(CheckedScorecard { total, column, complete, items })
    }

    /// The points of an item. Holes count 0: a column that has one is never used.
    fn score_item(&mut self, item: &ScoreItem, column: Option<NodeId>, columns: usize) -> Option<NodeId> {
        let mut rows = Vec::new();
        let mut failed = false;
        for row in &item.rows {
            let Some(when) = &row.when else { continue };
            match self.yes_no(when) {
                Some(when) => rows.push((when, row)),
                None => failed = true,
            }
        }
        let unless = item.unless.as_ref().map(|unless| self.yes_no(unless));
        if failed || unless == Some(None) {
            return None;
        }
        let column = column?;
        let zero = self.dag.int(0);
        let mut total = zero;
        for (when, row) in rows.into_iter().rev() {
            let table: Box<[i64]> = (0..columns).map(|c| row.points[c].unwrap_or(0)).collect();
            let points = self.dag.push(Op::Lookup(column, table)).ok()?;
            total = match item.take {
                Take::First => self.dag.push(Op::If(when, points, total)).ok()?,
                Take::All => {
                    let counted = self.dag.push(Op::If(when, points, zero)).ok()?;
                    self.dag.push(Op::Add(total, counted)).ok()?
                }
            };
        }
        match unless.flatten() {
            Some(unless) => self.dag.push(Op::If(unless, zero, total)).ok(),
            None => Some(total),
        }
    }

    fn measure(&mut self, place: usize, measure: &Measure) -> Option<CheckedMeasure> {
        let checked = match &measure.value {
            MeasureValue::Expression(text, cast) => {
                self.expression(text, None).and_then(|typed| self.cast(text, typed, cast))
            }
            MeasureValue::Band(band) => self.band(place, band),
        };
        match checked {
            Some(checked) => {
                let kind = TypedKind::Value(checked.kind.clone());
                self.name("measures", &measure.id, measure.id.value.clone(), Typed { node: checked.node, kind });
                Some(checked)
            }
            None => {
                self.scope.broken.insert(measure.id.value.clone());
                None
            }
        }
    }

    fn cast(&mut self, text: &Text, typed: Typed, unit: &Option<Unit>) -> Option<CheckedMeasure> {
        let kind = match (typed.kind, unit) {
            (TypedKind::Value(kind), None) => kind,
            (TypedKind::BareNumber { denominator }, unit) => {
                ValueKind::Number { unit: unit.clone().unwrap_or_default(), denominator }
            }
            (TypedKind::Value(ValueKind::Number { unit: own, denominator }), Some(unit))
                if own.is_none() || own == *unit =>
            {
                ValueKind::Number { unit: unit.clone(), denominator }
            }
            (kind, Some(unit)) => {
                let is = kind.describe(&self.scope);
                self.problem(
                    text.place,
                    format!("this is {is} and cannot become {unit}"),
                    "only a pure number takes a unit",
                );
                return None;
            }
        };
        Some(CheckedMeasure { node: typed.node, kind, band: None })
    }

    /// A band is the number of cuts that its number lies above.
    fn band(&mut self, place: usize, band: &Band) -> Option<CheckedMeasure> {
        let of = self.expression(&band.of, None);
        let per = band.per.as_ref().map(|per| self.expression(per, None));
        let context = band.context.as_ref().map(|context| (context, self.expression(context, None)));
        let mut cuts = Vec::new();
        for step in &band.bands {
            if let Some(cut) = &step.cut {
                cuts.push((cut, self.expression(&cut.at, None)));
            }
        }
        let of_kind = self.as_number(&band.of, of.as_ref()?)?;
        let per = match per {
            None => None,
            Some(per) => {
                let text = band.per.as_ref()?;
                let per = per?;
                Some((self.as_number(text, &per)?, per))
            }
        };
        if let (Some((_, typed)), Some(text)) = (&per, &band.per)
            && self.dag.node(typed.node).range.lo < 0
        {
            self.problem(
                text.place,
                "`per` can be negative",
                "what a number is divided by is a count: give it `min: 0` or more",
            );
            return None;
        }
        let context = match context {
            None => None,
            Some((text, typed)) => match typed? {
                Typed { node, kind: TypedKind::Value(ValueKind::Choice(list)) } => Some((node, list)),
                other => {
                    let is = other.kind.describe(&self.scope);
                    self.problem(
                        text.place,
                        format!("this is {is}; `context` names a choice"),
                        "name a choice variable",
                    );
                    return None;
                }
            },
        };
        let of = of?;
        let mut above = Vec::new();
        let mut told = Vec::new();
        for (cut, typed) in cuts {
            let typed = typed?;
            let (unit, denominator) = self.as_number(&cut.at, &typed)?;
            // Compared without division: of <= cut × per.
            let (mut node, mut den, mut full_unit) = (typed.node, denominator, unit);
            if let Some(((per_unit, per_den), per)) = &per {
                node = self.exactly(&cut.at, Op::Mul(node, per.node))?;
                den = den.checked_mul(*per_den)?;
                full_unit = match (full_unit, per_unit) {
                    (None, None) => None,
                    (a, b) => Some(a.unwrap_or_default().times(&b.clone().unwrap_or_default())),
                };
            }
            if let (Some(left), Some(right)) = (&of_kind.0, &full_unit)
                && left != right
            {
                let message = format!("the number is in {left}, but this cut comes to {right}");
                self.problem(cut.at.place, message, "a cut (times `per`) has the unit of the number it cuts");
                return None;
            }
            let common = common_denominator(of_kind.1, den)?;
            let left = self.scaled(&cut.at, of.node, common / of_kind.1)?;
            let right = self.scaled(&cut.at, node, common / den)?;
            let op = if cut.included { Op::Less(right, left) } else { Op::AtMost(right, left) };
            above.push((self.exactly(&cut.at, op)?, 1));
            told.push((typed.node, denominator));
        }
        self.cuts_rise(band, &told)?;
        let node = self.dag.push(Op::Weighted(above.into())).ok()?;
        self.scope.band_ids.insert(place, band.bands.iter().map(|b| b.id.value.clone()).collect());
        let per = per.map(|((_, den), typed)| (typed.node, den));
        let checked = CheckedBand { of: (of.node, of_kind.1), per, cuts: told, context };
        Some(CheckedMeasure { node, kind: ValueKind::Band(place), band: Some(checked) })
    }

    /// Each cut must lie at or above the one before, whatever the answers are.
    fn cuts_rise(&mut self, band: &Band, cuts: &[(NodeId, i64)]) -> Option<()> {
        let texts: Vec<&Text> = band.bands.iter().filter_map(|step| step.cut.as_ref()).map(|cut| &cut.at).collect();
        for (pair, text) in cuts.windows(2).zip(texts.iter().skip(1)) {
            let common = common_denominator(pair[0].1, pair[1].1)?;
            let lower = self.scaled(text, pair[0].0, common / pair[0].1)?;
            let upper = self.scaled(text, pair[1].0, common / pair[1].1)?;
            let comparison = self.exactly(text, Op::AtMost(lower, upper))?;
            let (message, help) = match cuts::always(&self.dag, comparison) {
                Some(true) => continue,
                Some(false) => {
                    ("this cut can lie below the one before it", "cuts rise from band to band: check the values")
                }
                None => (
                    "it cannot be proved that this cut never lies below the one before it",
                    "let cuts be parameters, chosen by yes/no answers and choices",
                ),
            };
            self.problem(text.place, message, help);
            return None;
        }
        Some(())
    }

    fn as_number(&mut self, text: &Text, typed: &Typed) -> Option<(Option<Unit>, i64)> {
        match &typed.kind {
            TypedKind::Value(ValueKind::Number { unit, denominator }) => Some((Some(unit.clone()), *denominator)),
            TypedKind::BareNumber { denominator } => Some((None, *denominator)),
            other => {
                let is = other.describe(&self.scope);
                self.problem(text.place, format!("this is {is}, but a number is needed"), "a band cuts a number");
                None
            }
        }
    }

    fn scaled(&mut self, text: &Text, node: NodeId, factor: i64) -> Option<NodeId> {
        if factor == 1 {
            return Some(node);
        }
        let factor = self.dag.int(factor);
        self.exactly(text, Op::Mul(node, factor))
    }

    fn exactly(&mut self, text: &Text, op: Op) -> Option<NodeId> {
        let node = self.dag.push(op).ok();
        if node.is_none() {
            let help = "narrow `min` and `max` of the variables it uses in questionnaire.yaml";
            self.problem(text.place, "the result of this can be larger than 64 bits hold", help);
        }
        node
    }

    fn method(&mut self, pack: &Pack, method: &Method, scorecards: &[CheckedScorecard]) -> CheckedMethod {
        let mut rules = Vec::new();
        for rule in &method.rules {
            let when = self.yes_no(&rule.when);
            let status = pack.statuses.iter().position(|s| s.id.value == rule.status.value);
            if status.is_none() {
                let near = nearest(&rule.status.value, pack.statuses.iter().map(|s| s.id.value.as_str()));
                let help = near.map_or("add it under `statuses`".into(), |near| format!("did you mean `{near}`?"));
                self.problem(rule.status.place, format!("there is no status `{}`", rule.status.value), help);
            }
            if let (Some(when), Some(status)) = (when, status) {
                rules.push(CheckedRule { when, status });
            }
        }
        let needed: BTreeSet<NodeId> = self.dag.needed_by(rules.iter().map(|r| r.when)).into_iter().collect();
        let used = |card: &CheckedScorecard| needed.contains(&card.total);
        let scorecards = scorecards.iter().enumerate().filter(|(_, card)| used(card)).map(|(i, _)| i).collect();
        CheckedMethod { rules, complete_cases: method.complete_cases, scorecards }
    }

    fn status(&mut self, pack: &Pack) {
        let last = pack.statuses.len().max(1) as i64 - 1;
        let node = self.dag.leaf(Op::Status, Interval { lo: 0, hi: last });
        self.scope.named.insert("status".into(), Typed { node, kind: TypedKind::Value(ValueKind::Status) });
    }

    /// An indicator that no rule depends on is a mistake: the law would ask for it in vain.
    fn use_of_indicators(&mut self, pack: &Pack) {
        let all = ["deprivations", "deprivation_score"].iter().any(|name| self.scope.used.contains(*name));
        let library = pack.level == PackLevel::Library;
        for indicator in pack.indicators.iter().filter(|_| !all && !library) {
            if !self.scope.used.contains(&format!("indicators.{}", indicator.id.value)) {
                self.problem(
                    indicator.id.place,
                    format!("the indicator `{}` is never used", indicator.id.value),
                    "use `deprivations`, `deprivation_score` or `indicators.NAME` in a rule or measure, or remove the indicator",
                );
            }
        }
    }
}

fn documents_and_dates(pack: &Pack, broken: &BTreeSet<String>, problems: &mut Vec<Problem>) {
    for unknown in
        citations(pack).filter(|s| !broken.contains(&s.value) && !pack.documents.iter().any(|d| d.id.value == s.value))
    {
        let near = nearest(&unknown.value, pack.documents.iter().map(|d| d.id.value.as_str()));
        let help =
            near.map_or("list it under `documents` in pack.yaml".into(), |near| format!("did you mean `{near}`?"));
        problems.push(
            Problem::new(unknown.place, format!("the document `{}` is cited but not listed", unknown.value)).help(help),
        );
    }
    for period in &pack.in_force {
        if period.to.is_some_and(|to| to < period.from) {
            problems.push(
                Problem::new(period.by.place, format!("this period ends before it begins ({})", period.from))
                    .help("exchange `from` and `to`"),
            );
        }
        if let Some(issued) = pack.documents.iter().find(|d| d.id.value == period.by.value).and_then(|d| d.issued)
            && period.to.is_some_and(|to| to < issued)
        {
            problems.push(
                Problem::new(period.by.place, format!("this period ends before its document was issued ({issued})"))
                    .help("check the dates of the period and of the document"),
            );
        }
    }
    for pair in pack.in_force.windows(2) {
        let joins = pair[0].to.is_some_and(|to| to.next() == pair[1].from);
        if !joins {
            let ends = pair[0].to.map_or("never ends".into(), |to| format!("ends on {to}"));
            let message = format!("the dates do not join: one period {ends}, the next begins on {}", pair[1].from);
            problems.push(
                Problem::new(pair[1].by.place, message)
                    .help("each period begins the day after the one before it ends, with no gap and no overlap"),
            );
        }
    }
    if pack.in_force.is_empty() && pack.level != PackLevel::Library {
        problems.push(
            Problem::new(pack.id.place, "the pack does not say when it is in force".into())
                .help("add `in_force: [{from: YYYY-MM-DD, by: DOCUMENT}]` to pack.yaml"),
        );
    }
}

/// The documents that items and periods cite.
fn citations(pack: &Pack) -> impl Iterator<Item = &Text> {
    sources(pack).map(|s| &s.document).chain(pack.in_force.iter().map(|p| &p.by))
}

/// Every source in a pack.
pub(crate) fn sources(pack: &Pack) -> impl Iterator<Item = &Source> {
    let items = pack.scorecards.iter().flat_map(|card| &card.items);
    let parameters = pack.parameters.iter().map(|p| &p.source);
    parameters
        .chain(pack.indicators.iter().map(|i| &i.source))
        .chain(items.clone().map(|i| &i.source))
        .chain(items.flat_map(|i| &i.rows).filter_map(|row| row.source.as_ref()))
        .chain(pack.methods.iter().flat_map(|m| &m.rules).map(|r| &r.source))
        .chain(pack.subgroups.iter().chain(&pack.events).map(|f| &f.source))
        .chain(pack.schemes.iter().flat_map(Scheme::sources))
        .chain(pack.area_classes.iter().map(|c| &c.source))
        .chain(pack.projects.iter().map(|p| &p.source))
        .chain(pack.targets.iter().map(|t| &t.source))
        .chain(pack.formulas.iter().flat_map(Formula::sources))
        .chain(pack.process.iter().flat_map(Process::sources))
        .chain(pack.holidays.iter().flat_map(Holidays::sources))
}

fn questionnaire(pack: &Pack, problems: &mut Vec<Problem>) {
    let q = &pack.questionnaire;
    let mut unique = |what: &str, ids: &mut dyn Iterator<Item = &Text>| {
        let mut seen: BTreeMap<String, ()> = BTreeMap::new();
        for id in ids {
            if seen.insert(id.value.clone(), ()).is_some() {
                problems.push(
                    Problem::new(id.place, format!("there are two {what} called `{}`", id.value))
                        .help("give each its own name"),
                );
            }
        }
    };
    unique("variables of the household", &mut q.household.iter().map(|v| &v.id));
    unique("variables of the member", &mut q.member.iter().map(|v| &v.id));
    unique("documents", &mut pack.documents.iter().map(|d| &d.id));
    unique("parameters", &mut pack.parameters.iter().map(|p| &p.id));
    unique("dimensions", &mut pack.dimensions.iter().map(|d| &d.id));
    unique("indicators", &mut pack.indicators.iter().map(|i| &i.id));
    unique("scorecards", &mut pack.scorecards.iter().map(|s| &s.id));
    unique("statuses", &mut pack.statuses.iter().map(|s| &s.id));
    unique("methods", &mut pack.methods.iter().map(|m| &m.id));
    for method in &pack.methods {
        unique("rules of a method", &mut method.rules.iter().map(|r| &r.id));
    }
    unique("schemes", &mut pack.schemes.iter().map(|s| &s.id));
    unique("classes of areas", &mut pack.area_classes.iter().map(|c| &c.id));
    unique("projects", &mut pack.projects.iter().map(|p| &p.id));
    unique("targets", &mut pack.targets.iter().map(|t| &t.id));
    unique("formulas", &mut pack.formulas.iter().map(|f| &f.id));
    unique("subgroups or events", &mut pack.subgroups.iter().chain(&pack.events).map(|f| &f.id));
    let ids: Vec<&Variable> = q.household.iter().filter(|v| v.kind == Kind::Id).collect();
    if ids.len() != 1 && (!q.household.is_empty() || pack.level != PackLevel::Library) {
        let place = ids.get(1).map_or(pack.id.place, |v| v.id.place);
        problems.push(
            Problem::new(place, format!("the household table has {} variables of type `id`", ids.len()))
                .help("exactly one variable identifies the household: `{id: household_id, type: id, …}`"),
        );
    }
    for variable in q.member.iter().filter(|v| v.kind == Kind::Id) {
        problems.push(
            Problem::new(variable.id.place, "members have no `id` of their own".into())
                .help("the household's id also stands in the member table, unlisted; remove this variable"),
        );
    }
}
