//! Joining the household table and the member table, both sorted by household id, into household batches.
//!
//! In: decoded batches of both tables, pushed in order. Out: [`MergeWork`], which any thread can assemble into a
//! household batch, and the problems that only show when both tables are seen: a household that stands twice, members
//! without a household, a household without members or with more than [`MOST_MEMBERS`]. A household with such a
//! problem, or with a bad row of its own or of a member, does not come out.
//!
//! The merger itself compares ids and notes ranges of rows, nothing more; rows are copied in [`MergeWork::assemble`].
//! It knows no files and no threads: [`Merger::step`] says what it needs next.

use crate::cell::shown;
use crate::layout::{Layout, TableKind};
use crate::read::{Place, TableBatch};
use crate::row_problem::RowProblem;
use crate::words::{Told, told};
use arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, StringArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::compute::concat;
use arrow::datatypes::DataType;
use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;
use vuon_policy::ir::MOST_MEMBERS;

/// About how many households a batch has.
pub const HOUSEHOLDS_PER_BATCH: usize = 1 << 16;

/// What the merger needs or gives.
#[derive(Debug)]
pub enum Step {
    /// Push the next batch of households, or say that there is none.
    NeedHouseholds,
    /// Push the next batch of members, or say that there is none.
    NeedMembers,
    /// Households that are complete.
    Work(MergeWork),
    /// Both tables are through.
    Done,
}

/// A table is not sorted by the bytes of the household id. All that came out so far is to be thrown away and the tables
/// are to go through [`crate::sort`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsorted {
    /// Which table.
    pub table: TableKind,
    /// The row whose id is less than the one before it.
    pub place: Place,
}

/// How many rows came in, and what became of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MergeCounts {
    /// Rows of the household table.
    pub households: u64,
    /// Rows of the member table.
    pub members: u64,
    /// Households that came out.
    pub complete: u64,
    /// Members of the households that came out.
    pub complete_members: u64,
    /// Rows of households that stand more than once.
    pub duplicates: u64,
    /// Households left out for a bad row of their own.
    pub bad_household: u64,
    /// Households left out for a bad row of a member.
    pub bad_member: u64,
    /// Households without members.
    pub without_members: u64,
    /// Households with too many members.
    pub too_large: u64,
    /// Members whose household is not in the household table.
    pub orphans: u64,
}

impl MergeCounts {
    /// Household rows that did not come out.
    pub fn excluded(&self) -> u64 {
        self.households - self.complete
    }
}

/// Joins the two tables.
#[derive(Debug)]
pub struct Merger {
    layout: Arc<Layout>,
    names: [Arc<[Arc<str>]>; 2],
    households: Queue,
    members: Queue,
    open: OpenHousehold,
    building: Building,
    problems: Vec<RowProblem>,
    counts: MergeCounts,
}

/// The batches of a table that are not used up.
#[derive(Debug, Default)]
struct Queue {
    batches: VecDeque<Arc<Loaded>>,
    /// The next row of the first batch.
    at: usize,
    /// The place in the first batch's list of bad rows.
    bad_at: usize,
    /// The id before the first batch, and where it stands.
    before: Option<(Vec<u8>, Place)>,
    finished: bool,
}

#[derive(Debug)]
struct Loaded {
    batch: TableBatch,
    ids: StringArray,
}

impl Loaded {
    fn id(&self, row: usize) -> &[u8] {
        let offsets = self.ids.value_offsets();
        &self.ids.value_data()[offsets[row] as usize..offsets[row + 1] as usize]
    }

    fn len(&self) -> usize {
        self.ids.len()
    }
}

impl Queue {
    fn push(&mut self, batch: TableBatch) {
        if batch.rows.num_rows() > 0 {
            let ids = batch.rows.column(0).as_string::<i32>().clone();
            self.batches.push_back(Arc::new(Loaded { batch, ids }));
        }
    }

    fn pop(&mut self) {
        if let Some(used) = self.batches.pop_front() {
            let last = used.len() - 1;
            self.before = Some((used.id(last).to_vec(), used.batch.places.get(last)));
        }
        (self.at, self.bad_at) = (0, 0);
    }

    /// Whether a row is bad. Rows must be asked for in order.
    fn is_bad(&mut self, batch: &TableBatch, row: usize) -> bool {
        while batch.bad.get(self.bad_at).is_some_and(|bad| (*bad as usize) < row) {
            self.bad_at += 1;
        }
        batch.bad.get(self.bad_at).is_some_and(|bad| *bad as usize == row)
    }
}

