//! Scorecards from a survey: figures of other software, laws, and a synthetic survey whose truth is known.

use nalgebra::DMatrix;
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use vuon_measure::proxy_means::{
    Change, Fit, FitError, Item, Note, Options, Selection, Survey, Target, Units, Within, fit, least_squares,
};
use vuon_policy::exact::Exact;

/// Twenty-four made-up households. The coefficients below were computed once by `statsmodels` 0.15.0, `WLS` of
/// ln(welfare / 15) on a constant and the dummies of wall (1, 2), TV and size (from 3, from 5).
mod statsmodels {
    pub const WALL: [usize; 24] = [2, 1, 2, 2, 1, 2, 2, 0, 0, 0, 0, 2, 2, 0, 1, 2, 0, 2, 0, 1, 2, 0, 1, 0];
    pub const TV: [usize; 24] = [1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0];
    pub const SIZE: [f64; 24] = [
        4.0, 1.0, 1.0, 4.0, 7.0, 4.0, 6.0, 7.0, 6.0, 5.0, 4.0, 4.0, 2.0, 4.0, 3.0, 2.0, 7.0, 1.0, 1.0, 2.0, 7.0, 5.0,
        7.0, 2.0,
    ];
    pub const WEIGHT: [f64; 24] = [
        1.79, 0.51, 3.41, 1.04, 1.44, 3.58, 2.28, 3.47, 2.74, 3.1, 0.82, 2.39, 2.28, 3.55, 1.76, 2.59, 0.71, 1.86,
        1.63, 1.03, 3.36, 1.83, 3.93, 2.56,
    ];
    pub const WELFARE: [f64; 24] = [
        19.05, 17.48, 24.8, 18.88, 7.72, 19.61, 18.01, 13.73, 14.78, 7.05, 10.09, 28.33, 15.68, 11.15, 13.08, 41.56,
        10.04, 20.12, 14.01, 15.26, 30.18, 9.22, 10.06, 13.54,
    ];
    pub const PERSONS: [f64; 6] = [
        -0.21923876199187997,
        -0.007285421230283917,
        0.7139502974111418,
        0.12557771193501244,
        -0.2092685776521384,
        -0.18347496445191097,
    ];
    pub const PERSONS_R2: f64 = 0.7136546045175975;
    pub const HOUSEHOLDS: [f64; 6] = [
        -0.2155450779473746,
        0.08321162947532601,
        0.6628258579323656,
        0.13068166582112134,
        -0.18883680047190426,
        -0.22199442283829812,
    ];
    pub const HOUSEHOLDS_R2: f64 = 0.6930198267185936;
}

fn names(levels: &[&str]) -> Vec<String> {
    levels.iter().map(|l| (*l).to_owned()).collect()
}

#[test]
fn coefficients_and_r2_are_those_of_statsmodels() {
    use statsmodels::*;
    let items = [
        Item::new("wall", names(&["simple", "semi", "solid"]), WALL.to_vec()),
        Item::new("tv", names(&["no", "yes"]), TV.to_vec()),
        Item::banded("size", &SIZE, &[3.0, 5.0]).unwrap(),
    ];
    let survey = Survey {
        welfare: &WELFARE,
        line: &[15.0; 24],
        weight: &WEIGHT,
        persons: &SIZE,
        cluster: &std::array::from_fn::<usize, 24, _>(|i| i),
        region: &[0; 24],
        regions: &names(&["all"]),
        items: &items,
    };
    for (units, expected, r2) in [(Units::Persons, PERSONS, PERSONS_R2), (Units::Households, HOUSEHOLDS, HOUSEHOLDS_R2)]
    {
        let options = Options { units, folds: 2, selection: Selection::All, least_level: 1, ..Options::default() };
        let fit = fit(&survey, &options).unwrap();
        let region = &fit.regions[0];
        let c = &region.coefficients;
        let found = [region.intercept, c[0][1], c[0][2], c[1][1], c[2][1], c[2][2]];
        for (found, expected) in found.into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
        assert!((fit.in_sample.before_rounding.r2.unwrap() - r2).abs() < 1e-12);
        assert_eq!((c[0][0], c[1][0], c[2][0]), (0.0, 0.0, 0.0));
    }
}

/// A survey that nobody answered: two regions of 60 villages with 10 households each. Welfare depends on the wall, a
/// television and the size of the household, on the village, and on chance. A third of the items mean nothing.
struct Synthetic {
    welfare: Vec<f64>,
    line: Vec<f64>,
    weight: Vec<f64>,
    persons: Vec<f64>,
    cluster: Vec<usize>,
    region: Vec<usize>,
    regions: Vec<String>,
    items: Vec<Item>,
}

