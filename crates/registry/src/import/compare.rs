//! What of a list is new to the register, what differs, what cannot be told.
//!
//! A household is found by its code, else by its head's name, birth year and hamlet. Where these leave a doubt the row is
//! a problem: nothing is matched by likeness. What was changed here after the day of the list stands against the list,
//! and somebody has to say which is right; of a list older than one brought in before, only the statuses are new.

use super::headings::Role;
use super::present::{Present, PresentHousehold, PresentMember};
use super::rows::{List, Listed, ListedMember, numbers};
use super::words::Words;
use super::{ImportAction, ImportFile, ImportHousehold, ImportPlan, ImportProblem, Told};
use crate::Result;
use crate::households::{checked_identity, is_own_code};
use crate::keys::Keys;
use crate::store::{Query, text};
use crate::text::key;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;
use std::collections::{HashMap, HashSet};

/// A list, compared.
pub(super) struct Compared {
    pub entries: Vec<Entry>,
    pub problems: Vec<ImportProblem>,
    pub rows: u32,
    name_column: String,
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
    /// It is so already.
    None,
    /// A spell begins; the one whose id is here was wrongly known.
    Begins(Option<String>),
}

impl Entry {
    /// What is done with it.
    pub fn action(&self) -> ImportAction {
        let changes = self.spell != SpellChange::None || self.people_change || !self.identities.is_empty();
        match self.present {
            None => ImportAction::Add,
            Some(_) if changes => ImportAction::Change,
            Some(_) => ImportAction::Same,
        }
    }
}

impl Compared {
    /// The plan that people read.
    pub fn plan(&self, print: &str, already: bool) -> ImportPlan {
        let households: Vec<ImportHousehold> = self
            .entries
            .iter()
            .map(|entry| ImportHousehold {
                row: entry.listed.row,
                code: entry.listed.code.as_ref().map(|(code, _)| code.clone()),
                name: entry.listed.head().name.clone(),
                persons: entry.listed.members.len(),
                action: entry.action(),
                differences: entry.differences.clone(),
            })
            .collect();
        let mut problems = self.problems.clone();
        problems.sort_by_key(|problem| problem.row);
        let content = serde_json::json!([print, households, problems, already]).to_string();
        let plan = HEXLOWER.encode(&Sha256::digest(content.as_bytes()));
        ImportPlan { plan, rows: self.rows, households, problems, already }
    }
}

/// Compares a list with what is there.
pub(super) fn compare(file: &ImportFile<'_>, list: List, present: &Present, words: &Words<'_>) -> Compared {
    let List { households, problems, rows, name_column, code_column, by_member } = list;
    let mut heads: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, household) in present.households.iter().enumerate().filter(|(_, h)| h.closed.is_none()) {
        heads.entry(&household.name_key).or_default().push(place);
    }
    let taken = HashMap::new();
    let mut comparing = Comparing { file, present, words, problems, name_column, code_column, by_member, heads, taken };
    let by_code = comparing.by_codes(&households);
    let found = comparing.by_heads(&households, by_code);
    let entries =
        households.into_iter().zip(found).map(|(listed, found)| comparing.entry(listed, found)).collect::<Vec<_>>();
    let Comparing { problems, name_column, .. } = comparing;
    Compared { entries, problems, rows, name_column }
}

struct Comparing<'a> {
    file: &'a ImportFile<'a>,
    present: &'a Present,
    words: &'a Words<'a>,
    problems: Vec<ImportProblem>,
    name_column: String,
    code_column: String,
    by_member: bool,
    /// The households that are not closed, by the folded names of their heads.
    heads: HashMap<&'a str, Vec<usize>>,
    /// The households found so far, and the row each was found for.
    taken: HashMap<usize, u32>,
}

/// A household that was found, and what to know of it.
type Found = Option<(usize, Vec<Told>)>;