/// The household whose members are being collected.
#[derive(Debug, Default)]
struct OpenHousehold {
    members: usize,
    bad_member: Option<Place>,
    /// Its members in batches that are used up.
    parts: Vec<Part>,
    /// Its first member in the first batch of members.
    start: usize,
    started: bool,
    same_as_before: bool,
}

/// Rows of a batch.
#[derive(Clone, Debug)]
struct Part {
    loaded: Arc<Loaded>,
    start: usize,
    len: usize,
}

#[derive(Debug)]
struct Building {
    households: Vec<Part>,
    members: Vec<Part>,
    offsets: Vec<i32>,
    rows: usize,
}

impl Default for Building {
    fn default() -> Self {
        Self { households: Vec::new(), members: Vec::new(), offsets: vec![0], rows: 0 }
    }
}

fn add(parts: &mut Vec<Part>, loaded: &Arc<Loaded>, start: usize, len: usize) {
    match parts.last_mut() {
        Some(last) if last.start + last.len == start && Arc::ptr_eq(&last.loaded, loaded) => last.len += len,
        _ => parts.push(Part { loaded: loaded.clone(), start, len }),
    }
}

impl Merger {
    /// A merger for the tables whose files have these names.
    pub fn new(layout: Arc<Layout>, households: Arc<[Arc<str>]>, members: Arc<[Arc<str>]>) -> Self {
        let members_queue = Queue { finished: !layout.has_roster(), ..Queue::default() };
        Self {
            layout,
            names: [households, members],
            households: Queue::default(),
            members: members_queue,
            open: OpenHousehold::default(),
            building: Building::default(),
            problems: Vec::new(),
            counts: MergeCounts::default(),
        }
    }

    /// The next batch of a table.
    pub fn push(&mut self, table: TableKind, batch: TableBatch) {
        match table {
            TableKind::Households => self.households.push(batch),
            TableKind::Members => self.members.push(batch),
        }
    }

    /// Says that a table has no further batch.
    pub fn finish(&mut self, table: TableKind) {
        match table {
            TableKind::Households => self.households.finished = true,
            TableKind::Members => self.members.finished = true,
        }
    }

    /// The problems found since the last call.
    pub fn take_problems(&mut self) -> Vec<RowProblem> {
        std::mem::take(&mut self.problems)
    }

    /// The counts so far.
    pub fn counts(&self) -> &MergeCounts {
        &self.counts
    }

    /// Goes on as far as the pushed batches allow.
    pub fn step(&mut self) -> Result<Step, Unsorted> {
        loop {
            let Some(front) = self.households.batches.front().cloned() else {
                if !self.households.finished {
                    return Ok(Step::NeedHouseholds);
                }
                return self.end();
            };
            while self.households.at < front.len() {
                if self.building.rows >= HOUSEHOLDS_PER_BATCH {
                    return Ok(Step::Work(self.give()));
                }
                let at = self.households.at;
                let second;
                let next = if at + 1 < front.len() {
                    Some((front.id(at + 1), &front, at + 1))
                } else if let Some(batch) = self.households.batches.get(1) {
                    second = batch.clone();
                    Some((second.id(0), &second, 0))
                } else if self.households.finished {
                    None
                } else {
                    return Ok(Step::NeedHouseholds);
                };
                let same_as_next = match next.map(|(id, batch, row)| (id.cmp(front.id(at)), batch, row)) {
                    Some((Ordering::Less, batch, row)) => {
                        return Err(Unsorted { table: TableKind::Households, place: batch.batch.places.get(row) });
                    }
                    Some((Ordering::Equal, ..)) => true,
                    _ => false,
                };
                if self.layout.has_roster() && !self.collect_members(front.id(at))? {
                    return Ok(Step::NeedMembers);
                }
                self.close(&front, at, same_as_next);
                self.households.at += 1;
            }
            self.households.pop();
            if self.building.rows >= HOUSEHOLDS_PER_BATCH / 2 {
                return Ok(Step::Work(self.give()));
            }
        }
    }

