//! An agreement in plain sentences, for the household: what it gets, for what, when, and what it brings back.

use super::{Agreement, PartState};
use crate::debt::Debt;
use crate::groups::Loan;
use crate::office::Office;
use crate::repayment::Lent;
use vuon_policy::model::Language;
use vuon_policy::words::{day, grouped, pick};
use vuon_registry::Result;

impl Office {
    /// The sentences, in a language.
    pub fn statement(&self, agreement: &Agreement, language: Language) -> Result<Vec<String>> {
        let mut lines = vec![given(agreement, language)];
        lines.extend(agreement.parts.iter().map(|part| {
            let label = pick(language, &part.label[0], &part.label[1]);
            let by = day(part.due, language);
            let state = match part.state {
                PartState::Paid => pick(language, "đã chi trả", "paid").to_owned(),
                PartState::Missed => pick(language, "không đạt, không chi trả", "not reached, not paid").to_owned(),
                PartState::Reached | PartState::Ordered => {
                    pick(language, "đã đạt, đang chờ chi trả", "reached, on its way").to_owned()
                }
                PartState::Waiting => format!("{} {by}", pick(language, "hạn", "by")),
            };
            format!("{label}: {} đồng, {state}.", grouped(part.amount, language))
        }));
        if agreement.reclaimed > 0 {
            let sum = grouped(agreement.reclaimed, language);
            lines.push(match language {
                Language::Vi => format!("Vì có phần không đạt, số đã chi trả {sum} đồng phải trả lại."),
                Language::En => {
                    format!("Since a part was not reached, the {sum} đồng that were paid have to be given back.")
                }
            });
        }
        if let Some(debt) = &agreement.debt {
            lines.extend(self.comes_back(debt, language)?);
        }
        Ok(lines)
    }

    /// The sentences of a loan of a group's fund, in a language.
    pub fn loan_statement(&self, loan: &Loan, group: &str, language: Language) -> Result<Vec<String>> {
        let (lent, from) = (counted(&loan.debt.lent, loan.debt.lent.units(), language), day(loan.lent_on(), language));
        let mut lines = vec![match language {
            Language::Vi => format!("Quỹ của {group} cho gia đình vay {lent} ngày {from}."),
            Language::En => format!("The fund of {group} lent you {lent} on {from}."),
        }];
        lines.extend(self.comes_back(&loan.debt, language)?);
        Ok(lines)
    }

    fn comes_back(&self, debt: &Debt, language: Language) -> Result<Vec<String>> {
        let units = |units: i64| counted(&debt.lent, units, language);
        let mut lines = Vec::new();
        for part in debt.schedule()? {
            let (by, principal) = (day(part.due, language), units(part.principal));
            let interest = grouped(part.interest, language);
            lines.push(match (&debt.lent, language) {
                (Lent::Money(_), Language::Vi) => {
                    format!("Trả lại trước hết ngày {by}: {principal} gốc, {interest} đồng lãi.")
                }
                (Lent::Money(_), Language::En) => {
                    format!("Bring back by {by}: {principal} of the loan, {interest} đồng interest.")
                }
                (Lent::Things(_), Language::Vi) => format!("Trả lại trước hết ngày {by}: {principal}."),
                (Lent::Things(_), Language::En) => format!("Bring back by {by}: {principal}."),
            });
        }
        if debt.begun {
            let standing = debt.standing(self.desk.today())?;
            let (open, late, days) = (units(standing.principal), units(standing.late), standing.days_late);
            let interest = grouped(standing.interest + standing.late_interest, language);
            lines.push(match (&debt.lent, language) {
                (Lent::Money(_), Language::Vi) => {
                    format!("Hôm nay còn nợ gốc {open}, lãi {interest} đồng; quá hạn {late} ({days} ngày).")
                }
                (Lent::Money(_), Language::En) => {
                    format!("Today {open} of the loan are open, and {interest} đồng of interest; {late} are late ({days} days).")
                }
                (Lent::Things(_), Language::Vi) => {
                    format!("Hôm nay còn phải trả {open}; quá hạn {late} ({days} ngày).")
                }
                (Lent::Things(_), Language::En) => {
                    format!("Today {open} are still to come back; {late} are late ({days} days).")
                }
            });
        }
        Ok(lines)
    }
}

fn given(agreement: &Agreement, language: Language) -> String {
    let (worth, own) = (grouped(agreement.amount, language), grouped(agreement.own_share, language));
    match (&agreement.things, language) {
        (None, Language::Vi) => format!("Gia đình được hỗ trợ {worth} đồng; gia đình góp {own} đồng."),
        (None, Language::En) => format!("You are given {worth} đồng; you add {own} đồng."),
        (Some(things), _) => {
            let given = counted(&agreement.given(), things.count, language);
            match language {
                Language::Vi => {
                    format!("Gia đình được hỗ trợ {given}, trị giá {worth} đồng; gia đình góp {own} đồng.")
                }
                Language::En => format!("You are given {given}, worth {worth} đồng; you add {own} đồng."),
            }
        }
    }
}

/// So many units of what is lent: `1.000.000 đồng`, `2 con bê cái`.
pub fn counted(lent: &Lent, units: i64, language: Language) -> String {
    let number = grouped(units, language);
    match lent {
        Lent::Money(_) => format!("{number} đồng"),
        Lent::Things(things) => format!("{number} {} {}", things.unit, things.what),
    }
}
