//! Repayable support: the schedule, what is due, what is late and for how long.
//!
//! In: what was lent (đồng, or a number of things such as a calf with a value each), the terms, what came back and when.
//! Out: instalments that add up exactly to what was lent, and the state on a day. Interest is simple interest on what is
//! still to be repaid, by days of a year of 365, rounded to the đồng for each instalment; on what is overdue it is so
//! many times as much. What comes back pays the oldest instalment first, its interest before its principal.
//!
//! Every rule of rounding stands here and nowhere else, so that a statement can be computed again by hand.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_policy::exact::Exact;

/// What is lent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lent {
    /// Money, in đồng.
    Money(i64),
    /// Things that are given back in kind.
    Things {
        /// What they are: `bê cái 6 tháng tuổi`.
        what: String,
        /// How many.
        count: i64,
        /// The value of one, in đồng.
        value_each: i64,
    },
}

impl Lent {
    /// How many units are to come back: đồng, or things.
    pub fn units(&self) -> i64 {
        match self {
            Lent::Money(amount) => *amount,
            Lent::Things { count, .. } => *count,
        }
    }

    /// Its value, in đồng.
    pub fn value(&self) -> Option<i64> {
        match self {
            Lent::Money(amount) => Some(*amount),
            Lent::Things { count, value_each, .. } => count.checked_mul(*value_each),
        }
    }
}

/// On what terms.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Terms {
    /// The day it was handed over.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// When it comes back.
    pub plan: Plan,
    /// Interest for a year, as an exact share of the principal: `33/500`. None on things.
    pub rate: String,
    /// How many times the rate on what is overdue.
    pub overdue_times: String,
}

/// When support comes back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// In equal parts, the last one with what is left over.
    Regular {
        /// Months before the first part.
        grace_months: i64,
        /// How many parts.
        instalments: i64,
        /// Months between two parts.
        every_months: i64,
    },
    /// On days that fit the harvest, each with its own part.
    Seasonal(Vec<Part>),
}

/// A part of what was lent, and the last day to bring it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Part {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// How much, in đồng or things.
    pub amount: i64,
}

/// What is wrong with a plan.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PlanError {
    /// A number is not above zero, or there are more parts than units.
    #[error("{0}")]
    Wrong(&'static str),
    /// It takes longer than the scheme allows.
    #[error("the last part would come back after {months} months; the scheme allows {most}")]
    TooLong {
        /// Months of the plan.
        months: i64,
        /// Months of the scheme.
        most: i64,
    },
}

/// A part that comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Instalment {
    /// The last day to bring it.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// The principal, in đồng or things.
    pub principal: i64,
    /// The interest, in đồng.
    pub interest: i64,
}

/// What came back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Repaid {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// How much, in đồng or things.
    pub amount: i64,
}

/// How it stands with what was lent, on a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Standing {
    /// The principal still to come back.
    pub principal: i64,
    /// Interest due and not paid, in đồng.
    pub interest: i64,
    /// What is late: principal and interest whose day has passed.
    pub late: i64,
    /// The extra interest on what is late, in đồng.
    pub late_interest: i64,
    /// The days since the oldest part that is late was due; 0 when nothing is.
    pub days_late: i64,
    /// The next part, with what is still open of it.
    pub next: Option<Instalment>,
    /// What came back beyond what was owed; it belongs to who brought it.
    pub over: i64,
}

/// How long something is late, as arrears are reported.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Age {
    /// Not late.
    Current,
    /// 1 to 30 days.
    Days30,
    /// 31 to 90 days.
    Days90,
    /// 91 to 180 days.
    Days180,
    /// Longer.
    Older,
}

impl Age {
    /// The class of so many days late.
    pub fn of(days: i64) -> Self {
        match days {
            ..=0 => Age::Current,
            1..=30 => Age::Days30,
            31..=90 => Age::Days90,
            91..=180 => Age::Days180,
            _ => Age::Older,
        }
    }
}

/// The parts in which what was lent comes back; their principals add up to it exactly.
///
/// `longest_months` is what the scheme allows.
///
/// # Errors
/// [`PlanError`] when the plan cannot be kept.
pub fn schedule(lent: &Lent, terms: &Terms, longest_months: Option<i64>) -> Result<Vec<Instalment>, PlanError> {
    let rate = Exact::parse(&terms.rate).filter(|rate| *rate >= Exact::whole(0));
    let rate = rate.ok_or(PlanError::Wrong("the rate is not a share: write it as 33/500 or 0.066"))?;
    let parts = parts(lent.units(), terms)?;
    if let Some(most) = longest_months {
        let last = parts.last().map_or(terms.from, |part| part.due);
        let allowed = terms.from.checked_add(most.months()).unwrap_or(Date::MAX);
        if last > allowed {
            let months = i64::from(last.year() - terms.from.year()) * 12 + i64::from(last.month() - terms.from.month());
            return Err(PlanError::TooLong { months, most });
        }
    }
    let bears_interest = matches!(lent, Lent::Money(_));
    let (mut open, mut since) = (lent.units(), terms.from);
    let mut schedule = Vec::with_capacity(parts.len());
    for Part { due, amount: principal } in parts {
        let interest = if bears_interest { interest(open, rate, days(since, due))? } else { 0 };
        schedule.push(Instalment { due, principal, interest });
        (open, since) = (open - principal, due);
    }
    Ok(schedule)
}