    /// Collects the members of a household; false when more must be pushed first.
    fn collect_members(&mut self, id: &[u8]) -> Result<bool, Unsorted> {
        loop {
            let Some(front) = self.members.batches.front().cloned() else { return Ok(self.members.finished) };
            let mut at = self.members.at;
            let len = front.len();
            if !self.open.started {
                while at < len && front.id(at) < id {
                    self.orphan(&front, at)?;
                    at += 1;
                }
                (self.open.start, self.open.started) = (at, at < len);
            }
            if self.open.started {
                while at < len && front.id(at) == id {
                    if !front.batch.bad.is_empty() && self.members.is_bad(&front.batch, at) {
                        self.open.bad_member.get_or_insert(front.batch.places.get(at));
                    }
                    at += 1;
                }
                self.open.members += at - self.open.start;
            }
            self.members.at = at;
            if at < len {
                return Ok(true);
            }
            if self.open.started && at > self.open.start {
                self.open.parts.push(Part { loaded: front, start: self.open.start, len: at - self.open.start });
            }
            // In the next batch the household's members begin at its start, if they go on at all.
            self.open.start = 0;
            self.members.pop();
        }
    }

    /// A member whose id no household has, if the members are sorted.
    fn orphan(&mut self, front: &Loaded, at: usize) -> Result<(), Unsorted> {
        let id = front.id(at);
        let previous = match at {
            0 => self.members.before.as_ref().map(|(id, _)| id.as_slice()),
            _ => Some(front.id(at - 1)),
        };
        if previous.is_some_and(|previous| previous > id) {
            return Err(Unsorted { table: TableKind::Members, place: front.batch.places.get(at) });
        }
        self.counts.members += 1;
        self.counts.orphans += 1;
        let place = front.batch.places.get(at);
        self.report(
            TableKind::Members,
            place,
            front.ids.value(at),
            told("mã hộ này không có trong bảng hộ", "no household has this id"),
            told(
                "hãy thêm hộ vào bảng hộ, hoặc sửa mã hộ",
                "add the household to the household table, or correct the id",
            ),
        );
        Ok(())
    }

    fn report(&mut self, table: TableKind, place: Place, id: &str, message: Told, advice: Told) {
        self.problems.push(RowProblem {
            file: self.name(table, place),
            row: place.row(),
            household: Some(id.into()),
            column: Some(self.layout.id().clone()),
            value: Some(shown(id).into()),
            message,
            advice,
        });
    }

    fn name(&self, table: TableKind, place: Place) -> Arc<str> {
        self.names[table as usize].get(place.file()).cloned().unwrap_or_default()
    }

    /// Decides about a household whose members are all known.
    fn close(&mut self, front: &Arc<Loaded>, at: usize, same_as_next: bool) {
        let mut open = std::mem::take(&mut self.open);
        self.open.same_as_before = same_as_next;
        self.counts.households += 1;
        self.counts.members += open.members as u64;
        let roster = self.layout.has_roster();
        let bad = !front.batch.bad.is_empty() && self.households.is_bad(&front.batch, at);
        let place = front.batch.places.get(at);
        let id = front.ids.value(at);
        let what = if open.same_as_before || same_as_next {
            self.counts.duplicates += 1;
            let other = self.neighbour(front, at, open.same_as_before);
            let file = self.name(TableKind::Households, other);
            let row = other.row();
            (
                told(
                    format!("hộ này có nhiều hơn một dòng: còn ở {file}, dòng {row}"),
                    format!("the household stands more than once: also in {file}, row {row}"),
                ),
                told(
                    "hãy giữ lại một dòng, hoặc cho các hộ mã khác nhau; không dòng nào được đánh giá",
                    "keep one of the rows, or give the households different ids; none of them is assessed",
                ),
            )
        } else if bad {
            // The cell has been reported with this row.
            self.counts.bad_household += 1;
            return;
        } else if let Some(member) = open.bad_member {
            self.counts.bad_member += 1;
            let file = self.name(TableKind::Members, member);
            let row = member.row();
            (
                told(
                    format!("hộ này không được đánh giá vì dòng của một thành viên có lỗi: {file}, dòng {row}"),
                    format!("the household is not assessed, because a member's row is bad: {file}, row {row}"),
                ),
                told("hãy sửa dòng đó", "correct that row"),
            )
        } else if roster && open.members == 0 {
            self.counts.without_members += 1;
            (
                told("hộ không có thành viên nào", "the household has no members"),
                told("hãy thêm thành viên của hộ vào bảng thành viên", "add its members to the member table"),
            )
        } else if open.members > MOST_MEMBERS as usize {
            self.counts.too_large += 1;
            (
                told(
                    format!("hộ có {} thành viên; chỉ được tối đa {MOST_MEMBERS}", open.members),
                    format!("the household has {} members; at most {MOST_MEMBERS} are allowed", open.members),
                ),
                told(
                    "hãy kiểm tra xem có nhiều hộ dùng chung mã này không",
                    "check whether different households share the id",
                ),
            )
        } else {
            self.counts.complete += 1;
            self.counts.complete_members += open.members as u64;
            add(&mut self.building.households, front, at, 1);
            self.building.rows += 1;
            if roster {
                let earlier: usize = open.parts.iter().map(|part| part.len).sum();
                for part in open.parts.drain(..) {
                    add(&mut self.building.members, &part.loaded, part.start, part.len);
                }
                if let Some(members) = self.members.batches.front().filter(|_| open.members > earlier) {
                    add(&mut self.building.members, members, open.start, open.members - earlier);
                }
                // At most 65 536 households of at most 1000 members each.
                let last = self.building.offsets.last().copied().unwrap_or(0);
                self.building.offsets.push(last + open.members as i32);
            }
            return;
        };
        let (message, advice) = what;
        self.report(TableKind::Households, place, id, message, advice);
    }