const WALL_EFFECT: [[f64; 3]; 2] = [[0.0, 0.25, 0.5], [0.0, 0.4, 0.6]];
const TV_EFFECT: [f64; 2] = [0.35, 0.15];
const SIZE_EFFECT: [f64; 4] = [0.5, 0.3, 0.15, 0.0];

impl Synthetic {
    fn new(seed: u64, village_effect: f64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut below = |n: u64| (random.next_u64() % n) as usize;
        let mut s = Synthetic {
            welfare: vec![],
            line: vec![],
            weight: vec![],
            persons: vec![],
            cluster: vec![],
            region: vec![],
            regions: names(&["delta", "hills"]),
            items: vec![],
        };
        let (mut wall, mut tv, mut noise, mut rare, mut kind) = (vec![], vec![], vec![], vec![], vec![]);
        for village in 0..120 {
            let region = village / 60;
            let effect = village_effect * (below(1001) as f64 / 500.0 - 1.0);
            let of_village = below(6);
            for _ in 0..10 {
                let size = 1 + below(8);
                let (w, t) = (below(3), below(2));
                // The sum of twelve equal chances is nearly normal.
                let chance: f64 = (0..12).map(|_| below(1001) as f64 / 1000.0).sum::<f64>() - 6.0;
                let band = [3, 5, 7].iter().filter(|cut| size >= **cut).count();
                let log = 3.0 - 0.3 * region as f64
                    + WALL_EFFECT[region][w]
                    + TV_EFFECT[region] * t as f64
                    + SIZE_EFFECT[band]
                    + effect
                    + 0.3 * chance;
                s.welfare.push(log.exp());
                s.line.push(if region == 0 { 30.0 } else { 26.0 });
                s.weight.push(50.0 + below(100) as f64);
                s.persons.push(size as f64);
                s.cluster.push(village);
                s.region.push(region);
                wall.push(w);
                tv.push(t);
                noise.push(below(4));
                rare.push(if below(200) == 0 { 2 } else { below(2) });
                kind.push(of_village);
            }
        }
        s.items = vec![
            Item::new("wall", names(&["simple", "semi", "solid"]), wall),
            Item::new("tv", names(&["no", "yes"]), tv.clone()),
            Item::banded("size", &s.persons, &[3.0, 5.0, 7.0]).expect("bands"),
            Item::new("noise", names(&["a", "b", "c", "d"]), noise),
            Item::new("rare", names(&["usual", "other", "seldom"]), rare),
            Item::new("tv again", names(&["no", "yes"]), tv),
            Item::new("village kind", names(&["a", "b", "c", "d", "e", "f"]), kind),
        ];
        s
    }

    fn survey<'a>(&'a self, items: &'a [Item]) -> Survey<'a> {
        Survey {
            welfare: &self.welfare,
            line: &self.line,
            weight: &self.weight,
            persons: &self.persons,
            cluster: &self.cluster,
            region: &self.region,
            regions: &self.regions,
            items,
        }
    }

    fn fit(&self, options: &Options) -> Fit {
        fit(&self.survey(&self.items), options).expect("a scorecard")
    }
}

fn share(a: i64, b: i64) -> Exact {
    Exact::new(a, b).expect("a share")
}

#[test]
fn selection_finds_the_items_that_matter_and_no_others() {
    let synthetic = Synthetic::new(1, 0.1);
    for selection in [Selection::Forward { most: None }, Selection::Backward { most: None }] {
        let fit = synthetic.fit(&Options { selection, ..Options::default() });
        // Wall, size and one of the two televisions.
        assert!(fit.items.contains(&0) && fit.items.contains(&2), "{:?}", fit.items);
        assert_eq!(fit.items.len(), 3, "{selection:?} chose {:?}", fit.items);
        assert!(fit.items.contains(&1) != fit.items.contains(&5));
    }
}

#[test]
fn the_steps_tell_how_the_form_came_about() {
    let synthetic = Synthetic::new(1, 0.1);
    let fit = synthetic.fit(&Options::default());
    assert_eq!(fit.steps[0].change, Change::Start);
    assert_eq!(fit.steps.len(), 4);
    assert!(fit.steps.windows(2).all(|w| w[1].r2 >= w[0].r2 + 0.001));
    let two = synthetic.fit(&Options { selection: Selection::Forward { most: Some(2) }, ..Options::default() });
    assert_eq!(two.steps, fit.steps[..3]);
    let one = synthetic.fit(&Options { selection: Selection::Backward { most: Some(1) }, ..Options::default() });
    assert_eq!(one.items.len(), 1);
    assert!(matches!(one.steps.last().unwrap().change, Change::Removed(_)));
}

