//! The form of a pack on paper: blank, for a village without electricity, or filled in as it was signed.
//!
//! Questions about the household stand one below the other with boxes to tick; those about members in a table, one column a
//! member. The order and the words are the questionnaire's; a blank form says of whom a question is asked, and the codes of
//! its answers.

use super::{Block, Choice, Sheet};
use crate::asked::when;
use crate::document::Paper;
use jiff::civil::Date;
use vuon_policy::calendar::Day;
use vuon_policy::model::{ChoiceOption, Choices, Kind, Language, Variable};
use vuon_policy::program::Program;
use vuon_policy::words::{self, pick};
use vuon_registry::forms::{Answers, known_variables};

/// How many members a blank form has room for.
const BLANK_MEMBERS: usize = 6;

/// The form for a method. Without answers it is blank.
pub fn form(
    program: &Program,
    method: usize,
    filled: Option<&Filled<'_>>,
    paper: Paper,
    day: Day,
    language: Language,
) -> Sheet {
    let known = known_variables(program);
    let (household, member) = program.form_variables(method);
    let questions = &program.pack.questionnaire;
    let setting = Setting { program, language, filled, day };
    let asked = |(_, variable): &(usize, &Variable)| !known.contains(&variable.id.value);
    let mut blocks = vec![Block::Heading { text: pick(language, "A. Hộ gia đình", "A. The household").to_owned() }];
    let of_household = household.iter().map(|place| (*place, &questions.household[*place])).filter(asked);
    blocks.extend(
        of_household.enumerate().map(|(number, (place, variable))| setting.question(number + 1, place, variable)),
    );
    // Who the members are, a filled form tells in its heading; a blank one has to ask.
    let of_member = |asked: &(usize, &Variable)| filled.is_none() || !known.contains(&asked.1.id.value);
    let of_members = member.iter().map(|place| (*place, &questions.member[*place])).filter(of_member);
    let of_members: Vec<(usize, &Variable)> = of_members.collect();
    if !of_members.is_empty() {
        blocks.push(Block::Heading { text: pick(language, "B. Từng thành viên", "B. Each member").to_owned() });
        if filled.is_none() {
            blocks.push(Block::text(pick(
                language,
                "Ghi mã của câu trả lời vào ô của từng người; câu có/không ghi “có” hoặc “không”. Ô chưa biết thì để trống, không \
                 ghi “không”. Hộ đông hơn thì dùng thêm tờ.",
                "Write the code of the answer into the cell of each person; yes or no where that is asked. What is not known \
                 stays blank, and is not a no. A larger household takes another sheet.",
            )));
        }
        blocks.push(setting.members(&of_members));
    }
    Sheet { paper, blocks }
}

/// A form that was filled in.
#[derive(Clone, Copy, Debug)]
pub struct Filled<'a> {
    /// What was answered.
    pub answers: &'a Answers,
    /// The members' names, in the order of the answers.
    pub names: &'a [String],
}

struct Setting<'a> {
    program: &'a Program,
    language: Language,
    filled: Option<&'a Filled<'a>>,
    day: Day,
}

