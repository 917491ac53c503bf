//! From which status to which households went between two days: what the movement tables of both lists say together, as
//! one table and one picture.

use crate::chart::{Picture, Value, Words, flows};
use jiff::civil::Date;
use serde::Serialize;
use vuon_policy::model::Language;
use vuon_policy::words::{day, grouped, pick};
use vuon_registry::flows::{Flow, Flows};

/// How many households went from each status (of the first day) to each (of the last): the poor, the near-poor, those on
/// no list, and those that were elsewhere, or not there as a household.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Transitions {
    /// By the status of the first day, then by that of the last; nothing between two that the tables do not look at.
    pub households: [[Option<i64>; 4]; 4],
}

impl Transitions {
    /// Of a unit.
    pub fn of(flows: &Flows) -> Self {
        let (poor, near) = (&flows.poor.households, &flows.near_poor.households);
        let stays = |flow: &Flow| flow.opening - flow.became_other - flow.escaped - flow.other_decrease;
        let came = |flow: &Flow| flow.newly_arising + flow.relapse;
        let households = [
            [stays(poor), poor.became_other, poor.escaped, poor.other_decrease].map(Some),
            [near.became_other, stays(near), near.escaped, near.other_decrease].map(Some),
            [Some(came(poor)), Some(came(near)), None, None],
            [Some(poor.other_increase), Some(near.other_increase), None, None],
        ];
        Transitions { households }
    }

    /// The picture, with its table; nothing where no household was on a list.
    pub fn picture(&self, (from, to): (Date, Date), language: Language) -> Option<Picture> {
        let any = self.households.iter().flatten().flatten().any(|count| *count > 0);
        let statuses = [
            ("Hộ nghèo", "Poor"),
            ("Hộ cận nghèo", "Near-poor"),
            ("Không trong danh sách", "On no list"),
            ("Nơi khác, tách, nhập", "Elsewhere, split"),
        ]
        .map(|(vi, en)| pick(language, vi, en).to_owned());
        let title = match language {
            Language::Vi => format!("Số hộ theo tình trạng ngày {} và ngày {}", day(from, language), day(to, language)),
            Language::En => {
                format!("Households by their status on {} and on {}", day(from, language), day(to, language))
            }
        };
        let value =
            |count: Option<i64>| count.map(|count| Value { number: count as f64, text: grouped(count, language) });
        let amounts: Vec<Vec<Option<Value>>> = self.households.iter().map(|row| row.map(value).to_vec()).collect();
        let words = Words { title: &title, labels: pick(language, "Từ", "From"), hidden: "–" };
        let days = [day(from, language), day(to, language)];
        any.then(|| flows(&words, [&days[0], &days[1]], &statuses, &amounts))
    }
}
