//! Tries to sign in and pages without an account, counted by address: a bucket of tokens each, and no more buckets than fit.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The most addresses remembered; the fullest bucket gives way, which takes nothing from anybody.
const MOST: usize = 20_000;

/// Buckets of tokens.
pub struct Buckets {
    size: f64,
    per_second: f64,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Buckets {
    /// Buckets of a size, refilled at a rate.
    pub fn new(size: u32, per_minute: u32) -> Self {
        let per_second = f64::from(per_minute.max(1)) / 60.0;
        Buckets { size: f64::from(size.max(1)), per_second, buckets: Mutex::default() }
    }

    /// Takes a token.
    ///
    /// # Errors
    /// After how many seconds there is one.
    pub fn take(&self, address: IpAddr, now: Instant) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let tokens = |bucket: &Bucket| {
            (bucket.tokens + now.saturating_duration_since(bucket.at).as_secs_f64() * self.per_second).min(self.size)
        };
        if buckets.len() >= MOST && !buckets.contains_key(&address) {
            buckets.retain(|_, bucket| tokens(bucket) < self.size);
            if buckets.len() >= MOST {
                // Everybody is trying at once: forget half, those with most tokens.
                let mut all: Vec<f64> = buckets.values().map(tokens).collect();
                all.sort_by(f64::total_cmp);
                let middle = all[all.len() / 2];
                let mut spare = MOST / 2;
                buckets.retain(|_, bucket| {
                    let keep = tokens(bucket) < middle || (tokens(bucket) <= middle && spare > 0);
                    spare -= usize::from(keep && spare > 0);
                    keep
                });
            }
        }
        let bucket = buckets.entry(network(address)).or_insert(Bucket { tokens: self.size, at: now });
        let there = tokens(bucket);
        *bucket = Bucket { tokens: (there - 1.0).max(there.min(0.0)), at: now };
        if there >= 1.0 {
            return Ok(());
        }
        bucket.tokens = there;
        Err((((1.0 - there) / self.per_second).ceil() as u64).max(1))
    }
}

/// Of version 6 a whole network counts as one address: a house has as many as it likes.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => match six.to_ipv4_mapped() {
            Some(four) => IpAddr::V4(four),
            None => IpAddr::V6((six.to_bits() & !u128::from(u64::MAX)).into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_address_has_so_many_tries_and_gets_more_with_time() {
        let (buckets, start) = (Buckets::new(3, 60), Instant::now());
        let here = IpAddr::from([10, 0, 0, 1]);
        for _ in 0..3 {
            assert!(buckets.take(here, start).is_ok());
        }
        assert_eq!(buckets.take(here, start), Err(1));
        assert!(buckets.take(IpAddr::from([10, 0, 0, 2]), start).is_ok());
        assert!(buckets.take(here, start + Duration::from_secs(1)).is_ok());
        assert!(buckets.take(here, start + Duration::from_secs(1)).is_err());
    }

    #[test]
    fn a_house_is_one_address() {
        let (buckets, now) = (Buckets::new(1, 1), Instant::now());
        assert!(buckets.take("2001:db8::1".parse().unwrap(), now).is_ok());
        assert!(buckets.take("2001:db8::ffff:2".parse().unwrap(), now).is_err());
        assert!(buckets.take("2001:db8:0:1::1".parse().unwrap(), now).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let (buckets, now) = (Buckets::new(2, 1), Instant::now());
        for n in 0..u32::try_from(MOST).unwrap() + 5_000 {
            let _ = buckets.take(IpAddr::V4(n.into()), now);
        }
        assert!(buckets.buckets.lock().unwrap().len() <= MOST);
    }
}
