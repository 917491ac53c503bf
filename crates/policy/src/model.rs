//! A pack as it was written: what each file says, with places, before expressions are checked.

use crate::calendar::Day;
use crate::exact::Exact;
use crate::process::Process;
use crate::support::{AreaClass, Formula, Project, Scheme, Target};
use crate::unit::Unit;
use crate::working_days::Holidays;
use crate::yaml::Text;
use std::collections::BTreeMap;

/// A language of labels and explanations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Language {
    /// Tiếng Việt.
    #[default]
    Vi,
    /// English.
    En,
}

/// A text in the languages of the pack.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Label(pub BTreeMap<String, String>);

impl Label {
    /// The text in a language, or in whichever language there is.
    pub fn get(&self, language: Language) -> &str {
        let key = match language {
            Language::Vi => "vi",
            Language::En => "en",
        };
        self.0.get(key).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }
}

/// Where a value or rule comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// The id of a document of the pack.
    pub document: Text,
    /// The article, clause or annex.
    pub article: Option<String>,
    /// Whether it was read in the official text.
    pub verified: bool,
    /// A remark.
    pub note: Option<String>,
}

/// What kind of pack this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PackLevel {
    /// Parts for other packs.
    Library,
    /// A national standard.
    National,
    /// A province's or commune's standard, on top of a national one.
    Local,
    /// A standard across countries.
    International,
}

/// A time in force, by a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// Last day; open when absent.
    pub to: Option<Day>,
    /// The id of the document that says so.
    pub by: Text,
}

/// A legal document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Its id in the pack.
    pub id: Text,
    /// Its name.
    pub label: Label,
    /// The day of issue.
    pub issued: Option<Day>,
    /// A page where it can be read.
    pub url: Option<String>,
}

/// A list of options.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choices {
    /// The name of the list.
    pub id: Text,
    /// The options; a choice is stored as its place in this list.
    pub options: Vec<ChoiceOption>,
}

impl Choices {
    /// The place of an option by its id.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.options.iter().position(|option| option.id.value == id)
    }
}

/// An option of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChoiceOption {
    /// Its id, as tables and expressions write it.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// Other spellings that tables may use.
    pub also: Vec<String>,
}

/// What a place code denotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AreaRole {
    /// A province.
    Province,
    /// A district.
    District,
    /// A commune.
    Commune,
    /// A village.
    Village,
}

/// What kind of answer a question has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Text that identifies the household.
    Id,
    /// Digits of a fixed width, leading zeros kept.
    Code {
        /// How many digits.
        width: usize,
        /// What it denotes.
        role: Option<AreaRole>,
    },
    /// One of a list: the index in [`Questionnaire::choices`].
    Choice(usize),
    /// A number, stored as a whole count of `10^-decimals`.
    Number {
        /// Its unit.
        unit: Unit,
        /// Digits after the decimal point.
        decimals: u32,
        /// The least answer, as stored.
        min: i64,
        /// The greatest answer, as stored.
        max: i64,
    },
    /// Yes or no.
    Bool,
    /// A day, stored as its day count.
    Date,
}

/// A question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variable {
    /// Its name in expressions, and the name of its column in tables.
    pub id: Text,
    /// What kind of answer it has.
    pub kind: Kind,
    /// A short name.
    pub label: Label,
    /// How the question is put.
    pub question: Option<Label>,
    /// When it is asked (an expression).
    pub asked_when: Option<Text>,
    /// Of a number: the least and the greatest answer that nobody wonders at, as stored. Beyond it a form asks whether the
    /// answer is meant so, and takes it.
    pub usual: Option<[i64; 2]>,
}

/// What is asked of a household and of its members.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Questionnaire {
    /// Lists of options.
    pub choices: Vec<Choices>,
    /// Questions about the household; exactly one is of [`Kind::Id`].
    pub household: Vec<Variable>,
    /// Questions about each member; empty for a policy without a roster.
    pub member: Vec<Variable>,
}

