//! What if a value were another: a pack with some of its values set from outside, checked like any pack and marked as
//! no law.
//!
//! In: a pack, and pairs of a path and a value. Out: a [`Program`] of its own, or every [`OverrideError`] at once.
//!
//! | Path | Sets | Value |
//! |---|---|---|
//! | `lines.rural.poor` | a parameter | a number in its unit: `1800000`, `1800000 VND/person/month`, `1/4` |
//! | `indicators.nutrition.weight` | the weight of an indicator | `1/5` |
//! | `dimensions.health.weight` | the weight of a dimension | `1/2` |
//! | `schemes.production_support.amount` | the amount of a scheme | a number in its unit |
//!
//! The weights of a pack sum to 1, so those that are not set make room. What is set stands as it is set; the other
//! indicators of a dimension whose weight is set share the rest of that dimension, all others share the rest of the whole,
//! in their proportions. Rules and questions are not set here: who changes them writes a pack that extends the other.
//!
//! What always holds: the program calls itself `ID+what-if`, its hash is not the pack's, it is an example and not law in
//! every output, and each item that differs cites no document of the law and is not verified. The worked cases of the
//! pack are not its own. The national standard beside a local one stays as it is. A value may leave a rule without any
//! household (a cut-off set to the next one): in a pack that is a mistake, here it is the answer.

mod error;
mod weights;

pub use error::{Mistake, OverrideError, OverrideErrors};

use crate::check::{self, IdleRules};
use crate::exact::Exact;
use crate::model::{Document, Label, Pack, Source};
use crate::problem::Problems;
use crate::program::Program;
use crate::unit::Unit;
use crate::yaml::Text;
use crate::{Library, LoadError};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What follows the id of a pack of which values were set.
pub const WHAT_IF: &str = "+what-if";

impl Library {
    /// Reads a pack as [`Library::load`] does and sets values of it, each by its path. Without any it is the pack itself.
    ///
    /// # Errors
    /// As of [`Library::load`]; what is wrong with the paths and values; what the checker finds wrong with the whole, such
    /// as an income line above the next one.
    pub fn load_with_overrides(
        &self,
        id_or_path: &str,
        overrides: &[(String, String)],
    ) -> Result<Arc<Program>, LoadError> {
        let (program, files) = self.load_with_files(id_or_path)?;
        if overrides.is_empty() {
            return Ok(program);
        }
        let settings = read(&program.pack, overrides).map_err(LoadError::Overrides)?;
        let mut pack = program.pack.clone();
        apply(&mut pack, &settings).map_err(LoadError::Overrides)?;
        let mut list = Vec::new();
        let hash = hash(&program.hash, &settings);
        let national = program.national.clone();
        match check::check(pack, BTreeSet::new(), &files, hash, national, IdleRules::Allowed, &mut list) {
            Some(program) => Ok(Arc::new(program)),
            None => Err(LoadError::Problems(Problems { files, list })),
        }
    }
}

/// Everything of a pack that can be set, by its path.
pub fn paths(pack: &Pack) -> Vec<String> {
    targets(pack).into_iter().map(|(path, _)| path).collect()
}

/// What a path stands for: the place of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Target {
    Parameter(usize),
    IndicatorWeight(usize),
    DimensionWeight(usize),
    Amount(usize),
}

/// A value to set.
#[derive(Clone, Debug)]
struct Setting {
    path: String,
    target: Target,
    value: Exact,
    unit: Unit,
}

impl Setting {
    /// The value with its unit.
    fn told(&self) -> String {
        told(self.value, &self.unit)
    }
}

fn told(value: Exact, unit: &Unit) -> String {
    if unit.is_none() { value.to_string() } else { format!("{value} {unit}") }
}

fn targets(pack: &Pack) -> Vec<(String, Target)> {
    let parameters = pack.parameters.iter().enumerate().map(|(i, p)| (p.id.value.clone(), Target::Parameter(i)));
    let weight = |of: &str, id: &Text| format!("{of}.{}.weight", id.value);
    let indicators =
        pack.indicators.iter().enumerate().map(|(i, x)| (weight("indicators", &x.id), Target::IndicatorWeight(i)));
    let dimensions =
        pack.dimensions.iter().enumerate().map(|(i, x)| (weight("dimensions", &x.id), Target::DimensionWeight(i)));
    let schemes = pack.schemes.iter().enumerate().filter(|(_, scheme)| scheme.amount.is_some());
    let amounts = schemes.map(|(i, x)| (format!("schemes.{}.amount", x.id.value), Target::Amount(i)));
    parameters.chain(indicators).chain(dimensions).chain(amounts).collect()
}

/// The unit of what a path stands for.
fn unit(pack: &Pack, target: Target) -> Unit {
    match target {
        Target::Parameter(place) => pack.parameters[place].unit.clone(),
        Target::Amount(place) => {
            pack.schemes[place].amount.as_ref().map_or_else(Unit::none, |amount| amount.unit.clone())
        }
        Target::IndicatorWeight(_) | Target::DimensionWeight(_) => Unit::none(),
    }
}

