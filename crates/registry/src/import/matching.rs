//! Which household of the register each household of a list is: by its code, else by its head's name, birth year and
//! hamlet. Nothing is matched by likeness, and what is found does not depend on the order of the rows.

use super::erased::named;
use super::headings::Role;
use super::present::{Present, PresentHousehold};
use super::rows::{Listed, numbers};
use super::{Told, both};
use crate::households::is_own_code;
use crate::text::key;
use std::collections::{HashMap, HashSet};

/// What a household of the list is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Match {
    /// It is not here yet.
    New,
    /// The household at this place, and what to know of it.
    Found(usize, Vec<Told>),
    /// It cannot be told.
    Problem(Role, Told),
}

/// Finds households.
pub(super) struct Matching<'a> {
    present: &'a Present,
    codes: HashMap<&'a str, usize>,
    /// By their codes without the zeros at the front, which a spreadsheet loses.
    bare_codes: HashMap<&'a str, Vec<usize>>,
    /// Those that are not closed, by the folded names of their heads.
    heads: HashMap<&'a str, Vec<usize>>,
}

fn bare(code: &str) -> &str {
    code.trim_start_matches('0')
}

impl<'a> Matching<'a> {
    pub fn of(present: &'a Present) -> Self {
        let mut matching =
            Matching { present, codes: HashMap::new(), bare_codes: HashMap::new(), heads: HashMap::new() };
        for (place, household) in present.households.iter().enumerate() {
            matching.codes.insert(&household.code, place);
            matching.bare_codes.entry(bare(&household.code)).or_default().push(place);
            if household.closed.is_none() {
                matching.heads.entry(&household.name_key).or_default().push(place);
            }
        }
        matching
    }

    /// The codes of households whose heads have a name.
    pub fn namesakes(&self, head: &str) -> Vec<&'a str> {
        let same = self.heads.get(head).into_iter().flatten();
        same.map(|place| self.present.households[*place].code.as_str()).collect()
    }

    /// What each household of a list is.
    pub fn find(&self, households: &[Listed]) -> Vec<Match> {
        let by_code: Vec<Option<Match>> = households.iter().map(|listed| self.by_code(listed)).collect();
        let coded: HashSet<usize> = by_code
            .iter()
            .filter_map(|found| if let Some(Match::Found(place, _)) = found { Some(*place) } else { None })
            .collect();
        let mut found: Vec<Match> = households
            .iter()
            .zip(by_code)
            .map(|(listed, by_code)| by_code.unwrap_or_else(|| self.by_head(listed, &coded)))
            .collect();
        let mut claims: HashMap<usize, Vec<u32>> = HashMap::new();
        for (listed, found) in households.iter().zip(&found) {
            if let Match::Found(place, _) = found {
                claims.entry(*place).or_default().push(listed.row);
            }
        }
        for found in &mut found {
            let Match::Found(place, _) = found else { continue };
            let rows = &mut claims.entry(*place).or_default();
            if rows.len() > 1 {
                rows.sort_unstable();
                *found = Match::Problem(Role::Name, claimed(&self.present.households[*place].code, rows));
            }
        }
        found
    }

    /// What the code tells; nothing where there is none, or none that is known.
    fn by_code(&self, listed: &Listed) -> Option<Match> {
        let (code, number) = listed.code.as_ref()?;
        let mut notes = Vec::new();
        let exact = self.codes.get(code.as_str()).copied();
        let place = match (exact, number, self.bare_codes.get(bare(code)).map(Vec::as_slice)) {
            (Some(place), ..) => place,
            (None, true, Some([only])) => {
                let whole = &self.present.households[*only].code;
                notes.push([
                    format!("mã hộ {code}: đã khôi phục số 0 ở đầu ({whole})"),
                    format!("code {code}: its leading zeros were restored ({whole})"),
                ]);
                *only
            }
            _ => return None,
        };
        Some(match mismatch(listed, &self.present.households[place], code) {
            Some(message) => Match::Problem(Role::Code, message),
            None => Match::Found(place, notes),
        })
    }

    /// What the head tells. A household that another row names by its code is another one, if this row has a code too.
    fn by_head(&self, listed: &Listed, coded: &HashSet<usize>) -> Match {
        if listed.head().erased {
            let message = both(
                "Chủ hộ đã được xoá theo yêu cầu: hãy ghi mã hộ như trong sổ.",
                "The head was erased on request: write the household's code as in the register.",
            );
            return Match::Problem(Role::Code, message);
        }
        let candidates = self.heads.get(listed.head().name_key.as_str()).into_iter().flatten().copied();
        let candidates = candidates.filter(|place| listed.code.is_none() || !coded.contains(place));
        let near: Vec<(usize, bool)> = candidates
            .filter_map(|place| Some((place, self.likeness(listed, &self.present.households[place])?)))
            .collect();
        let sure: Vec<usize> = near.iter().filter(|(_, sure)| *sure).map(|(place, _)| *place).collect();
        match (sure.as_slice(), near.as_slice()) {
            (_, []) => Match::New,
            ([only], _) => self.with_code(*only, listed),
            _ => {
                let codes: Vec<&str> =
                    near.iter().map(|(place, _)| self.present.households[*place].code.as_str()).collect();
                let codes = codes.join(", ");
                Match::Problem(
                    Role::Name,
                    [
                        format!(
                            "Chưa rõ là hộ nào: trong sổ có hộ cùng tên chủ hộ (mã {codes}). Hãy ghi mã hộ, năm sinh và thôn."
                        ),
                        format!(
                            "It is not clear which household this is: the register has the same head's name (code {codes}). Write the code, birth year and hamlet."
                        ),
                    ],
                )
            }
        }
    }

    /// A household found by its head, unless the list gives it another code than it has.
    fn with_code(&self, place: usize, listed: &Listed) -> Match {
        let known = &self.present.households[place].code;
        match &listed.code {
            Some((code, _)) if !is_own_code(known) => Match::Problem(
                Role::Code,
                [
                    format!("Chủ hộ này trong sổ có mã {known}, danh sách ghi {code}: hãy sửa cho khớp."),
                    format!(
                        "In the register this head's household has the code {known}, on the list {code}: make them agree."
                    ),
                ],
            ),
            _ => Match::Found(place, Vec::new()),
        }
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
}

/// Several rows for one household.
fn claimed(code: &str, rows: &[u32]) -> Told {
    let rows = numbers(rows);
    [
        format!("Các dòng {rows} là cùng một hộ trong sổ (mã {code}): hãy xóa dòng thừa."),
        format!("Rows {rows} are one household of the register (code {code}): delete what is there twice."),
    ]
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
    let knows = match listed.head().erased {
        true => household.erased > 0,
        false => household.name_key == *head || household.members.iter().any(|member| member.name_key == *head),
    };
    (!knows).then(|| {
        let [vi, known] = named(&household.name);
        [
            format!("Mã {code} trong sổ là của hộ {vi}: hãy sửa mã hoặc họ tên chủ hộ."),
            format!(
                "In the register the code {code} is of the household of {known}: correct the code or the head's name."
            ),
        ]
    })
}