#[test]
fn an_item_may_be_asked_in_any_case() {
    let mut synthetic = Synthetic::new(1, 0.1);
    synthetic.items[3].always = true;
    for selection in [Selection::Forward { most: None }, Selection::Backward { most: None }] {
        assert!(synthetic.fit(&Options { selection, ..Options::default() }).items.contains(&3));
    }
}

#[test]
fn coefficients_are_near_the_truth_in_each_region() {
    let synthetic = Synthetic::new(2, 0.0);
    let fit = synthetic.fit(&Options::default());
    for (region, found) in fit.regions.iter().enumerate() {
        for (level, expected) in WALL_EFFECT[region].into_iter().enumerate() {
            assert!((found.coefficients[0][level] - expected).abs() < 0.09, "{region} {level}");
        }
    }
}

#[test]
fn points_are_whole_start_at_zero_and_add_up_to_the_declared_total() {
    let synthetic = Synthetic::new(3, 0.1);
    for (greatest_total, step) in [(100, 1), (300, 1), (100, 5), (37, 1)] {
        let fit = synthetic.fit(&Options { greatest_total, step, ..Options::default() });
        for region in &fit.regions {
            assert!(region.points.iter().all(|item| item.contains(&0)));
            assert!(region.points.iter().flatten().all(|p| p % step == 0));
            let most: u32 = region.points.iter().map(|item| item.iter().max().unwrap()).sum();
            assert_eq!(most, greatest_total);
        }
    }
}

#[test]
fn finer_points_lose_less() {
    let synthetic = Synthetic::new(4, 0.1);
    let loss = |greatest_total, step| {
        let stage = synthetic.fit(&Options { greatest_total, step, ..Options::default() }).in_sample;
        stage.before_rounding.r2.unwrap() - stage.after_rounding.r2.unwrap()
    };
    let (coarse, usual, fine) = (loss(10, 1), loss(100, 1), loss(100_000, 1));
    assert!(coarse > usual && usual > fine, "{coarse} {usual} {fine}");
    assert!(usual < 0.001 && (0.0..1e-8).contains(&fine));
}

#[test]
fn a_household_is_selected_by_its_points_alone() {
    let synthetic = Synthetic::new(5, 0.1);
    let fit = synthetic.fit(&Options::default());
    let (mut selected, mut persons) = (0.0, 0.0);
    for row in 0..synthetic.welfare.len() {
        let region = &fit.regions[synthetic.region[row]];
        let answered = |(place, item): (usize, &usize)| region.points[place][synthetic.items[*item].answers[row]];
        let points: u32 = fit.items.iter().enumerate().map(answered).sum();
        assert_eq!(points, fit.points[row]);
        let weight = synthetic.weight[row] * synthetic.persons[row];
        persons += weight;
        selected += if points <= region.cut.unwrap() { weight } else { 0.0 };
    }
    let found = fit.in_sample.after_rounding.in_persons.coverage().unwrap();
    assert!((found - selected / persons).abs() < 1e-12);
}

#[test]
fn the_target_is_met_on_the_survey() {
    let synthetic = Synthetic::new(6, 0.1);
    let matrix = |target, within| {
        let fit = synthetic.fit(&Options { target, within, ..Options::default() });
        (fit.in_sample.after_rounding.in_persons, fit)
    };
    let (covered, fit) = matrix(Target::Coverage(share(3, 10)), Within::Country);
    assert!((0.3..0.4).contains(&covered.coverage().unwrap()));
    // Points see the whole country alike: the poorer region has more who are selected.
    let coverage =
        |fit: &Fit, region: usize| fit.regions[region].in_sample.after_rounding.in_persons.coverage().unwrap();
    assert!(coverage(&fit, 1) > coverage(&fit, 0) + 0.05);
    let (_, each) = matrix(Target::Coverage(share(3, 10)), Within::Region);
    assert!((0..2).all(|region| (0.3..0.42).contains(&coverage(&each, region))));

    let (excluding, _) = matrix(Target::Exclusion(share(1, 5)), Within::Country);
    assert!((0.12..=0.2).contains(&excluding.exclusion_error().unwrap()), "{:?}", excluding.exclusion_error());
    let (leaking, _) = matrix(Target::Leakage(share(1, 4)), Within::Country);
    assert!(leaking.leakage().unwrap() <= 0.25 && leaking.coverage().unwrap() > 0.05);
    let (line, _) = matrix(Target::Line, Within::Country);
    assert!(line.coverage().unwrap() > 0.1);
}

