//! Chance that comes out the same everywhere.
//!
//! Every purpose and block of households has a ChaCha8 stream of its own, so that the order in which
//! threads work does not matter, and so that unknown answers and dirt change nothing else. Draws are
//! made from whole numbers only; shares are computed with the four basic operations, which give the
//! same bits on every machine.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// What a stream is for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    /// Sizes and ethnic mixture of communes.
    Places = 0,
    /// The households of a block.
    Households = 1,
    /// Which of their answers are blanked.
    Unknown = 2,
    /// Which of their rows are dirty.
    Dirt = 3,
}

/// A share of all cases, in parts of 2³².
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub(super) struct Share(u64);

impl Share {
    /// The share next to a number between 0 and 1.
    pub fn of(number: f64) -> Share {
        Share((number.clamp(0.0, 1.0) * 4_294_967_296.0) as u64)
    }

    /// Whether the share is nothing.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// A stream of chance.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of a purpose and a block.
    pub fn new(seed: u64, purpose: Purpose, block: u64) -> Chance {
        let mut key = *b"vuon synth, no real persons 0000";
        key[24..].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(block * 4 + purpose as u64);
        Chance(rng)
    }

    /// A number from 0 up to, not including, `n`.
    pub fn below(&mut self, n: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// A number from `least` to `greatest`, both included; `least` where they are not in order.
    pub fn between(&mut self, least: i64, greatest: i64) -> i64 {
        let span = u32::try_from(greatest - least + 1).unwrap_or(0);
        least + i64::from(self.below(span.max(1)))
    }

    /// A share, all of them equally likely.
    pub fn share(&mut self) -> Share {
        Share(self.0.next_u32().into())
    }

    /// True in a share of all cases.
    pub fn holds(&mut self, share: Share) -> bool {
        self.share() < share
    }

    /// True in so many cases of a hundred.
    pub fn percent(&mut self, n: u32) -> bool {
        self.below(100) < n
    }

    /// True in so many cases of a thousand.
    pub fn permille(&mut self, n: u32) -> bool {
        self.below(1000) < n
    }

    /// A place in a list of weights, drawn in proportion to them; 0 where all are nothing.
    pub fn pick(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum::<u32>().max(1));
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    /// One of a list that pairs answers with weights.
    pub fn one_of<T: Copy>(&mut self, answers: &[(T, u32)]) -> T {
        let mut left = self.below(answers.iter().map(|(_, weight)| weight).sum::<u32>().max(1));
        for (answer, weight) in answers {
            if left < *weight {
                return *answer;
            }
            left -= weight;
        }
        answers[0].0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_purpose_and_block_alone() {
        let draw = |seed, purpose, block| {
            let mut chance = Chance::new(seed, purpose, block);
            [(); 4].map(|()| chance.below(1_000_000))
        };
        assert_eq!(draw(7, Purpose::Households, 3), draw(7, Purpose::Households, 3));
        assert_ne!(draw(7, Purpose::Households, 3), draw(8, Purpose::Households, 3));
        assert_ne!(draw(7, Purpose::Households, 3), draw(7, Purpose::Households, 4));
        assert_ne!(draw(7, Purpose::Households, 3), draw(7, Purpose::Unknown, 3));
    }

    #[test]
    fn the_stream_is_the_same_on_every_machine() {
        let mut chance = Chance::new(1, Purpose::Households, 0);
        assert_eq!([(); 3].map(|()| chance.below(1000)), EXPECTED);
    }
    const EXPECTED: [u32; 3] = [197, 901, 991];
}
