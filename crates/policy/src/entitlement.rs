//! Which schemes a household and its members are entitled to, and why.
//!
//! In: the answers, the status as it was decided, the classes of the area. Out: for each scheme yes, no or not yet known,
//! with the answers it rests on, what is missing, and the values by which the entitled are ordered. A decided status
//! counts as it was decided; the answers alone do not overrule it.

use crate::assess::{Assessment, Question, questions_behind};
use crate::calendar::Day;
use crate::evaluate::{Evaluation, Household, Value};
use crate::explain::{Teller, cite};
use crate::ir::{Level, Op};
use crate::lattice::{Interval, Tri};
use crate::model::Language;
use crate::program::{Classification, Outcome, Plan, Program};
use crate::support::{Beneficiary, PriorityKey, Scheme};
use crate::words::{lower_first, pick};
use crate::yaml::Text;
use std::collections::{BTreeSet, HashMap};

/// What is known of a household and its place.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The answers.
    pub household: &'a Household,
    /// The day for which it is asked.
    pub on: Day,
    /// The place of the decided status; nothing was decided when absent.
    pub status: Option<usize>,
    /// What is recorded of where it lives; nothing when absent.
    pub places: Option<&'a Places>,
}

/// What is recorded of the units that a household lives in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Places {
    /// The ids of the classes they belong to.
    pub classes: Vec<String>,
    /// The levels (`district`, `commune`, `village`) whose unit somebody recorded: it is of no other class of that level.
    pub recorded: Vec<String>,
}

/// A household's standing with one scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entitlement {
    /// The place of the scheme in the pack.
    pub scheme: usize,
    /// Whether it is entitled; unknown while something is missing.
    pub entitled: Tri,
    /// For a scheme of members: each of them.
    pub members: Vec<Tri>,
    /// Whether the area is one of the scheme's.
    pub place: Tri,
    /// The questions whose answers could decide.
    pub questions: BTreeSet<Question>,
    /// The value of each key of priority: 0 comes first, 1 for not yet known, 2 last; a number is negated where the
    /// greatest comes first. A key that looks at sealed facts has none.
    pub order: Vec<Option<i64>>,
}

/// What schemes of a program need computed, in order. Made once for many households.
#[derive(Clone, Debug)]
pub struct Entitlements<'p> {
    program: &'p Program,
    schemes: Vec<usize>,
    /// Whether the questions that could decide are looked for: it takes longer than all the rest.
    asks: bool,
    order: Vec<crate::ir::NodeId>,
    plan: Plan,
}

impl<'p> Entitlements<'p> {
    /// For all schemes of a program.
    pub fn new(program: &'p Program) -> Self {
        Self { asks: true, ..Self::only(program, (0..program.schemes.len()).collect()) }
    }

    /// For some schemes of a program, by their places: nothing else is computed, and no question is looked for.
    pub fn only(program: &'p Program, schemes: Vec<usize>) -> Self {
        let order = program.dag.needed_by(schemes.iter().flat_map(|scheme| program.schemes[*scheme].nodes()));
        Self { program, schemes, asks: false, order, plan: program.plan(0) }
    }

    /// The standing of a household with each of the schemes, in their order.
    pub fn of(&self, facts: &Facts<'_>) -> Vec<Entitlement> {
        let evaluation = self.evaluation(facts);
        self.schemes.iter().map(|scheme| self.one(facts, &evaluation, *scheme)).collect()
    }

