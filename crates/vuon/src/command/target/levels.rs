//! Which answer each household of the tables gives to each item of a form.
//!
//! The criteria are checked as part of a draft pack on top of the user's, and evaluated by the evaluator that gives
//! reasons: what is estimated is what will be scored.

use super::form::{Form, persons};
use super::pack;
use crate::screen::{self, say};
use anyhow::{Context, Result, anyhow, bail};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use vuon_policy::Library;
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::Evaluation;
use vuon_policy::ir::{Level, NodeId, Op};
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_population::answers::{self, Tables};
use vuon_population::read::ReadOptions;
use vuon_population::row_problem::RowProblems;

/// A household as the form sees it.
pub struct Levels {
    /// Its id.
    pub id: String,
    /// How many persons it has.
    pub persons: Option<i64>,
    /// The place of its column of points.
    pub column: Option<usize>,
    /// For each item the place of the row that counts; none where answers are missing.
    pub rows: Vec<Option<usize>>,
}

/// Where the households are, and how their tables are read.
pub struct Source<'a> {
    /// The base pack, by id or folder.
    pub policy: &'a str,
    /// The base pack.
    pub base: &'a Program,
    /// The files, and columns that may be passed over.
    pub households: &'a [std::path::PathBuf],
    /// The files of members.
    pub members: &'a [std::path::PathBuf],
    /// How they are read.
    pub read: &'a ReadOptions,
    /// The day by which ages count.
    pub review_date: Option<Day>,
    /// Whether households with bad rows are left out, and the others kept.
    pub keep_going: bool,
}

/// Reads the households and finds their answers. Also gives how many bad rows there were.
pub fn read(form: &Form, from: &Source, language: Language) -> Result<(Vec<Levels>, u64)> {
    let program = draft(form, from)?;
    let place = |id: String| -> Result<usize> {
        let found = program.pack.scorecards.iter().position(|card| card.id.value == id);
        found.with_context(|| format!("the draft has no scorecard {id}"))
    };
    let totals: Vec<NodeId> = (0..form.items.len())
        .map(|item| Ok(program.scorecards[place(pack::draft_card(item))?].total))
        .collect::<Result<_>>()?;
    let column = program.scorecards[place(pack::draft_card(form.items.len()))?].total;
    let order = program.dag.needed_by(totals.iter().copied().chain([column]));
    needs_no_date(&program, &order, from.review_date, language)?;
    let (mut household, member) = variables(&program, &order);
    let questionnaire = &program.pack.questionnaire;
    let size = if questionnaire.has_roster() { None } else { persons(&program.pack) };
    let size = size.and_then(|id| questionnaire.household.iter().position(|v| v.id.value == id));
    household.extend(size);
    let tables = Tables {
        households: from.households.to_vec(),
        members: from.members.to_vec(),
        read: from.read.clone(),
        household,
        member,
        review_date: from.review_date,
    };
    let mut problems = RowProblems::new(10);
    let (households, _) = answers::read(questionnaire, &tables, &mut problems)?;
    tell_problems(&problems, from.keep_going, language)?;
    let levels = households.into_iter().map(|household| {
        let answers = &household.answers;
        let mut evaluation = Evaluation::new(&program.dag, answers.members.len(), from.review_date, HashMap::new());
        evaluation.compute(&order, answers, None);
        let known = |node: NodeId| evaluation.value(node).interval().known();
        Levels {
            persons: match size {
                Some(size) => match answers.household[size] {
                    vuon_policy::evaluate::Answer::Int(persons) => Some(persons),
                    _ => None,
                },
                None => questionnaire.has_roster().then_some(answers.members.len() as i64),
            },
            column: known(column).and_then(place_of),
            rows: totals.iter().map(|total| known(*total).and_then(place_of)).collect(),
            id: household.id,
        }
    });
    Ok((levels.collect(), problems.count()))
}

/// The draft scores the first row with 1, the second with 2, …; 0 is no row at all.
fn place_of(points: i64) -> Option<usize> {
    usize::try_from(points - 1).ok()
}

/// The draft pack, checked: on top of the base one scorecard for each item, and one for the column.
fn draft(form: &Form, from: &Source) -> Result<Arc<Program>> {
    let folder = tempfile::tempdir().context("a temporary folder cannot be made")?;
    let path = folder.path().join(&form.id);
    pack::write(&path, &pack::draft(form, from.base))?;
    let beside = pack::folder_of(from.policy);
    let library = beside.map_or_else(Library::embedded, Library::with_folder);
    library.load(&path.to_string_lossy()).map_err(|error| super::super::report("draft", error))
}

fn needs_no_date(program: &Program, order: &[NodeId], date: Option<Day>, language: Language) -> Result<()> {
    let dated = |id: &NodeId| matches!(program.dag.node(*id).op, Op::ReviewDate | Op::Age(_) | Op::MonthsSince(_));
    if date.is_none() && order.iter().any(dated) {
        bail!(say(
            language,
            "phiếu tính theo tuổi hoặc tháng: hãy cho biết ngày khảo sát, ví dụ --on 2025-06-30",
            "the form counts ages or months: say when the survey was, as in --on 2025-06-30"
        ));
    }
    Ok(())
}

/// The variables that nodes are answers to.
fn variables(program: &Program, order: &[NodeId]) -> (Vec<usize>, Vec<usize>) {
    let (mut household, mut member) = (BTreeSet::new(), BTreeSet::new());
    for node in order.iter().map(|id| program.dag.node(*id)) {
        if let Op::BoolVar(variable) | Op::IntVar(variable) = node.op {
            let of = if node.level == Level::Household { &mut household } else { &mut member };
            of.insert(variable);
        }
    }
    (household.into_iter().collect(), member.into_iter().collect())
}

/// Bad rows are told; without leave to go on, nothing is done.
fn tell_problems(problems: &RowProblems, keep_going: bool, language: Language) -> Result<()> {
    if problems.count() == 0 {
        return Ok(());
    }
    for problem in problems.first() {
        eprintln!("{}", screen::wrapped(&format!("✗ {}", problem.tell(language)), screen::width(), 2));
    }
    let count = problems.count();
    if keep_going {
        return Ok(());
    }
    Err(match language {
        Language::Vi => anyhow!(
            "{count} lỗi trong các dòng; không làm gì cả. Sửa các dòng này, hoặc thêm --keep-going để bỏ các hộ đó"
        ),
        Language::En => anyhow!(
            "{count} problems in rows; nothing was done. Correct them, or add --keep-going to leave these households out"
        ),
    })
}
