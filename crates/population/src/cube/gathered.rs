//! Cells as they come, and how those of one place and profile become one.
//!
//! A cell is only appended. In a table whose rows come in runs nearly all are new, and nothing needs to be looked up. When
//! many are not, the cells are brought into order and those of the same place and profile added up, from the first to the
//! last.

use std::ops::{AddAssign, Range};

/// Cells in the order in which they came.
#[derive(Debug)]
pub(super) struct Gathered {
    segments: Vec<Segment>,
    sums: Sums,
    /// How many cells have come to a place that had some, since they were last brought into order.
    again: usize,
    /// One more than the greatest place.
    places: u32,
}

/// Cells, a column each.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub profiles: Vec<u32>,
    pub rows: Vec<u32>,
    pub weights: Vec<f64>,
    pub gaps: Vec<[Vec<f64>; 2]>,
}

/// Cells of one place that stand together.
#[derive(Clone, Copy, Debug)]
struct Segment {
    place: u32,
    start: u32,
    end: u32,
}

impl Segment {
    fn cells(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// With fewer cells than this, it is not worth while to add them up before the end.
const FEW: usize = 1 << 22;

impl Gathered {
    /// None yet; so many indicators have gaps.
    pub fn new(gaps: usize) -> Self {
        let sums = Sums { gaps: vec![[Vec::new(), Vec::new()]; gaps], ..Sums::default() };
        Self { segments: Vec::new(), sums, again: 0, places: 0 }
    }

    /// Appends cells of a place: profile, rows, weight and gaps. Places are numbered as they first come.
    pub fn push_all<'c>(&mut self, place: u32, cells: impl Iterator<Item = (u32, u32, f64, &'c [[f64; 2]])>) {
        let start = self.sums.rows.len() as u32;
        for (profile, rows, weight, gaps) in cells {
            self.sums.profiles.push(profile);
            self.sums.rows.push(rows);
            self.sums.weights.push(weight);
            for (sums, terms) in self.sums.gaps.iter_mut().zip(gaps) {
                sums[0].push(terms[0]);
                sums[1].push(terms[1]);
            }
        }
        self.close(place, start);
    }

    /// Appends cells of a place: profiles, rows, weights and gaps.
    pub fn push_columns<'c>(
        &mut self,
        place: u32,
        profiles: &[u32],
        rows: &[u32],
        weights: &[f64],
        gaps: impl Iterator<Item = [&'c [f64]; 2]>,
    ) {
        let start = self.sums.rows.len() as u32;
        self.sums.profiles.extend_from_slice(profiles);
        self.sums.rows.extend_from_slice(rows);
        self.sums.weights.extend_from_slice(weights);
        for (sums, terms) in self.sums.gaps.iter_mut().zip(gaps) {
            sums[0].extend_from_slice(terms[0]);
            sums[1].extend_from_slice(terms[1]);
        }
        self.close(place, start);
    }

    /// What has been appended since belongs to a place.
    fn close(&mut self, place: u32, start: u32) {
        let end = self.sums.rows.len() as u32;
        self.again += if place < self.places { (end - start) as usize } else { 0 };
        self.places = self.places.max(place + 1);
        match self.segments.last_mut() {
            Some(last) if last.place == place => last.end = end,
            _ => self.segments.push(Segment { place, start, end }),
        }
    }

    /// Makes room for so many more cells.
    pub fn reserve(&mut self, cells: usize) {
        self.sums.profiles.reserve(cells);
        self.sums.rows.reserve(cells);
        self.sums.weights.reserve(cells);
        self.sums.gaps.iter_mut().flatten().for_each(|sums| sums.reserve(cells));
    }

    /// Adds up what belongs together when there may be twice as much to add as there is to keep.
    pub fn compact_when_due(&mut self, profiles: usize) {
        if self.again > FEW.max(self.sums.rows.len() / 3 * 2) {
            self.compact(profiles);
        }
    }

    fn compact(&mut self, profiles: usize) {
        let same: Vec<u32> = (0..self.places.max(profiles as u32)).collect();
        let counts = self.put_in_order(&same, &same[..profiles]);
        self.segments = (0..).zip(counts).map(|(place, count)| Segment { place, start: 0, end: count }).collect();
        stand_in_a_row(&mut self.segments);
        self.again = 0;
    }

