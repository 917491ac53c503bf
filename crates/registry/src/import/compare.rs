//! What of a list is new to the register, what differs, what cannot be told.
//!
//! Where it leaves a doubt which household or person a row is about, the row is a problem. What was changed here after the
//! day of the list stands against the list, and somebody has to say which is right; of a list older than one brought in
//! before, only the statuses are new.

use super::erased::{named, of_nobody, passed_over};
use super::headings::Role;
use super::matching::{Match, Matching};
use super::pairing::{Pairing, pair};
use super::present::{Present, PresentHousehold, PresentMember, PresentSpell};
use super::rows::{List, Listed, ListedMember};
use super::words::{Words, lower};
use super::{ImportAbsent, ImportAction, ImportFile, ImportHousehold, ImportPlan, ImportProblem, Told};
use crate::households::{TakenNumber, is_own_code};
use crate::text::key;
use data_encoding::HEXLOWER;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use vuon_policy::model::Language;
use vuon_policy::words::short_day;

/// A list, compared.
pub(super) struct Compared {
    pub entries: Vec<Entry>,
    /// The households that a complete list takes off.
    pub absent: Vec<Absent>,
    pub problems: Vec<ImportProblem>,
    /// Numbers given to somebody of a household that is here, and that another person of the commune has.
    pub taken: Vec<TakenNumber>,
    pub rows: u32,
    pub name_column: String,
}

/// A household that was listed and is not on a list that is complete.
pub(super) struct Absent {
    /// Its place among those present.
    pub place: usize,
    /// What it was listed as.
    pub status: String,
    /// The spell that was wrongly known, of a list of the same day.
    pub ends: Option<String>,
}

/// A household of the list, compared.
pub(super) struct Entry {
    pub listed: Listed,
    /// The place of the household it is, among those present.
    pub present: Option<usize>,
    /// For each listed member, the place of the person it is, among the household's.
    pub persons: Vec<Option<usize>>,
    /// Whether the people (members, hamlet, code) are written; not where a later list is known.
    pub writes_people: bool,
    /// Whether something of the people changes.
    pub people_change: bool,
    /// What becomes of the status.
    pub spell: SpellChange,
    /// The members whose identity numbers are to be added.
    pub identities: Vec<usize>,
    pub differences: Vec<Told>,
}

/// What becomes of a status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum SpellChange {
    /// The register has it for this day.
    None,
    /// It is so already, and still is on the day of the list: a spell begins that is no movement. Without it a list in
    /// between, brought in later, would seem to hold beyond this day.
    Confirmed,
    /// A spell begins; the one whose id is here was wrongly known.
    Begins(Option<String>),
}

impl Entry {
    /// What is done with it.
    pub fn action(&self) -> ImportAction {
        let status = matches!(self.spell, SpellChange::Begins(_));
        let changes = status || self.people_change || !self.identities.is_empty();
        match self.present {
            None => ImportAction::Add,
            Some(_) if changes => ImportAction::Change,
            Some(_) => ImportAction::Same,
        }
    }
}

impl Compared {
    /// The plan that people read.
    pub fn plan(&self, present: &Present, print: &str, already: bool) -> ImportPlan {
        let households: Vec<ImportHousehold> = self
            .entries
            .iter()
            .map(|entry| ImportHousehold {
                row: entry.listed.row,
                code: entry.listed.code.as_ref().map(|(code, _)| code.clone()),
                // As everywhere, somebody erased has no name.
                name: Some(entry.listed.head())
                    .filter(|head| !head.erased)
                    .map_or(String::new(), |head| head.name.clone()),
                persons: entry.listed.members.len(),
                action: entry.action(),
                differences: entry.differences.clone(),
            })
            .collect();
        let absent = self.absent.iter().map(|absent| {
            let household = &present.households[absent.place];
            ImportAbsent {
                household: household.id.clone(),
                code: household.code.clone(),
                name: household.name.clone(),
                status: absent.status.clone(),
            }
        });
        let absent: Vec<ImportAbsent> = absent.collect();
        let mut problems = self.problems.clone();
        problems.sort_by(|a, b| (a.row, &a.message).cmp(&(b.row, &b.message)));
        let content = serde_json::json!([print, households, absent, problems, already]).to_string();
        let plan = HEXLOWER.encode(&Sha256::digest(content.as_bytes()));
        ImportPlan { plan, rows: self.rows, households, absent, problems, already }
    }
}

