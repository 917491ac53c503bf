//! Who comes first: declared keys, declared tie-breaks, and as the last resort a draw that anyone can repeat.
//!
//! In: candidates with the values of the keys of a scheme, lower first. Out: every candidate's place, who is within the
//! quota and who waits, and what decided between the last in and the first out. The order depends on nothing but the
//! candidates and the seed: not on the order in which they came.
//!
//! The draw: candidates that no key tells apart stand by SHA-256 of the seed and their id. The seed must be published
//! before anybody knows who the candidates are, or be something nobody chose; where nobody may repeat the draw it is a secret.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Somebody who could be served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The id of the household, person or group.
    pub id: String,
    /// The values of the keys, the most important first; lower comes first.
    pub keys: Vec<i64>,
    /// What serving the candidate costs, in đồng.
    pub cost: i64,
}

/// How many can be served.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    /// So many.
    Places(usize),
    /// As many as the money is enough for, in order: the list ends before the first whose cost is more than what is
    /// left, and nobody behind is served in that one's place.
    Money(i64),
}

/// A candidate with a place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ranked {
    /// The id.
    pub id: String,
    /// The place, from 1.
    pub place: usize,
    /// The values of the keys.
    pub keys: Vec<i64>,
    /// The number of the draw, in hexadecimal, where it decided between neighbours; nothing where a key did.
    pub draw: Option<String>,
    /// Whether the candidate is within the quota; otherwise it waits.
    pub within: bool,
}

/// What decided at the line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// The last within the quota.
    pub last_in: String,
    /// The first of those who wait.
    pub first_out: String,
    /// The place of the key that decided between them; the draw when absent.
    pub key: Option<usize>,
}

/// An order of candidates.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ranking {
    /// The published seed.
    pub seed: String,
    /// Everybody, in order.
    pub ranked: Vec<Ranked>,
    /// What decided at the line; nothing when all are within, or none.
    pub line: Option<Line>,
}

/// The number drawn for an id: SHA-256 over the seed and the id, each after its length.
pub fn draw(seed: &str, id: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"vuon/draw/1");
    for part in [seed, id] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Orders candidates. All must have the same number of keys.
pub fn rank(candidates: Vec<Candidate>, seed: &str, quota: Quota) -> Ranking {
    let drawn = candidates.into_iter().map(|candidate| (draw(seed, &candidate.id), candidate));
    let mut drawn: Vec<(Candidate, [u8; 32])> = drawn.map(|(number, candidate)| (candidate, number)).collect();
    drawn.sort_unstable_by(|(a, drawn_a), (b, drawn_b)| {
        a.keys.cmp(&b.keys).then_with(|| drawn_a.cmp(drawn_b)).then_with(|| a.id.cmp(&b.id))
    });
    let within = within(&drawn, quota);
    let tied: Vec<bool> = drawn.windows(2).map(|pair| pair[0].0.keys == pair[1].0.keys).collect();
    let decided = |i: usize| (i > 0 && tied[i - 1]) || tied.get(i).is_some_and(|tied| *tied);
    let ranked = drawn.into_iter().enumerate().map(|(i, (candidate, number))| Ranked {
        id: candidate.id,
        place: i + 1,
        keys: candidate.keys,
        draw: decided(i).then(|| data_encoding::HEXLOWER.encode(&number)),
        within: i < within,
    });
    let ranked: Vec<Ranked> = ranked.collect();
    let line = (within > 0 && within < ranked.len()).then(|| {
        let (last, first) = (&ranked[within - 1], &ranked[within]);
        let key = last.keys.iter().zip(&first.keys).position(|(a, b)| a != b);
        Line { last_in: last.id.clone(), first_out: first.id.clone(), key }
    });
    Ranking { seed: seed.to_owned(), ranked, line }
}

/// How many of the ordered candidates the quota is enough for.
fn within(ordered: &[(Candidate, [u8; 32])], quota: Quota) -> usize {
    match quota {
        Quota::Places(places) => places.min(ordered.len()),
        Quota::Money(money) => {
            let mut left = money;
            ordered
                .iter()
                .take_while(|(candidate, _)| {
                    left = left.saturating_sub(candidate.cost);
                    left >= 0
                })
                .count()
        }
    }
}
