//! Who comes first does not depend on who came first.

use proptest::prelude::*;
use vuon_programme::ranking::{Candidate, Quota, draw, rank};

fn candidate(id: &str, keys: &[i64], cost: i64) -> Candidate {
    Candidate { id: id.into(), keys: keys.to_vec(), cost }
}

#[test]
fn the_report_at_the_line_names_the_key_that_decided() {
    let candidates = vec![candidate("a", &[0, 2], 10), candidate("b", &[0, 0], 10), candidate("c", &[2, 0], 10)];
    let ranking = rank(candidates, "seed", Quota::Places(2));
    let order: Vec<_> = ranking.ranked.iter().map(|r| (r.id.as_str(), r.within, r.draw.is_some())).collect();
    assert_eq!(order, [("b", true, false), ("a", true, false), ("c", false, false)]);
    let line = ranking.line.unwrap();
    assert_eq!((line.last_in.as_str(), line.first_out.as_str(), line.key), ("a", "c", Some(0)));
}

/// Lessons: a national openIMIS deployment, "a quota ranking had no tie-break".
#[test]
fn alike_candidates_are_told_apart_by_a_draw_that_anyone_can_repeat() {
    let candidates: Vec<_> = (0..50).map(|i| candidate(&format!("h{i}"), &[0], 1)).collect();
    let ranking = rank(candidates, "root 1234", Quota::Places(10));
    let line = ranking.line.as_ref().unwrap();
    assert_eq!(line.key, None);
    let drawn: Vec<String> =
        ranking.ranked.iter().map(|r| data_encoding::HEXLOWER.encode(&draw("root 1234", &r.id))).collect();
    assert!(drawn.is_sorted());
    assert_eq!(drawn, ranking.ranked.iter().map(|r| r.draw.clone().unwrap()).collect::<Vec<_>>());
    let other = rank((0..50).map(|i| candidate(&format!("h{i}"), &[0], 1)).collect(), "another", Quota::Places(10));
    assert_ne!(other.ranked[0].id, ranking.ranked[0].id, "the seed decides");
}

#[test]
fn money_ends_at_the_first_who_costs_more_than_is_left() {
    let candidates = vec![candidate("a", &[0], 60), candidate("b", &[1], 60), candidate("c", &[2], 10)];
    let ranking = rank(candidates, "s", Quota::Money(100));
    assert_eq!(ranking.ranked.iter().filter(|r| r.within).map(|r| r.id.as_str()).collect::<Vec<_>>(), ["a"]);
}

proptest! {
    #[test]
    fn the_same_candidates_give_the_same_order_however_they_come(
        keys in prop::collection::vec(prop::collection::vec(0_i64..3, 2), 1..60),
        seed in "[a-z]{1,8}",
        places in 0_usize..70,
        shift in 0_usize..60,
    ) {
        let candidates: Vec<_> = keys.iter().enumerate().map(|(i, k)| candidate(&format!("h{i}"), k, 1)).collect();
        let mut turned = candidates.clone();
        turned.rotate_left(shift % candidates.len());
        let ranking = rank(candidates, &seed, Quota::Places(places));
        prop_assert_eq!(&ranking, &rank(turned, &seed, Quota::Places(places)));
        prop_assert!(ranking.ranked.windows(2).all(|pair| pair[0].keys <= pair[1].keys));
        prop_assert_eq!(ranking.ranked.iter().filter(|r| r.within).count(), places.min(keys.len()));
    }
}