/// Compares a list with what is there.
pub(super) fn compare(file: &ImportFile<'_>, list: List, present: &Present, words: &Words<'_>) -> Compared {
    let List { households, problems, rows, name_column, code_column, by_member } = list;
    let matching = Matching::of(present);
    let found = matching.find(&households);
    let mut comparing = Comparing { file, present, words, matching, problems, name_column, code_column, by_member };
    let entries: Vec<Entry> =
        households.into_iter().zip(found).map(|(listed, found)| comparing.entry(listed, found)).collect();
    let absent = if file.complete { comparing.absent(&entries) } else { Vec::new() };
    let Comparing { problems, name_column, .. } = comparing;
    Compared { entries, absent, problems, taken: Vec::new(), rows, name_column }
}

struct Comparing<'a> {
    file: &'a ImportFile<'a>,
    present: &'a Present,
    words: &'a Words<'a>,
    matching: Matching<'a>,
    problems: Vec<ImportProblem>,
    name_column: String,
    code_column: String,
    by_member: bool,
}

impl<'a> Comparing<'a> {
    fn problem(&mut self, row: u32, role: Role, message: Told) {
        let column = if role == Role::Code { &self.code_column } else { &self.name_column };
        self.problems.push(ImportProblem { row, column: column.clone(), message });
    }

    fn entry(&mut self, listed: Listed, found: Match) -> Entry {
        let persons = vec![None; listed.members.len()];
        let mut entry = Entry {
            present: None,
            persons,
            writes_people: true,
            people_change: false,
            spell: SpellChange::Begins(None),
            identities: Vec::new(),
            differences: listed.notes.clone(),
            listed,
        };
        let Match::Found(place, mut notes) = found else {
            if let Match::Problem(role, message) = found {
                self.problem(entry.listed.row, role, message);
                return entry;
            }
            self.hamlet(&mut entry);
            self.namesakes(&mut entry);
            self.erased(&mut entry, 0);
            return entry;
        };
        let household = &self.present.households[place];
        entry.present = Some(place);
        entry.differences.append(&mut notes);
        self.erased(&mut entry, household.erased);
        let people = self.people(&mut entry, household);
        let changes = people.iter().any(|(_, changes)| *changes);
        entry.writes_people = !household.later_list;
        entry.people_change = changes && entry.writes_people;
        if entry.people_change && household.edited {
            let differs: Vec<&Told> = people.iter().filter(|(_, changes)| *changes).map(|(told, _)| told).collect();
            let joined = |place: usize| differs.iter().map(|told| told[place].as_str()).collect::<Vec<_>>().join("; ");
            let day = day(self.file.valid_from);
            let message = [
                format!(
                    "Hộ đã được sửa trong sổ sau ngày {}, khác với danh sách: {}. Hãy sửa danh sách hoặc sổ cho khớp.",
                    day[0],
                    joined(0)
                ),
                format!(
                    "The household was changed in the register after {} and differs from the list: {}. Make the list or the register agree.",
                    day[1],
                    joined(1)
                ),
            ];
            self.problem(entry.listed.row, Role::Name, message);
        }
        if changes && !entry.writes_people {
            entry.differences.push([
                "sổ đã có danh sách mới hơn: chỉ ghi thêm kết quả phân loại của danh sách này, thành viên giữ nguyên"
                    .into(),
                "the register has a later list: only the status of this one is added, members stay as they are".into(),
            ]);
        }
        entry.differences.extend(people.into_iter().map(|(told, _)| told));
        self.status(&mut entry, household);
        entry
    }

    /// Tells of rows of people who were erased, of whom the register knows so many in the household.
    fn erased(&mut self, entry: &mut Entry, known: usize) {
        let (mut notes, rest) = passed_over(&entry.listed, known);
        entry.differences.append(&mut notes);
        for row in rest {
            self.problem(row, Role::Name, of_nobody());
        }
    }

    /// Tells of the hamlet of a new household where the register has none of this name, or spells it otherwise: names are
    /// found without tone marks, and two hamlets may differ in nothing else.
    fn hamlet(&self, entry: &mut Entry) {
        let Some(hamlet) = entry.listed.hamlet.as_deref() else { return };
        let told = match self.present.hamlets.get(&key(hamlet)) {
            None => [format!("thôn, bản mới: {hamlet}"), format!("a new hamlet: {hamlet}")],
            Some((_, known)) if lower(known) != lower(hamlet) => [
                format!("thôn, bản {hamlet} được hiểu là {known}; nếu là thôn, bản khác, hãy lập trong sổ trước"),
                format!("the hamlet {hamlet} is taken as {known}; if it is another one, add it to the register first"),
            ],
            Some(_) => return,
        };
        entry.differences.push(told);
    }

    /// Tells of households whose head has the name of a new household's head.
    fn namesakes(&self, entry: &mut Entry) {
        let codes = self.matching.namesakes(&entry.listed.head().name_key);
        if !codes.is_empty() {
            let codes = codes.iter().take(5).copied().collect::<Vec<_>>().join(", ");
            entry.differences.push([
                format!("trong sổ đã có hộ có chủ hộ cùng tên, mã {codes}; nếu đó chính là hộ này, hãy ghi mã hộ vào danh sách rồi đọc thử lại"),
                format!("the register has a household whose head has the same name, code {codes}; if it is this one, write its code on the list and look again"),
            ]);
        }
    }