impl Comparing<'_> {
    fn problem(&mut self, row: u32, role: Role, message: Told) {
        let column = if role == Role::Code { &self.code_column } else { &self.name_column };
        self.problems.push(ImportProblem { row, column: column.clone(), message });
    }

    /// Takes a household for a row; two rows for one household are a problem.
    fn take(&mut self, place: usize, row: u32, notes: Vec<Told>) -> Found {
        match self.taken.insert(place, row) {
            None => Some((place, notes)),
            Some(other) => {
                let (code, rows) = (&self.present.households[place].code, numbers(&[other, row]));
                let message = [
                    format!("Các dòng {rows} là cùng một hộ trong sổ (mã {code}): hãy xóa dòng thừa."),
                    format!("Rows {rows} are one household of the register (code {code}): delete what is there twice."),
                ];
                self.problem(row, Role::Name, message);
                None
            }
        }
    }

    fn by_codes(&mut self, households: &[Listed]) -> Vec<Found> {
        let bare = |code: &str| code.trim_start_matches('0').to_owned();
        let codes: HashMap<&str, usize> =
            self.present.households.iter().enumerate().map(|(place, h)| (h.code.as_str(), place)).collect();
        let mut bare_codes: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, household) in self.present.households.iter().enumerate() {
            bare_codes.entry(bare(&household.code)).or_default().push(place);
        }
        let mut found = Vec::with_capacity(households.len());
        for listed in households {
            let Some((code, number)) = &listed.code else {
                found.push(None);
                continue;
            };
            let mut notes = Vec::new();
            let mut place = codes.get(code.as_str()).copied();
            if let (None, true, Some([only])) = (place, *number, bare_codes.get(&bare(code)).map(Vec::as_slice)) {
                let whole = &self.present.households[*only].code;
                notes.push([
                    format!("mã hộ {code}: đã khôi phục số 0 ở đầu ({whole})"),
                    format!("code {code}: its leading zeros were restored ({whole})"),
                ]);
                place = Some(*only);
            }
            found.push(place.and_then(|place| {
                let household = &self.present.households[place];
                if let Some(message) = mismatch(listed, household, code) {
                    self.taken.insert(place, listed.row);
                    self.problem(listed.row, Role::Code, message);
                    return None;
                }
                self.take(place, listed.row, notes)
            }));
        }
        found
    }

    fn by_heads(&mut self, households: &[Listed], mut found: Vec<Found>) -> Vec<Found> {
        let refused: HashSet<u32> = self.problems.iter().map(|problem| problem.row).collect();
        for (listed, found) in households.iter().zip(&mut found) {
            let head = listed.head();
            let candidates = self.heads.get(head.name_key.as_str()).cloned().unwrap_or_default();
            if found.is_some() || refused.contains(&listed.row) || candidates.is_empty() {
                continue;
            }
            let likeness = |place: &usize| self.likeness(listed, &self.present.households[*place]);
            let free = candidates.iter().filter(|place| !self.taken.contains_key(place));
            let near: Vec<(usize, bool)> = free.filter_map(|place| Some((*place, likeness(place)?))).collect();
            let sure: Vec<usize> = near.iter().filter(|(_, sure)| *sure).map(|(place, _)| *place).collect();
            match (sure.as_slice(), near.as_slice()) {
                (_, []) => {}
                ([only], _) => *found = self.take_by_head(*only, listed),
                _ => {
                    let codes: Vec<&str> =
                        near.iter().map(|(place, _)| self.present.households[*place].code.as_str()).collect();
                    let codes = codes.join(", ");
                    let message = [
                        format!(
                            "Chưa rõ là hộ nào: trong sổ có hộ cùng tên chủ hộ (mã {codes}). Hãy ghi mã hộ, năm sinh và thôn."
                        ),
                        format!(
                            "It is not clear which household this is: the register has the same head's name (code {codes}). Write the code, birth year and hamlet."
                        ),
                    ];
                    self.problem(listed.row, Role::Name, message);
                }
            }
        }
        found
    }

    /// How a household fits by its head: surely (`true`), perhaps (`false`), not at all.
    fn likeness(&self, listed: &Listed, household: &PresentHousehold) -> Option<bool> {
        let year = |born: Option<&str>| born.and_then(|born| born.get(..4)).map(str::to_owned);
        let born = (year(listed.head().born.as_deref()), household.head_member().and_then(|m| year(m.born.as_deref())));
        let hamlet = (listed.hamlet.as_deref().map(key), self.present.hamlet_key(household).map(str::to_owned));
        let fits = |pair: &(Option<String>, Option<String>)| match pair {
            (Some(one), Some(other)) => (one == other).then_some(true),
            _ => Some(false),
        };
        // A list without hamlets, in a register without hamlets: nothing is missing.
        let hamlets = if hamlet == (None, None) { Some(true) } else { fits(&hamlet) };
        Some(fits(&born)? & hamlets?)
    }

    fn take_by_head(&mut self, place: usize, listed: &Listed) -> Found {
        let household = &self.present.households[place];
        let Some((code, _)) = &listed.code else { return self.take(place, listed.row, Vec::new()) };
        let known = &household.code;
        if is_own_code(known) {
            return self.take(place, listed.row, Vec::new());
        }
        let message = [
            format!("Chủ hộ này trong sổ có mã {known}, danh sách ghi {code}: hãy sửa cho khớp."),
            format!("In the register this head's household has the code {known}, on the list {code}: make them agree."),
        ];
        self.problem(listed.row, Role::Code, message);
        None
    }

    fn entry(&mut self, listed: Listed, found: Found) -> Entry {
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
        let Some((place, mut notes)) = found else {
            if let Some(hamlet) = entry.listed.hamlet.as_deref().filter(|h| !self.present.hamlets.contains_key(&key(h)))
            {
                entry.differences.push([format!("thôn, bản mới: {hamlet}"), format!("a new hamlet: {hamlet}")]);
            }
            self.namesakes(&mut entry);
            return entry;
        };
        let household = &self.present.households[place];
        entry.present = Some(place);
        entry.differences.append(&mut notes);
        let people = self.people(&mut entry, household);
        let changes = people.iter().any(|(_, changes)| *changes);
        entry.writes_people = !household.has_later_list(self.file.valid_from);
        entry.people_change = changes && entry.writes_people;
        if entry.people_change && household.edited {
            let differs: Vec<&Told> = people.iter().filter(|(_, changes)| *changes).map(|(told, _)| told).collect();
            let joined = |place: usize| differs.iter().map(|told| told[place].as_str()).collect::<Vec<_>>().join("; ");
            let day = self.file.valid_from;
            let message = [
                format!(
                    "Hộ đã được sửa trong sổ sau ngày {day}, khác với danh sách: {}. Hãy sửa danh sách hoặc sổ cho khớp.",
                    joined(0)
                ),
                format!(
                    "The household was changed in the register after {day} and differs from the list: {}. Make the list or the register agree.",
                    joined(1)
                ),
            ];
            self.problem(entry.listed.row, Role::Name, message);
        }
        if changes && !entry.writes_people {
            entry.differences.push([
                "sổ đã có danh sách mới hơn: chỉ ghi thêm tình trạng cũ".into(),
                "the register has a later list: only the earlier status is added".into(),
            ]);
        }
        entry.differences.extend(people.into_iter().map(|(told, _)| told));
        self.status(&mut entry, household);
        entry
    }

    /// Tells of households whose head has the name of a new household's head.
    fn namesakes(&self, entry: &mut Entry) {
        let same = self.heads.get(entry.listed.head().name_key.as_str()).into_iter().flatten();
        let codes: Vec<&str> = same.map(|place| self.present.households[*place].code.as_str()).take(5).collect();
        if !codes.is_empty() {
            let codes = codes.join(", ");
            entry.differences.push([
                format!("trong sổ có chủ hộ trùng tên nhưng khác năm sinh hoặc thôn (mã {codes})"),
                format!("the register has the same head's name with another birth year or hamlet (code {codes})"),
            ]);
        }
    }

    /// What differs of the people, and whether it is written (or only told).
    fn people(&mut self, entry: &mut Entry, household: &PresentHousehold) -> Vec<(Told, bool)> {
        let mut differences = Vec::new();
        let mut paired = HashSet::new();
        for (place, listed) in entry.listed.members.iter().enumerate() {
            match pair(listed, &household.members, &paired) {
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
                    format!("có trong sổ, không có trong danh sách (giữ nguyên): {}", member.name),
                    format!("in the register and not on the list (kept): {}", member.name),
                ];
                differences.push((told, false));
            }
        }
        let head = household.head_member();
        let head_paired =
            (0..household.members.len()).any(|p| paired.contains(&p) && household.members[p].relation == "head");
        if let (Some(head), false) = (head, head_paired) {
            let (before, after, row) = (&head.name, &entry.listed.head().name, entry.listed.row);
            let message = [
                format!(
                    "Trong sổ chủ hộ là {before}, danh sách ghi {after}: hãy ghi việc thay đổi chủ hộ vào sổ trước."
                ),
                format!(
                    "In the register the head is {before}, on the list {after}: record the change of head in the register first."
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
            differs(["sinh", "born"], plain(known.born.as_deref()), plain(Some(born)));
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
            Some(spell) if spell.status == status => SpellChange::None,
            Some(spell) if spell.decided => {
                let (is, says) = (self.words.status_name(&spell.status), self.words.status_name(&status));
                let day = spell.valid_from;
                let message = [
                    format!(
                        "Theo quyết định từ {day} hộ là “{}”, danh sách ghi “{}”: chỉ quyết định mới thay đổi được.",
                        is[0], says[0]
                    ),
                    format!(
                        "By a decision the household is “{}” since {day}, the list says “{}”: only a decision can change it.",
                        is[1], says[1]
                    ),
                ];
                self.problem(entry.listed.row, Role::Name, message);
                SpellChange::None
            }
            Some(spell) if spell.valid_from == file.valid_from => SpellChange::Begins(Some(spell.id.clone())),
            _ => SpellChange::Begins(None),
        };
        if entry.spell != SpellChange::None {
            let was =
                before.map_or(["–".to_owned(), "–".to_owned()], |spell| self.words.status_name(&spell.status));
            let will = self.words.status_name(&status);
            entry.differences.push([
                format!("tình trạng từ {}: {} → {}", file.valid_from, was[0], will[0]),
                format!("status from {}: {} → {}", file.valid_from, was[1], will[1]),
            ]);
        }
    }
}

