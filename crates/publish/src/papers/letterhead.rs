//! What stands around the body of every paper of a commune: who issues it, where and when, who signs, what it rests on.

use crate::document::{Paper, Signer, committee};
use jiff::civil::Date;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_policy::words::{self, pick};
use vuon_registry::areas::AreaRow;
use vuon_registry::{Desk, Result};

/// A unit that issues papers.
pub(super) struct Letterhead {
    pub language: Language,
    /// The unit with its kind, and without.
    pub issuer: String,
    name: String,
    /// What the papers rest on.
    rests_on: Vec<String>,
    pub today: Date,
    demo: bool,
}

impl Letterhead {
    /// Of a unit, `list:code`. A unit that nobody knows any more goes by its name.
    pub async fn of(desk: &Desk, language: Language, program: &Program, (unit, name): (&str, &str)) -> Result<Self> {
        let told = |area: AreaRow| format!("{} {}", area.kind, area.name);
        let (issuer, name) = match desk.area(unit).await {
            Ok(area) => (told(area.clone()), area.name),
            Err(_) => (name.to_owned(), name.to_owned()),
        };
        let hash = program.hash.get(..12).unwrap_or_default();
        let rests_on = vec![
            format!("{}: {} ({hash})", pick(language, "Bộ chính sách", "Pack"), program.pack.id.value),
            format!("{}: {}", pick(language, "Danh mục đơn vị", "Units"), unit.split(':').next().unwrap_or_default()),
        ];
        let demo = desk.register().setting("demo").await?.is_some();
        Ok(Letterhead { language, issuer, name, rests_on, today: desk.today(), demo })
    }

    /// The face of a paper of a day.
    pub fn face(&self, title: &str, day: Option<Date>, signers: Vec<Signer>) -> Paper {
        let language = self.language;
        let printed = pick(language, "In từ sổ ngày", "Printed from the register on");
        let printed = format!("{printed}: {}", self.day(self.today));
        Paper {
            language: pick(language, "vi", "en"),
            organ: committee(&self.issuer, language),
            place_and_day: day.map(|day| format!("{}, {}", self.name, self.written_out(day))),
            title: title.to_owned(),
            signers,
            foot: self.rests_on.iter().cloned().chain([printed]).collect(),
            mark: self.demo.then(|| pick(language, "DỮ LIỆU GIẢ LẬP", "SYNTHETIC DATA").to_owned()),
            ..Paper::default()
        }
    }

    /// A day as papers write it.
    fn written_out(&self, day: Date) -> String {
        match self.language {
            Language::Vi => format!("ngày {:02} tháng {:02} năm {}", day.day(), day.month(), day.year()),
            Language::En => self.day(day),
        }
    }

    pub fn day(&self, day: Date) -> String {
        words::day(day, self.language)
    }

    /// Who signs by hand.
    pub fn signer(&self, role: &str, name: Option<&str>) -> Signer {
        Signer {
            role: vec![role.to_uppercase()],
            note: Some(pick(self.language, "(Ký, ghi rõ họ tên)", "(signature and name)").to_owned()),
            name: name.filter(|name| !name.is_empty()).map(str::to_owned),
        }
    }

    pub fn chair(&self, name: Option<&str>) -> Signer {
        let role = ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"].iter().zip(["FOR THE PEOPLE'S COMMITTEE", "CHAIR"]);
        Signer {
            role: role.map(|(vi, en)| pick(self.language, vi, en).to_owned()).collect(),
            note: Some(pick(self.language, "(Ký, đóng dấu)", "(signature, seal)").to_owned()),
            name: name.map(str::to_owned),
        }
    }
}