impl Setting<'_> {
    fn choices(&self, variable: &Variable) -> Option<&Choices> {
        let Kind::Choice(list) = variable.kind else { return None };
        self.program.pack.questionnaire.choices.get(list)
    }

    /// The options of a question: yes and no, or those of its list.
    fn options(&self, variable: &Variable, answer: Option<&str>) -> Vec<Choice> {
        let choice = |text: &str, id: &str| Choice { text: text.to_owned(), chosen: answer == Some(id) };
        match (&variable.kind, self.choices(variable)) {
            (Kind::Bool, _) => {
                let yes = choice(pick(self.language, "Có", "Yes"), "true");
                vec![yes, choice(pick(self.language, "Không", "No"), "false")]
            }
            (_, Some(choices)) => {
                let coded = |(place, option): (usize, &ChoiceOption)| {
                    choice(&format!("{} {}", place + 1, option.label.get(self.language)), &option.id.value)
                };
                choices.options.iter().enumerate().map(coded).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Of whom a question is asked; a filled form shows what was asked.
    fn when(&self, member: bool, place: usize) -> Option<String> {
        let when = when(self.program, self.day, member, place, self.language).filter(|_| self.filled.is_none())?;
        Some(format!("{} {when}", pick(self.language, "Chỉ hỏi", "Asked only")))
    }

    fn question(&self, number: usize, place: usize, variable: &Variable) -> Block {
        let answer = self.filled.and_then(|filled| filled.answers.household.get(&variable.id.value));
        let label = variable.question.as_ref().unwrap_or(&variable.label);
        Block::Question {
            number: number.to_string(),
            text: label.get(self.language).to_owned(),
            when: self.when(false, place),
            options: self.options(variable, answer.map(String::as_str)),
            answer: answer.map(|answer| self.read(variable, answer)),
            unit: self.unit(variable),
        }
    }

    /// A number or a day as people read it; a year and anything else as it was written.
    fn read(&self, variable: &Variable, answer: &str) -> String {
        match &variable.kind {
            Kind::Number { .. } => words::written(answer, self.language),
            Kind::Date => answer.parse().map_or_else(|_| answer.to_owned(), |day: Date| words::day(day, self.language)),
            _ => answer.to_owned(),
        }
    }

    fn unit(&self, variable: &Variable) -> String {
        match &variable.kind {
            Kind::Number { unit, .. } => words::unit(unit, self.language),
            Kind::Date => pick(self.language, "(ngày/tháng/năm)", "(day/month/year)").to_owned(),
            _ => String::new(),
        }
    }

    /// The table of members: one row a question, one column a member.
    fn members(&self, variables: &[(usize, &Variable)]) -> Block {
        let columns = self.filled.map_or(BLANK_MEMBERS, |filled| filled.names.len());
        let first = pick(self.language, "Câu hỏi", "Question").to_owned();
        let name = |place: usize| match self.filled {
            Some(filled) => filled.names[place].clone(),
            None => format!("{} {}", pick(self.language, "Người", "Person"), place + 1),
        };
        let mut rows: Vec<Vec<String>> = Vec::new();
        if self.filled.is_none() {
            let label = pick(self.language, "Họ và tên", "Name").to_owned();
            rows.push([vec![label], vec![String::new(); columns]].concat());
        }
        rows.extend(variables.iter().map(|(place, variable)| {
            let cells = (0..columns).map(|person| self.of_member(variable, person));
            [self.told(*place, variable)].into_iter().chain(cells).collect()
        }));
        Block::Listing {
            headings: [first].into_iter().chain((0..columns).map(name)).collect(),
            widths: [if columns > 3 { 4 } else { 3 }].into_iter().chain(vec![1; columns]).collect(),
            numbers: Vec::new(),
            rows,
        }
    }

    /// A question about members with what may be written.
    fn told(&self, place: usize, variable: &Variable) -> String {
        let label = variable.label.get(self.language);
        if self.filled.is_some() {
            return label.to_owned();
        }
        let when = self.when(true, place).map_or_else(String::new, |when| format!(" — {when}"));
        let told = match (&variable.kind, self.choices(variable)) {
            (_, Some(choices)) => {
                let options = choices.options.iter().enumerate();
                let options =
                    options.map(|(place, option)| format!("{} {}", place + 1, option.label.get(self.language)));
                format!("{label}: {}", options.collect::<Vec<_>>().join("; "))
            }
            (Kind::Bool, _) => format!("{label} ({})", pick(self.language, "có/không", "yes/no")),
            _ => label.to_owned(),
        };
        told + &when
    }

    fn of_member(&self, variable: &Variable, place: usize) -> String {
        let Some(filled) = self.filled else { return String::new() };
        let answers = filled.answers.members.get(place);
        let answer = answers.and_then(|answers| answers.answers.get(&variable.id.value)).cloned();
        let Some(answer) = answer else { return String::new() };
        let options = self.options(variable, Some(&answer));
        options
            .into_iter()
            .find(|option| option.chosen)
            .map_or_else(|| self.read(variable, &answer), |option| option.text)
    }
}
