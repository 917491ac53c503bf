//! Reading answers: what the evaluator takes, and what cannot be right. Nothing is passed over, nothing guessed.

use super::{AnswerProblem, Answers, MemberAnswers, Under};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vuon_policy::assess::{Asked, assess};
use vuon_policy::calendar::Day;
use vuon_policy::cases::answer;
use vuon_policy::evaluate::{Answer, Household, Value};
use vuon_policy::exact::Exact;
use vuon_policy::explain::{Explanation, explain};
use vuon_policy::lattice::Tri;
use vuon_policy::model::{Kind, Language, Variable};
use vuon_policy::program::{Program, ValueKind};
use vuon_policy::words;

/// Answers as they were read.
pub(super) struct Read<'p> {
    /// As the evaluator takes them: what is known, and what was answered to questions that are put.
    pub household: Household,
    /// Which questions are put.
    pub asked: Asked<'p>,
    /// What cannot be right.
    pub problems: Vec<AnswerProblem>,
    /// What was answered to questions that are put and that the register does not answer itself.
    pub answered: Answers,
}

/// What answers give.
pub(super) struct Judged {
    pub explanation: Explanation,
    pub status_label: String,
    pub scores: Vec<(String, String)>,
}

pub(super) fn text(language: Language, vi: &str, en: &str) -> String {
    match language {
        Language::Vi => vi.to_owned(),
        Language::En => en.to_owned(),
    }
}

impl<'p> Read<'p> {
    /// Reads answers beside what is known. Who the members are is known; answers about anybody else are a problem.
    pub fn of(under: Under<'p>, known: &Answers, answers: &Answers, language: Language) -> Self {
        let program = under.program;
        let q = &program.pack.questionnaire;
        let members = if q.has_roster() { known.members.as_slice() } else { &[] };
        let mut household = Household::unanswered(program, members.len());
        let mut reader = Reader { program, review: Day::from_date(under.review_date), language, problems: Vec::new() };
        household.household = reader.part(None, &q.household, &known.household, &answers.household);
        let mut of_person: HashMap<&str, &MemberAnswers> = HashMap::new();
        for member in &answers.members {
            let twice = of_person.insert(&member.person, member).is_some();
            if twice || !members.iter().any(|known| known.person == member.person) {
                let vi = "có câu trả lời của người không thuộc hộ khi lập danh sách, hoặc trả lời hai lần";
                let en = "there are answers of somebody who was not in the household when it was listed, or twice";
                reader.problem(None, "person", text(language, vi, en));
            }
        }
        let none = BTreeMap::new();
        for (place, known) in members.iter().enumerate() {
            let own = of_person.get(known.person.as_str()).map_or(&none, |member| &member.answers);
            household.members[place] = reader.part(Some(place), &q.member, &known.answers, own);
        }
        let asked = skip(program, &mut household, known, reader.review);
        let problems = reader.problems;
        let mut read = Read { household, asked, problems, answered: Answers::default() };
        read.answered = read.kept(program, known, answers, &of_person);
        read
    }

    /// The answers that were read, as they were written.
    fn kept(
        &self,
        program: &Program,
        known: &Answers,
        answers: &Answers,
        of_person: &HashMap<&str, &MemberAnswers>,
    ) -> Answers {
        let q = &program.pack.questionnaire;
        let part = |variables: &[Variable], read: &[Answer], known: &BTreeMap<String, String>, own: &BTreeMap<_, _>| {
            let variables = variables.iter().zip(read);
            let answered = variables.filter(|(v, read)| **read != Answer::Unknown && !known.contains_key(&v.id.value));
            let written = answered.filter_map(|(v, _)| {
                let written: &String = own.get(&v.id.value)?;
                Some((v.id.value.clone(), written.trim().to_owned()))
            });
            written.collect::<BTreeMap<String, String>>()
        };
        let members = known.members.iter().zip(&self.household.members).map(|(known, read)| {
            let own = of_person.get(known.person.as_str());
            let answers = own.map(|own| part(&q.member, read, &known.answers, &own.answers));
            MemberAnswers { person: known.person.clone(), answers: answers.unwrap_or_default() }
        });
        Answers {
            household: part(&q.household, &self.household.household, &known.household, &answers.household),
            members: members.collect(),
        }
    }

