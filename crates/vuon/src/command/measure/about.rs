//! What a saved cube says of itself: by which law the deprivations in it were judged, and by which weights they were
//! first added up. Keys are those of the head of a table, so that `vuon simulate` and other tools find them.

use super::question::{Indicator, Options};
use super::wrong;
use crate::command::law::Opened;
use crate::estimates::Law;
use anyhow::Result;
use std::path::Path;
use vuon_measure::weighting::Weighting;
use vuon_policy::exact::Exact;
use vuon_policy::explain::cite;
use vuon_policy::model::Language;

/// Names and texts.
#[derive(Clone, Debug, Default)]
pub struct About(pub Vec<(String, String)>);

const PREFIX: &str = "vuon.";

/// What is said of a pack: in the head of a table, and beside a cube.
pub fn of_law(law: &Opened) -> Vec<(&'static str, String)> {
    let Opened { program, method, review_date } = law;
    let pack = &program.pack;
    let unverified = program.unverified_for(*method).into_iter();
    let unverified = unverified
        .map(|(label, source)| format!("{}: {}", label.get(Language::En), cite(program, source, Language::En)));
    vec![
        ("pack", pack.id.value.clone()),
        ("pack_hash", program.hash.clone()),
        ("method", pack.methods[*method].id.value.clone()),
        ("review_date", review_date.map_or(String::new(), |day| day.to_string())),
        ("example", pack.example.to_string()),
        ("incomplete", pack.incomplete.as_ref().map_or("", |reason| reason.get(Language::En)).to_owned()),
        ("unverified", unverified.collect::<Vec<_>>().join("\n")),
    ]
}

/// Weights as whole numbers, whose proportions count; none where not all are given.
fn weights(given: &[Indicator]) -> Option<String> {
    let exact: Vec<Exact> = given.iter().map(|indicator| indicator.weight).collect::<Option<_>>()?;
    let weighting = Weighting::proportional("given", &exact).ok()?;
    let weight = |(place, indicator): (usize, &Indicator)| format!("{}:{}", indicator.name, weighting.units(place));
    Some(given.iter().enumerate().map(weight).collect::<Vec<_>>().join(","))
}

impl About {
    /// What is to be said of a cube that is counted now.
    pub fn new(law: Option<&Opened>, given: &[Indicator], asked: &Options) -> Self {
        let mut pairs: Vec<(&str, String)> = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
        pairs.extend(law.map(of_law).unwrap_or_default());
        pairs.push(("weights", weights(given).unwrap_or_default()));
        let dimensions = match law {
            Some(law) if asked.dimensions.is_empty() => {
                let pack = &law.program.pack;
                let members = |id: &str| {
                    let of = pack.indicators.iter().filter(|indicator| indicator.dimension.value == id);
                    of.map(|indicator| indicator.id.value.as_str()).collect::<Vec<_>>().join("+")
                };
                pack.dimensions.iter().map(|d| format!("{}={}", d.id.value, members(&d.id.value))).collect()
            }
            _ => asked.dimensions.clone(),
        };
        pairs.push(("dimensions", dimensions.join("\n")));
        pairs.push(("missing_data", "a household with an unknown indicator is counted as such".to_owned()));
        Self(pairs.into_iter().map(|(key, text)| (format!("{PREFIX}{key}"), text)).collect())
    }

    fn get(&self, key: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(name, _)| name.strip_prefix(PREFIX) == Some(key));
        pair.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
    }

    /// The weights by which the deprivations were first added up.
    pub fn indicators(&self) -> Vec<Indicator> {
        let read = |text: &str| {
            let (name, weight) = text.rsplit_once(':')?;
            Some(Indicator { name: name.to_owned(), weight: Exact::parse(weight) })
        };
        self.get("weights").map_or_else(Vec::new, |weights| weights.split(',').filter_map(read).collect())
    }

    /// The dimensions, as they are written on the command line.
    pub fn dimensions(&self) -> Vec<String> {
        self.get("dimensions").map_or_else(Vec::new, |text| text.lines().map(str::to_owned).collect())
    }

    /// The pack, and the head of a table that it gives.
    pub fn law(&self) -> Option<(Law, Vec<(String, String)>)> {
        let (pack, hash) = (self.get("pack")?, self.get("pack_hash").unwrap_or_default());
        let mut text = format!("{pack}@{}", hash.get(..16).unwrap_or(hash));
        if self.get("example") == Some("true") {
            text += " (example, not law)";
        }
        if self.get("incomplete").is_some() {
            text += " (incomplete)";
        }
        let rests_on_unverified = self.get("unverified").is_some();
        let of_law = ["pack", "pack_hash", "method", "review_date", "example", "incomplete", "unverified"];
        let head = of_law.map(|key| (key.to_owned(), self.get(key).unwrap_or_default().to_owned()));
        Some((Law { pack: text, rests_on_unverified }, head.to_vec()))
    }

    /// The id of the pack, where it is another than that of a law.
    pub fn other_pack(&self, law: &Opened) -> Option<&str> {
        self.get("pack").filter(|_| self.get("pack_hash") != Some(&law.program.hash))
    }

    /// Cubes that were judged by different packs are not added up.
    pub fn same_law(&self, other: &About, path: &Path, language: Language) -> Result<()> {
        let of = |about: &About| (about.get("pack").map(str::to_owned), about.get("pack_hash").map(str::to_owned));
        let (ours, theirs) = (of(self), of(other));
        if ours == theirs {
            return Ok(());
        }
        let path = path.display();
        let name = |of: &(Option<String>, Option<String>)| of.0.clone().unwrap_or_else(|| "–".to_owned());
        let (ours, theirs) = (name(&ours), name(&theirs));
        Err(wrong(
            language,
            format!(
                "{path}: được đếm theo gói khác ({theirs}) với các khối trước ({ours}), hoặc theo nội dung khác của gói"
            ),
            format!(
                "{path} was counted by another pack ({theirs}) than those before it ({ours}), or by another content of it"
            ),
        ))
    }
}