    /// What differs of the people, and whether it is written (or only told).
    fn people(&mut self, entry: &mut Entry, household: &PresentHousehold) -> Vec<(Told, bool)> {
        let mut differences = Vec::new();
        let mut paired = HashSet::new();
        let pairs = pair(&entry.listed.members, &household.members);
        for (place, (listed, pairing)) in entry.listed.members.iter().zip(pairs).enumerate() {
            match pairing {
                _ if listed.erased => {}
                Pairing::Nobody => differences.push((
                    [format!("thêm thành viên: {}", listed.name), format!("another member: {}", listed.name)],
                    true,
                )),
                Pairing::One(of) => {
                    paired.insert(of);
                    entry.persons[place] = Some(of);
                    self.person(listed, &household.members[of], &mut differences);
                }
                Pairing::Several => {
                    let message = [
                        format!("Trong hộ có nhiều người tên {}: hãy ghi năm sinh đúng như trong sổ.", listed.name),
                        format!(
                            "The household has several members called {}: write the birth year as in the register.",
                            listed.name
                        ),
                    ];
                    self.problem(listed.row, Role::Name, message);
                }
            }
        }
        if self.by_member {
            for (_, member) in household.members.iter().enumerate().filter(|(place, _)| !paired.contains(place)) {
                let told = [
                    format!("{} có trong sổ, không có trong danh sách: vẫn giữ trong hộ", member.name),
                    format!("{} is in the register and not on the list: stays in the household", member.name),
                ];
                differences.push((told, false));
            }
        }
        // Somebody who was erased is the head still.
        let known = household.head_member().map_or("", |head| &head.name);
        let head_paired = entry.listed.head().erased && known.is_empty();
        let head_paired = head_paired
            || (0..household.members.len()).any(|p| paired.contains(&p) && household.members[p].relation == "head");
        if household.head.is_some() && !head_paired {
            let ([vi, en], after, row) = (named(known), &entry.listed.head().name, entry.listed.row);
            let message = [
                format!("Trong sổ chủ hộ là {vi}, danh sách ghi {after}: hãy ghi việc thay đổi chủ hộ vào sổ trước."),
                format!(
                    "In the register the head is {en}, on the list {after}: record the change of head in the register first."
                ),
            ];
            self.problem(row, Role::Name, message);
        }
        if let Some((code, _)) = entry.listed.code.as_ref().filter(|(code, _)| *code != household.code)
            && is_own_code(&household.code)
        {
            let told = format!("{} → {code}", household.code);
            differences.push(([format!("mã hộ: {told}"), format!("code: {told}")], true));
        }
        let (listed, known) = (entry.listed.hamlet.as_deref(), self.present.hamlet_key(household));
        if let Some(hamlet) = listed.filter(|hamlet| Some(key(hamlet).as_str()) != known) {
            let name = |known: Option<&str>| known.and_then(|k| self.present.hamlets.get(k)).map_or("–", |(_, n)| n);
            let before = name(known);
            if household.in_review {
                let message = [
                    format!(
                        "Hộ đang được rà soát nên không chuyển thôn ({before} → {hamlet}): hãy quyết định xong rồi nhập lại."
                    ),
                    format!(
                        "The household is in a review that is not decided, so it stays in its hamlet ({before} → {hamlet}): decide it first."
                    ),
                ];
                self.problem(entry.listed.row, Role::Name, message);
            }
            differences
                .push(([format!("thôn, bản: {before} → {hamlet}"), format!("hamlet: {before} → {hamlet}")], true));
        }
        differences
    }

    fn person(&self, listed: &ListedMember, known: &PresentMember, differences: &mut Vec<(Told, bool)>) {
        let name = &known.name;
        let mut differs = |what: [&str; 2], before: Told, after: Told| {
            let told = [
                format!("{name}, {}: {} → {}", what[0], before[0], after[0]),
                format!("{name}, {}: {} → {}", what[1], before[1], after[1]),
            ];
            differences.push((told, true));
        };
        let plain = |text: Option<&str>| [text.unwrap_or("–").to_owned(), text.unwrap_or("–").to_owned()];
        let option = |variable: &str, id: Option<&str>| {
            id.map_or(["–".into(), "–".into()], |id| self.words.option_name(variable, id))
        };
        if listed.relation != known.relation {
            let names = |id: &str| option("relation", Some(id));
            differs(["quan hệ", "relation"], names(&known.relation), names(&listed.relation));
        }
        if listed.sex.is_some() && listed.sex != known.sex.as_deref() {
            differs(["giới tính", "sex"], option("sex", known.sex.as_deref()), option("sex", listed.sex));
        }
        if let Some(born) = listed.born.as_deref().filter(|born| says_more(born, known.born.as_deref())) {
            differs(["sinh", "born"], known.born.as_deref().map_or_else(|| plain(None), told_birth), told_birth(born));
        }
        if listed.ethnic.is_some() && listed.ethnic != known.ethnic {
            let names = |id: Option<&str>| option("ethnicity", id);
            differs(["dân tộc", "ethnic group"], names(known.ethnic.as_deref()), names(listed.ethnic.as_deref()));
        }
    }

