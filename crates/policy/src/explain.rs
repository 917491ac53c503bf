//! Why a household has its status, for a person and for a machine.
//!
//! The reason is a tree: status ← rule with its article ← measures ← indicators ← answers. Only what decided is told:
//! of `a || b` the part that holds, of `a && b` that fails the part that fails, of the members those whom it is about.

use crate::assess::{Assessment, Question, assess};
use crate::calendar::Day;
use crate::cases::write_value;
use crate::evaluate::{Household, Value};
use crate::ir::{NodeId, Op};
use crate::lattice::{Interval, Tri};
use crate::model::{Kind, Language, MeasureValue, Source};
use crate::program::{CheckedBand, Outcome, Plan, Program, ValueKind};
use crate::words::{self, grouped, listed, lower_first, number, pick};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// The reason for a status.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Explanation {
    /// The pack and its content.
    pub pack: String,
    /// SHA-256 of the pack's files.
    pub pack_hash: String,
    /// The id of the status, or `undetermined`, or `refused`.
    pub status: String,
    /// The whole reason in one sentence.
    pub sentence: String,
    /// The rule that decided.
    pub rule: Option<RuleReason>,
    /// What the rule rests on.
    pub measures: Vec<MeasureReason>,
    /// Every indicator, deprived ones first as the pack orders them.
    pub indicators: Vec<IndicatorReason>,
    /// Subgroups and events that hold.
    pub flags: Vec<FlagReason>,
    /// What must still be asked, if the status is undetermined.
    pub questions: Vec<QuestionReason>,
    /// What rests on values that were not read in an official text.
    pub unverified: Vec<String>,
}

/// The rule that decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RuleReason {
    /// Its id.
    pub id: String,
    /// The document and article.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
}

/// A measure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MeasureReason {
    /// Its id.
    pub id: String,
    /// Its value, as cases write it.
    pub value: String,
    /// In words.
    pub text: String,
}

/// An indicator.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IndicatorReason {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Its dimension.
    pub dimension: String,
    /// Yes, no, or nothing where unknown.
    pub deprived: Option<bool>,
    /// The answers it rests on.
    pub answers: Vec<String>,
}

/// A subgroup or event that holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FlagReason {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The document and article.
    pub source: String,
}

/// A question to ask.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QuestionReason {
    /// The variable, with the member's number from 1 in brackets.
    pub id: String,
    /// How to ask.
    pub text: String,
}

/// Assesses and explains one household.
pub fn explain(
    program: &Program,
    plan: &Plan,
    household: &Household,
    review_date: Option<Day>,
    language: Language,
) -> Explanation {
    let mut assessment = assess(program, plan, household, review_date, HashMap::new());
    // The parts of bands are told though no rule needs them one by one.
    let bands = program.measures.iter().filter_map(|m| m.band.as_ref());
    let told = bands.flat_map(|b| {
        let cuts = b.cuts.iter().map(|c| c.0);
        cuts.chain([b.of.0]).chain(b.per.map(|p| p.0)).chain(b.context.map(|c| c.0))
    });
    let order = program.dag.needed_by(told);
    assessment.evaluation.compute(&order, household, Some(assessment.classification.possible));
    Teller { program, plan, household, assessment: &assessment, review_date, language }.explanation()
}

/// How the parts of a legal document are called, Vietnamese and English. A pack cites in Vietnamese; what is not such a word
/// is the document's own and stays.
const PARTS_OF_LAWS: [[&str; 2]; 7] = [
    [" khoản ", ", clause "],
    [" điểm ", ", point "],
    ["Điều ", "Article "],
    ["Phụ lục", "Annex"],
    [", mục ", ", section "],
    [", chỉ số ", ", indicator "],
    [" (ví dụ)", " (example)"],
];

/// An article as a sentence of a language says it.
fn part_of_law(article: &str, language: Language) -> String {
    match language {
        Language::Vi => article.to_owned(),
        Language::En => PARTS_OF_LAWS.iter().fold(article.to_owned(), |said, [vi, en]| said.replace(vi, en)),
    }
}

/// The name of a document and its article, with a mark where it was not read there.
pub fn cite(program: &Program, source: &Source, language: Language) -> String {
    let document = program.pack.documents.iter().find(|d| d.id.value == source.document.value);
    let mut text = document.map_or(source.document.value.clone(), |d| d.label.get(language).to_owned());
    if let Some(article) = &source.article {
        text = format!("{text}, {}", part_of_law(article, language));
    }
    if !source.verified {
        text.push_str(pick(language, " [chưa kiểm chứng]", " [unverified]"));
    }
    text
}

