//! Of whom a question is asked, found by trying: the condition of a question is an expression, and people want words.

use jiff::civil::Date;
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::{Answer, Evaluation, Household, Value};
use vuon_policy::ir::{Level, NodeId};
use vuon_policy::lattice::Tri;
use vuon_policy::model::{ChoiceOption, Kind, Language, Variable};
use vuon_policy::program::Program;
use vuon_policy::words::pick;

/// The oldest age that is tried.
const OLDEST: i16 = 110;
/// So many options of a question are named; beyond them, those that do not count are.
const FEW: usize = 3;

/// The ages at which a question of members may be asked, from and to; none when at all ages.
pub fn ages(program: &Program, day: Day, node: NodeId) -> Option<(i16, Option<i16>)> {
    let birth = birth_date(program)?;
    let today: Date = day.date();
    let may = |age: i16| {
        let born = Day::from_parts(today.year() - age, today.month(), today.day())?;
        Some(possible(program, day, node, |household| household.members[0][birth] = Answer::Int(born.0.into())))
    };
    let asked: Vec<i16> = (0..=OLDEST).filter(|age| may(*age) == Some(true)).collect();
    let (from, to) = (*asked.first()?, *asked.last()?);
    (from > 0 || to < OLDEST).then_some((from, (to < OLDEST).then_some(to)))
}

fn birth_date(program: &Program) -> Option<usize> {
    program.pack.questionnaire.member.iter().position(|variable| variable.id.value == "birth_date")
}

/// Whether a condition may hold when nothing is known but what is put in.
fn possible(program: &Program, day: Day, node: NodeId, put: impl FnOnce(&mut Household)) -> bool {
    let mut household = Household::unanswered(program, 1);
    put(&mut household);
    let mut evaluation = Evaluation::new(&program.dag, 1, Some(day), Default::default());
    evaluation.compute(&program.dag.needed_by([node]), &household, None);
    let value = match program.dag.node(node).level {
        Level::Household => evaluation.value(node),
        Level::Member => evaluation.member(node, 0),
    };
    value != Value::Bool(Tri::False)
}

/// When a question is asked, in words, such as "from 3 years on; if ‘studying’ is yes"; nothing when of everybody.
pub fn when(program: &Program, day: Day, member: bool, place: usize, language: Language) -> Option<String> {
    let conditions = if member { &program.asked_member } else { &program.asked_household };
    let node = conditions[place]?;
    let (household, members) = program.variables_behind([node]);
    let questions = &program.pack.questionnaire;
    let mut parts: Vec<String> = ages(program, day, node).map(|ages| of_ages(ages, language)).into_iter().collect();
    let birth = birth_date(program);
    for place in household {
        let set = |household: &mut Household, answer| household.household[place] = answer;
        parts.extend(on(program, day, node, &questions.household[place], set, language));
    }
    for place in members.into_iter().filter(|place| Some(*place) != birth) {
        let set = |household: &mut Household, answer| household.members[0][place] = answer;
        parts.extend(on(program, day, node, &questions.member[place], set, language));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn of_ages((from, to): (i16, Option<i16>), language: Language) -> String {
    match (language, from, to) {
        (Language::Vi, from, None) => format!("từ {from} tuổi trở lên"),
        (Language::En, from, None) => format!("from {from} years on"),
        (Language::Vi, 0, Some(to)) => format!("dưới {} tuổi", to + 1),
        (Language::En, 0, Some(to)) => format!("under {} years", to + 1),
        (Language::Vi, from, Some(to)) => format!("từ {from} đến {to} tuổi"),
        (Language::En, from, Some(to)) => format!("from {from} to {to} years"),
    }
}

/// Which answers to another question a condition leaves open; nothing when any.
fn on(
    program: &Program,
    day: Day,
    node: NodeId,
    variable: &Variable,
    set: impl Fn(&mut Household, Answer),
    language: Language,
) -> Option<String> {
    let may = |answer| possible(program, day, node, |household| set(household, answer));
    let label = variable.label.get(language);
    let told = |is: &str, answers: &str| match language {
        Language::Vi => format!("khi “{label}” {is} {answers}"),
        Language::En => format!("if “{label}” {is} {answers}"),
    };
    let is = pick(language, "là", "is");
    match &variable.kind {
        Kind::Bool => match (may(Answer::Bool(true)), may(Answer::Bool(false))) {
            (true, false) => Some(told(is, pick(language, "có", "yes"))),
            (false, true) => Some(told(is, pick(language, "không", "no"))),
            _ => None,
        },
        Kind::Choice(list) => {
            let options = program.pack.questionnaire.choices[*list].options.iter().enumerate();
            let named = |(place, option): (usize, &ChoiceOption)| {
                (may(Answer::Int(place as i64)), format!("{} {}", place + 1, option.label.get(language)))
            };
            let (open, closed): (Vec<_>, Vec<_>) = options.map(named).partition(|(open, _)| *open);
            let listed = |some: Vec<(bool, String)>| some.into_iter().map(|(_, name)| name).collect::<Vec<_>>();
            match (open.len(), closed.len()) {
                (_, 0) => None,
                (open_count, closed_count) if open_count <= FEW || open_count <= closed_count => {
                    Some(told(is, &listed(open).join(pick(language, " hoặc ", " or "))))
                }
                _ => Some(told(pick(language, "không phải", "is not"), &listed(closed).join(", "))),
            }
        }
        // Of other kinds there are too many answers to try: which question it hangs on is told.
        _ => Some(match language {
            Language::Vi => format!("tùy trả lời “{label}”"),
            Language::En => format!("by the answer to “{label}”"),
        }),
    }
}