#[test]
fn a_target_that_takes_nobody_is_noted() {
    let synthetic = Synthetic::new(6, 0.1);
    let fit = synthetic.fit(&Options { target: Target::Coverage(share(0, 1)), ..Options::default() });
    assert!(fit.regions.iter().all(|r| r.cut.is_none()));
    assert!(fit.notes.contains(&Note::NobodySelected { region: 1 }));
    assert_eq!(fit.in_sample.after_rounding.in_persons.selected().units, 0);
}

#[test]
fn what_follows_from_other_items_is_dropped_with_a_note() {
    let synthetic = Synthetic::new(7, 0.1);
    let options = Options { selection: Selection::All, ..Options::default() };
    let doubled = synthetic.fit(&options);
    for region in 0..2 {
        assert!(doubled.notes.contains(&Note::Collinear { region, item: 5, level: 1 }));
        assert_eq!(doubled.regions[region].points[5], [0, 0]);
    }
    let mut items = synthetic.items.clone();
    items.remove(5);
    let single = fit(&synthetic.survey(&items), &options).unwrap();
    assert!(single.notes.iter().all(|n| !matches!(n, Note::Collinear { .. })));
    for (a, b) in doubled.held_out.iter().zip(&single.held_out) {
        assert!((a - b).abs() < 1e-9);
    }
}

#[test]
fn a_rare_answer_has_the_points_of_the_answer_most_alike() {
    let mut synthetic = Synthetic::new(8, 0.1);
    // Who gives the rare answer lives on a tenth; who gives the other, on half.
    for row in 0..1200 {
        synthetic.welfare[row] *= [1.0, 0.5, 0.1][synthetic.items[4].answers[row]];
    }
    let fit = synthetic.fit(&Options { selection: Selection::All, ..Options::default() });
    for region in 0..2 {
        let rows = (0..1200).filter(|r| synthetic.region[*r] == region && synthetic.items[4].answers[*r] == 2);
        let households = rows.count();
        assert!(households < 30);
        assert!(fit.notes.contains(&Note::Joined { region, item: 4, level: 2, with: 1, households }));
        let points = &fit.regions[region].points[4];
        assert_eq!(points[2], points[1]);
        assert!(points[0] > points[1]);
    }
}

#[test]
fn out_of_sample_does_not_flatter() {
    // Only items that mean nothing: the survey itself seems to be explained a little, other households are not.
    let synthetic = Synthetic::new(9, 0.1);
    let items = [synthetic.items[3].clone(), synthetic.items[4].clone()];
    let survey = synthetic.survey(&items);
    let found = fit(&survey, &Options { selection: Selection::All, ..Options::default() }).unwrap();
    let (seen, unseen) = (found.in_sample.before_rounding, found.out_of_sample.before_rounding);
    assert!(seen.r2.unwrap() > unseen.r2.unwrap());
    // Regions differ, and that is all there is to see.
    let within = |region: usize| found.regions[region].out_of_sample.before_rounding.r2.unwrap();
    assert!(within(0) < 0.0 && within(1) < 0.0, "{} {}", within(0), within(1));
    // Selection sees through it.
    assert_eq!(fit(&survey, &Options::default()).unwrap_err(), FitError::NothingSelected);
}