impl Questionnaire {
    /// The variable that identifies the household.
    pub fn household_id(&self) -> Option<&Variable> {
        self.household.iter().find(|v| v.kind == Kind::Id)
    }

    /// Whether members are listed.
    pub fn has_roster(&self) -> bool {
        !self.member.is_empty()
    }
}

/// A legal value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// Its name.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// Its value.
    pub value: Exact,
    /// Its unit.
    pub unit: Unit,
    /// Where it comes from.
    pub source: Source,
}

/// A dimension of poverty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dimension {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
}

/// An indicator of deprivation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Indicator {
    /// Its id.
    pub id: Text,
    /// The id of its dimension.
    pub dimension: Text,
    /// Its label.
    pub label: Label,
    /// Its weight, and where it stands.
    pub weight: (Exact, crate::problem::Place),
    /// When the household is deprived.
    pub deprived_when: Text,
    /// To which households it applies; others are not deprived.
    pub applies_when: Option<Text>,
    /// Where it comes from.
    pub source: Source,
}

/// How the rows of an item count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Take {
    /// The first row that holds.
    First,
    /// Every row that holds.
    All,
}

/// A table of points.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scorecard {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// The ids of its columns.
    pub columns: Vec<Text>,
    /// The labels of its columns.
    pub column_labels: Vec<Label>,
    /// Which column a household uses (an expression that gives a column id).
    pub column: Text,
    /// The official annex that holds the table.
    pub annex: Label,
    /// Its items.
    pub items: Vec<ScoreItem>,
}

impl Scorecard {
    /// The holes of a column: item and row.
    pub fn holes(&self, column: usize) -> impl Iterator<Item = (&ScoreItem, &ScoreRow)> {
        self.items.iter().flat_map(move |item| {
            item.rows
                .iter()
                .filter(move |row| row.when.is_none() || row.points[column].is_none())
                .map(move |row| (item, row))
        })
    }
}

/// An item of a scorecard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScoreItem {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// How its rows count.
    pub take: Take,
    /// When it is not scored.
    pub unless: Option<Text>,
    /// Where it comes from.
    pub source: Source,
    /// Its rows.
    pub rows: Vec<ScoreRow>,
}

/// A row of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScoreRow {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// When it counts; a hole when absent.
    pub when: Option<Text>,
    /// Its points by column; a hole when absent.
    pub points: Vec<Option<i64>>,
    /// Where it comes from, when not the item's source.
    pub source: Option<Source>,
}

/// A status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// The list that a commune keeps of its households, if it keeps one.
    pub list: Option<List>,
}

/// A list that communes keep; what moves between the two is counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Of the poor.
    Poor,
    /// Of the near-poor.
    NearPoor,
}

impl List {
    /// Both.
    pub const ALL: [List; 2] = [List::Poor, List::NearPoor];

    /// Its name in data.
    pub fn id(self) -> &'static str {
        match self {
            List::Poor => "poor",
            List::NearPoor => "near_poor",
        }
    }

    /// The list of this name.
    pub fn parse(id: &str) -> Option<Self> {
        List::ALL.into_iter().find(|list| list.id() == id)
    }
}

/// A named quantity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Measure {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// How it is computed.
    pub value: MeasureValue,
    /// Whether it is a column of the output.
    pub report: bool,
}

/// How a measure is computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MeasureValue {
    /// An expression, with a unit for a pure count.
    Expression(Text, Option<Unit>),
    /// Where a number lies between cuts.
    Band(Band),
}

/// Where a number lies between cuts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Band {
    /// The number.
    pub of: Text,
    /// What it is divided by: the cuts are multiplied instead.
    pub per: Option<Text>,
    /// A choice variable to name in the reason.
    pub context: Option<Text>,
    /// The unit as people say it.
    pub unit_label: Label,
    /// The bands from lowest to highest.
    pub bands: Vec<BandStep>,
}

/// One band.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BandStep {
    /// Its id.
    pub id: Text,
    /// Its upper cut; none for the last.
    pub cut: Option<Cut>,
}

