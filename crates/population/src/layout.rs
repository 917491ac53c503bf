//! Which variables are read from the tables, and the Arrow form in which every later part sees them.
//!
//! A *household batch* has one row for each household: a column for each household variable read, named by its id, and
//! `members`, a list with one struct for each member; between them stand the [`Passenger`]s, by their own field names.
//! Reading, sorting and merging work on two flat forms of it, the [`Layout::table_schema`] of each table.

use crate::cell::{CellReader, fold};
use crate::passenger::{Passenger, PassengerKind};
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::model::{Kind, Language, Questionnaire, Variable};

/// The name of the list column of a household batch.
pub const MEMBERS: &str = "members";

/// One of the two tables.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TableKind {
    /// One row for each household.
    Households,
    /// One row for each member, with the id of its household.
    Members,
}

impl TableKind {
    /// What the rows are, for messages.
    pub fn name(self, language: Language) -> &'static str {
        match (self, language) {
            (TableKind::Households, Language::Vi) => "hộ",
            (TableKind::Households, Language::En) => "household",
            (TableKind::Members, Language::Vi) => "thành viên",
            (TableKind::Members, Language::En) => "member",
        }
    }
}

/// What a column holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Holds {
    /// Answers to a question.
    Answers(Kind),
    /// What travels along.
    Passengers(PassengerKind),
}

impl Holds {
    /// The Arrow type.
    pub fn data_type(&self) -> DataType {
        match self {
            Holds::Answers(kind) => data_type(kind),
            Holds::Passengers(PassengerKind::Number) => DataType::Float64,
            Holds::Passengers(PassengerKind::Label) => DataType::Utf8,
        }
    }

    /// Whether it is the household's id.
    pub fn is_id(&self) -> bool {
        *self == Holds::Answers(Kind::Id)
    }
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name in the table: the variable's id, or the passenger's name.
    pub name: Arc<str>,
    /// Its name in batches.
    pub field: Arc<str>,
    /// What it holds.
    pub holds: Holds,
    /// Whether the table must have it. Place codes may be absent: they do not decide anything.
    pub needed: bool,
    /// How its cells are read.
    pub reader: Arc<CellReader>,
}

/// A variable of the questionnaire, to check the columns of a file.
#[derive(Clone, Debug)]
pub(crate) struct KnownColumn {
    pub name: Arc<str>,
    /// Its labels, folded.
    pub labels: Vec<String>,
}

/// The columns that are read, and their Arrow form.
#[derive(Clone, Debug)]
pub struct Layout {
    households: Vec<Column>,
    members: Vec<Column>,
    known: [Vec<KnownColumn>; 2],
    roster: bool,
    household_table: SchemaRef,
    member_table: SchemaRef,
    batch: SchemaRef,
}

impl Layout {
    /// The layout for the variables an assessment reads and the household variables it carries along (all by their
    /// places in the questionnaire). The id and all place codes are read as well.
    ///
    /// # Panics
    /// Without an id among the household variables, which the checker of packs refuses.
    pub fn new(questionnaire: &Questionnaire, household: &[usize], member: &[usize], carry: &[usize]) -> Self {
        let id = questionnaire.household.iter().position(|v| v.kind == Kind::Id);
        let id = id.expect("the checker makes sure that the household has an id");
        let column = |variables: &[Variable], place: usize, needed: bool| Column {
            name: variables[place].id.value.as_str().into(),
            field: variables[place].id.value.as_str().into(),
            holds: Holds::Answers(variables[place].kind.clone()),
            needed,
            reader: Arc::new(CellReader::new(questionnaire, &variables[place])),
        };
        let rest = |variables: &[Variable], read: &[&[usize]]| -> Vec<Column> {
            (0..variables.len())
                .filter_map(|place| {
                    let needed = read.iter().any(|list| list.contains(&place));
                    let code = matches!(variables[place].kind, Kind::Code { .. });
                    let id = variables[place].kind == Kind::Id;
                    ((needed || code) && !id).then(|| column(variables, place, needed))
                })
                .collect()
        };
        let with_id = |rest: Vec<Column>| {
            let mut columns = vec![column(&questionnaire.household, id, true)];
            columns.extend(rest);
            columns
        };
        let households = with_id(rest(&questionnaire.household, &[household, carry]));
        let members = with_id(rest(&questionnaire.member, &[member]));
        let known = |variables: &[Variable]| {
            let one = |v: &Variable| KnownColumn {
                name: v.id.value.as_str().into(),
                labels: v.label.0.values().map(|label| fold(label)).collect(),
            };
            variables.iter().map(one).collect::<Vec<_>>()
        };
        let empty: SchemaRef = Arc::new(Schema::empty());
        let layout = Self {
            known: [known(&questionnaire.household), known(&questionnaire.member)],
            households,
            members,
            roster: questionnaire.has_roster(),
            household_table: empty.clone(),
            member_table: empty.clone(),
            batch: empty,
        };
        layout.with_schemas()
    }

