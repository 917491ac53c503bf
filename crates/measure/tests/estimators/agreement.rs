//! The same numbers as R's `survey`: estimates to 1e-12, standard errors to 1e-9, limits to 1e-6, relative.

use crate::common::{apart, cutoff};
use crate::survey::{CUTOFFS, Fact, INDICATORS, cube, equal, facts, groupings, households, round, uneven};
use vuon_measure::alkire_foster::{Component, Errors, Estimates, Line, Measure, Specification, Table, estimate};
use vuon_measure::change::{Change, Changes, Kind, Link, Round, changes};
use vuon_measure::cube::{Cube, Label, Sampling};
use vuon_measure::design::LonelyPsu;
use vuon_measure::interval::{Interval, Limits};
use vuon_measure::replicate::{Method, replicate};
use vuon_measure::rows::Row;

const ESTIMATE: f64 = 1e-12;
const STANDARD_ERROR: f64 = 1e-9;
const LIMIT: f64 = 1e-6;

/// Compares figures with facts, and counts them.
#[derive(Default)]
struct Agreement {
    compared: usize,
    worst: [f64; 3],
}

impl Agreement {
    /// `NaN` in a table says that there is no such figure; 0 stands for what is within 1e-13 of it.
    #[track_caller]
    fn on(&mut self, fact: &Fact, column: &str, found: Option<f64>, tolerance: f64) {
        self.compared += 1;
        let expected = fact.number(column);
        let Some(found) = found else {
            return assert!(expected.is_nan(), "{fact:?}: nothing is not {column}");
        };
        let apart = apart(found, expected);
        let allowed = if expected == 0.0 { 1e-13 } else { tolerance };
        assert!(apart <= allowed, "{fact:?}: {found:e} is not {column}, {apart:e} apart");
        let place = [ESTIMATE, STANDARD_ERROR, LIMIT].iter().position(|t| *t == tolerance).unwrap();
        self.worst[place] = self.worst[place].max(apart);
    }

    #[track_caller]
    fn of(self, figures: usize) {
        let [estimate, error, limit] = self.worst;
        println!("{} compared; apart at most {estimate:.1e}, {error:.1e}, {limit:.1e}", self.compared);
        assert_eq!(self.compared, figures, "as many figures as the table has");
    }
}

fn measure(name: &str) -> Measure {
    let ours = match name {
        "contribution" => "contrib",
        "share" => "popshare",
        same => same,
    };
    Measure::named(ours).unwrap()
}

fn everything() -> Specification {
    Specification {
        weightings: vec![equal(), uneven()],
        cutoffs: CUTOFFS.map(cutoff).to_vec(),
        dimensions: Vec::new(),
        measures: Measure::ALL.to_vec(),
    }
}

/// H, M₀ and A at k = 1/3.
fn three() -> Specification {
    let measures = vec![Measure::Headcount, Measure::AdjustedHeadcount, Measure::Intensity];
    Specification { weightings: vec![equal()], cutoffs: vec![cutoff("1/3")], measures, ..everything() }
}

/// The place of the line that a fact is about.
fn line(fact: &Fact, lines: &[Line], cutoffs: &[&str]) -> usize {
    let weighting = fact.text("weighting");
    let given = !weighting.is_empty();
    let wanted = Line {
        measure: measure(fact.text("measure")),
        component: component(fact),
        weighting: given.then(|| fact.place_in("weighting", &["equal", "uneven"])),
        cutoff: given.then(|| fact.place_in("k", cutoffs)),
        until: None,
    };
    lines.iter().position(|line| *line == wanted).unwrap_or_else(|| panic!("no line for {fact:?}"))
}

fn component(fact: &Fact) -> Option<Component> {
    let indicator = fact.text("indicator");
    (!indicator.is_empty()).then(|| Component::Indicator(fact.place_in("indicator", &INDICATORS)))
}

/// A round of the survey as one design sees it, and its estimates.
struct Estimated {
    cube: Cube,
    estimates: Estimates,
}

