//! The file of an allocation: everything it was computed from and what came out, so that anyone can compute it again.
//!
//! The formula stands in the file itself, with its sources; the file needs no register, no pack and no network.
//! [`verify`] computes the allocation anew and names every line that differs. Where the pack is at hand,
//! [`differs_from_pack`] tells whether the formula is the pack's.

use crate::allocation::{self, AllocationError, Computation, allocate};
use serde::{Deserialize, Serialize};
use vuon_policy::Text;
use vuon_policy::exact::Exact;
use vuon_policy::explain::cite;
use vuon_policy::model::{Label, Language, Source};
use vuon_policy::program::Program;
use vuon_policy::support::{Counterpart, Criterion, Formula, Points, Unspent};
use vuon_policy::unit::Unit;
use vuon_policy::words;

/// The name of this form of file.
pub const FORMAT: &str = "vuon/allocation/1";

/// An allocation as it is published.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Published {
    /// [`FORMAT`].
    pub format: String,
    /// The pack.
    pub pack: String,
    /// SHA-256 of the pack's files.
    pub pack_hash: String,
    /// What is allocated, in words: the programme's source and year.
    pub title: String,
    /// The year of the capital.
    pub year: i64,
    /// The day whose register the figures are of.
    pub figures_of: String,
    /// The formula.
    pub formula: WrittenFormula,
    /// The figures.
    pub units: Vec<allocation::Unit>,
    /// What came out.
    pub result: Computation,
}

/// A formula in a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WrittenFormula {
    /// Its id.
    pub id: String,
    /// Its label by language.
    pub label: std::collections::BTreeMap<String, String>,
    /// Whether it is an example and not law.
    pub example: bool,
    /// Where it comes from, in Vietnamese; with the mark of what was not read in the official text.
    pub source: String,
    /// The share that the level above keeps.
    pub kept: Option<String>,
    /// The criteria.
    pub criteria: Vec<WrittenCriterion>,
    /// The least share of an even share.
    pub floor: Option<String>,
    /// The most of the pool.
    pub ceiling: Option<String>,
    /// Rows of counterpart: from this share of transfers on, this share.
    pub counterpart: Vec<(String, String)>,
    /// What becomes of what is not spent: `kept` or `returned`.
    pub unspent: String,
}

/// A criterion in a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WrittenCriterion {
    /// Its id.
    pub id: String,
    /// Its label by language.
    pub label: std::collections::BTreeMap<String, String>,
    /// The unit of the figure.
    pub unit: String,
    /// Steps: from this figure on, so many points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<(String, String)>,
    /// In proportion: for each so many, so many points, at most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<(String, String, Option<String>)>,
    /// How much a point counts.
    pub coefficient: Option<String>,
    /// Where it comes from.
    pub source: String,
}

/// What is wrong with a file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FileError {
    /// It is not a file of an allocation, or of another form.
    #[error("this is not a file of an allocation of the form {FORMAT}: {0}")]
    NotOne(String),
    /// A number of the formula cannot be read.
    #[error("`{0}` in the formula is not an exact number")]
    NotANumber(String),
    /// It cannot be computed.
    #[error(transparent)]
    Allocation(#[from] AllocationError),
}

impl WrittenFormula {
    /// The formula of a program as a file writes it.
    pub fn of(program: &Program, formula: &Formula) -> Self {
        let source = |source: &Source| cite(program, source, Language::Vi);
        let exact = |number: &Exact| number.to_string();
        Self {
            id: formula.id.value.clone(),
            label: formula.label.0.clone(),
            example: formula.example,
            source: source(&formula.source),
            kept: formula.kept.as_ref().map(exact),
            criteria: formula
                .criteria
                .iter()
                .map(|criterion| {
                    let (steps, per) = match &criterion.points {
                        Points::Steps(steps) => (steps.iter().map(|(a, b)| (exact(a), exact(b))).collect(), None),
                        Points::Per { each, points, most } => {
                            (Vec::new(), Some((exact(each), exact(points), most.as_ref().map(exact))))
                        }
                    };
                    WrittenCriterion {
                        id: criterion.id.value.clone(),
                        label: criterion.label.0.clone(),
                        unit: criterion.unit.to_string(),
                        steps,
                        per,
                        coefficient: criterion.coefficient.as_ref().map(exact),
                        source: source(&criterion.source),
                    }
                })
                .collect(),
            floor: formula.floor.as_ref().map(exact),
            ceiling: formula.ceiling.as_ref().map(exact),
            counterpart: formula
                .counterpart
                .iter()
                .map(|row| (exact(&row.transfers_from), exact(&row.share)))
                .collect(),
            unspent: match formula.unspent {
                Unspent::Kept => "kept".into(),
                Unspent::Returned => "returned".into(),
            },
        }
    }