/// Why a household with the code of the list is not the one of the list.
fn mismatch(listed: &Listed, household: &PresentHousehold, code: &str) -> Option<Told> {
    if let Some(closed) = household.closed {
        return Some([
            format!("Hộ có mã {code} đã kết thúc trong sổ từ {closed}: hãy dùng mã khác."),
            format!("The household with the code {code} ended in the register on {closed}: use another code."),
        ]);
    }
    let head = &listed.head().name_key;
    let knows = household.name_key == *head || household.members.iter().any(|member| member.name_key == *head);
    (!knows).then(|| {
        let known = &household.name;
        [
            format!("Mã {code} trong sổ là của hộ {known}: hãy sửa mã hoặc họ tên chủ hộ."),
            format!(
                "In the register the code {code} is of the household of {known}: correct the code or the head's name."
            ),
        ]
    })
}

enum Pairing {
    Nobody,
    One(usize),
    Several,
}

/// The person of a household that a listed member is: by name, then by birth, then by sex.
fn pair(listed: &ListedMember, members: &[PresentMember], paired: &HashSet<usize>) -> Pairing {
    let named: Vec<usize> = (0..members.len())
        .filter(|place| !paired.contains(place) && members[*place].name_key == listed.name_key)
        .collect();
    let year = |born: &Option<String>| born.as_deref().and_then(|born| born.get(..4)).map(str::to_owned);
    let narrowed = |narrow: &dyn Fn(&PresentMember) -> bool| -> Vec<usize> {
        named.iter().copied().filter(|place| narrow(&members[*place])).collect()
    };
    let by_birth = narrowed(&|member| year(&member.born) == year(&listed.born));
    let by_both = narrowed(&|member| year(&member.born) == year(&listed.born) && member.sex.as_deref() == listed.sex);
    match (named.as_slice(), by_birth.as_slice(), by_both.as_slice()) {
        ([], ..) => Pairing::Nobody,
        ([only], ..) | (_, [only], _) | (_, _, [only]) => Pairing::One(*only),
        _ => Pairing::Several,
    }
}