/// The upper cut of a band.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cut {
    /// The cut (an expression).
    pub at: Text,
    /// Whether the cut itself belongs to this band.
    pub included: bool,
}

/// A way to classify.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Method {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// Whether any unknown indicator leaves the household undetermined.
    pub complete_cases: bool,
    /// Its rules.
    pub rules: Vec<Rule>,
}

/// A rule from measures to a status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its id.
    pub id: Text,
    /// The id of the status it gives.
    pub status: Text,
    /// When.
    pub when: Text,
    /// Where it comes from.
    pub source: Source,
}

/// A subgroup or an event of the lifecycle: yes, no or unknown for each household.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flag {
    /// Its id.
    pub id: Text,
    /// Its label.
    pub label: Label,
    /// When it holds.
    pub when: Text,
    /// Where it comes from.
    pub source: Source,
}

/// A worked household.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// Its id.
    pub id: Text,
    /// What it shows.
    pub label: Option<Label>,
    /// Where it comes from.
    pub origin: Option<String>,
    /// By which method; the first when absent.
    pub method: Option<Text>,
    /// When it is reviewed.
    pub review_date: Option<Day>,
    /// The answers about the household, as written.
    pub household: Vec<(Text, Text)>,
    /// The answers about each member.
    pub members: Vec<Vec<(Text, Text)>>,
    /// Numbers that are given instead of computed.
    pub given: Vec<(Text, Text)>,
    /// What the law gives.
    pub expect: Expectation,
}

/// What a worked household must come out as. Parts that are absent are not compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expectation {
    /// A status id, `undetermined` or `refused`.
    pub status: Text,
    /// Exactly the deprived indicators.
    pub deprived: Option<Vec<Text>>,
    /// Exactly the unknown indicators.
    pub unknown: Option<Vec<Text>>,
    /// Measures by id.
    pub measures: Vec<(Text, Text)>,
    /// Exactly the flags that hold.
    pub flags: Option<Vec<Text>>,
    /// Exactly the questions to ask.
    pub questions: Option<Vec<Text>>,
}

/// A pack as it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pack {
    /// Its id.
    pub id: Text,
    /// Its name.
    pub label: Label,
    /// The country (ISO 3166) or `INT`.
    pub jurisdiction: String,
    /// What kind of pack.
    pub level: PackLevel,
    /// The id of the pack it builds on.
    pub extends: Option<Text>,
    /// Whether it is an example and not law.
    pub example: bool,
    /// The languages of its labels.
    pub languages: Vec<String>,
    /// When it is in force.
    pub in_force: Vec<Period>,
    /// Why it is not complete.
    pub incomplete: Option<Label>,
    /// The legal documents.
    pub documents: Vec<Document>,
    /// The questionnaire.
    pub questionnaire: Questionnaire,
    /// The legal values.
    pub parameters: Vec<Parameter>,
    /// The dimensions.
    pub dimensions: Vec<Dimension>,
    /// The indicators.
    pub indicators: Vec<Indicator>,
    /// The scorecards.
    pub scorecards: Vec<Scorecard>,
    /// The statuses, from worst to best.
    pub statuses: Vec<Status>,
    /// The measures.
    pub measures: Vec<Measure>,
    /// The methods; the first is the default.
    pub methods: Vec<Method>,
    /// The subgroups.
    pub subgroups: Vec<Flag>,
    /// The events.
    pub events: Vec<Flag>,
    /// The schemes.
    pub schemes: Vec<Scheme>,
    /// The classes of areas that schemes tell apart.
    pub area_classes: Vec<AreaClass>,
    /// The programmes and their projects.
    pub projects: Vec<Project>,
    /// The targets of the programmes.
    pub targets: Vec<Target>,
    /// The formulas by which capital is allocated.
    pub formulas: Vec<Formula>,
    /// The procedure of a review, where it is known.
    pub process: Option<Process>,
    /// The days of rest, where they are known.
    pub holidays: Option<Holidays>,
    /// The worked cases of this pack itself (not of those it extends).
    pub cases: Vec<Case>,
}
