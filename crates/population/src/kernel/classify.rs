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
    let rules: Vec<(&Tris, i16)> =
        method.rules.iter().map(|rule| (columns.tris(rule.when), rule.status as i16)).collect();
    let refused = refused(program, method, columns);
    let complete = complete(program, method, columns);
    decide(&rules, &refused, &complete, columns.households())
}

/// From when each rule holds, and the place of the status it gives.
fn decide(rules: &[(&Tris, i16)], refused: &Bits, complete: &Bits, len: usize) -> Classified {
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

/// Whether each household's column of a scorecard is without holes.
fn has_column(program: &Program, card: usize, columns: &Columns) -> Tris {
    let card = &program.scorecards[card];
    let whole: Vec<i64> =
        (0..).zip(&card.complete).filter(|(_, complete)| **complete).map(|(place, _)| place).collect();
    let range = Interval { lo: 0, hi: card.complete.len() as i64 - 1 };
    columns.numbers(card.column).one_of(&whole, range)
}

/// Which households surely need a column of a scorecard that has a hole.
fn refused(program: &Program, method: &CheckedMethod, columns: &Columns) -> Bits {
    method
        .scorecards
        .iter()
        .fold(Bits::All(false), |refused, card| refused.or(&has_column(program, *card, columns).possible().not()))
}

/// Which households have all that the method asks for before it decides: the indicators, and the column of scorecards.
fn complete(program: &Program, method: &CheckedMethod, columns: &Columns) -> Bits {
    let tables = method.scorecards.iter().map(|card| has_column(program, *card, columns).known_rows());
    let indicators = program.indicators.iter().filter(|_| method.complete_cases);
    let known = indicators.map(|node| columns.tris(*node).known_rows());
    tables.chain(known).fold(Bits::All(true), |all, known| all.and(&known))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::bits::Words;
    use super::*;
    use vuon_policy::Library;
    use vuon_policy::lattice::Tri;
    use vuon_policy::program::{CheckedRule, Outcome};

    const ALL: [Tri; 3] = [Tri::False, Tri::True, Tri::Unknown];

    /// Four rules, whether the household is refused, whether an indicator is unknown.
    type Row = ([Tri; 4], bool, bool);

    /// Every way four rules can come out, whether a pack's rules could or not, with and without a hole or a gap.
    #[test]
    fn it_says_what_the_single_evaluator_says() {
        let when = Library::embedded().load("vn-2022-2026").unwrap().indicators[0];
        let rows: Vec<Row> = (0..81 * 4)
            .map(|n| ([1, 3, 9, 27].map(|power| ALL[n / 4 / power % 3]), n % 2 == 1, n / 2 % 2 == 1))
            .collect();
        let bits = |bit: &dyn Fn(&Row) -> bool| Bits::Each(Words::collect(rows.len(), |row| bit(&rows[row])));
        for statuses in [[0, 0, 0, 0], [0, 1, 1, 2], [2, 1, 0, 1], [3, 3, 0, 3]] {
            let rules = statuses.map(|status| CheckedRule { when, status });
            let method = CheckedMethod { rules: rules.to_vec(), complete_cases: true, scorecards: vec![] };
            let columns: Vec<Tris> = (0..4)
                .map(|r| {
                    let sure = bits(&|row| row.0[r] == Tri::True);
                    Tris::new(sure, Some(bits(&|row| row.0[r] != Tri::False)))
                })
                .collect();
            let holds: Vec<(&Tris, i16)> = columns.iter().zip(statuses.map(|s| s as i16)).collect();
            let found = decide(&holds, &bits(&|row| row.1), &bits(&|row| !row.2), rows.len());
            for (row, (rules, refused, incomplete)) in rows.iter().enumerate() {
                let expected = method.classify(rules, *incomplete, refused.then_some(0));
                let outcome = match found.outcome[row] {
                    UNDETERMINED => Outcome::Undetermined,
                    REFUSED => Outcome::Refused(0),
                    status => Outcome::Status(status as usize),
                };
                assert_eq!(outcome, expected.outcome, "{statuses:?} {:?}", rows[row]);
                assert_eq!((found.rule[row] != NO_RULE).then_some(found.rule[row] as usize), expected.rule);
                assert_eq!(found.possible.at(row), expected.possible);
            }
        }
    }
}