pub(crate) struct Teller<'a> {
    pub program: &'a Program,
    pub plan: &'a Plan,
    pub household: &'a Household,
    pub assessment: &'a Assessment<'a>,
    pub review_date: Option<Day>,
    pub language: Language,
}

impl Teller<'_> {
    fn say<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        pick(self.language, vi, en)
    }

    fn explanation(&self) -> Explanation {
        let program = self.program;
        let classification = self.assessment.classification;
        let method = &program.pack.methods[self.plan.method];
        let rule = classification.rule.map(|place| &method.rules[place]);
        let measures = self.measures();
        let questions = self.questions();
        Explanation {
            pack: program.pack.id.value.clone(),
            pack_hash: program.hash.clone(),
            status: program.outcome_id(classification.outcome).to_owned(),
            sentence: self.sentence(&measures, &questions),
            rule: rule.map(|rule| RuleReason {
                id: rule.id.value.clone(),
                source: cite(program, &rule.source, self.language),
                verified: rule.source.verified,
            }),
            measures,
            indicators: self.indicators(),
            flags: self.flags(),
            questions,
            unverified: self.unverified(),
        }
    }

    fn sentence(&self, measures: &[MeasureReason], questions: &[QuestionReason]) -> String {
        let outcome = self.assessment.classification.outcome;
        let label = self.program.outcome_label(outcome, self.language);
        let reasons: Vec<&str> = measures.iter().map(|m| m.text.as_str()).collect();
        match outcome {
            Outcome::Status(_) if reasons.is_empty() => format!("{label}."),
            Outcome::Status(_) => format!("{label}: {}.", reasons.join("; ")),
            Outcome::Undetermined => {
                let possible: Vec<String> = self
                    .possible()
                    .into_iter()
                    .map(|status| lower_first(self.program.pack.statuses[status].label.get(self.language)))
                    .collect();
                let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join("; ")) };
                format!(
                    "{label}: {} {}{reasons}. {} {}.",
                    self.say("có thể là", "possible are"),
                    listed(&possible, self.language, ("hoặc", "or")),
                    self.say("Số câu còn phải hỏi:", "Questions still to ask:"),
                    questions.len()
                )
            }
            Outcome::Refused(card) => {
                let card = &self.program.pack.scorecards[card];
                format!(
                    "{label} ({}). {} {}.",
                    card.label.get(self.language),
                    self.say("Cần", "Needed:"),
                    card.annex.get(self.language)
                )
            }
        }
    }

    /// The statuses of the rules that may still hold; all of the method's where every indicator must be known.
    fn possible(&self) -> BTreeSet<usize> {
        let method = &self.program.methods[self.plan.method];
        let open = |node| self.assessment.evaluation.value(node) != Value::Bool(Tri::False);
        let decided = method.rules.iter().filter(|rule| open(rule.when)).count() > 1;
        let all = method.complete_cases && !decided;
        method.rules.iter().filter(|rule| all || open(rule.when)).map(|rule| rule.status).collect()
    }

    // ---- what decided -----------------------------------------------------------------------------------------------

    /// The quantities that the deciding rule rests on, in the order of the pack.
    fn measures(&self) -> Vec<MeasureReason> {
        let rules = &self.program.methods[self.plan.method].rules;
        let roots: Vec<NodeId> = match self.assessment.classification {
            c if matches!(c.outcome, Outcome::Refused(_)) => vec![],
            c => c.rule.map_or_else(|| rules.iter().map(|r| r.when).collect(), |rule| vec![rules[rule].when]),
        };
        let mut used = BTreeSet::new();
        for root in roots {
            self.support(root, &mut used);
        }
        let mut told: Vec<MeasureReason> = Vec::new();
        for (measure, checked) in self.program.pack.measures.iter().zip(&self.program.measures) {
            if !used.contains(&checked.node) {
                continue;
            }
            let value = self.assessment.evaluation.value(checked.node);
            let text = match (&measure.value, &checked.band) {
                (MeasureValue::Band(band), Some(checked)) => self.band(measure.label.get(self.language), band, checked),
                _ => format!("{} {}", lower_first(measure.label.get(self.language)), self.value(&checked.kind, value)),
            };
            told.push(MeasureReason {
                id: measure.id.value.clone(),
                value: write_value(self.program, &checked.kind, value),
                text,
            });
        }
        let measured = |node| self.program.measures.iter().any(|m| m.node == node);
        let pure = |denominator| ValueKind::Number { unit: crate::unit::Unit::none(), denominator };
        if let Some(node) = self.program.deprivations.filter(|n| used.contains(n) && !measured(*n)) {
            let value = self.assessment.evaluation.value(node);
            told.push(MeasureReason {
                id: "deprivations".into(),
                value: write_value(self.program, &pure(1), value),
                text: self.deprivations(value.interval()),
            });
        }
        // With equal weights the score and the count are one node, told once.
        let score = self.program.deprivation_score.filter(|(n, _)| self.program.deprivations != Some(*n));
        if let Some((node, denominator)) = score.filter(|(n, _)| used.contains(n) && !measured(*n)) {
            let value = self.assessment.evaluation.value(node);
            let kind = pure(denominator);
            let text = format!("{} {}", self.say("điểm thiếu hụt", "deprivation score"), self.value(&kind, value));
            told.push(MeasureReason {
                id: "deprivation_score".into(),
                value: write_value(self.program, &kind, value),
                text,
            });
        }
        told
    }

    /// Collects the measures and counts that explain the value of a household node. Stops at them.
    fn support(&self, id: NodeId, used: &mut BTreeSet<NodeId>) {
        let named = self.program.measures.iter().any(|m| m.node == id)
            || self.program.deprivations == Some(id)
            || self.program.deprivation_score.is_some_and(|(node, _)| node == id);
        // A measure that is 10 × deprivations is told as the deprivations too: they are what people know.
        if named {
            used.insert(id);
            if !matches!(self.program.dag.node(id).op, Op::Mul(..)) {
                return;
            }
        }
        for input in self.deciding(id, |node| self.assessment.evaluation.value(node)) {
            if self.program.dag.node(input).level == self.program.dag.node(id).level {
                self.support(input, used);
            }
        }
    }

    /// The inputs that made a value what it is.
    fn deciding(&self, id: NodeId, value: impl Fn(NodeId) -> Value) -> Vec<NodeId> {
        match &self.program.dag.node(id).op {
            Op::And(a, b) | Op::Or(a, b) => {
                let own = value(id);
                let same: Vec<NodeId> = [*a, *b].into_iter().filter(|input| value(*input) == own).collect();
                let all_decide = matches!(
                    (&self.program.dag.node(id).op, own.tri()),
                    (Op::And(..), Tri::True) | (Op::Or(..), Tri::False) | (_, Tri::Unknown)
                );
                if all_decide { same } else { same.into_iter().take(1).collect() }
            }
            Op::If(condition, then, otherwise) => match value(*condition).tri() {
                Tri::True => vec![*condition, *then],
                Tri::False => vec![*condition, *otherwise],
                Tri::Unknown => vec![*condition, *then, *otherwise],
            },
            op => op.inputs(),
        }
    }

    // ---- measures in words ------------------------------------------------------------------------------------------

    fn value(&self, kind: &ValueKind, value: Value) -> String {
        match (kind, value) {
            (ValueKind::Number { unit, denominator }, Value::Int(Interval { lo, hi })) => {
                let unit =
                    if unit.is_none() { String::new() } else { format!(" {}", words::unit(unit, self.language)) };
                let write = |n| number(n, *denominator, self.language);
                if lo == hi {
                    format!("{}{unit}", write(lo))
                } else {
                    format!("{} {} {} {}{unit}", self.say("từ", "from"), write(lo), self.say("đến", "to"), write(hi))
                }
            }
            (ValueKind::Choice(_) | ValueKind::Status, Value::Int(i)) if i.known().is_some() => self
                .program
                .option_label(kind, i.lo as usize)
                .map_or_else(String::new, |l| lower_first(l.get(self.language))),
            (_, Value::Bool(Tri::True)) => self.say("có", "yes").into(),
            (_, Value::Bool(Tri::False)) => self.say("không", "no").into(),
            (_, value) if value.is_known() => write_value(self.program, kind, value),
            _ => self.say("chưa rõ", "unknown").into(),
        }
    }

    fn deprivations(&self, count: Interval) -> String {
        let all = self.program.indicators.len();
        let names: Vec<String> = self
            .program
            .pack
            .indicators
            .iter()
            .zip(&self.program.indicators)
            .filter(|(_, node)| self.assessment.evaluation.value(**node).tri() == Tri::True)
            .map(|(indicator, _)| lower_first(indicator.label.get(self.language)))
            .collect();
        let list = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
        match (count.known(), self.language) {
            (Some(n), Language::Vi) => format!("thiếu hụt {n}/{all} chỉ số{list}"),
            (Some(n), Language::En) => format!("deprived in {n} of {all} indicators{list}"),
            (None, Language::Vi) => format!("thiếu hụt từ {} đến {} trên {all} chỉ số{list}", count.lo, count.hi),
            (None, Language::En) => format!("deprived in {} to {} of {all} indicators{list}", count.lo, count.hi),
        }
    }

    /// "thu nhập bình quân 850.000 đồng/người/tháng, trên 700.000 và không quá 1.000.000 (khu vực nông thôn)".
    fn band(&self, label: &str, band: &crate::model::Band, checked: &CheckedBand) -> String {
        let of = self.assessment.evaluation.value(checked.of.0).interval();
        let per =
            checked.per.map(|(node, denominator)| (self.assessment.evaluation.value(node).interval(), denominator));
        let unit = band.unit_label.get(self.language);
        let name = lower_first(label);
        let amount = match (of.known(), per) {
            (Some(of), None) => Some(number(of, checked.of.1, self.language)),
            (Some(of), Some((per, per_denominator))) => per.known().filter(|per| *per > 0).map(|per| {
                self.quotient(i128::from(of) * i128::from(per_denominator), i128::from(per) * i128::from(checked.of.1))
            }),
            (None, _) => None,
        };
        let Some(amount) = amount else { return format!("{name} {}", self.say("chưa rõ", "unknown")) };
        let place = self.assessment.evaluation.value(self.band_node(checked)).interval();
        let cut = |i: usize| {
            let (node, denominator) = checked.cuts[i];
            self.assessment.evaluation.value(node).interval().known().map(|n| number(n, denominator, self.language))
        };
        let included = |i: usize| band.bands[i].cut.as_ref().is_some_and(|c| c.included);
        let lower = (place.lo > 0).then(|| place.lo as usize - 1).and_then(|i| {
            let cut = cut(i)?;
            Some(if included(i) {
                format!("{} {cut}", self.say("trên", "above"))
            } else {
                match self.language {
                    Language::Vi => format!("từ {cut} trở lên"),
                    Language::En => format!("at least {cut}"),
                }
            })
        });
        let upper = Some(place.hi as usize).filter(|i| *i < checked.cuts.len()).and_then(|i| {
            let cut = cut(i)?;
            let word = if included(i) { self.say("không quá", "at most") } else { self.say("dưới", "below") };
            Some(format!("{word} {cut}"))
        });
        let bounds: Vec<String> = lower.into_iter().chain(upper).collect();
        let bounds = listed(&bounds, self.language, ("và", "and"));
        let context = checked.context.and_then(|(node, list)| self.context(node, list)).unwrap_or_default();
        format!("{name} {amount} {unit}, {bounds}{context}")
    }

    fn band_node(&self, checked: &CheckedBand) -> NodeId {
        let own = self.program.measures.iter().find(|m| m.band.as_ref().is_some_and(|b| std::ptr::eq(b, checked)));
        own.map_or(checked.of.0, |m| m.node)
    }

    /// Per head, rounded to a whole unit for the reader only; the comparison was made without dividing.
    fn quotient(&self, top: i128, bottom: i128) -> String {
        let rounded = (2 * top + bottom).div_euclid(2 * bottom);
        let text = grouped(i64::try_from(rounded).unwrap_or(i64::MAX), self.language);
        if rounded * bottom == top { text } else { format!("{} {text}", self.say("khoảng", "about")) }
    }

    fn context(&self, node: NodeId, list: usize) -> Option<String> {
        let place = self.assessment.evaluation.value(node).interval().known()?;
        let option =
            self.program.option_label(&ValueKind::Choice(list), place as usize)?.get(self.language).to_lowercase();
        let Op::IntVar(variable) = self.program.dag.node(node).op else { return Some(format!(" ({option})")) };
        let label = lower_first(self.program.pack.questionnaire.household[variable].label.get(self.language));
        Some(match self.language {
            Language::Vi => format!(" ({label} {option})"),
            Language::En => format!(" ({label}: {option})"),
        })
    }

    // ---- indicators and answers -------------------------------------------------------------------------------------

    fn indicators(&self) -> Vec<IndicatorReason> {
        let pack = &self.program.pack;
        pack.indicators
            .iter()
            .zip(&self.program.indicators)
            .map(|(indicator, node)| {
                let deprived = self.assessment.evaluation.value(*node).tri().known();
                let mut answers = BTreeSet::new();
                if deprived != Some(false) {
                    self.answers(*node, None, &mut answers);
                }
                let dimension = pack.dimensions.iter().find(|d| d.id.value == indicator.dimension.value);
                IndicatorReason {
                    id: indicator.id.value.clone(),
                    label: indicator.label.get(self.language).to_owned(),
                    dimension: dimension.map_or_else(String::new, |d| d.label.get(self.language).to_owned()),
                    deprived,
                    answers: self.told_answers(&answers),
                }
            })
            .collect()
    }

    /// The answers that made a node of the household what it is, in words.
    pub fn answers_behind(&self, id: NodeId) -> Vec<String> {
        let mut answers = BTreeSet::new();
        self.answers(id, None, &mut answers);
        self.told_answers(&answers)
    }

    /// The answers that made a node what it is: (member, variable).
    fn answers(&self, id: NodeId, member: Option<usize>, found: &mut BTreeSet<(Option<usize>, usize)>) {
        let node = self.program.dag.node(id);
        let value = |id: NodeId| self.node_value(id, member);
        match &node.op {
            Op::BoolVar(i) | Op::IntVar(i) => {
                found.insert((member, *i));
            }
            Op::ToMember(inner) => self.answers(*inner, None, found),
            Op::Any(inner) | Op::Count(inner) => {
                // Someone: those for whom it holds (or may). No one: everybody, so nobody in particular.
                for m in 0..self.household.members.len() {
                    if self.assessment.evaluation.member(*inner, m) != Value::Bool(Tri::False) {
                        self.answers(*inner, Some(m), found);
                    }
                }
            }
            Op::Sum(of, only) | Op::Min(of, only) | Op::Max(of, only) => {
                for m in 0..self.household.members.len() {
                    if only.is_none_or(|only| self.assessment.evaluation.member(only, m) != Value::Bool(Tri::False)) {
                        self.answers(*of, Some(m), found);
                    }
                }
            }
            _ => {
                for input in self.deciding(id, value) {
                    self.answers(input, member, found);
                }
            }
        }
    }

    fn node_value(&self, id: NodeId, member: Option<usize>) -> Value {
        match member {
            Some(m) => self.assessment.evaluation.member(id, m),
            None => self.assessment.evaluation.value(id),
        }
    }

    fn told_answers(&self, answers: &BTreeSet<(Option<usize>, usize)>) -> Vec<String> {
        let mut told = Vec::new();
        let members: BTreeSet<Option<usize>> = answers.iter().map(|(m, _)| *m).collect();
        for member in members {
            let own = answers.iter().filter(|(m, _)| *m == member).map(|(_, v)| self.told_answer(member, *v));
            let own = own.collect::<Vec<_>>().join(", ");
            told.push(match member {
                None => own,
                Some(m) => format!("{} {}: {own}", self.say("thành viên", "member"), m + 1),
            });
        }
        told
    }

    fn told_answer(&self, member: Option<usize>, variable: usize) -> String {
        use crate::evaluate::Answer;
        let q = &self.program.pack.questionnaire;
        let (v, answer) = match member {
            None => (&q.household[variable], self.household.household[variable]),
            Some(m) => (&q.member[variable], self.household.members[m][variable]),
        };
        let text = match (answer, &v.kind) {
            (Answer::Unknown, _) => self.say("chưa trả lời", "not answered").to_owned(),
            (Answer::Bool(true), _) => self.say("có", "yes").into(),
            (Answer::Bool(false), _) => self.say("không", "no").into(),
            (Answer::Int(n), Kind::Choice(list)) => {
                let options = &q.choices[*list].options;
                options.get(n as usize).map_or_else(|| n.to_string(), |o| lower_first(o.label.get(self.language)))
            }
            (Answer::Int(n), Kind::Number { unit, decimals, .. }) => {
                let number = number(n, 10_i64.pow(*decimals), self.language);
                if unit.is_none() { number } else { format!("{number} {}", words::unit(unit, self.language)) }
            }
            (Answer::Int(n), Kind::Date) => {
                let date = Day(n as i32).date();
                format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
            }
            (Answer::Int(n), _) => n.to_string(),
        };
        format!("{} = {text}", v.label.get(self.language))
    }

    // ---- the rest ---------------------------------------------------------------------------------------------------

    fn flags(&self) -> Vec<FlagReason> {
        self.program
            .flags()
            .zip(&self.program.flag_nodes)
            .filter(|(_, node)| self.assessment.evaluation.value(**node).tri() == Tri::True)
            .map(|(flag, _)| FlagReason {
                id: flag.id.value.clone(),
                label: flag.label.get(self.language).to_owned(),
                source: cite(self.program, &flag.source, self.language),
            })
            .collect()
    }

    fn questions(&self) -> Vec<QuestionReason> {
        let found = self.assessment.questions(self.program, self.plan, self.household, self.review_date);
        found.iter().map(|q| QuestionReason { id: q.to_string(), text: self.question(q) }).collect()
    }

    pub fn question(&self, question: &Question) -> String {
        let q = &self.program.pack.questionnaire;
        let variable = match question.member {
            None => &q.household[question.variable],
            Some(_) => &q.member[question.variable],
        };
        let text = variable.question.as_ref().unwrap_or(&variable.label).get(self.language);
        match question.member {
            None => text.to_owned(),
            Some(m) => format!("{} {}: {text}", self.say("Thành viên", "Member"), m + 1),
        }
    }

    /// The unverified values and rules that this result rests on, by document.
    fn unverified(&self) -> Vec<String> {
        let documents = self.program.unverified_by_document(self.plan.method, self.language);
        documents.into_iter().map(|(document, labels)| format!("{document}: {}", labels.join("; "))).collect()
    }
}

