//! The form a scorecard is made for: its items, the criterion of each answer, and the columns of points.
//!
//! A form is drawn from variables and expressions of a pack ([`Form::of_items`]), or is a scorecard of the pack whose
//! points are to be estimated anew ([`Form::of_card`]). Either way each answer is a criterion in the language of packs, so
//! that what is estimated is what `vuon assess` will score.

use super::told;
use anyhow::Result;
use vuon_policy::Text;
use vuon_policy::model::{Kind, Label, Language, Pack, ScoreItem, ScoreRow, Scorecard, Source, Take, Variable};
use vuon_policy::unit::Unit;

/// A form whose points are not known yet.
#[derive(Clone, Debug)]
pub struct Form {
    /// The id the scorecard will have.
    pub id: String,
    /// Its items.
    pub items: Vec<FormItem>,
    /// The columns: id, label.
    pub columns: Vec<(String, Label)>,
    /// Which column a household uses.
    pub column: String,
    /// Values that the criteria name.
    pub parameters: Vec<FormParameter>,
}

/// An item.
#[derive(Clone, Debug)]
pub struct FormItem {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: Label,
    /// Whether its rows stand in an order, as bands do.
    pub ordered: bool,
    /// Its rows; the first whose criterion holds counts.
    pub rows: Vec<FormRow>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct FormRow {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: Label,
    /// When it counts.
    pub when: String,
    /// Whether it is there only for households that no other row fits.
    pub otherwise: bool,
}

/// A value that a criterion names, because it has a unit of its own.
#[derive(Clone, Debug)]
pub struct FormParameter {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: Label,
    /// Its value, as written.
    pub value: String,
    /// Its unit.
    pub unit: Unit,
}

/// How many persons a household has, in the language of packs; none where the pack does not say.
pub fn persons(pack: &Pack) -> Option<String> {
    if pack.questionnaire.has_roster() {
        return Some("members.size()".into());
    }
    let person = Unit::base("person");
    let counts = |v: &&Variable| matches!(&v.kind, Kind::Number { unit, decimals: 0, .. } if *unit == person);
    pack.questionnaire.household.iter().find(counts).map(|v| v.id.value.clone())
}

pub fn both(vi: impl Into<String>, en: impl Into<String>) -> Label {
    Label([("vi".to_owned(), vi.into()), ("en".to_owned(), en.into())].into())
}

impl Form {
    /// A scorecard of the pack, item by item. An item of which every row counts becomes one item for each row, answered
    /// with yes or no; `unless` becomes a first row, and a last one is for households that no row fits. `without` names
    /// items to leave out.
    pub fn of_card(pack: &Pack, id: &str, card: &str, without: &[String], language: Language) -> Result<Self> {
        let known: Vec<&str> = pack.scorecards.iter().map(|c| c.id.value.as_str()).collect();
        let Some(card) = pack.scorecards.iter().find(|c| c.id.value == card) else {
            let (id, known) = (&pack.id.value, known.join(", "));
            return Err(told(
                language,
                format!("gói `{id}` không có bảng điểm `{card}`; có: {known}"),
                format!("the pack `{id}` has no scorecard `{card}`; it has: {known}"),
            ));
        };
        if let Some(item) = without.iter().find(|id| card.items.iter().all(|item| item.id.value != **id)) {
            let card = &card.id.value;
            return Err(told(
                language,
                format!("bảng điểm `{card}` không có mục `{item}`"),
                format!("the scorecard `{card}` has no item `{item}`"),
            ));
        }
        let used: Vec<&ScoreItem> = card.items.iter().filter(|item| !without.contains(&item.id.value)).collect();
        let holes: Vec<&str> = used
            .iter()
            .filter(|item| item.rows.iter().any(|row| row.when.is_none()))
            .map(|item| item.id.value.as_str())
            .collect();
        if !holes.is_empty() {
            let holes = holes.join(",");
            let card = &card.id.value;
            return Err(told(
                language,
                format!(
                    "bảng điểm `{card}` chưa ghi tiêu chí của một số dòng ở các mục: {holes}. Hãy ghi tiêu chí, hoặc bỏ các \
                     mục này bằng --without {holes}"
                ),
                format!(
                    "the scorecard `{card}` does not say when some rows of these items count: {holes}. Write their \
                     criteria, or leave the items out with --without {holes}"
                ),
            ));
        }
        let columns = card.columns.iter().zip(&card.column_labels).map(|(id, label)| (id.value.clone(), label.clone()));
        Ok(Self {
            id: id.to_owned(),
            items: used.into_iter().flat_map(items_of).collect(),
            columns: columns.collect(),
            column: card.column.value.clone(),
            parameters: Vec::new(),
        })
    }