    /// Looks at households one after the other, on a day; for a ranking, which asks of each no more than it needs.
    pub fn look(&self, on: Day) -> Look<'_> {
        Look { of: self, evaluation: Evaluation::new(&self.program.dag, 0, Some(on), HashMap::new()) }
    }

    /// Whether a place is one of each scheme's, by the places of the schemes in the pack.
    pub fn in_places(&self, places: Option<&Places>) -> Vec<Tri> {
        self.program.pack.schemes.iter().map(|scheme| self.in_place(scheme, places)).collect()
    }

    fn evaluation(&self, facts: &Facts<'_>) -> Evaluation<'p> {
        let mut evaluation =
            Evaluation::new(&self.program.dag, facts.household.members.len(), Some(facts.on), HashMap::new());
        evaluation.compute(&self.order, facts.household, decided(facts.status));
        evaluation
    }

    /// Whether a scheme is for a member, of a household for which it is.
    fn of_member(&self, evaluation: &Evaluation<'p>, place: usize, member: usize) -> Tri {
        match self.program.schemes[place].member {
            None => Tri::True,
            Some(node) => match self.program.dag.node(node).level {
                Level::Member => evaluation.member(node, member).tri(),
                Level::Household => evaluation.value(node).tri(),
            },
        }
    }

    fn one(&self, facts: &Facts<'_>, evaluation: &Evaluation<'p>, place: usize) -> Entitlement {
        let (scheme, checked) = (&self.program.pack.schemes[place], &self.program.schemes[place]);
        let household = evaluation.value(checked.eligible).tri();
        let in_place = self.in_place(scheme, facts.places);
        let base = household.and(in_place);
        let members: Vec<Tri> = match scheme.beneficiary {
            Beneficiary::Member => (0..facts.household.members.len())
                .map(|member| base.and(self.of_member(evaluation, place, member)))
                .collect(),
            _ => Vec::new(),
        };
        let entitled = match scheme.beneficiary {
            Beneficiary::Member => members.iter().fold(Tri::False, |any, member| any.or(*member)),
            _ => base,
        };
        let mut questions = BTreeSet::new();
        if self.asks && entitled == Tri::Unknown && in_place != Tri::False {
            for node in std::iter::once(checked.eligible).chain(checked.member) {
                questions.extend(questions_behind(self.program, evaluation, facts.household, Some(facts.on), node));
            }
        }
        Entitlement {
            scheme: place,
            entitled,
            members,
            place: in_place,
            questions,
            order: keys(scheme, checked, evaluation).collect(),
        }
    }

    fn in_place(&self, scheme: &Scheme, places: Option<&Places>) -> Tri {
        let any = |classes: &[Text]| {
            classes.iter().fold(Tri::False, |any, class| any.or(self.is_of_class(&class.value, places)))
        };
        let wanted = if scheme.places.is_empty() { Tri::True } else { any(&scheme.places) };
        wanted.and(any(&scheme.not_places).not())
    }

    /// Whether the place is of a class: that is not known while nobody recorded the unit of its level.
    fn is_of_class(&self, class: &str, places: Option<&Places>) -> Tri {
        let Some(places) = places else { return Tri::Unknown };
        if places.classes.iter().any(|own| own == class) {
            return Tri::True;
        }
        let level =
            self.program.pack.area_classes.iter().find(|known| known.id.value == class).map(|known| &known.level);
        let recorded = level.is_some_and(|level| places.recorded.contains(&level.value));
        if recorded { Tri::False } else { Tri::Unknown }
    }

    /// The classes that somebody has to record before it is known whether the area is one of the scheme's.
    fn classes_missing(&self, scheme: &Scheme, places: Option<&Places>, language: Language) -> Vec<String> {
        let classes = scheme.places.iter().chain(&scheme.not_places);
        let unknown = classes.filter(|class| self.is_of_class(&class.value, places) == Tri::Unknown);
        let told = unknown.filter_map(|class| {
            let class = self.program.pack.area_classes.iter().find(|known| known.id.value == class.value)?;
            let unit = match class.level.value.as_str() {
                "district" => pick(language, "huyện", "district"),
                "commune" => pick(language, "xã", "commune"),
                _ => pick(language, "thôn", "village"),
            };
            let label = lower_first(class.label.get(language));
            Some(match language {
                Language::Vi => format!("chưa ai ghi {unit} nơi hộ ở có thuộc diện {label} hay không"),
                Language::En => format!("nobody has recorded whether the {unit} it lives in is of the kind: {label}"),
            })
        });
        told.collect()
    }

    /// The reason in words: the status, the area, and the answers that decided.
    pub fn reason(&self, facts: &Facts<'_>, entitlement: &Entitlement, language: Language) -> Reason {
        let program = self.program;
        let (scheme, checked) = (&program.pack.schemes[entitlement.scheme], &program.schemes[entitlement.scheme]);
        let evaluation = self.evaluation(facts);
        let outcome = facts.status.map_or(Outcome::Undetermined, Outcome::Status);
        let possible =
            facts.status.and_then(|s| i64::try_from(s).ok()).map_or(Interval { lo: 0, hi: 0 }, Interval::exactly);
        let assessment = Assessment { evaluation, classification: Classification { outcome, rule: None, possible } };
        let teller = Teller {
            program,
            plan: &self.plan,
            household: facts.household,
            assessment: &assessment,
            review_date: Some(facts.on),
            language,
        };
        let mut because: Vec<String> = Vec::new();
        let order = program.dag.needed_by([checked.eligible]);
        if order.iter().any(|id| matches!(program.dag.node(*id).op, Op::Status)) {
            because.push(facts.status.map_or_else(
                || program.outcome_label(Outcome::Undetermined, language),
                |status| program.pack.statuses[status].label.get(language).to_owned(),
            ));
        }
        because.extend(teller.answers_behind(checked.eligible));
        if !scheme.places.is_empty() || !scheme.not_places.is_empty() {
            because.push(self.place_told(scheme, entitlement.place, language));
        }
        let mut missing: Vec<String> = entitlement.questions.iter().map(|question| teller.question(question)).collect();
        if entitlement.entitled == Tri::Unknown && entitlement.place == Tri::Unknown {
            missing.extend(self.classes_missing(scheme, facts.places, language));
        }
        Reason { because, missing, source: cite(program, &scheme.source, language), verified: scheme.source.verified }
    }

    /// For which areas the scheme is, and whether this is one of them.
    fn place_told(&self, scheme: &Scheme, place: Tri, language: Language) -> String {
        let names = |classes: &[Text]| {
            let label =
                |class: &Text| self.program.pack.area_classes.iter().find(|known| known.id.value == class.value);
            classes
                .iter()
                .filter_map(label)
                .map(|class| lower_first(class.label.get(language)))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let wanted = if scheme.places.is_empty() {
            format!("{} {}", pick(language, "ngoài", "outside of"), names(&scheme.not_places))
        } else {
            names(&scheme.places)
        };
        match (language, place) {
            (Language::Vi, Tri::True) => format!("địa bàn thuộc diện: {wanted}"),
            (Language::Vi, Tri::False) => format!("địa bàn không thuộc diện: {wanted}"),
            (Language::Vi, Tri::Unknown) => format!("chưa rõ địa bàn có thuộc diện: {wanted}"),
            (Language::En, Tri::True) => format!("the area is of the kind: {wanted}"),
            (Language::En, Tri::False) => format!("the area is not of the kind: {wanted}"),
            (Language::En, Tri::Unknown) => format!("not known whether the area is of the kind: {wanted}"),
        }
    }
}

/// Why a household stands as it does with a scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// What decided, or what is known so far.
    pub because: Vec<String>,
    /// What must still be asked.
    pub missing: Vec<String>,
    /// The document and article.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
}