    /// The cells by the ranks of their places and profiles, and how many each place has.
    pub fn finish(mut self, place_rank: &[u32], profile_rank: &[u32]) -> (Vec<u32>, Sums) {
        let counts = self.put_in_order(place_rank, profile_rank);
        (counts, self.sums)
    }

    /// Orders the cells by the ranks of places and profiles, which take the place of the profiles, and adds up those that
    /// have the same. Gives the number of cells of each place by rank.
    fn put_in_order(&mut self, place_rank: &[u32], profile_rank: &[u32]) -> Vec<u32> {
        self.sums.profiles.iter_mut().for_each(|profile| *profile = profile_rank[*profile as usize]);
        let rank = |segment: &Segment| place_rank[segment.place as usize] as usize;
        let segments = if self.segments.is_sorted_by_key(rank) {
            std::mem::take(&mut self.segments)
        } else {
            let mut ordered = by_rank(&self.segments, self.places as usize, rank);
            self.sums.take(&ordered);
            stand_in_a_row(&mut ordered);
            ordered
        };
        let mut counts = vec![0; self.places as usize];
        let mut fold = Fold { buckets: vec![0; profile_rank.len() + 1], ..Fold::default() };
        for same in segments.chunk_by(|a, b| a.place == b.place) {
            let cells = same[0].start as usize..same[same.len() - 1].end as usize;
            counts[rank(&same[0])] = fold.add(&mut self.sums, cells);
        }
        self.sums.truncate(fold.next);
        counts
    }
}

/// Segments by the rank of their places, each place's in the order in which they came.
fn by_rank(segments: &[Segment], places: usize, rank: impl Fn(&Segment) -> usize) -> Vec<Segment> {
    let mut next = vec![0_u32; places + 1];
    segments.iter().for_each(|segment| next[rank(segment) + 1] += 1);
    (0..places).for_each(|place| next[place + 1] += next[place]);
    let mut ordered = segments.to_vec();
    for segment in segments {
        let place = &mut next[rank(segment)];
        ordered[*place as usize] = *segment;
        *place += 1;
    }
    ordered
}

/// Each segment begins where the one before ends.
fn stand_in_a_row(segments: &mut [Segment]) {
    let mut next = 0;
    for segment in segments {
        let count = segment.end - segment.start;
        (segment.start, segment.end) = (next, next + count);
        next += count;
    }
}

impl Sums {
    /// The cells of segments, one after the other.
    fn take(&mut self, segments: &[Segment]) {
        fn taken<T: Copy>(items: &mut Vec<T>, segments: &[Segment]) {
            let mut taken = Vec::with_capacity(items.len());
            segments.iter().for_each(|segment| taken.extend_from_slice(&items[segment.cells()]));
            *items = taken;
        }
        taken(&mut self.profiles, segments);
        taken(&mut self.rows, segments);
        taken(&mut self.weights, segments);
        self.gaps.iter_mut().flatten().for_each(|sums| taken(sums, segments));
    }

    fn truncate(&mut self, length: usize) {
        self.profiles.truncate(length);
        self.rows.truncate(length);
        self.weights.truncate(length);
        self.gaps.iter_mut().flatten().for_each(|sums| sums.truncate(length));
    }
}

/// Adds items of some cells to the results that they belong to, which take the place of items before or among them.
fn add_up<T: Copy + Default + AddAssign>(
    items: &mut [T],
    cells: &Range<usize>,
    targets: impl Iterator<Item = (u32, u32)>,
    results: Range<usize>,
    sums: &mut Vec<T>,
) {
    sums.clear();
    sums.resize(results.len(), T::default());
    for (cell, result) in targets {
        sums[result as usize] += items[cells.start + cell as usize];
    }
    items[results].copy_from_slice(sums);
}

/// Adds up the cells of one place after the other; the results stand at the beginning.
#[derive(Default)]
struct Fold {
    /// Where the next result goes.
    next: usize,
    /// The cells of the place by profile, their profiles, and the number of the result of each.
    order: Vec<u32>,
    sorted: Vec<u32>,
    results: Vec<u32>,
    /// How many cells have each profile or a lower one.
    buckets: Vec<u32>,
    whole: Vec<u32>,
    real: Vec<f64>,
}

