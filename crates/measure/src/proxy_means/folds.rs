//! Folds of cross-validation that keep sampling clusters together.

use super::error::FitError;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Gives each household a fold from 0 to `folds` − 1.
///
/// All households of a cluster are in one fold. The clusters of a region (where a cluster crosses a border, of the least
/// of its regions) are shuffled by the seed and dealt one by one, so every fold has a fair part of every region. The folds
/// depend on the seed and the numbers of the clusters, not on the order of the households.
///
/// `regions` are the names of the regions, for the message.
///
/// # Errors
/// Fewer than two folds; a region with fewer than two clusters for each fold.
///
/// # Panics
/// Never: `cluster` and `region` are read together, up to the shorter.
pub fn folds(
    cluster: &[usize],
    region: &[usize],
    regions: &[String],
    folds: usize,
    seed: u64,
) -> Result<Vec<usize>, FitError> {
    let dealt = clusters_by_region(cluster, region, regions.len());
    if folds < 2 {
        return Err(FitError::Folds(folds));
    }
    if let Some(small) = dealt.iter().position(|clusters| clusters.len() < 2 * folds) {
        let (region, clusters) = (regions[small].clone(), dealt[small].len());
        return Err(FitError::TooFewClusters { region, clusters, needed: 2 * folds });
    }
    Ok(deal(cluster, &dealt, folds, seed))
}

/// The same for a part of the households that was drawn from a survey whose folds were checked.
pub(super) fn folds_of_part(
    cluster: &[usize],
    region: &[usize],
    regions: usize,
    folds: usize,
    seed: u64,
) -> Vec<usize> {
    deal(cluster, &clusters_by_region(cluster, region, regions), folds, seed)
}

/// For each region its clusters, in the order of their numbers.
fn clusters_by_region(cluster: &[usize], region: &[usize], regions: usize) -> Vec<Vec<usize>> {
    let mut home: BTreeMap<usize, usize> = BTreeMap::new();
    for (cluster, region) in cluster.iter().zip(region) {
        home.entry(*cluster).and_modify(|r| *r = (*r).min(*region)).or_insert(*region);
    }
    let mut by_region = vec![Vec::new(); regions];
    for (cluster, region) in home {
        by_region[region].push(cluster);
    }
    by_region
}

fn deal(cluster: &[usize], by_region: &[Vec<usize>], folds: usize, seed: u64) -> Vec<usize> {
    // A key for each cluster and a sort: unlike a library's shuffle this stays the same in every version.
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut fold_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut next = 0;
    for clusters in by_region {
        let mut keyed: Vec<(u64, usize)> = clusters.iter().map(|c| (random.next_u64(), *c)).collect();
        keyed.sort_unstable();
        for (_, cluster) in keyed {
            fold_of.insert(cluster, next % folds);
            next += 1;
        }
    }
    cluster.iter().map(|c| fold_of.get(c).copied().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(n: usize) -> Vec<String> {
        (0..n).map(|r| format!("region {r}")).collect()
    }

    #[test]
    fn clusters_stay_together_and_every_fold_has_every_region() {
        // 20 clusters of 3 households in region 0, 13 in region 1.
        let cluster: Vec<usize> = (0..99).map(|i| i / 3).collect();
        let region: Vec<usize> = cluster.iter().map(|c| usize::from(*c >= 20)).collect();
        let found = folds(&cluster, &region, &named(2), 5, 7).unwrap();
        for (i, j) in (0..99).zip(1..99) {
            assert!(cluster[i] != cluster[j] || found[i] == found[j]);
        }
        for fold in 0..5 {
            let clusters = |r: usize| (0..99).filter(|i| found[*i] == fold && region[*i] == r).count() / 3;
            assert_eq!(clusters(0), 4);
            assert!((2..=3).contains(&clusters(1)));
        }
        assert_eq!(found, folds(&cluster, &region, &named(2), 5, 7).unwrap());
        assert_ne!(found, folds(&cluster, &region, &named(2), 5, 8).unwrap());
    }

    #[test]
    fn the_order_of_households_does_not_matter() {
        let cluster: Vec<usize> = (0..40).collect();
        let found = folds(&cluster, &[0; 40], &named(1), 4, 3).unwrap();
        let turned: Vec<usize> = cluster.iter().rev().copied().collect();
        let mut other = folds(&turned, &[0; 40], &named(1), 4, 3).unwrap();
        other.reverse();
        assert_eq!(found, other);
    }

    #[test]
    fn a_region_too_small_is_named() {
        let error = folds(&[1, 2, 3], &[0, 0, 0], &named(1), 2, 1).unwrap_err();
        assert_eq!(error, FitError::TooFewClusters { region: "region 0".into(), clusters: 3, needed: 4 });
        assert_eq!(folds(&[1], &[0], &named(1), 1, 1).unwrap_err(), FitError::Folds(1));
    }
}