    /// Where the row before or after stands.
    fn neighbour(&self, front: &Loaded, at: usize, before: bool) -> Place {
        if before {
            return match at {
                0 => self.households.before.as_ref().map_or(front.batch.places.get(0), |(_, place)| *place),
                _ => front.batch.places.get(at - 1),
            };
        }
        match self.households.batches.get(1) {
            Some(second) if at + 1 == front.len() => second.batch.places.get(0),
            _ => front.batch.places.get((at + 1).min(front.len() - 1)),
        }
    }

    /// After the last household: members that are left have none.
    fn end(&mut self) -> Result<Step, Unsorted> {
        if self.building.rows > 0 {
            return Ok(Step::Work(self.give()));
        }
        loop {
            let Some(front) = self.members.batches.front().cloned() else {
                return Ok(if self.members.finished { Step::Done } else { Step::NeedMembers });
            };
            for at in self.members.at..front.len() {
                self.orphan(&front, at)?;
            }
            self.members.pop();
        }
    }

    fn give(&mut self) -> MergeWork {
        MergeWork { layout: self.layout.clone(), building: std::mem::take(&mut self.building) }
    }
}

/// Complete households whose rows are still to be put together.
#[derive(Debug)]
pub struct MergeWork {
    layout: Arc<Layout>,
    building: Building,
}

impl MergeWork {
    /// How many households.
    pub fn households(&self) -> usize {
        self.building.rows
    }

    /// How many members.
    pub fn members(&self) -> usize {
        self.building.members.iter().map(|part| part.len).sum()
    }

    /// Where the row of each household stands.
    pub fn places(&self) -> Vec<Place> {
        let parts = self.building.households.iter();
        parts.flat_map(|p| (p.start..p.start + p.len).map(|row| p.loaded.batch.places.get(row))).collect()
    }

    /// The household batch, in the form of [`Layout::batch_schema`].
    pub fn assemble(self) -> RecordBatch {
        let schema = self.layout.batch_schema();
        let width = self.layout.columns(TableKind::Households).len();
        let mut columns: Vec<ArrayRef> = (0..width).map(|column| join(&self.building.households, column)).collect();
        if self.layout.has_roster() {
            let list = schema.field(width).data_type();
            let DataType::List(item) = list else { unreachable!("the layout makes a list") };
            let DataType::Struct(fields) = item.data_type() else { unreachable!("the layout makes structs") };
            let values = (0..fields.len()).map(|field| join(&self.building.members, field + 1)).collect();
            let members = self.members();
            let structs = StructArray::try_new_with_length(fields.clone(), values, None, members)
                .expect("the member columns have the types of the layout and one length");
            let offsets = OffsetBuffer::new(self.building.offsets.into());
            let lists = ListArray::try_new(item.clone(), offsets, Arc::new(structs), None);
            columns.push(Arc::new(lists.expect("the last offset is the number of members")));
        }
        RecordBatch::try_new(schema.clone(), columns).expect("the columns have the types of the layout")
    }
}

/// One column over all parts.
fn join(parts: &[Part], column: usize) -> ArrayRef {
    let slice = |part: &Part| part.loaded.batch.rows.column(column).slice(part.start, part.len);
    match parts {
        [part] => slice(part),
        parts => {
            let slices: Vec<ArrayRef> = parts.iter().map(slice).collect();
            let slices: Vec<&dyn Array> = slices.iter().map(|slice| &**slice).collect();
            concat(&slices).expect("the parts of a column have one type")
        }
    }
}
