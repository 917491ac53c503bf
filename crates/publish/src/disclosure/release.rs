//! What is published, and the ledger of all that was: the next release is looked at together with those before.

use super::audit::audit_beside;
use super::{Bounds, Cell, Contradiction, Rule, System, Table, Zeros, protect};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vuon_policy::model::Language;

/// A set of tables as it is published: cells with their counts, `None` where hidden, and the sums they are in. It holds
/// nothing that is not public.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Release {
    /// The day of publication.
    pub day: String,
    /// The rule it was made under.
    pub rule: Rule,
    /// The cells.
    pub cells: BTreeMap<Cell, Option<i64>>,
    /// Wholes and their parts.
    pub sums: Vec<(Cell, Vec<Cell>)>,
    /// Of the cells, those that are amounts, each with the count of those who share it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub amounts: BTreeMap<Cell, Cell>,
}

impl Release {
    /// The count of a cell; nothing where it is hidden or not in the release.
    pub fn count(&self, cell: &Cell) -> Option<i64> {
        self.cells.get(cell).copied().flatten()
    }

    /// SHA-256 of its content.
    pub fn hash(&self) -> String {
        let content = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Why a release is refused. Nothing was published.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// Tables do not agree.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// The same population was published with another count.
    #[error(
        "{cell} was published as {before} and is {now} now: a population that was counted again is a new edition of it"
    )]
    Changed {
        /// The cell.
        cell: Cell,
        /// What was published.
        before: i64,
        /// What is counted now.
        now: i64,
    },
    /// A cell cannot be hidden well enough, for what is public already.
    #[error("{cell} cannot be protected beside what is public already")]
    Unprotected {
        /// The cell.
        cell: Cell,
    },
    /// Two editions of a population differ by a few, and hiding the cell would not hide it.
    #[error("{cell} and its count in an earlier edition differ by fewer than the threshold")]
    Differencing {
        /// The cell.
        cell: Cell,
    },
    /// Joined with earlier releases, it would tell a hidden cell.
    #[error("together with earlier releases, {} hidden cells could be computed, {cell} among them", .cells)]
    Joined {
        /// The first of them.
        cell: Cell,
        /// How many.
        cells: usize,
    },
}

/// One line of the ledger.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The hash of the entry before; empty of the first.
    pub before: String,
    /// SHA-256 of `before` and the release's hash.
    pub hash: String,
    /// What was published.
    pub release: Release,
}

/// Why a file is no ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A line is no entry.
    #[error("line {line} of the ledger of releases is no entry: {why}")]
    NoEntry {
        /// The line.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// A line does not follow the one before.
    #[error("line {line} of the ledger of releases: it was changed, or the line before it was")]
    Changed {
        /// The line.
        line: usize,
    },
}

impl LedgerError {
    /// In a language.
    pub fn text(&self, language: Language) -> String {
        match (self, language) {
            (LedgerError::NoEntry { line, why }, Language::Vi) => {
                format!("dòng {line} của sổ các lần công bố không đọc được: {why}")
            }
            (LedgerError::Changed { line }, Language::Vi) => {
                format!("dòng {line} của sổ các lần công bố đã bị sửa, hoặc dòng trước nó đã bị sửa")
            }
            (error, Language::En) => error.to_string(),
        }
    }
}

/// All releases, in the order of their publication. As text: one line of JSON each.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
}

impl Ledger {
    /// Reads a ledger and checks its chain.
    ///
    /// # Errors
    /// [`LedgerError`] for a line that is no entry, or does not follow the one before.
    pub fn read(text: &str) -> Result<Self, LedgerError> {
        let mut ledger = Ledger::default();
        for (line, text) in (1..).zip(text.lines()) {
            let entry: Entry = serde_json::from_str(text)
                .map_err(|problem| LedgerError::NoEntry { line, why: problem.to_string() })?;
            if entry != ledger.entry(entry.release.clone()) {
                return Err(LedgerError::Changed { line });
            }
            ledger.entries.push(entry);
        }
        Ok(ledger)
    }

    /// The ledger as text.
    pub fn text(&self) -> String {
        let lines = self.entries.iter().map(|entry| serde_json::to_string(entry).unwrap_or_default() + "\n");
        lines.collect()
    }