    /// The formula to compute with.
    ///
    /// # Errors
    /// [`FileError::NotANumber`].
    pub fn formula(&self) -> Result<Formula, FileError> {
        let source = || Source {
            document: Text { value: String::new(), place: Default::default() },
            article: None,
            verified: false,
            note: None,
        };
        let text = |id: &str| Text { value: id.to_owned(), place: Default::default() };
        let maybe = |text: &Option<String>| text.as_deref().map(exact).transpose();
        let criteria = self.criteria.iter().map(|criterion| {
            let points = match &criterion.per {
                Some((each, points, most)) => {
                    Points::Per { each: above_zero(each)?, points: exact(points)?, most: maybe(most)? }
                }
                None => {
                    Points::Steps(criterion.steps.iter().map(|(a, b)| Ok((exact(a)?, exact(b)?))).collect::<Result<
                        _,
                        FileError,
                    >>(
                    )?)
                }
            };
            Ok(Criterion {
                id: text(&criterion.id),
                label: Label(criterion.label.clone()),
                unit: unit(&criterion.unit)?,
                points,
                coefficient: maybe(&criterion.coefficient)?,
                source: source(),
            })
        });
        let counterpart = self
            .counterpart
            .iter()
            .map(|(from, share)| Ok(Counterpart { transfers_from: exact(from)?, share: exact(share)? }));
        Ok(Formula {
            id: text(&self.id),
            label: Label(self.label.clone()),
            example: self.example,
            kept: maybe(&self.kept)?,
            criteria: criteria.collect::<Result<_, FileError>>()?,
            floor: maybe(&self.floor)?,
            ceiling: maybe(&self.ceiling)?,
            counterpart: counterpart.collect::<Result<_, FileError>>()?,
            unspent: match self.unspent.as_str() {
                "kept" => Unspent::Kept,
                "returned" => Unspent::Returned,
                other => return Err(FileError::NotOne(format!("unspent: `{other}`"))),
            },
            source: source(),
        })
    }
}

fn exact(text: &str) -> Result<Exact, FileError> {
    Exact::parse(text).ok_or_else(|| FileError::NotANumber(text.to_owned()))
}

/// A unit as [`WrittenFormula::of`] wrote it; a pure number has none.
fn unit(text: &str) -> Result<Unit, FileError> {
    if text.is_empty() {
        Ok(Unit::none())
    } else {
        Unit::parse(text).ok_or_else(|| FileError::NotOne(format!("unit: `{text}`")))
    }
}

fn above_zero(text: &str) -> Result<Exact, FileError> {
    exact(text).and_then(|n| if n > Exact::whole(0) { Ok(n) } else { Err(FileError::NotANumber(text.to_owned())) })
}

/// What to publish.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// What is allocated, in words.
    pub title: &'a str,
    /// The year of the capital.
    pub year: i64,
    /// The day whose register the figures are of.
    pub figures_of: &'a str,
    /// How much, in đồng.
    pub amount: i64,
}

/// Computes an allocation and puts all it rests on beside it.
///
/// # Errors
/// What [`allocate`] refuses.
pub fn publish(
    program: &Program,
    formula: &Formula,
    subject: &Subject<'_>,
    units: Vec<allocation::Unit>,
) -> Result<Published, AllocationError> {
    let result = allocate(formula, subject.amount, &units)?;
    Ok(Published {
        format: FORMAT.into(),
        pack: program.pack.id.value.clone(),
        pack_hash: program.hash.clone(),
        title: subject.title.into(),
        year: subject.year,
        figures_of: subject.figures_of.into(),
        formula: WrittenFormula::of(program, formula),
        units,
        result,
    })
}