impl Estimated {
    fn new(cube: Cube, specification: &Specification, lonely: LonelyPsu) -> Self {
        let estimates = estimate(&cube, specification, &groupings(), Errors::Linearised(lonely)).unwrap();
        Self { cube, estimates }
    }

    /// Both rounds, each estimated in full.
    fn rounds() -> [Self; 2] {
        [1, 2].map(|t| Self::new(cube(&round(t), Sampling::Clusters), &everything(), LonelyPsu::Fail))
    }

    /// The table and the domain that a fact is about.
    fn table(&self, fact: &Fact) -> (&Table, usize) {
        let table = &self.estimates.tables[fact.level()];
        (table, fact.domain(&self.cube, &table.grouping))
    }

    fn degrees_of_freedom(&self) -> usize {
        self.estimates.design.as_ref().unwrap().degrees_of_freedom()
    }

    fn limits(&self, interval: Interval) -> Limits {
        Limits::new(interval, 0.95, self.degrees_of_freedom()).unwrap()
    }
}

fn of_round<'a>(rounds: &'a [Estimated; 2], fact: &Fact) -> &'a Estimated {
    &rounds[fact.place_in("t", &["1", "2"])]
}

#[test]
fn designs_have_the_units_and_strata_of_r() {
    let (survey, lonely) = (households("survey.csv"), households("lonely.csv"));
    let mut compared = 0;
    for fact in facts("design.csv") {
        let with_lonely = if fact.text("file") == "survey" { &[] } else { lonely.as_slice() };
        let wanted = |round: u32| fact.text("t").split('+').any(|t| t == round.to_string());
        let rows = survey.iter().chain(with_lonely).filter(|household| wanted(household.round));
        let cube = cube(&rows.map(|household| household.row.clone()).collect::<Vec<_>>(), Sampling::Clusters);
        let design = cube.design(LonelyPsu::Certainty).unwrap();
        let estimates = estimate(&cube, &three(), &[vec![]], Errors::None).unwrap();
        let counts = estimates.tables[0].counts[0];
        let found = [
            ("rows", cube.rows() as f64),
            ("complete", counts.rows as f64),
            ("psus", design.psus() as f64),
            ("strata", design.strata().len() as f64),
            ("df", design.degrees_of_freedom() as f64),
            ("weight_sum", counts.weight + counts.excluded_weight),
            ("weight_sum_complete", counts.weight),
        ];
        for (column, found) in found {
            assert!(apart(found, fact.number(column)) < 1e-14, "{fact:?}: {found} is not {column}");
            compared += 1;
        }
    }
    assert_eq!(compared, 6 * 7);
}

#[test]
fn levels_are_those_of_r() {
    let rounds = Estimated::rounds();
    let mut agreement = Agreement::default();
    for fact in facts("levels.csv") {
        let round = of_round(&rounds, &fact);
        let (table, domain) = round.table(&fact);
        let line = line(&fact, &table.lines, &CUTOFFS);
        let (value, error) = (table.value(domain, line), table.standard_error(domain, line));
        agreement.on(&fact, "b", value, ESTIMATE);
        agreement.on(&fact, "se", error, STANDARD_ERROR);
        for (interval, lower, upper) in [(Interval::Plain, "ll_t", "ul_t"), (Interval::Logit, "ll_logit", "ul_logit")] {
            let limits = value.zip(error).and_then(|(value, error)| round.limits(interval).share(value, error));
            agreement.on(&fact, lower, limits.map(|limits| limits.0), LIMIT);
            agreement.on(&fact, upper, limits.map(|limits| limits.1), LIMIT);
        }
        assert_eq!(round.degrees_of_freedom() as f64, fact.number("df"));
    }
    agreement.of(1258 * 6);
}

