//! Repayable support: the schedule, what is due, what is late and for how long.
//!
//! In: what was lent (đồng, or a number of things such as a calf with a value each), the terms, what came back and when.
//! Out: instalments that add up exactly to what was lent, and the state on a day. Interest is simple interest on the principal
//! that is still open, by days of a year of 365, on principal that is overdue so many times as much; never interest on
//! interest. It is rounded to the đồng as a whole, up to the day it is asked for. What comes back pays the interest for being
//! late first, then the usual interest, then the principal of the oldest part: whoever brings it early pays no interest for the
//! time that does not pass.
//!
//! Every rule of rounding stands here and nowhere else, so that a statement can be computed again by hand.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_policy::exact::Exact;

/// Things that come back in kind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Things {
    /// What they are: `bê cái 6 tháng tuổi`.
    pub what: String,
    /// What they are counted in: `con`, `kg`.
    pub unit: String,
    /// How many.
    pub count: i64,
    /// The value of one, in đồng.
    pub value_each: i64,
}

impl Things {
    /// Whether one stands for another: the same, counted and valued alike.
    pub fn is_like(&self, other: &Things) -> bool {
        (&self.what, &self.unit, self.value_each) == (&other.what, &other.unit, other.value_each)
    }
}

/// What is lent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lent {
    /// Money, in đồng.
    Money(i64),
    /// Things that are given back in kind.
    Things(Things),
}

impl Lent {
    /// How many units are to come back: đồng, or things.
    pub fn units(&self) -> i64 {
        match self {
            Lent::Money(amount) => *amount,
            Lent::Things(things) => things.count,
        }
    }

    /// The same with so many units.
    #[must_use]
    pub fn with_units(&self, units: i64) -> Self {
        match self {
            Lent::Money(_) => Lent::Money(units),
            Lent::Things(things) => Lent::Things(Things { count: units, ..things.clone() }),
        }
    }