    /// The entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn entry(&self, release: Release) -> Entry {
        let before = self.entries.last().map(|entry| entry.hash.clone()).unwrap_or_default();
        let hash = Sha256::digest(format!("{before}{}", release.hash()));
        Entry { before, hash: hash.iter().map(|byte| format!("{byte:02x}")).collect(), release }
    }

    /// Makes a release of these tables and enters it. `ties` are sums beside those of the tables: a unit that several
    /// units became. A release that says nothing new (all its cells stand in the ledger as they are) is given with the day
    /// of the one that said it, and not entered again.
    ///
    /// # Errors
    /// [`Refused`], and the ledger is as it was.
    pub fn publish(
        &mut self,
        day: &str,
        tables: &[Table],
        ties: &[(Cell, Vec<Cell>)],
        rule: &Rule,
    ) -> Result<Release, Refused> {
        // What was hidden under a rule that hides zeros may be zero for ever.
        let hid_zeros = self.entries.iter().any(|entry| entry.release.rule.zeros == Zeros::Hidden);
        let rule = &Rule { zeros: if hid_zeros { Zeros::Hidden } else { rule.zeros }, ..*rule };
        let mut system = System::of(tables)?;
        let own = system.cells().len();
        for (whole, parts) in ties {
            system.tie(whole, parts)?;
        }
        let (public, also) = self.known(&system, own, rule)?;
        // A tie's cell that is in no table has no count here: it does not move, and the joined audit knows it as unknown.
        let fixed: BTreeSet<usize> = public.into_iter().chain(own..system.cells().len()).collect();
        let refused = |place: usize| Refused::Unprotected { cell: system.cells()[place].clone() };
        let protected = protect(&system, rule, &fixed, &also).map_err(refused)?;
        let name = |place: usize| system.cells()[place].clone();
        let mut release = Release {
            day: day.to_owned(),
            rule: *rule,
            cells: (0..own)
                .filter(|place| !system.is_untold(*place))
                .map(|place| (name(place), system.counts()[place].filter(|_| !protected.hidden.contains(&place))))
                .collect(),
            sums: system
                .equations()
                .iter()
                .map(|sum| (name(sum.whole), sum.parts.iter().map(|part| name(*part)).collect()))
                .collect(),
            amounts: (0..own).filter_map(|place| Some((name(place), name(system.counted(place)?)))).collect(),
        };
        self.audit_joined(&release, rule)?;
        let told = |entry: &&Entry| release.cells.iter().all(|cell| entry.release.cells.get(cell.0) == Some(cell.1));
        match self.entries.iter().find(told).map(|entry| entry.release.day.clone()) {
            Some(day) => release.day = day,
            None => self.entries.push(self.entry(release.clone())),
        }
        Ok(release)
    }

    /// Of a new system, the cells that are public already, and those that must be hidden because they were, or because
    /// their count in another edition is different by a few.
    fn known(&self, system: &System, own: usize, rule: &Rule) -> Result<(BTreeSet<usize>, BTreeSet<usize>), Refused> {
        let (mut public, mut also) = (BTreeSet::new(), BTreeSet::new());
        let mut editions: HashMap<String, Vec<Edition>> = HashMap::new();
        let releases = self.entries.iter().map(|entry| &entry.release);
        for (release, cell, before) in
            releases.flat_map(|release| release.cells.iter().map(move |(cell, before)| (release, cell, before)))
        {
            if let Some(before) = before {
                let shared_by = release.amounts.get(cell).and_then(|counted| release.count(counted));
                let edition = Edition { number: *before, shared_by };
                editions.entry(cell.in_any_edition()).or_default().push(edition);
            }
            let Some(place) = system.place(cell).filter(|place| *place < own) else { continue };
            match (before, system.counts()[place]) {
                (None, _) => {
                    also.insert(place);
                }
                (Some(before), Some(now)) if *before != now => {
                    return Err(Refused::Changed { cell: cell.clone(), before: *before, now });
                }
                (Some(_), _) => {
                    public.insert(place);
                }
            }
        }
        for place in 0..own {
            let cell = &system.cells()[place];
            let Some(now) = system.counts()[place] else { continue };
            let shared_by = system.counted(place).and_then(|counted| system.counts()[counted]);
            let now_is = Edition { number: now, shared_by };
            let mut others = editions.get(&cell.in_any_edition()).into_iter().flatten();
            if others.any(|other| other.differs_by_a_few(&now_is, rule)) {
                if shared_by.unwrap_or(now) < rule.least_hidden() {
                    return Err(Refused::Differencing { cell: cell.clone() });
                }
                also.insert(place);
            }
        }
        Ok((public, also))
    }

    /// Everything that is public, as one system, as far as sums tie it to the cells of a release. A cell that was published once is
    /// known, whatever else was hidden.
    fn audit_joined(&self, release: &Release, rule: &Rule) -> Result<(), Refused> {
        let mut known = System::default();
        for release in self.entries.iter().map(|entry| &entry.release).chain([release]) {
            for (cell, count) in &release.cells {
                known.add(cell, *count)?;
            }
            for (whole, parts) in &release.sums {
                known.tie(whole, parts)?;
            }
            release.amounts.iter().for_each(|(amount, counted)| known.pair(amount, counted));
        }
        let narrow = |place: usize, bounds: &Option<Bounds>| {
            bounds.is_none_or(|bounds| !rule.is_wide(&bounds, known.counted(place).is_some()))
        };
        let sums = release.sums.iter().flat_map(|(whole, parts)| parts.iter().chain([whole]));
        let own = release.cells.keys().chain(sums).filter_map(|cell| known.place(cell)).collect();
        let audited = audit_beside(&known, rule, &own).into_iter();
        let told: Vec<usize> = audited.filter(|(place, b)| narrow(*place, b)).map(|(place, _)| place).collect();
        match told.first() {
            None => Ok(()),
            Some(first) => Err(Refused::Joined { cell: known.cells()[*first].clone(), cells: told.len() }),
        }
    }
}

/// A cell as it was published once; of an amount, by how many it was shared.
struct Edition {
    number: i64,
    shared_by: Option<i64>,
}

impl Edition {
    /// Whether the difference tells of a few. Of an amount it does, however large, when few more or fewer share it.
    fn differs_by_a_few(&self, now: &Edition, rule: &Rule) -> bool {
        match (self.shared_by, now.shared_by) {
            (Some(before), Some(shared)) => self.number != now.number && (shared - before).abs() < rule.threshold,
            _ => (1..rule.threshold).contains(&(now.number - self.number).abs()),
        }
    }
}
