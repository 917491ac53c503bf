//! The table: blocks of figures, and what stands above them.

use arrow::array::{Array, Float64Array};
use vuon_measure::weighting::Cutoff;

/// What the rows of one line are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct What {
    /// How a change is told (`abs`, `rel`, …); empty for a level.
    pub change: &'static str,
    /// The measure.
    pub measure: &'static str,
    /// What `part` is: `indicator`, `dimension`, `income`, `measure`; empty where there is none.
    pub component: &'static str,
    /// The id of the indicator, dimension, column or measure that the figure is of.
    pub part: String,
    /// The name of the weighting, where it counts.
    pub weighting: String,
    /// The cut-off or the share at which the figure is taken: its exact text and its value.
    pub k: Option<(String, f64)>,
    /// For a band, the cut-off below which.
    pub until: Option<String>,
    /// What it is compared with, for rank correlations.
    pub versus: String,
}

impl What {
    /// The text and the value of a cut-off.
    pub fn cutoff(k: Cutoff) -> (String, f64) {
        (k.to_string(), k.value())
    }
}

/// The subgroup that the rows are about.
#[derive(Clone, Debug, PartialEq)]
pub struct Whom {
    /// The values of the keys, joined by `+`.
    pub label: String,
    /// Who is in it; none where the rows are about two rounds.
    pub people: Option<People>,
}

/// Who is in a subgroup.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct People {
    /// Rows that enter.
    pub rows: u64,
    /// The sum of their weights.
    pub population: f64,
    /// The share of the population that lives in the subgroup.
    pub population_share: f64,
    /// The share of the subgroup's weight that is left out because something is not known.
    pub excluded_share: f64,
}

/// The name of the grouping that is everybody, and of its one subgroup.
pub const NATION: &str = "nat";

/// The figures of one grouping: for each subgroup, one for each line.
#[derive(Clone, Debug)]
pub struct Block {
    /// The round; empty where there is one only.
    pub round: String,
    /// For changes, the later round.
    pub to_round: String,
    /// The names of the keys, joined by `+`; [`NATION`] for everybody.
    pub by: String,
    /// The subgroups.
    pub whom: Vec<Whom>,
    /// The lines.
    pub what: Vec<What>,
    /// The figures, `what.len()` for each subgroup.
    pub estimate: Float64Array,
    /// Their standard errors, and limits; none for a register.
    pub precision: Option<Precision>,
    /// p values of changes, two-sided.
    pub p_value: Option<Float64Array>,
    /// Standard errors by replicates, beside the linearised ones.
    pub check: Option<Float64Array>,
}

/// How sure the figures are; as long as these.
#[derive(Clone, Debug)]
pub struct Precision {
    /// Standard errors.
    pub error: Float64Array,
    /// Lower limits.
    pub lower: Float64Array,
    /// Upper limits.
    pub upper: Float64Array,
}

impl Block {
    /// A figure that exists.
    pub fn estimate(&self, whom: usize, what: usize) -> Option<f64> {
        value(&self.estimate, whom * self.what.len() + what)
    }

    /// Its limits.
    pub fn limits(&self, whom: usize, what: usize) -> Option<(f64, f64)> {
        let place = whom * self.what.len() + what;
        self.precision.as_ref().and_then(|p| Some((value(&p.lower, place)?, value(&p.upper, place)?)))
    }

    /// Its p value.
    pub fn p_value(&self, whom: usize, what: usize) -> Option<f64> {
        self.p_value.as_ref().and_then(|p| value(p, whom * self.what.len() + what))
    }

    /// How many rows it has in the table.
    pub fn rows(&self) -> usize {
        self.whom.len() * self.what.len()
    }
}

fn value(column: &Float64Array, place: usize) -> Option<f64> {
    column.is_valid(place).then(|| column.value(place))
}

/// The law by which deprivations were judged, said in every row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Law {
    /// The pack and the beginning of its hash.
    pub pack: String,
    /// Whether something of it was not read in the official text.
    pub rests_on_unverified: bool,
}

/// All estimates of a run.
#[derive(Clone, Debug, Default)]
pub struct Tidy {
    /// What the table rests on: keys and texts, in order.
    pub header: Vec<(String, String)>,
    /// The pack, when there was one.
    pub law: Option<Law>,
    /// The figures.
    pub blocks: Vec<Block>,
}

impl Tidy {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.blocks.iter().map(Block::rows).sum()
    }
}
