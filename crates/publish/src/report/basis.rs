//! What a report rests on: its period, the list of units, the packs, the day of the register, and what was not read in an
//! official text. Reports, the detailed list and the briefing tell it alike.

use super::Words;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;
use vuon_policy::model::Language;
use vuon_policy::words::{day, pick};
use vuon_registry::{Desk, Result};

/// What a report rests on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Basis {
    /// From the end of this day, where it tells a movement.
    pub from: Option<Date>,
    /// To, or at, the end of this day.
    pub to: Date,
    /// The list of units.
    pub units_list: String,
    /// The packs: id and the first digits of the hash.
    pub packs: Vec<String>,
    /// The day on which the register was asked.
    pub asked_on: Date,
    /// By document, the values that were not read in an official text.
    pub unverified: Vec<Words>,
    /// Where the numbers of residents come from.
    pub residents: Option<String>,
    /// Whether the data are made up.
    pub demo: bool,
}

impl Basis {
    /// Of an area (`list:code`, or a list's name) and the packs (id, hash) that its figures rest on.
    ///
    /// # Errors
    /// [`vuon_registry::RegistryError::Pack`] when a pack is not there.
    pub async fn of(
        desk: &Desk,
        area: &str,
        (from, to): (Option<Date>, Date),
        packs: &BTreeSet<(String, String)>,
    ) -> Result<Self> {
        let mut unverified = Vec::new();
        let ids: BTreeSet<&String> = packs.iter().map(|(id, _)| id).collect();
        for id in ids {
            let program = desk.standard(id).await?;
            let by = |language| program.unverified_by_document(0, language);
            let told = |(document, items): &(String, Vec<String>)| format!("{document} ({})", items.len());
            let (vi, en) = (by(Language::Vi), by(Language::En));
            unverified.extend(vi.iter().zip(&en).map(|(vi, en)| Words::new(told(vi), told(en))));
        }
        let pack = |(id, hash): &(String, String)| match hash.get(..12) {
            Some(hash) => format!("{id} ({hash})"),
            None => id.clone(),
        };
        // Of an imported status the pack's content is not known; it is named where nothing else names it.
        let told = |(id, hash): &&(String, String)| {
            !hash.is_empty() || !packs.iter().any(|(other, known)| other == id && !known.is_empty())
        };
        Ok(Basis {
            from,
            to,
            units_list: area.split(':').next().unwrap_or_default().to_owned(),
            packs: packs.iter().filter(told).map(pack).collect(),
            asked_on: desk.today(),
            unverified,
            residents: None,
            demo: desk.register().setting("demo").await?.is_some(),
        })
    }

    /// The period, or the day.
    pub fn period(&self, language: Language) -> String {
        let to = day(self.to, language);
        match (self.from, language) {
            (Some(from), Language::Vi) => format!("từ {} đến {to}", day(from, language)),
            (Some(from), Language::En) => format!("from {} to {to}", day(from, language)),
            (None, Language::Vi) => format!("tại ngày {to}"),
            (None, Language::En) => format!("on {to}"),
        }
    }

    /// What stands at the foot.
    pub fn lines(&self, language: Language) -> Vec<String> {
        let packs = match self.packs.as_slice() {
            [] => pick(language, "không có", "none").to_owned(),
            packs => packs.join(", "),
        };
        let mut lines = vec![
            format!("{}: {}", pick(language, "Danh mục đơn vị", "Units"), self.units_list),
            format!("{}: {}", pick(language, "Sổ tại ngày", "Register on"), day(self.asked_on, language)),
            format!("{}: {packs}", pick(language, "Bộ chính sách", "Pack")),
        ];
        if let Some(origin) = &self.residents {
            lines.push(format!("{}: {origin}", pick(language, "Số dân cư", "Residents")));
        }
        if !self.unverified.is_empty() {
            let by: Vec<&str> = self.unverified.iter().map(|words| words.get(language)).collect();
            let vi = "Dựa trên các giá trị chưa đối chiếu với văn bản chính thức của";
            let en = "Rests on values not read in the official text of";
            lines.push(format!("{} {}", pick(language, vi, en), by.join("; ")));
        }
        lines
    }

    /// What stands across the page of made-up data.
    pub fn mark(&self, language: Language) -> Option<String> {
        self.demo.then(|| pick(language, "DỮ LIỆU GIẢ LẬP", "SYNTHETIC DATA").to_owned())
    }
}