    /// The status and its reasons.
    pub fn judge(&self, under: Under<'_>, language: Language) -> Judged {
        let program = under.program;
        let plan = program.plan(under.method);
        let review = Some(Day::from_date(under.review_date));
        let explanation = explain(program, &plan, &self.household, review, language);
        let assessment = assess(program, &plan, &self.household, review, HashMap::new());
        let reported = program.pack.measures.iter().zip(&program.measures).filter(|(measure, _)| measure.report);
        let scores = reported.map(|(measure, checked)| {
            let value = told(program, &checked.kind, assessment.evaluation.value(checked.node), language);
            (measure.label.get(language).to_owned(), value)
        });
        Judged {
            status_label: program.outcome_label(assessment.classification.outcome, language),
            scores: scores.collect(),
            explanation,
        }
    }
}

/// A value in words.
fn told(program: &Program, kind: &ValueKind, value: Value, language: Language) -> String {
    match (kind, value) {
        (ValueKind::Number { unit, denominator }, Value::Int(range)) => {
            let write = |n| words::number(n, *denominator, language);
            let number = match range.known() {
                Some(n) => write(n),
                None => format!("{}–{}", write(range.lo), write(range.hi)),
            };
            if unit.is_none() { number } else { format!("{number} {}", words::unit(unit, language)) }
        }
        (_, Value::Bool(Tri::True)) => text(language, "có", "yes"),
        (_, Value::Bool(Tri::False)) => text(language, "không", "no"),
        (kind, Value::Int(place)) => {
            let known = place.known().and_then(|place| usize::try_from(place).ok());
            let label = known.and_then(|place| program.option_label(kind, place));
            label.map_or_else(|| text(language, "chưa rõ", "unknown"), |label| label.get(language).to_owned())
        }
        _ => text(language, "chưa rõ", "unknown"),
    }
}

/// Takes away what was answered to questions that are not put, until that changes no other question.
fn skip<'p>(program: &'p Program, household: &mut Household, known: &Answers, review: Day) -> Asked<'p> {
    let q = &program.pack.questionnaire;
    let mut asked = Asked::new(program, household, Some(review));
    loop {
        let mut changed = false;
        let mut clear = |member: Option<usize>, variables: &[Variable], own: &mut [Answer], known: &BTreeMap<_, _>| {
            for (place, variable) in variables.iter().enumerate() {
                let skipped = asked.of(member, place) == Tri::False && !known.contains_key(&variable.id.value);
                if skipped && own[place] != Answer::Unknown {
                    own[place] = Answer::Unknown;
                    changed = true;
                }
            }
        };
        clear(None, &q.household, &mut household.household, &known.household);
        for (place, own) in household.members.iter_mut().enumerate() {
            clear(Some(place), &q.member, own, &known.members[place].answers);
        }
        if !changed {
            return asked;
        }
        asked = Asked::new(program, household, Some(review));
    }
}

struct Reader<'a> {
    program: &'a Program,
    review: Day,
    language: Language,
    problems: Vec<AnswerProblem>,
}