/// Reads paths and values, in the order of the paths: in which order they were given does not matter.
fn read(pack: &Pack, overrides: &[(String, String)]) -> Result<Vec<Setting>, OverrideErrors> {
    let known = targets(pack);
    let mut settings: Vec<Setting> = Vec::new();
    let mut list = Vec::new();
    for (path, value) in overrides {
        let path = path.trim();
        let read = match known.iter().find(|(name, _)| name == path) {
            None => Err(Mistake::Unknown { near: near(path, &known), known: paths(pack) }),
            Some(_) if settings.iter().any(|earlier| earlier.path == path) => Err(Mistake::Twice),
            Some((_, target)) => number(value, &unit(pack, *target)).map(|value| Setting {
                path: path.to_owned(),
                target: *target,
                value,
                unit: unit(pack, *target),
            }),
        };
        match read {
            Ok(setting) => settings.push(setting),
            Err(mistake) => list.push(OverrideError { path: path.to_owned(), mistake }),
        }
    }
    settings.sort_by(|a, b| a.path.cmp(&b.path));
    if list.is_empty() { Ok(settings) } else { Err(OverrideErrors { list }) }
}

/// Reads `1800000` or `1800000 VND/person/month`.
fn number(written: &str, unit: &Unit) -> Result<Exact, Mistake> {
    let written = written.trim();
    let (number, of) = written.split_once(char::is_whitespace).unwrap_or((written, ""));
    let value = Exact::parse(number).ok_or_else(|| Mistake::NotANumber(written.to_owned()))?;
    match of.trim() {
        "" => Ok(value),
        of if Unit::parse(of).as_ref() == Some(unit) => Ok(value),
        of => Err(Mistake::Unit { wanted: unit.clone(), found: of.to_owned() }),
    }
}

/// How many names are offered for one that is not known.
const OFFERED: usize = 3;

/// The paths that a mistyped one may mean: those that hold the most of its parts, then the nearest by spelling.
fn near(typed: &str, known: &[(String, Target)]) -> Vec<String> {
    let form = ["", "indicators", "dimensions", "schemes", "weight", "amount"];
    let parts: Vec<&str> = typed.split('.').filter(|part| !form.contains(part)).collect();
    let mut found: Vec<(usize, usize, usize, &String)> = known
        .iter()
        .map(|(path, _)| {
            let lacking = |has: &dyn Fn(&str) -> bool| parts.iter().filter(|part| !has(part)).count();
            let within = lacking(&|part| path.contains(part));
            let whole = lacking(&|part| path.split('.').any(|own| own == part));
            (within, whole, strsim::damerau_levenshtein(typed, path), path)
        })
        .filter(|(within, _, distance, path)| *within < parts.len() || *distance <= 1 + path.chars().count() / 4)
        .collect();
    found.sort();
    found.into_iter().take(OFFERED).map(|(.., path)| path.clone()).collect()
}

/// Lays the values over the pack, and says of it that it is no law.
fn apply(pack: &mut Pack, settings: &[Setting]) -> Result<(), OverrideErrors> {
    for setting in settings {
        match setting.target {
            Target::Parameter(place) => {
                let parameter = &mut pack.parameters[place];
                if parameter.value != setting.value {
                    let before = told(parameter.value, &parameter.unit);
                    parameter.source = what_if(&parameter.source, &before);
                    parameter.value = setting.value;
                }
            }
            Target::Amount(place) => {
                let scheme = &mut pack.schemes[place];
                let Some(amount) = &mut scheme.amount else { continue };
                if amount.value != Some(setting.value) {
                    let before = amount.value.map_or_else(|| "nothing".to_owned(), |value| told(value, &amount.unit));
                    scheme.source = what_if(&scheme.source, &before);
                    amount.value = Some(setting.value);
                }
            }
            Target::IndicatorWeight(_) | Target::DimensionWeight(_) => {}
        }
    }
    for (indicator, weight) in weights::share(pack, settings)?.into_iter().enumerate() {
        let indicator = &mut pack.indicators[indicator];
        if indicator.weight.0 != weight {
            indicator.source = what_if(&indicator.source, &format!("the weight {}", indicator.weight.0));
            indicator.weight.0 = weight;
        }
    }
    let set: Vec<String> = settings.iter().map(|setting| format!("{} = {}", setting.path, setting.told())).collect();
    let set = set.join("; ");
    for (language, label) in &mut pack.label.0 {
        let what_if = if language == "vi" { "giả định" } else { "what-if" };
        *label = format!("{label} – {what_if}: {set}");
    }
    pack.id.value += WHAT_IF;
    pack.example = true;
    pack.cases.clear();
    pack.documents.push(document(&pack.languages));
    Ok(())
}

/// The document that stands for none. No document of a pack can have its id.
fn document(languages: &[String]) -> Document {
    let text = |language: &String| match language.as_str() {
        "vi" => "Giả định, không phải văn bản pháp luật",
        _ => "What-if, not law",
    };
    let label = Label(languages.iter().map(|language| (language.clone(), text(language).to_owned())).collect());
    Document { id: Text::new(WHAT_IF), label, issued: None, url: None }
}

/// The source of a value that was set, which remembers the one before.
fn what_if(source: &Source, before: &str) -> Source {
    let article = source.article.as_ref().map_or(String::new(), |article| format!(", {article}"));
    Source {
        document: Text::new(WHAT_IF),
        article: None,
        verified: false,
        note: Some(format!("set for a what-if; the pack has {before} ({}{article})", source.document.value)),
    }
}

/// The hash of the pack and of what was set in it.
fn hash(pack: &str, settings: &[Setting]) -> String {
    let mut hash = Sha256::new();
    hash.update(pack);
    for setting in settings {
        hash.update(format!("\0{WHAT_IF}\0{}\0{}", setting.path, setting.told()));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
