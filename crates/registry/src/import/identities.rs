//! The identity numbers of a list: whose they are, and which are to be added.
//!
//! Looking a list through tells of no number that is out of reach, or it could be asked about anybody; bringing it in does,
//! since that is written down.

use super::compare::Compared;
use super::present::Present;
use super::rows::numbers;
use super::{ImportFile, ImportProblem, Told};
use crate::Result;
use crate::households::{TakenNumber, checked_identity};
use crate::keys::Keys;
use crate::store::{MANY, Query, among, text};
use sqlx::AnyConnection;
use std::collections::HashMap;

/// A number on the list.
struct Number {
    entry: usize,
    member: usize,
    kind: &'static str,
    print: String,
}

/// The numbers of entries whose people are written; of some members only, if so told.
fn numbers_of(compared: &Compared, keys: &Keys, wanted: impl Fn(usize, usize) -> bool) -> Result<Vec<Number>> {
    let mut found = Vec::new();
    for (place, entry) in compared.entries.iter().enumerate().filter(|(_, entry)| entry.writes_people) {
        for (member, person) in entry.listed.members.iter().enumerate().filter(|(member, _)| wanted(place, *member)) {
            if let Some(number) = &person.identity {
                let identity = checked_identity(number)?;
                let print = keys.print(identity.kind, &identity.number);
                found.push(Number { entry: place, member, kind: identity.kind, print });
            }
        }
    }
    Ok(found)
}

/// Compares the numbers with those of the commune's people: those to be added, and problems.
pub(super) async fn compare(
    tx: &mut AnyConnection,
    file: &ImportFile<'_>,
    compared: &mut Compared,
    present: &Present,
    keys: &Keys,
) -> Result<()> {
    let listed = numbers_of(compared, keys, |_, _| true)?;
    let mut owners: HashMap<(String, String), String> = HashMap::new();
    for part in listed.chunks(MANY) {
        let query = Query::new(
            "SELECT i.kind, i.print, i.person FROM identity i JOIN person p ON p.id = i.person WHERE p.commune = ",
        );
        let query = query.bind(file.commune).push(" AND i.print IN ");
        let found = among(query, part.iter().map(|number| &number.print))
            .all(tx, |row| Ok(((text(row, 0)?, text(row, 1)?), text(row, 2)?)));
        owners.extend(found.await?);
    }
    let mut seen: HashMap<(&'static str, String), u32> = HashMap::new();
    for Number { entry: place, member, kind, print } in listed {
        let entry = &compared.entries[place];
        let row = entry.listed.members[member].row;
        let person = entry.persons[member].and_then(|of| {
            let household = &present.households[entry.present?];
            household.members.get(of).map(|member| member.id.as_str())
        });
        let owner = owners.get(&(kind.to_owned(), print.clone())).map(String::as_str);
        let message = match (seen.insert((kind, print), row), owner) {
            (Some(other), _) => {
                let rows = numbers(&[other, row]);
                [
                    format!("Cùng một số định danh ở các dòng {rows}: hãy sửa lại."),
                    format!("The same identity number stands in rows {rows}: correct it."),
                ]
            }
            (None, Some(owner)) if Some(owner) != person => {
                if let Some(household) = entry.present.map(|place| present.households[place].id.clone()) {
                    let (person, owner) = (person.map(str::to_owned), owner.to_owned());
                    compared.taken.push(TakenNumber { household, person, owner });
                }
                of_another()
            }
            (None, Some(_)) => continue,
            (None, None) => {
                let entry = &mut compared.entries[place];
                let name = &entry.listed.members[member].name;
                if entry.present.is_some() {
                    let told = [format!("{name}: thêm số định danh"), format!("{name}: an identity number is added")];
                    entry.differences.push(told);
                }
                entry.identities.push(member);
                continue;
            }
        };
        let column = compared.name_column.clone();
        compared.problems.push(ImportProblem { row, column, message });
    }
    Ok(())
}

/// The numbers to be added that somebody outside of the commune has: the first, and all that are given to somebody of a
/// household that is here.
pub(super) async fn elsewhere(
    tx: &mut AnyConnection,
    compared: &Compared,
    present: &Present,
    keys: &Keys,
) -> Result<Option<(ImportProblem, Vec<TakenNumber>)>> {
    let added = numbers_of(compared, keys, |entry, member| compared.entries[entry].identities.contains(&member))?;
    let mut first = None;
    let mut taken = Vec::new();
    for part in added.chunks(MANY) {
        let query = Query::new("SELECT kind, print, person FROM identity WHERE print IN ");
        let known = among(query, part.iter().map(|number| &number.print))
            .all(tx, |row| Ok(((text(row, 0)?, text(row, 1)?), text(row, 2)?)));
        let owners: HashMap<(String, String), String> = known.await?.into_iter().collect();
        for number in part {
            let Some(owner) = owners.get(&(number.kind.to_owned(), number.print.clone())) else { continue };
            let entry = &compared.entries[number.entry];
            first.get_or_insert(entry.listed.members[number.member].row);
            if let Some(household) = entry.present.map(|place| &present.households[place]) {
                let person = entry.persons[number.member].and_then(|place| household.members.get(place));
                let person = person.map(|person| person.id.clone());
                taken.push(TakenNumber { household: household.id.clone(), person, owner: owner.clone() });
            }
        }
    }
    let problem = |row| ImportProblem { row, column: compared.name_column.clone(), message: of_another() };
    Ok(first.map(|row| (problem(row), taken)))
}

fn of_another() -> Told {
    [
        "Số định danh này đã được ghi cho người khác: hãy kiểm tra lại.".to_owned(),
        "This identity number is recorded for somebody else: check it.".to_owned(),
    ]
}