impl Reader<'_> {
    fn problem(&mut self, member: Option<usize>, variable: &str, message: String) {
        self.problems.push(AnswerProblem { member, variable: variable.to_owned(), message });
    }

    fn part(
        &mut self,
        member: Option<usize>,
        variables: &[Variable],
        known: &BTreeMap<String, String>,
        own: &BTreeMap<String, String>,
    ) -> Vec<Answer> {
        let names: BTreeSet<&str> = variables.iter().map(|v| v.id.value.as_str()).collect();
        for name in own.keys().filter(|name| !names.contains(name.as_str())) {
            let message = text(self.language, "phiếu không có câu hỏi này", "the form has no such question");
            self.problem(member, name, message);
        }
        variables.iter().map(|variable| self.one(member, variable, known, own)).collect()
    }

    fn one(
        &mut self,
        member: Option<usize>,
        variable: &Variable,
        known: &BTreeMap<String, String>,
        own: &BTreeMap<String, String>,
    ) -> Answer {
        let id = &variable.id.value;
        let written = own.get(id).map(|text| text.trim()).filter(|text| !text.is_empty());
        let value = match (known.get(id), written) {
            (Some(known), Some(written)) if known != written => {
                let vi = "sổ đã có thông tin này; nếu sai, hãy sửa ở hồ sơ hộ gia đình";
                let en = "the register knows this; if it is wrong, correct it in the household's record";
                self.problem(member, id, text(self.language, vi, en));
                known
            }
            (Some(known), _) => known.as_str(),
            (None, Some(_)) if matches!(variable.kind, Kind::Id | Kind::Code { .. }) => {
                let message = wanted(self.program, variable, self.language);
                self.problem(member, id, message);
                return Answer::Unknown;
            }
            (None, Some(written)) => written,
            (None, None) => return Answer::Unknown,
        };
        let read = answer(self.program, variable, value).ok().filter(|_| !is_too_fine(variable, value));
        let late =
            matches!((read, &variable.kind), (Some(Answer::Int(day)), Kind::Date) if day > i64::from(self.review.0));
        match read {
            Some(_) if late => {
                let message = text(self.language, "ngày này sau ngày rà soát", "this day is after the review");
                self.problem(member, id, message);
                Answer::Unknown
            }
            Some(read) => read,
            None => {
                let wanted = wanted(self.program, variable, self.language);
                let message = match wrong(variable, value, self.language) {
                    Some(wrong) => format!("{wrong}: {wanted}"),
                    None => wanted,
                };
                self.problem(member, id, message);
                Answer::Unknown
            }
        }
    }
}

/// Whether a number is written with a finer fraction than is asked for. `1.000` where a whole number is wanted is not one:
/// whoever wrote it may have set thousands apart.
fn is_too_fine(variable: &Variable, written: &str) -> bool {
    let Kind::Number { decimals, .. } = &variable.kind else { return false };
    written.split_once('.').is_some_and(|(_, fraction)| fraction.len() > *decimals as usize)
}

/// What is wrong with a number.
fn wrong(variable: &Variable, written: &str, language: Language) -> Option<String> {
    let Kind::Number { decimals, .. } = &variable.kind else { return None };
    Some(match Exact::parse(written) {
        None => text(language, "không đọc được số này", "this number cannot be read"),
        Some(_) if is_too_fine(variable, written) && *decimals == 0 => {
            text(language, "số này có phần lẻ", "this number has a fraction")
        }
        Some(_) if is_too_fine(variable, written) => {
            text(language, "số này có quá nhiều chữ số lẻ", "this number has too many digits after the point")
        }
        Some(_) => text(language, "số này ngoài khoảng cho phép", "this number is out of range"),
    })
}

/// What an answer must be.
fn wanted(program: &Program, variable: &Variable, language: Language) -> String {
    match &variable.kind {
        Kind::Bool => text(language, "hãy trả lời có (true) hoặc không (false)", "answer true or false"),
        Kind::Choice(list) => {
            let options = &program.pack.questionnaire.choices[*list].options;
            let ids: Vec<&str> = options.iter().map(|option| option.id.value.as_str()).collect();
            format!("{} {}", text(language, "hãy chọn một trong:", "choose one of:"), ids.join(", "))
        }
        Kind::Number { decimals, min, max, .. } => {
            let bound = |bound: i64| words::number(bound, 10_i64.pow(*decimals), language);
            let (min, max) = (bound(*min), bound(*max));
            let decimals = match (decimals, language) {
                (0, Language::Vi) => "số nguyên".to_owned(),
                (0, Language::En) => "a whole number".to_owned(),
                (n, Language::Vi) => format!("số có tối đa {n} chữ số sau dấu phẩy"),
                (n, Language::En) => format!("a number with at most {n} digits after the point"),
            };
            match language {
                Language::Vi => format!("hãy ghi {decimals}, từ {min} đến {max}"),
                Language::En => format!("write {decimals}, from {min} to {max}"),
            }
        }
        Kind::Date => text(language, "hãy ghi ngày dạng NĂM-THÁNG-NGÀY", "write a day as YYYY-MM-DD"),
        Kind::Id | Kind::Code { .. } => text(language, "sổ tự ghi mã này", "the register writes this code itself"),
    }
}