    /// What becomes of the status.
    fn status(&mut self, entry: &mut Entry, household: &PresentHousehold) {
        let (file, status) = (self.file, entry.listed.status.clone());
        let before = household.spell_on(file.standard, file.valid_from);
        entry.spell = match before {
            Some(spell) if spell.status == status && (spell.decided || spell.valid_from == file.valid_from) => {
                SpellChange::None
            }
            Some(spell) if spell.status == status => SpellChange::Confirmed,
            Some(spell) if spell.decided => {
                let says = self.words.status_name(&status);
                self.decided(entry.listed.row, spell, says);
                SpellChange::None
            }
            Some(spell) if spell.valid_from == file.valid_from => SpellChange::Begins(Some(spell.id.clone())),
            _ => SpellChange::Begins(None),
        };
        if matches!(entry.spell, SpellChange::Begins(_)) {
            let was = before
                .map_or(["chưa có".to_owned(), "none".to_owned()], |spell| self.words.status_name(&spell.status));
            let (will, day) = (self.words.status_name(&status), day(file.valid_from));
            entry.differences.push([
                format!("kết quả phân loại từ ngày {}: {} → {}", day[0], was[0], will[0]),
                format!("status from {}: {} → {}", day[1], was[1], will[1]),
            ]);
        }
    }

    /// A decision stands against the list.
    fn decided(&mut self, row: u32, spell: &PresentSpell, says: Told) {
        let (is, day) = (self.words.status_name(&spell.status), day(spell.valid_from));
        let message = [
            format!(
                "Theo quyết định có hiệu lực từ ngày {}, hộ là “{}”; danh sách ghi “{}”: chỉ quyết định mới thay đổi được.",
                day[0], is[0], says[0]
            ),
            format!(
                "By a decision the household is “{}” since {}, the list says “{}”: only a decision can change it.",
                is[1], day[1], says[1]
            ),
        ];
        self.problem(row, Role::Name, message);
    }

    /// The households that were listed on the list's day with a status that the list is of, and are not on it.
    fn absent(&mut self, entries: &[Entry]) -> Vec<Absent> {
        let (file, present) = (self.file, self.present);
        let statuses = entries.iter().map(|entry| entry.listed.status.as_str()).chain([file.status]);
        let of: HashSet<&str> = statuses.filter(|status| self.words.is_listed(status)).collect();
        let there: HashSet<usize> = entries.iter().filter_map(|entry| entry.present).collect();
        let mut absent = Vec::new();
        for (place, household) in present.households.iter().enumerate().filter(|(place, _)| !there.contains(place)) {
            let spell = household.spell_on(file.standard, file.valid_from).filter(|s| of.contains(s.status.as_str()));
            let Some(spell) = spell.filter(|_| household.closed.is_none_or(|closed| closed > file.valid_from)) else {
                continue;
            };
            if spell.decided || household.in_review {
                let (code, [vi, en]) = (&household.code, named(&household.name));
                let message = [
                    format!(
                        "Hộ {code} ({vi}) không có trong danh sách, nhưng hộ được công nhận theo quyết định hoặc đang được rà soát: chỉ quyết định mới đưa hộ ra được."
                    ),
                    format!(
                        "The household {code} ({en}) is not on the list, but is on the register's by a decision or in a review: only a decision can take it off."
                    ),
                ];
                self.problem(1, Role::Name, message);
                continue;
            }
            let ends = (spell.valid_from == file.valid_from).then(|| spell.id.clone());
            absent.push(Absent { place, status: spell.status.clone(), ends });
        }
        absent
    }
}

/// A day as people write it.
fn day(day: Date) -> Told {
    [Language::Vi, Language::En].map(|language| short_day(day, language))
}

/// A day of birth, or a year where no more is known.
fn told_birth(born: &str) -> Told {
    born.parse().map_or_else(|_| [born.to_owned(), born.to_owned()], day)
}

/// Whether a birth on the list says something else than the register, or more.
pub(super) fn says_more(listed: &str, known: Option<&str>) -> bool {
    known.is_none_or(|known| known != listed && !known.starts_with(&format!("{listed}-")))
}
