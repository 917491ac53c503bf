//! [`vuon_policy::program::CheckedMethod::classify`], a column at a time.

use super::bits::Bits;
use super::column::{Numbers, Tris};
use super::ints::Ints;
use super::run::Columns;
use vuon_policy::lattice::Interval;
use vuon_policy::program::{CheckedMethod, Program};

/// How the rules of a method came out for each household.
pub(super) struct Classified {
    /// The place of the status, or [`UNDETERMINED`], or [`REFUSED`].
    pub outcome: Vec<i16>,
    /// The place of the rule that holds, or [`NO_RULE`].
    pub rule: Vec<i16>,
    /// The statuses still possible.
    pub possible: Numbers,
}

pub(super) const UNDETERMINED: i16 = -1;
pub(super) const REFUSED: i16 = -2;
pub(super) const NO_RULE: i16 = -1;

/// What the rules that may still hold say together.
#[derive(Clone, Copy)]
struct Open {
    lowest: i16,
    highest: i16,
    only: i16,
}

const NONE_OPEN: Open = Open { lowest: i16::MAX, highest: i16::MIN, only: NO_RULE };
const SEVERAL: i16 = -2;

/// Classifies the households of a batch from the columns of the rules, indicators and scorecards.
pub(super) fn classify(program: &Program, method: &CheckedMethod, columns: &Columns) -> Classified {
    let len = columns.households();
    let rules: Vec<(&Tris, i16)> =
        method.rules.iter().map(|rule| (columns.tris(rule.when), rule.status as i16)).collect();
    let mut open = vec![NONE_OPEN; len];
    let mut sure = vec![NO_RULE; len];
    for (place, (holds, status)) in rules.iter().enumerate().rev() {
        holds.possible().for_each_row(len, |row| {
            let open = &mut open[row];
            open.only = if open.highest == i16::MIN { place as i16 } else { SEVERAL };
            open.lowest = open.lowest.min(*status);
            open.highest = open.highest.max(*status);
        });
        // From last to first, so that the first one stays.
        holds.sure.for_each_row(len, |row| sure[row] = place as i16);
    }

    let refused = refused(program, method, columns);
    let complete = complete(program, method, columns);
    let everything = Open { lowest: 0, highest: rules.iter().map(|r| r.1).max().unwrap_or(0), only: NO_RULE };
    let mut outcome = Vec::with_capacity(len);
    let mut rule = Vec::with_capacity(len);
    for (row, open) in open.iter_mut().enumerate() {
        let refused = refused.get(row);
        let undecidable = refused || !complete.get(row) || open.highest == i16::MIN;
        if undecidable {
            *open = everything;
        }
        if undecidable || open.lowest != open.highest {
            outcome.push(if refused { REFUSED } else { UNDETERMINED });
            rule.push(NO_RULE);
        } else {
            outcome.push(open.lowest);
            rule.push(if open.only == SEVERAL { sure[row] } else { open.only });
        }
    }
    let bound = |of: fn(&Open) -> i16| open.iter().map(|open| of(open).into()).collect::<Ints>();
    let decided = open.iter().all(|open| open.lowest == open.highest);
    let possible = Numbers::new(bound(|open| open.lowest), (!decided).then(|| bound(|open| open.highest)));
    Classified { outcome, rule, possible }
}

/// Which households need a column of a scorecard that has a hole, or may need one.
fn refused(program: &Program, method: &CheckedMethod, columns: &Columns) -> Bits {
    method.scorecards.iter().fold(Bits::All(false), |refused, card| {
        let card = &program.scorecards[*card];
        let whole: Vec<i64> = (0..).zip(&card.complete).filter(|(_, complete)| **complete).map(|(place, _)| place).collect();
        let range = Interval { lo: 0, hi: card.complete.len() as i64 - 1 };
        refused.or(&columns.numbers(card.column).one_of(&whole, range).sure.not())
    })
}

/// Which households have all the indicators that the method asks for.
fn complete(program: &Program, method: &CheckedMethod, columns: &Columns) -> Bits {
    if !method.complete_cases {
        return Bits::All(true);
    }
    program.indicators.iter().fold(Bits::All(true), |all, node| all.and(&columns.tris(*node).known_rows()))
}
