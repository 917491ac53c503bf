//! Which person of a household each listed member is: by name, then by year of birth, then by sex. Pure, and the same in
//! whatever order the rows stand.

use super::present::PresentMember;
use super::rows::ListedMember;
use std::collections::{BTreeMap, BTreeSet};

/// Who a listed member is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pairing {
    /// Nobody who is here: another member.
    Nobody,
    /// The person at this place.
    One(usize),
    /// It cannot be told.
    Several,
}

/// Pairs the listed members of a household with those of the register.
pub(super) fn pair(listed: &[ListedMember], members: &[PresentMember]) -> Vec<Pairing> {
    let mut names: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, member) in listed.iter().enumerate() {
        names.entry(&member.name_key).or_default().push(place);
    }
    let mut pairs = vec![Pairing::Nobody; listed.len()];
    for (name, places) in names {
        let known: Vec<usize> = (0..members.len()).filter(|place| members[*place].name_key == name).collect();
        for (place, pairing) in namesakes(listed, &places, members, &known) {
            pairs[place] = pairing;
        }
    }
    pairs
}

fn year(born: &Option<String>) -> Option<&str> {
    born.as_deref().and_then(|born| born.get(..4))
}

/// Those of one name: first whom the birth tells, then whoever is left.
fn namesakes(
    listed: &[ListedMember],
    places: &[usize],
    members: &[PresentMember],
    known: &[usize],
) -> Vec<(usize, Pairing)> {
    let by_birth = |place: usize| -> Vec<usize> {
        let one = &listed[place];
        let born: Vec<usize> = known.iter().copied().filter(|of| year(&members[*of].born) == year(&one.born)).collect();
        let of_sex: Vec<usize> = born.iter().copied().filter(|of| members[*of].sex.as_deref() == one.sex).collect();
        if of_sex.len() == 1 { of_sex } else { born }
    };
    let told: Vec<(usize, Vec<usize>)> = places.iter().map(|place| (*place, by_birth(*place))).collect();
    let claims = |of: usize| told.iter().filter(|(_, found)| found.contains(&of)).count();
    let claimed: BTreeSet<usize> = told.iter().flat_map(|(_, found)| found.iter().copied()).collect();
    let free: Vec<usize> = known.iter().copied().filter(|of| !claimed.contains(of)).collect();
    let rest = told.iter().filter(|(_, found)| found.is_empty()).count();
    let pairing = |place: usize, found: &[usize]| match (found, free.as_slice()) {
        ([only], _) if claims(*only) == 1 => Pairing::One(*only),
        ([_, ..], _) => Pairing::Several,
        // The birth of the only one left is corrected by the list.
        ([], [only]) if rest == 1 => Pairing::One(*only),
        ([], []) if known.is_empty() || listed[place].born.is_some() => Pairing::Nobody,
        ([], _) => Pairing::Several,
    };
    told.iter().map(|(place, found)| (*place, pairing(*place, found))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str, born: &str) -> ListedMember {
        ListedMember {
            row: 1,
            name: name.into(),
            name_key: name.into(),
            sex: Some("male"),
            born: Some(born.to_owned()).filter(|born| !born.is_empty()),
            ethnic: None,
            relation: "child".into(),
            identity: None,
            erased: false,
        }
    }

    fn present(name: &str, born: &str) -> PresentMember {
        PresentMember {
            id: born.into(),
            order: 0,
            relation: "child".into(),
            name: name.into(),
            name_key: name.into(),
            sex: Some("male".into()),
            born: Some(born.to_owned()).filter(|born| !born.is_empty()),
            ethnic: None,
        }
    }

    #[test]
    fn the_birth_tells_namesakes_apart_in_any_order() {
        let members = [present("an", "1950"), present("an", "1980"), present("binh", "2001")];
        let father = listed("an", "1950-03-01");
        let grandson = listed("an", "2020");
        let corrected = listed("binh", "2002");
        let rows = [father.clone(), corrected.clone(), listed("an", "1980"), grandson.clone()];
        let expected = [Pairing::One(0), Pairing::One(2), Pairing::One(1), Pairing::Nobody];
        assert_eq!(pair(&rows, &members), expected);
        let turned: Vec<_> = rows.iter().rev().cloned().collect();
        assert_eq!(pair(&turned, &members), expected.iter().rev().copied().collect::<Vec<_>>());
    }

    #[test]
    fn who_cannot_be_told_is_not_guessed_whichever_stands_first() {
        let members = [present("an", "1990")];
        let (sure, unsure) = (listed("an", "1990"), listed("an", ""));
        assert_eq!(pair(&[sure.clone(), unsure.clone()], &members), [Pairing::One(0), Pairing::Several]);
        assert_eq!(pair(&[unsure.clone(), sure.clone()], &members), [Pairing::Several, Pairing::One(0)]);
        assert_eq!(pair(&[sure.clone(), sure.clone()], &members), [Pairing::Several, Pairing::Several]);
        assert_eq!(pair(std::slice::from_ref(&unsure), &members), [Pairing::One(0)]);
        assert_eq!(pair(&[unsure, sure], &[]), [Pairing::Nobody, Pairing::Nobody]);
    }
}