    /// The item as the pack writes it, with points for each row and column.
    pub fn score_item(&self, item: &FormItem, source: &Source, points: impl Fn(usize, usize) -> i64) -> ScoreItem {
        let row = |(place, row): (usize, &FormRow)| ScoreRow {
            id: Text::new(&row.id),
            label: row.label.clone(),
            when: Some(Text::new(&row.when)),
            points: (0..self.columns.len()).map(|column| Some(points(place, column))).collect(),
            source: None,
        };
        ScoreItem {
            id: Text::new(&item.id),
            label: item.label.clone(),
            take: Take::First,
            unless: None,
            source: source.clone(),
            rows: item.rows.iter().enumerate().map(row).collect(),
        }
    }

    /// A scorecard of this form's columns.
    pub fn card(&self, id: &str, label: Label, annex: Label, items: Vec<ScoreItem>) -> Scorecard {
        Scorecard {
            id: Text::new(id),
            label,
            columns: self.columns.iter().map(|(id, _)| Text::new(id)).collect(),
            column_labels: self.columns.iter().map(|(_, label)| label.clone()).collect(),
            column: Text::new(&self.column),
            annex,
            items,
        }
    }
}

/// An item of a scorecard as items of which the first fitting row counts, and one always does.
fn items_of(item: &ScoreItem) -> Vec<FormItem> {
    let exempt = item.unless.as_ref().map(|unless| FormRow {
        id: "not_scored".into(),
        label: both("Không chấm mục này", "This item is not scored"),
        when: unless.value.clone(),
        otherwise: false,
    });
    let otherwise = |label: Label| FormRow { id: "otherwise".into(), label, when: "true".into(), otherwise: true };
    let when = |row: &ScoreRow| row.when.as_ref().map_or_else(|| "false".to_owned(), |when| when.value.clone());
    match item.take {
        Take::First => {
            let rows = item.rows.iter().map(|row| FormRow {
                id: row.id.value.clone(),
                label: row.label.clone(),
                when: when(row),
                otherwise: false,
            });
            let last = otherwise(both("Trường hợp khác", "None of these"));
            let rows = exempt.into_iter().chain(rows).chain([last]).collect();
            vec![FormItem { id: item.id.value.clone(), label: item.label.clone(), ordered: false, rows }]
        }
        Take::All => {
            let one = |row: &ScoreRow| {
                let yes = FormRow { id: "yes".into(), label: both("Có", "Yes"), when: when(row), otherwise: false };
                let no = FormRow { id: "no".into(), ..otherwise(both("Không", "No")) };
                let of = |language: Language| format!("{}: {}", item.label.get(language), row.label.get(language));
                FormItem {
                    id: format!("{}_{}", item.id.value, row.id.value),
                    label: both(of(Language::Vi), of(Language::En)),
                    ordered: false,
                    rows: exempt.clone().into_iter().chain([yes, FormRow { otherwise: false, ..no }]).collect(),
                }
            };
            item.rows.iter().map(one).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vuon_policy::Library;

    #[test]
    fn a_scorecard_of_the_pack_is_taken_over_with_all_its_cases() {
        let program = Library::embedded().load("vn-2016-2020").unwrap();
        let refused = Form::of_card(&program.pack, "pmt", "b1", &[], Language::En).unwrap_err().to_string();
        assert!(refused.contains("--without water,toilet"), "{refused}");
        let without = ["water", "toilet", "assets", "land", "livestock", "aquaculture"].map(String::from);
        let form = Form::of_card(&program.pack, "pmt", "b1", &without, Language::En).unwrap();
        let size = &form.items[0];
        assert_eq!(size.rows[0].id, "not_scored");
        assert!(size.rows.last().unwrap().otherwise);
        // Both rows of the house count: each is a question of its own.
        assert!(form.items.iter().any(|item| item.id == "house_wall" && item.rows.len() == 2));
        assert_eq!(form.columns.len(), 7);
    }
}