fn parts(units: i64, terms: &Terms) -> Result<Vec<Part>, PlanError> {
    if units <= 0 {
        return Err(PlanError::Wrong("nothing is lent: write an amount above 0"));
    }
    match &terms.plan {
        Plan::Regular { grace_months, instalments, every_months } => {
            if *instalments <= 0 || *every_months <= 0 || *grace_months < 0 {
                return Err(PlanError::Wrong("the number of parts and the months between them must be above 0"));
            }
            if *instalments > units {
                return Err(PlanError::Wrong("there are more parts than units to bring back"));
            }
            let each = units / instalments;
            (0..*instalments)
                .map(|part| {
                    let months = grace_months.checked_add((part + 1).checked_mul(*every_months)?)?;
                    let due = terms.from.checked_add(months.months()).ok()?;
                    let last = part + 1 == *instalments;
                    Some(Part { due, amount: if last { units - each * (instalments - 1) } else { each } })
                })
                .collect::<Option<_>>()
                .ok_or(PlanError::Wrong("the plan goes on too long"))
        }
        Plan::Seasonal(parts) => {
            let ordered = parts.windows(2).all(|pair| pair[0].due < pair[1].due);
            let first_is_later = parts.first().is_some_and(|part| part.due > terms.from);
            if !ordered || !first_is_later || parts.iter().any(|part| part.amount <= 0) {
                return Err(PlanError::Wrong(
                    "the days must follow one another after the day it is lent, each with a part above 0",
                ));
            }
            let sum = parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.amount));
            if sum != Some(units) {
                return Err(PlanError::Wrong("the parts do not add up to what is lent"));
            }
            Ok(parts.clone())
        }
    }
}

fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

/// Simple interest on a principal for so many days, to the nearest đồng, halves up.
fn interest(principal: i64, rate: Exact, days: i64) -> Result<i64, PlanError> {
    let top = i128::from(principal) * i128::from(rate.numerator()) * i128::from(days.max(0));
    let bottom = i128::from(rate.denominator()) * 365;
    i64::try_from((2 * top + bottom).div_euclid(2 * bottom)).map_err(|_| PlanError::Wrong("the interest is too great"))
}

/// How it stands on a day, after what came back.
///
/// # Errors
/// [`PlanError::Wrong`] when the terms cannot be read.
pub fn standing(
    lent: &Lent,
    terms: &Terms,
    schedule: &[Instalment],
    repaid: &[Repaid],
    on: Date,
) -> Result<Standing, PlanError> {
    let rate =
        Exact::parse(&terms.rate).zip(Exact::parse(&terms.overdue_times)).and_then(|(rate, times)| rate.times(times));
    let late_rate = rate.ok_or(PlanError::Wrong("the rate is not a share: write it as 33/500 or 0.066"))?;
    let mut events: Vec<Repaid> = repaid.iter().copied().filter(|event| event.on <= on).collect();
    events.sort_by_key(|event| event.on);
    // What is open of each part, and what late interest has gathered on it since its day.
    let mut open: Vec<Instalment> = schedule.to_vec();
    let mut late_interest = 0_i64;
    let mut over = 0_i64;
    let bears_interest = matches!(lent, Lent::Money(_));
    let mut at = terms.from;
    for step in events.iter().map(|event| (event.on, event.amount)).chain([(on, 0)]) {
        if bears_interest {
            for part in open.iter().filter(|part| part.due < step.0) {
                let from = part.due.max(at);
                late_interest += interest(part.principal + part.interest, late_rate, days(from, step.0))?;
            }
        }
        at = at.max(step.0);
        over += pay(&mut open, &mut late_interest, step.1);
    }
    let late: i64 = open.iter().filter(|part| part.due < on).map(|part| part.principal + part.interest).sum();
    let is_open = |part: &&Instalment| part.principal + part.interest > 0;
    let oldest = open.iter().filter(is_open).find(|part| part.due < on);
    Ok(Standing {
        principal: open.iter().map(|part| part.principal).sum(),
        interest: open.iter().filter(|part| part.due <= on).map(|part| part.interest).sum(),
        late,
        late_interest,
        days_late: oldest.map_or(0, |part| days(part.due, on)),
        next: open.iter().filter(is_open).find(|part| part.due >= on).copied(),
        over,
    })
}

/// Takes what came back off the late interest, then off the oldest part; gives what is too much.
fn pay(open: &mut [Instalment], late_interest: &mut i64, amount: i64) -> i64 {
    let mut left = amount;
    let mut take = |from: &mut i64| {
        let part = left.min(*from);
        *from -= part;
        left -= part;
    };
    take(late_interest);
    for part in open.iter_mut() {
        take(&mut part.interest);
        take(&mut part.principal);
    }
    left
}