#[test]
fn who_has_seen_the_neighbours_looks_better_than_he_is() {
    // What kind of village it is means nothing, but within a village all have the same kind and the same fortune.
    let synthetic = Synthetic::new(10, 0.6);
    let items = [synthetic.items[6].clone()];
    let options = Options { selection: Selection::All, ..Options::default() };
    let together = fit(&synthetic.survey(&items), &options).unwrap();
    let own: Vec<usize> = (0..1200).collect();
    let apart = fit(&Survey { cluster: &own, ..synthetic.survey(&items) }, &options).unwrap();
    let r2 = |fit: &Fit| fit.out_of_sample.before_rounding.r2.unwrap();
    assert!(r2(&together) < r2(&apart));
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_other_folds() {
    let synthetic = Synthetic::new(11, 0.1);
    let (a, b) = (synthetic.fit(&Options::default()), synthetic.fit(&Options::default()));
    assert_eq!(a, b);
    let c = synthetic.fit(&Options { seed: 2, ..Options::default() });
    assert_ne!(a.held_out, c.held_out);
    // Folds do not touch the points of a form with the same items.
    assert_eq!(a.items, c.items);
    assert_eq!(a.points, c.points);
}

#[test]
fn a_survey_that_is_not_whole_is_refused_by_its_row() {
    let synthetic = Synthetic::new(12, 0.1);
    let survey = synthetic.survey(&synthetic.items);
    let refused = |survey: &Survey, options: &Options| fit(survey, options).unwrap_err().to_string();
    let usual = Options::default();
    let mut welfare = synthetic.welfare.clone();
    welfare[4] = 0.0;
    assert!(
        refused(&Survey { welfare: &welfare, ..survey }, &usual).starts_with("row 5: welfare is 0; it must be above")
    );
    assert!(refused(&Survey { line: &[1.0], ..survey }, &usual).contains("line has 1 rows where 1200"));
    assert!(refused(&Survey { items: &[], ..survey }, &usual).contains("no items"));
    let mut items = synthetic.items.clone();
    items[0].answers[7] = 3;
    assert!(refused(&Survey { items: &items, ..survey }, &usual).starts_with("row 8, item wall: there is no level 3"));
    items[0].levels.truncate(1);
    assert!(refused(&Survey { items: &items, ..survey }, &usual).starts_with("item wall: an item needs two levels"));
    let few: Vec<usize> = synthetic.cluster.iter().map(|c| if *c < 60 { c % 9 } else { *c }).collect();
    let said = refused(&Survey { cluster: &few, ..survey }, &usual);
    assert!(said.starts_with("region delta has 9 sampling clusters where 10 are needed"), "{said}");
    assert!(refused(&survey, &Options { greatest_total: 7, step: 5, ..usual }).contains("multiple of the step"));
    assert!(refused(&survey, &Options { folds: 1, ..usual }).contains("two or more"));
    let rich = vec![1e-6; 1200];
    let aimed = Options { target: Target::Exclusion(share(1, 10)), ..usual };
    assert!(refused(&Survey { line: &rich, ..survey }, &aimed).contains("nobody in the survey is poor"));
    let equal = vec![5.0; 1200];
    let said = refused(&Survey { welfare: &equal, line: &vec![6.0; 1200], ..survey }, &usual);
    assert!(said.starts_with("region delta: all households with a weight are equally well off"), "{said}");
}

proptest! {
    #[test]
    fn one_item_predicts_the_weighted_mean_of_each_level(
        rows in prop::collection::vec((0_usize..4, -5.0..5.0_f64, 0.01..9.0_f64), 1..40)
    ) {
        let mut design = DMatrix::zeros(rows.len(), 4);
        for (line, (level, ..)) in rows.iter().enumerate() {
            design[(line, 0)] = 1.0;
            if *level > 0 {
                design[(line, *level)] = 1.0;
            }
        }
        let pick = |f: fn(&(usize, f64, f64)) -> f64| rows.iter().map(f).collect::<Vec<f64>>();
        let found = least_squares(&design, &pick(|r| r.1), &pick(|r| r.2)).coefficients;
        for level in 0..4 {
            let of_level = || rows.iter().filter(|r| r.0 == level);
            let weight: f64 = of_level().map(|r| r.2).sum();
            if weight > 0.0 {
                let mean = of_level().map(|r| r.1 * r.2).sum::<f64>() / weight;
                let difference = if level == 0 { 0.0 } else { found[level].unwrap_or(0.0) };
                prop_assert!((found[0].unwrap() + difference - mean).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn residuals_are_orthogonal_to_every_column(
        rows in prop::collection::vec((prop::collection::vec(-3.0..3.0_f64, 3), -5.0..5.0_f64, 0.0..4.0_f64), 4..30)
    ) {
        let mut design = DMatrix::from_element(rows.len(), 4, 1.0);
        for (line, (values, ..)) in rows.iter().enumerate() {
            values.iter().enumerate().for_each(|(c, v)| design[(line, c + 1)] = *v);
        }
        let outcome: Vec<f64> = rows.iter().map(|r| r.1).collect();
        let weight: Vec<f64> = rows.iter().map(|r| r.2).collect();
        let found = least_squares(&design, &outcome, &weight).coefficients;
        let residual = |line: usize| {
            outcome[line] - (0..4).map(|c| design[(line, c)] * found[c].unwrap_or(0.0)).sum::<f64>()
        };
        for column in 0..4 {
            let product: f64 = (0..rows.len()).map(|l| weight[l] * design[(l, column)] * residual(l)).sum();
            prop_assert!(product.abs() < 1e-7, "{product}");
        }
    }
}