/// Reads a published file.
///
/// # Errors
/// [`FileError::NotOne`].
pub fn read(text: &str) -> Result<Published, FileError> {
    let published: Published = serde_json::from_str(text).map_err(|e| FileError::NotOne(e.to_string()))?;
    if published.format != FORMAT {
        return Err(FileError::NotOne(published.format));
    }
    Ok(published)
}

/// Computes a published allocation again. Every difference in words; none when all is as published.
///
/// # Errors
/// [`FileError`] when it cannot be computed at all.
pub fn verify(published: &Published) -> Result<Vec<String>, FileError> {
    let formula = published.formula.formula()?;
    let again = allocate(&formula, published.result.amount, &published.units)?;
    let told = &published.result;
    let mut differences = Vec::new();
    for (what, told, computed) in [
        ("kept", told.kept, again.kept),
        ("pool", told.pool, again.pool),
        ("free_pool", told.free_pool, again.free_pool),
    ] {
        if told != computed {
            differences.push(format!("{what}: {told} is written, {computed} is computed"));
        }
    }
    if told.free_score != again.free_score {
        differences.push(format!("free_score: {} is written, {} is computed", told.free_score, again.free_score));
    }
    if told.lines.len() != again.lines.len() {
        differences.push(format!("{} lines are written, {} are computed", told.lines.len(), again.lines.len()));
    }
    for (told, computed) in told.lines.iter().zip(&again.lines).filter(|(a, b)| a != b) {
        differences.push(format!(
            "{} ({}): {} points and {} đồng are written, {} ({}): {} points and {} đồng are computed",
            told.name,
            told.unit,
            told.score,
            told.amount,
            computed.name,
            computed.unit,
            computed.score,
            computed.amount
        ));
    }
    Ok(differences)
}

/// Whether the formula of a file is not that of a program's pack.
pub fn differs_from_pack(published: &Published, program: &Program) -> bool {
    let known = program.pack.formulas.iter().find(|formula| formula.id.value == published.formula.id);
    known.is_none_or(|formula| WrittenFormula::of(program, formula) != published.formula)
}

/// A line in words: "Xã X: 37,5 điểm × 12.400.000 đồng/điểm = 465.000.000 đồng".
pub fn told(result: &Computation, line: &crate::allocation::Line, language: Language) -> String {
    use crate::allocation::Bound;
    let amount = words::grouped(line.amount, language);
    let score = decimal(&line.score, language);
    match (line.bound, language) {
        (Bound::None, _) => {
            let per_point = Exact::parse(&result.free_score)
                .filter(|score| *score > Exact::whole(0))
                .and_then(|score| Exact::whole(result.free_pool).over(score))
                .map_or(0, |each| (2 * each.numerator() + each.denominator()).div_euclid(2 * each.denominator()));
            let per_point = words::grouped(per_point, language);
            match language {
                Language::Vi => format!("{}: {score} điểm × khoảng {per_point} đồng/điểm = {amount} đồng", line.name),
                Language::En => format!("{}: {score} points × about {per_point} VND a point = {amount} VND", line.name),
            }
        }
        (Bound::Floor, Language::Vi) => format!("{}: {score} điểm; mức tối thiểu = {amount} đồng", line.name),
        (Bound::Floor, Language::En) => format!("{}: {score} points; the least share = {amount} VND", line.name),
        (Bound::Ceiling, Language::Vi) => format!("{}: {score} điểm; mức tối đa = {amount} đồng", line.name),
        (Bound::Ceiling, Language::En) => format!("{}: {score} points; the most = {amount} VND", line.name),
    }
}

/// An exact number as people write it: with a decimal comma where it ends, otherwise as a fraction.
fn decimal(text: &str, language: Language) -> String {
    let Some(number) = Exact::parse(text) else { return text.to_owned() };
    let scale = (0..=6).map(|digits| 10_i64.pow(digits)).find(|scale| scale % number.denominator() == 0);
    let counted = scale.and_then(|scale| Some((number.in_units_of(scale)?, scale)));
    counted.map_or_else(|| text.to_owned(), |(count, scale)| words::number(count, scale, language))
}