impl Program {
    /// The indicators, parameters and rules of a method that were not read in an official text: name and source.
    /// A parameter counts when the method's rules or indicators use it.
    pub fn unverified_for(&self, method: usize) -> Vec<(&crate::model::Label, &Source)> {
        let pack = &self.pack;
        let texts = self.texts_of(method);
        let uses = |id: &str| texts.iter().any(|text| mentions(text, id));
        let parameters = pack.parameters.iter().filter(|p| uses(&p.id.value)).map(|p| (&p.label, &p.source));
        let indicators = pack.indicators.iter().map(|i| (&i.label, &i.source));
        let rules = pack.methods[method].rules.iter().filter_map(|rule| {
            let status = pack.statuses.iter().find(|s| s.id.value == rule.status.value)?;
            Some((&status.label, &rule.source))
        });
        let cards = self.methods[method]
            .scorecards
            .iter()
            .flat_map(|card| &pack.scorecards[*card].items)
            .map(|i| (&i.label, &i.source));
        parameters.chain(indicators).chain(rules).chain(cards).filter(|(_, source)| !source.verified).collect()
    }

    /// The same, as names under each document.
    pub fn unverified_by_document(&self, method: usize, language: Language) -> Vec<(String, Vec<String>)> {
        let mut documents: Vec<(String, Vec<String>)> = Vec::new();
        for (label, source) in self.unverified_for(method) {
            let document = self.pack.documents.iter().find(|d| d.id.value == source.document.value);
            let document = document.map_or(source.document.value.as_str(), |d| d.label.get(language));
            let label = label.get(language).to_owned();
            match documents.iter_mut().find(|(known, _)| known == document) {
                Some((_, labels)) if labels.contains(&label) => {}
                Some((_, labels)) => labels.push(label),
                None => documents.push((document.to_owned(), vec![label])),
            }
        }
        documents
    }

    /// The expressions a method rests on, through the measures it names.
    fn texts_of(&self, method: usize) -> Vec<&str> {
        let pack = &self.pack;
        let mut texts: Vec<&str> = pack.methods[method].rules.iter().map(|r| r.when.value.as_str()).collect();
        for measure in pack.measures.iter().rev() {
            if texts.iter().any(|text| mentions(text, &measure.id.value)) {
                match &measure.value {
                    MeasureValue::Expression(text, _) => texts.push(&text.value),
                    MeasureValue::Band(band) => {
                        texts.push(&band.of.value);
                        texts.extend(band.per.iter().map(|t| t.value.as_str()));
                        texts.extend(band.bands.iter().filter_map(|b| b.cut.as_ref()).map(|c| c.at.value.as_str()));
                    }
                }
            }
        }
        texts.extend(pack.indicators.iter().map(|i| i.deprived_when.value.as_str()));
        texts
    }
}

/// Whether an expression uses a name, as a whole word.
fn mentions(expression: &str, name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    expression.match_indices(name).any(|(at, _)| {
        let before = expression[..at].chars().next_back().is_some_and(part);
        let after = expression[at + name.len()..].chars().next().is_some_and(part);
        !before && !after
    })
}