    /// What so many units are worth, in đồng; nothing beyond 64 bits.
    pub fn worth(&self, units: i64) -> Option<i64> {
        match self {
            Lent::Money(_) => Some(units),
            Lent::Things(things) => units.checked_mul(things.value_each),
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
    /// How many times the rate on principal that is overdue.
    pub overdue_times: String,
    /// Interest from before these terms, in đồng: it is owed at once and bears none itself.
    #[serde(default)]
    pub carried_interest: i64,
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
#[derive(Default, Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
// How an account stands with a module of the training has the shorter name in the description.
#[schema(as = DebtStanding)]
pub struct Standing {
    /// The principal still to come back, in đồng or things.
    pub principal: i64,
    /// The usual interest up to the day, as far as it is not paid, in đồng.
    pub interest: i64,
    /// What is late, in đồng or things: what has to be brought on this day so that nothing is late any more. While principal
    /// whose day has passed is open, that is this principal and all interest up to the day, since interest is taken first.
    pub late: i64,
    /// The extra interest on what is late, in đồng.
    pub late_interest: i64,
    /// The days since the oldest part that is late was due; 0 when nothing is.
    pub days_late: i64,
    /// The next part, with what is still open of it.
    pub next: Option<Instalment>,
    /// What came back beyond what was owed; it belongs to who brought it.
    pub over: i64,
    /// All that is owed up to the day, in đồng: principal at its value, and all interest.
    pub owed: i64,
    /// What is late, in đồng: of things their value.
    pub late_worth: i64,
}

/// What was taken off by something that came back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Split {
    /// Of the interest for being late, in đồng.
    pub late_interest: i64,
    /// Of the usual interest, in đồng.
    pub interest: i64,
    /// Of the principal, in đồng or things.
    pub principal: i64,
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
    rate.ok_or(PlanError::Wrong("the rate is not a share: write it as 33/500 or 0.066"))?;
    let parts = parts(lent.units(), terms)?;
    if let Some(most) = longest_months {
        let last = parts.last().map_or(terms.from, |part| part.due);
        let allowed = terms.from.checked_add(most.months()).unwrap_or(Date::MAX);
        if last > allowed {
            let months = i64::from(last.year() - terms.from.year()) * 12 + i64::from(last.month() - terms.from.month());
            return Err(PlanError::TooLong { months, most });
        }
    }
    let parts: Vec<Instalment> =
        parts.into_iter().map(|Part { due, amount }| Instalment { due, principal: amount, interest: 0 }).collect();
    // Each part bears what has gathered since the part before, if all come in time.
    let mut course = Course::begin(lent, terms, &parts)?;
    let mut schedule = Vec::with_capacity(parts.len());
    for part in parts {
        course.go_on(part.due);
        let interest = course.interest()?.0 - course.paid.0;
        course.bring(part.principal + interest)?;
        schedule.push(Instalment { interest, ..part });
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

/// Simple interest for so many đồng-days (a principal times the days it was open), to the nearest đồng, halves up.
fn gathered(dong_days: i128, rate: Exact) -> Result<i64, PlanError> {
    let great = || PlanError::Wrong("the interest is too great");
    let top = dong_days.checked_mul(2 * i128::from(rate.numerator())).ok_or_else(great)?;
    let bottom = i128::from(rate.denominator()) * 365;
    i64::try_from((top + bottom).div_euclid(2 * bottom)).map_err(|_| great())
}

/// How it stands on a day, after what came back.
///
/// # Errors
/// [`PlanError::Wrong`] when the terms cannot be read, or a sum is too great.
pub fn standing(
    lent: &Lent,
    terms: &Terms,
    schedule: &[Instalment],
    repaid: &[Repaid],
    on: Date,
) -> Result<Standing, PlanError> {
    let mut events: Vec<Repaid> = repaid.iter().copied().filter(|event| event.on <= on).collect();
    events.sort_by_key(|event| event.on);
    let mut course = Course::begin(lent, terms, schedule)?;
    let mut at_last_due = 0;
    let last_due = schedule.iter().map(|part| part.due).filter(|due| *due < on).max();
    let mut over = 0_i64;
    for event in &events {
        if let Some(due) = last_due.filter(|due| course.at < *due && *due <= event.on) {
            course.go_on(due);
            at_last_due = course.interest()?.0;
        }
        course.go_on(event.on);
        over += course.bring(event.amount)?;
    }
    if let Some(due) = last_due.filter(|due| course.at < *due) {
        course.go_on(due);
        at_last_due = course.interest()?.0;
    }
    course.go_on(on);
    let (interest, late_interest) = course.interest()?;
    let is_open = |part: &&Instalment| part.principal > 0;
    let late_principal: i64 = course.open.iter().filter(|part| part.due < on).map(|part| part.principal).sum();
    let late_of_interest = (at_last_due - course.paid.0).max(0);
    let oldest = course.open.iter().filter(is_open).find(|part| part.due < on).map(|part| part.due);
    let oldest = oldest.or(last_due.filter(|_| late_of_interest > 0));
    let next = course.open.iter().filter(is_open).find(|part| part.due >= on).copied();
    let next = next.map(|part| course.clone().foreseen(part)).transpose()?;
    let principal = course.open.iter().map(|part| part.principal).sum();
    let (interest, late_interest) = (interest - course.paid.0, late_interest - course.paid.1);
    let late = if late_principal > 0 { late_principal + interest + late_interest } else { late_of_interest };
    let owed = lent.worth(principal).and_then(|worth| worth.checked_add(interest)?.checked_add(late_interest));
    let great = PlanError::Wrong("what is owed is too great");
    Ok(Standing {
        principal,
        interest,
        late,
        late_interest,
        days_late: oldest.map_or(0, |due| days(due, on)),
        next,
        over,
        owed: owed.ok_or(great.clone())?,
        late_worth: lent.worth(late).ok_or(great)?,
    })
}

/// A debt as it goes on: what is open of each part, and how many đồng for how many days it was open, in time and late.
/// Interest is computed from these sums once, wherever it is asked, so that rounding never adds up.
#[derive(Clone)]
struct Course {
    open: Vec<Instalment>,
    at: Date,
    in_time: i128,
    late: i128,
    /// Interest that was brought: the usual, and that for being late.
    paid: (i64, i64),
    rates: (Exact, Exact),
    carried: i64,
}

impl Course {
    fn begin(lent: &Lent, terms: &Terms, schedule: &[Instalment]) -> Result<Self, PlanError> {
        let wrong = PlanError::Wrong("the rate is not a share: write it as 33/500 or 0.066");
        let none = Exact::whole(0);
        let rates = match lent {
            Lent::Things(_) => Some((none, none)),
            Lent::Money(_) => Exact::parse(&terms.rate)
                .zip(Exact::parse(&terms.overdue_times))
                .and_then(|(rate, times)| Some((rate, rate.times(times)?))),
        };
        Ok(Course {
            open: schedule.to_vec(),
            at: terms.from,
            in_time: 0,
            late: 0,
            paid: (0, 0),
            rates: rates.ok_or(wrong)?,
            carried: terms.carried_interest,
        })
    }

    fn go_on(&mut self, to: Date) {
        for part in &self.open {
            let turn = part.due.clamp(self.at.min(to), to);
            self.in_time += i128::from(part.principal) * i128::from(days(self.at, turn).max(0));
            self.late += i128::from(part.principal) * i128::from(days(turn.max(self.at), to).max(0));
        }
        self.at = self.at.max(to);
    }

    /// The interest up to now, brought or not: the usual, and that for being late.
    fn interest(&self) -> Result<(i64, i64), PlanError> {
        let usual = gathered(self.in_time, self.rates.0)?.checked_add(self.carried);
        Ok((usual.ok_or(PlanError::Wrong("the interest is too great"))?, gathered(self.late, self.rates.1)?))
    }

    /// Takes what came back off the interest for being late, then the usual interest, then the oldest part; gives what is
    /// too much.
    fn bring(&mut self, amount: i64) -> Result<i64, PlanError> {
        let (interest, late_interest) = self.interest()?;
        let mut left = amount;
        let mut take = |owed: i64| {
            let part = left.min(owed.max(0));
            left -= part;
            part
        };
        self.paid.1 += take(late_interest - self.paid.1);
        self.paid.0 += take(interest - self.paid.0);
        for part in &mut self.open {
            part.principal -= take(part.principal);
        }
        Ok(left)
    }

    /// A part with the interest that will be open on its day if nothing comes back before.
    fn foreseen(mut self, part: Instalment) -> Result<Instalment, PlanError> {
        self.go_on(part.due);
        Ok(Instalment { interest: self.interest()?.0 - self.paid.0, ..part })
    }
}