    /// The same layout with columns of the household table that travel along.
    #[must_use]
    pub fn with_passengers(mut self, passengers: &[Passenger]) -> Self {
        for passenger in passengers {
            self.households.push(Column {
                name: passenger.name.clone(),
                field: passenger.field().into(),
                holds: Holds::Passengers(passenger.kind),
                needed: true,
                reader: Arc::new(CellReader::passenger(passenger.kind)),
            });
            self.known[TableKind::Households as usize]
                .push(KnownColumn { name: passenger.name.clone(), labels: Vec::new() });
        }
        self.with_schemas()
    }

    fn with_schemas(mut self) -> Self {
        self.household_table = Arc::new(Schema::new(fields(&self.households)));
        self.member_table = Arc::new(Schema::new(fields(&self.members)));
        let mut batch = fields(&self.households);
        if self.roster {
            let member = DataType::Struct(Fields::from(fields(&self.members[1..])));
            let list = DataType::List(Arc::new(Field::new("item", member, false)));
            batch.push(Field::new(MEMBERS, list, false));
        }
        self.batch = Arc::new(Schema::new(batch));
        self
    }

    /// The same layout, in which no answer may be a day after the review.
    #[must_use]
    pub fn until(mut self, review: Day) -> Self {
        let dates = |column: &&mut Column| column.holds == Holds::Answers(Kind::Date);
        for column in self.households.iter_mut().chain(&mut self.members).filter(dates) {
            column.reader = Arc::new(column.reader.until(review));
        }
        self
    }

    /// The columns of a table that are read. The id stands first; then the others in the order of the questionnaire; then
    /// the passengers.
    pub fn columns(&self, table: TableKind) -> &[Column] {
        match table {
            TableKind::Households => &self.households,
            TableKind::Members => &self.members,
        }
    }

    /// The name of the column that identifies the household.
    pub fn id(&self) -> &Arc<str> {
        &self.households[0].name
    }

    /// Whether members are listed.
    pub fn has_roster(&self) -> bool {
        self.roster
    }

    /// The Arrow form of a table: [`Layout::columns`] in order.
    pub fn table_schema(&self, table: TableKind) -> &SchemaRef {
        match table {
            TableKind::Households => &self.household_table,
            TableKind::Members => &self.member_table,
        }
    }

    /// The Arrow form of a household batch: the household table's columns and, with a roster, [`MEMBERS`].
    /// Only the id, the list and its structs are never null; null means unknown.
    pub fn batch_schema(&self) -> &SchemaRef {
        &self.batch
    }

    /// All variables of the questionnaire that a table may have as columns, read or not.
    pub(crate) fn known(&self, table: TableKind) -> &[KnownColumn] {
        &self.known[table as usize]
    }
}

fn fields(columns: &[Column]) -> Vec<Field> {
    columns.iter().map(|c| Field::new(&*c.field, c.holds.data_type(), !c.holds.is_id())).collect()
}

/// The Arrow type of a variable.
pub fn data_type(kind: &Kind) -> DataType {
    match kind {
        Kind::Id | Kind::Code { .. } => DataType::Utf8,
        Kind::Choice(_) => DataType::Int16,
        Kind::Number { .. } => DataType::Int64,
        Kind::Bool => DataType::Boolean,
        Kind::Date => DataType::Date32,
    }
}