#[test]
fn gaps_are_those_of_r() {
    let rounds = Estimated::rounds();
    let mut agreement = Agreement::default();
    for fact in facts("gap.csv") {
        let (table, domain) = of_round(&rounds, &fact).table(&fact);
        let wanted = |line: &&Line| line.measure == measure(fact.text("measure"));
        let (weighting, k) = (fact.place_in("weighting", &["equal", "uneven"]), fact.place_in("k", &CUTOFFS));
        let line = table.lines.iter().filter(wanted).find(|l| (l.weighting, l.cutoff) == (Some(weighting), Some(k)));
        let line = table.lines.iter().position(|l| Some(l) == line).unwrap();
        agreement.on(&fact, "b", table.value(domain, line), ESTIMATE);
        agreement.on(&fact, "se", table.standard_error(domain, line), STANDARD_ERROR);
    }
    agreement.of(256 * 2);
}

/// The rows as a design sees them.
fn designed(name: &str, t: u32) -> (Vec<Row>, Sampling) {
    let mut households = households("survey.csv");
    if name.starts_with("lonely") {
        households.extend(self::households("lonely.csv"));
    }
    households.retain(|household| household.round == t);
    let each_its_own = matches!(name, "element" | "simple");
    let rows = households.into_iter().enumerate().map(|(place, household)| {
        let mut row = household.row;
        if name.ends_with("fpc") {
            row.population = Some(household.population);
        }
        if matches!(name, "unstratified" | "simple") {
            row.stratum = Label::Missing;
        }
        if each_its_own {
            row.psu = Label::Whole(place as i64);
        }
        match name {
            "unweighted" => row.weight = 1.0,
            "person" => row.weight *= household.size,
            _ => {}
        }
        row
    });
    (rows.collect(), if each_its_own { Sampling::Elements } else { Sampling::Clusters })
}

#[test]
fn other_designs_are_those_of_r() {
    let mut agreement = Agreement::default();
    let facts = facts("designs.csv");
    for same in facts.chunk_by(|a, b| (a.text("design"), a.text("t")) == (b.text("design"), b.text("t"))) {
        let name = same[0].text("design");
        let rule = name.trim_start_matches("lonely_").trim_end_matches("_fpc");
        let lonely = if name.starts_with("lonely") { LonelyPsu::named(rule).unwrap() } else { LonelyPsu::Fail };
        let (rows, sampling) = designed(name, same[0].text("t").parse().unwrap());
        let estimated = Estimated::new(cube(&rows, sampling), &three(), lonely);
        for fact in same {
            let (table, domain) = estimated.table(fact);
            let line = table.lines.iter().position(|line| line.measure == measure(fact.text("measure"))).unwrap();
            agreement.on(fact, "b", table.value(domain, line), ESTIMATE);
            agreement.on(fact, "se", table.standard_error(domain, line), STANDARD_ERROR);
            assert_eq!(estimated.degrees_of_freedom() as f64, fact.number("df"));
        }
    }
    agreement.of(624 * 2);
}

/// `svyciprop` has more methods than we offer; of the five in the table, ours are `mean` and `xlogit`. Where nobody or
/// everybody is poor, R has no limits: ours on the logit scale neither, plain ones have no width.
#[test]
fn limits_of_the_headcount_are_those_of_r() {
    let rounds = Estimated::rounds();
    let mut agreement = Agreement::default();
    let mut without_width = 0;
    for fact in facts("limits.csv") {
        let interval = match fact.text("method") {
            "mean" => Interval::Plain,
            "xlogit" => Interval::Logit,
            _ => continue,
        };
        let round = of_round(&rounds, &fact);
        let (table, domain) = round.table(&fact);
        let wanted = |l: &Line| {
            l.measure == Measure::Headcount && l.weighting == Some(0) && l.cutoff == Some(fact.place_in("k", &CUTOFFS))
        };
        let line = table.lines.iter().position(wanted).unwrap();
        let (value, error) = (table.value(domain, line), table.standard_error(domain, line));
        agreement.on(&fact, "b", value, ESTIMATE);
        agreement.on(&fact, "se", error, STANDARD_ERROR);
        assert_eq!(table.counts[domain].rows as f64, fact.number("n"));
        let limits = round.limits(interval).share(value.unwrap(), error.unwrap());
        if interval == Interval::Plain && fact.number("ll").is_nan() {
            assert_eq!(limits, Some((0.0, 0.0)));
            without_width += 1;
            continue;
        }
        agreement.on(&fact, "ll", limits.map(|limits| limits.0), LIMIT);
        agreement.on(&fact, "ul", limits.map(|limits| limits.1), LIMIT);
    }
    assert_eq!(without_width, 2);
    agreement.of(128 * 4 - 2 * 2);
}