impl Fold {
    /// Adds up the cells of a place that have one profile, in their order. Gives how many remain.
    fn add(&mut self, sums: &mut Sums, cells: Range<usize>) -> u32 {
        let first = self.next;
        if sums.profiles[cells.clone()].is_sorted_by(|a, b| a < b) {
            if first < cells.start {
                sums.profiles.copy_within(cells.clone(), first);
                sums.rows.copy_within(cells.clone(), first);
                sums.weights.copy_within(cells.clone(), first);
                sums.gaps.iter_mut().flatten().for_each(|sums| sums.copy_within(cells.clone(), first));
            }
            self.next += cells.len();
            return cells.len() as u32;
        }
        self.sort(&sums.profiles[cells.clone()]);
        self.sorted.clear();
        self.sorted.extend(self.order.iter().map(|cell| sums.profiles[cells.start + *cell as usize]));
        self.results.clear();
        let mut count = 0;
        for (i, profile) in self.sorted.iter().enumerate() {
            count += usize::from(i == 0 || self.sorted[i - 1] != *profile);
            self.results.push(count as u32 - 1);
        }
        let targets = || self.order.iter().copied().zip(self.results.iter().copied());
        add_up(&mut sums.rows, &cells, targets(), first..first + count, &mut self.whole);
        add_up(&mut sums.weights, &cells, targets(), first..first + count, &mut self.real);
        for gaps in sums.gaps.iter_mut().flatten() {
            add_up(gaps, &cells, targets(), first..first + count, &mut self.real);
        }
        self.sorted.dedup();
        sums.profiles[first..first + count].copy_from_slice(&self.sorted);
        self.next += count;
        count as u32
    }

    /// The order of cells by profile, those of one profile as they came.
    fn sort(&mut self, profiles: &[u32]) {
        self.order.clear();
        self.order.extend(0..profiles.len() as u32);
        if profiles.len() < self.buckets.len() / 4 {
            self.order.sort_by_key(|cell| profiles[*cell as usize]);
            return;
        }
        self.buckets.fill(0);
        profiles.iter().for_each(|profile| self.buckets[*profile as usize + 1] += 1);
        (1..self.buckets.len()).for_each(|bucket| self.buckets[bucket] += self.buckets[bucket - 1]);
        for (cell, profile) in (0..).zip(profiles) {
            let place = &mut self.buckets[*profile as usize];
            self.order[*place as usize] = cell;
            *place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Cells of places and profiles in some order, added up on the way or not: each sum is taken from the first to the
    /// last.
    #[test]
    fn cells_of_one_place_and_profile_become_one() {
        let numbers = (1..400_u32).map(|i| i.wrapping_mul(2_654_435_761) >> 7);
        let cells: Vec<(u32, u32, f64)> = numbers.map(|n| (n % 5, n / 5 % 7, f64::from(n) / 3e6)).collect();
        for compact_after in [None, Some(1), Some(40), Some(399)] {
            let mut gathered = Gathered::new(1);
            let (mut places, mut profiles) = (Vec::new(), Vec::new());
            let mut expected: BTreeMap<(u32, u32), (u32, f64)> = BTreeMap::new();
            for (number, (place, profile, weight)) in (1..).zip(&cells) {
                let id = |seen: &mut Vec<u32>, name: u32| {
                    seen.iter().position(|known| *known == name).unwrap_or_else(|| {
                        seen.push(name);
                        seen.len() - 1
                    }) as u32
                };
                let (place_id, profile_id) = (id(&mut places, *place), id(&mut profiles, *profile));
                gathered.push_all(place_id, [(profile_id, 1, *weight, &[[*weight, 2.0 * weight]][..])].into_iter());
                if Some(number) == compact_after {
                    gathered.compact(profiles.len());
                }
                let sums = expected.entry((*place, *profile)).or_default();
                *sums = (sums.0 + 1, sums.1 + weight);
            }
            let (counts, sums) = gathered.finish(&places, &profiles);
            let found = counts.iter().enumerate().flat_map(|(place, count)| vec![place as u32; *count as usize]);
            let found: Vec<(u32, u32)> = found.zip(sums.profiles.iter().copied()).collect();
            assert_eq!(found, expected.keys().copied().collect::<Vec<_>>());
            assert_eq!(sums.rows, expected.values().map(|sum| sum.0).collect::<Vec<_>>());
            assert_eq!(sums.weights, expected.values().map(|sum| sum.1).collect::<Vec<_>>());
            assert_eq!(sums.gaps[0][0], sums.weights);
            assert_eq!(sums.gaps[0][1], sums.weights.iter().map(|sum| 2.0 * sum).collect::<Vec<_>>());
        }
    }
}