fn decided(status: Option<usize>) -> Option<Interval> {
    status.and_then(|place| i64::try_from(place).ok()).map(Interval::exactly)
}

/// The values of one household after the other. What it says is what [`Entitlements::of`] says.
#[derive(Clone, Debug)]
pub struct Look<'e> {
    of: &'e Entitlements<'e>,
    evaluation: Evaluation<'e>,
}

impl Look<'_> {
    /// Turns to a household with a decided status, if it has one.
    pub fn at(&mut self, household: &Household, status: Option<usize>) {
        self.evaluation.turn_to(household.members.len());
        self.evaluation.compute(&self.of.order, household, decided(status));
    }

    /// Whether the household is entitled to a scheme (its place in the pack), wherever it lives; of a scheme of members,
    /// whether somebody in it may be.
    pub fn household(&self, scheme: usize) -> Tri {
        self.evaluation.value(self.of.program.schemes[scheme].eligible).tri()
    }

    /// Whether a scheme of members is for a member, of a household that is entitled.
    pub fn member(&self, scheme: usize, member: usize) -> Tri {
        self.of.of_member(&self.evaluation, scheme, member)
    }

    /// The values of the keys of priority, as in [`Entitlement::order`].
    pub fn order(&self, scheme: usize) -> impl Iterator<Item = Option<i64>> {
        let program = self.of.program;
        keys(&program.pack.schemes[scheme], &program.schemes[scheme], &self.evaluation)
    }
}

fn keys<'a>(
    scheme: &'a Scheme,
    checked: &'a crate::program::CheckedScheme,
    evaluation: &'a Evaluation<'_>,
) -> impl Iterator<Item = Option<i64>> + 'a {
    scheme.priority.iter().zip(&checked.priority).map(|(key, node)| {
        let value = node.map(|(node, _)| evaluation.value(node))?;
        Some(match (&key.key, value) {
            (PriorityKey::Most(_), Value::Int(number)) => number.lo.saturating_neg(),
            (_, Value::Int(number)) => number.hi,
            (_, Value::Bool(Tri::True)) => 0,
            (_, Value::Bool(Tri::Unknown)) => 1,
            (_, Value::Bool(Tri::False)) => 2,
        })
    })
}