/// Limits of 0 ± 1 are quantiles of t; those of nobody among n rows, with n − 1 degrees of freedom, of Beta(1, n).
#[test]
fn quantiles_are_those_of_r() {
    let mut agreement = Agreement::default();
    for fact in facts("quantiles.csv") {
        let level = 2.0 * fact.number("p") - 1.0;
        let limits = |df: f64| Limits::new(Interval::Plain, level, df as usize).unwrap();
        match (fact.text("distribution"), fact.text("a")) {
            ("t", _) => {
                let (lower, upper) = limits(fact.number("a")).plain(0.0, 1.0);
                assert_eq!(lower, -upper);
                agreement.on(&fact, "q", Some(upper), STANDARD_ERROR);
            }
            ("beta", "1") if level > 0.0 => {
                let n = fact.number("b");
                let upper = limits(n - 1.0).none_or_all(0.0, n as u64).unwrap().1;
                agreement.on(&fact, "q", Some(upper), STANDARD_ERROR);
                let lower = limits(n - 1.0).none_or_all(1.0, n as u64).unwrap().0;
                agreement.on(&fact, "q", Some(1.0 - lower), STANDARD_ERROR);
            }
            _ => {}
        }
    }
    agreement.of(96 + 2);
}

/// H, M₀, A and the censored headcounts at k = 1/3 and 1/2.
fn changing() -> (Specification, [&'static str; 2]) {
    let cutoffs = ["1/3", "1/2"];
    let measures = vec![Measure::Headcount, Measure::AdjustedHeadcount, Measure::Intensity, Measure::Censored];
    let cut = cutoffs.map(cutoff).to_vec();
    (Specification { weightings: vec![equal()], cutoffs: cut, measures, ..everything() }, cutoffs)
}

fn link(fact: &Fact) -> usize {
    fact.place_in("link", &["independent", "linked"])
}

/// The changes between the rounds, independent and linked; and the cube of the earlier round, whose domains they have.
fn both_links(specification: &Specification) -> ([Changes; 2], Cube) {
    let rounds = [(1, 2018.0), (2, 2022.5)].map(|(t, year)| Round {
        label: Label::Whole(t),
        year: Some(year),
        cube: cube(&round(t as u32), Sampling::Clusters),
    });
    let errors = Errors::Linearised(LonelyPsu::Fail);
    let of = |link| changes([&rounds[0], &rounds[1]], specification, &groupings(), errors, link).unwrap();
    ([of(Link::Independent), of(Link::Linked)], rounds[0].cube.clone())
}

fn change(fact: &Fact, links: &[Changes; 2], cube: &Cube, cutoffs: &[&str], kind: Kind) -> Change {
    let table = &links[link(fact)].tables[fact.level()];
    let earlier = fact.domain(cube, &table.groupings[0]);
    let domain = table.domains.iter().position(|domains| domains[0] == earlier).unwrap();
    table.change(domain, line(fact, &table.lines, cutoffs), kind).unwrap()
}

#[test]
fn changes_are_those_of_r() {
    let (specification, cutoffs) = changing();
    let (links, cube) = both_links(&specification);
    let mut agreement = Agreement::default();
    for fact in facts("changes.csv") {
        let kind = Kind::ALL[fact.place_in("change", &Kind::ALL.map(Kind::name))];
        let change = change(&fact, &links, &cube, &cutoffs, kind);
        // A change near 0 is the difference of two figures near 1.
        let value = fact.number("b");
        let apart = (change.value - value).abs() / value.abs().max(0.1);
        assert!(apart < ESTIMATE, "{fact:?}: {}", change.value);
        agreement.worst[0] = agreement.worst[0].max(apart);
        agreement.compared += 1;
        agreement.on(&fact, "se", change.standard_error, STANDARD_ERROR);
    }
    agreement.of(1024 * 2);
}

/// For linked rounds the standard error of a round is that in the design of both together: the one which a cube of both
/// rounds gives for the round as a subgroup.
#[test]
fn what_changes_are_made_of_is_that_of_r() {
    let (specification, cutoffs) = changing();
    let (links, earlier) = both_links(&specification);
    let one_round =
        [1, 2].map(|t| Estimated::new(cube(&round(t), Sampling::Clusters), &specification, LonelyPsu::Fail));
    let mut both: Vec<Row> = Vec::new();
    for t in [1, 2] {
        let keyed = |mut row: Row| {
            row.keys.push(Label::Whole(i64::from(t)));
            row.gaps.clear();
            row
        };
        both.extend(round(t).into_iter().map(keyed));
    }
    let mut header = crate::common::header(10, Sampling::Clusters, &["area", "region", "round"]);
    header.indicators = INDICATORS.map(String::from).to_vec();
    let both = Cube::of_rows(header, &both);
    let by_round: Vec<Vec<usize>> = groupings().into_iter().map(|keys| [keys, vec![2]].concat()).collect();
    let pooled = estimate(&both, &specification, &by_round, Errors::Linearised(LonelyPsu::Fail)).unwrap();

    let mut agreement = Agreement::default();
    for fact in facts("changes_inputs.csv") {
        let linked = link(&fact) == 1;
        let mut errors = [0.0; 2];
        for t in [0, 1] {
            let (table, domain) = one_round[t].table(&fact);
            let place = line(&fact, &table.lines, &cutoffs);
            agreement.on(&fact, ["x0", "x1"][t], table.value(domain, place), ESTIMATE);
            let error = if linked {
                let table = &pooled.tables[fact.level()];
                let group = Some(fact.text("group")).filter(|group| !group.is_empty()).map(str::to_owned);
                let wanted: Vec<String> = group.into_iter().chain([(t + 1).to_string()]).collect();
                let labels =
                    |d: usize| both.domain_labels(&table.grouping, d).iter().map(ToString::to_string).collect();
                let domain = (0..table.counts.len()).position(|d| Vec::<String>::eq(&labels(d), &wanted)).unwrap();
                table.standard_error(domain, place)
            } else {
                table.standard_error(domain, place)
            };
            agreement.on(&fact, ["se0", "se1"][t], error, STANDARD_ERROR);
            errors[t] = error.unwrap();
        }
        // Var(x₁ − x₀) = Var x₀ + Var x₁ − 2 Cov.
        let change = change(&fact, &links, &earlier, &cutoffs, Kind::Absolute).standard_error.unwrap();
        let covariance = (errors[0] * errors[0] + errors[1] * errors[1] - change * change) / 2.0;
        let expected = fact.number("cov");
        assert!((covariance - expected).abs() < STANDARD_ERROR * errors[0] * errors[1], "{fact:?}: {covariance}");
        agreement.compared += 1;
        assert_eq!(links[link(&fact)].degrees_of_freedom.unwrap() as f64, fact.number("df"));
    }
    agreement.of(256 * 5);
}

#[test]
fn the_jackknife_is_that_of_r() {
    let cubes = [1, 2].map(|t| cube(&round(t), Sampling::Clusters));
    let mut agreement = Agreement::default();
    for fact in facts("replicates.csv") {
        let cube = &cubes[fact.place_in("t", &["1", "2"])];
        let around_mean = fact.text("mse") == "FALSE";
        let keys = &groupings()[fact.level()];
        let table = replicate(cube, &three(), keys, Method::Jackknife { around_mean }).unwrap().unwrap();
        let domain = fact.domain(cube, &table.grouping);
        let line = table.lines.iter().position(|line| line.measure == measure(fact.text("measure"))).unwrap();
        agreement.on(&fact, "se", table.standard_error(domain, line), STANDARD_ERROR);
        assert_eq!(table.replicates as f64, fact.number("replicates"));
    }
    agreement.of(36);
}