/// Whether a birth on the list says something else than the register, or more.
pub(super) fn says_more(listed: &str, known: Option<&str>) -> bool {
    known.is_none_or(|known| known != listed && !known.starts_with(&format!("{listed}-")))
}

/// Looks up the identity numbers of the list: whose they are, and which are to be added.
pub(super) async fn identities(
    tx: &mut AnyConnection,
    compared: &mut Compared,
    present: &Present,
    keys: &Keys,
) -> Result<()> {
    // Entry, member, kind, print.
    let mut listed: Vec<(usize, usize, &'static str, String)> = Vec::new();
    for (place, entry) in compared.entries.iter().enumerate() {
        for (member, person) in entry.listed.members.iter().enumerate() {
            if let Some(number) = &person.identity {
                let identity = checked_identity(number)?;
                let print = keys.print(identity.kind, &identity.number);
                listed.push((place, member, identity.kind, print));
            }
        }
    }
    let mut owners: HashMap<(String, String), String> = HashMap::new();
    for part in listed.chunks(500) {
        let query = Query::new("SELECT kind, print, person FROM identity WHERE print IN (");
        let query = part
            .iter()
            .enumerate()
            .fold(query, |query, (place, (.., print))| if place == 0 { query } else { query.push(", ") }.bind(print));
        let found = query.push(")").all(tx, |row| Ok(((text(row, 0)?, text(row, 1)?), text(row, 2)?))).await?;
        owners.extend(found);
    }
    // Who of the persons found has which numbers already.
    let mut seen: HashMap<String, u32> = HashMap::new();
    for (place, member, kind, print) in listed {
        let entry = &compared.entries[place];
        let row = entry.listed.members[member].row;
        let person = entry.persons[member].and_then(|of| {
            let household = &present.households[entry.present?];
            household.members.get(of).map(|member| member.id.as_str())
        });
        let owner = owners.get(&(kind.to_owned(), print.clone())).map(String::as_str);
        let twice = seen.insert(format!("{kind}{print}"), row);
        let message = match (owner, twice) {
            (_, Some(other)) => {
                let rows = numbers(&[other, row]);
                Some([
                    format!("Cùng một số định danh ở các dòng {rows}: hãy sửa lại."),
                    format!("The same identity number stands in rows {rows}: correct it."),
                ])
            }
            (Some(owner), None) if Some(owner) != person => Some([
                "Số định danh này đã được ghi cho người khác: hãy kiểm tra lại.".to_owned(),
                "This identity number is recorded for somebody else: check it.".to_owned(),
            ]),
            _ => None,
        };
        match (message, owner) {
            (Some(message), _) => {
                let column = compared.name_column.clone();
                compared.problems.push(ImportProblem { row, column, message });
            }
            (None, Some(_)) => {}
            (None, None) => {
                let entry = &mut compared.entries[place];
                let name = &entry.listed.members[member].name;
                if entry.present.is_some() {
                    let told = [format!("{name}: thêm số định danh"), format!("{name}: an identity number is added")];
                    entry.differences.push(told);
                }
                entry.identities.push(member);
            }
        }
    }
    Ok(())
}
