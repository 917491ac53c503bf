//! What is known of the standard before the change: from the file of the cube, from the pack it was counted by, or, for
//! want of these, equal weights.

use super::super::fractions;
use crate::command::caveats;
use crate::screen::say;
use vuon_measure::cube::Cube;
use vuon_policy::Library;
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_population::cube::Saved;

/// The standard before the change, as far as it is known without the command line.
#[derive(Clone, Debug)]
pub struct Before {
    /// What the indicators are called on the command line and in files.
    pub names: Vec<String>,
    /// What people call them.
    pub labels: Vec<String>,
    /// Their weights, which sum to 1.
    pub weights: Vec<Exact>,
    /// The cut-off.
    pub k: Option<Exact>,
    /// The content of the pack by which the cube was counted.
    pub hash: Option<String>,
    /// Whether a row is a household.
    pub households: bool,
    /// What must be said of the pack.
    pub caveats: Vec<String>,
    /// What of the pack was not read in an official text.
    pub unverified: Vec<(String, Vec<String>)>,
    /// Where the weights come from.
    pub notes: Vec<String>,
}

/// Indicators counted by a pack are columns of this beginning.
const DEPRIVED: &str = "deprived_";

impl Before {
    /// Of a cube in its file.
    pub fn of(saved: &Saved, cube: &Cube, language: Language) -> Self {
        let about = |key: &str| {
            let pair = saved.about.iter().find(|(name, _)| name == key);
            pair.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        let names: Vec<String> =
            cube.indicators.iter().map(|name| name.strip_prefix(DEPRIVED).unwrap_or(name).to_owned()).collect();
        let count = names.len() as i64;
        let equal = vec![Exact::new(1, count).unwrap_or(Exact::whole(1)); names.len()];
        let mut before = Self {
            labels: names.clone(),
            names,
            weights: equal,
            k: None,
            hash: about("vuon.pack_hash").map(str::to_owned),
            households: about("vuon.pack").is_some(),
            caveats: Vec::new(),
            unverified: Vec::new(),
            notes: Vec::new(),
        };
        let pack = about("vuon.pack").and_then(|id| Library::embedded().load(id).ok());
        match pack.filter(|program| before.hash.as_ref().is_none_or(|hash| *hash == program.hash)) {
            Some(program) if before.has_weights_of(&program, about("vuon.method"), language) => {}
            _ if before.has_weights_written(about("vuon.weights")) => {}
            _ => before.notes.push(
                say(
                    language,
                    "Khối không cho biết trọng số: trước thay đổi, các chỉ số có trọng số bằng nhau, trừ khi dùng --base-weight.",
                    "The cube does not tell weights: before the change all indicators weigh the same, unless --base-weight says otherwise.",
                )
                .to_owned(),
            ),
        }
        // A pack that is not in this program has left no list of what was not verified, only that there was something.
        if before.unverified.is_empty() && about("vuon.rests_on_unverified") == Some("true") {
            let law = about("vuon.law").unwrap_or_default().to_owned();
            let rules = say(language, "các quy tắc mà khối được đếm theo", "the rules by which the cube was counted");
            before.unverified.push((law, vec![rules.to_owned()]));
        }
        before
    }

    /// Takes the weights that were meant when the cube was counted; not where they are of other indicators.
    fn has_weights_written(&mut self, text: Option<&str>) -> bool {
        let Some(text) = text else { return false };
        let written: Option<Vec<(&str, Exact)>> = text
            .split(',')
            .map(|part| part.rsplit_once(':').and_then(|(name, weight)| Some((name, Exact::parse(weight)?))))
            .collect();
        let Some(written) = written else { return false };
        let of = |name: &String| {
            let same = |(known, _): &&(&str, Exact)| known.strip_prefix(DEPRIVED).unwrap_or(known) == name;
            written.iter().find(same).map(|(_, weight)| *weight)
        };
        let Some(weights) = self.names.iter().map(of).collect::<Option<Vec<_>>>() else { return false };
        let Some(sum) = weights.iter().try_fold(Exact::whole(0), |sum, weight| sum.plus(*weight)) else { return false };
        let share = |weight: &Exact| weight.over(sum);
        let Some(shares) = weights.iter().map(share).collect::<Option<Vec<_>>>() else { return false };
        self.weights = shares;
        true
    }

    /// Takes names, weights and marks of the pack by which the cube was counted; not where it has other indicators.
    fn has_weights_of(&mut self, program: &Program, method: Option<&str>, language: Language) -> bool {
        let pack = &program.pack;
        let indicator = |name: &String| pack.indicators.iter().find(|indicator| indicator.id.value == *name);
        let Some(indicators) = self.names.iter().map(indicator).collect::<Option<Vec<_>>>() else { return false };
        let weights: Vec<Exact> = indicators.iter().map(|indicator| indicator.weight.0).collect();
        if weights.iter().try_fold(Exact::whole(0), |sum, weight| sum.plus(*weight)) != Some(Exact::whole(1)) {
            return false;
        }
        self.weights = weights;
        self.labels = indicators.iter().map(|indicator| indicator.label.get(language).to_owned()).collect();
        let cutoff = pack.parameters.iter().find(|parameter| parameter.id.value == "cutoffs.poor");
        self.k = cutoff.map(|parameter| parameter.value).filter(|k| fractions::share(&k.to_string()).is_ok());
        self.caveats = caveats(program, language);
        if let Some(method) = program.method(method).or(program.method(None)) {
            self.unverified = program.unverified_by_document(method, language);
        }
        true
    }
}
