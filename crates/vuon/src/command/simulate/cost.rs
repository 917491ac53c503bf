//! `--cost`: which scheme, status or group is meant, and what its ceiling is.
//!
//! A scheme of a pack says who is entitled; it is made a flag of the pack, so that the kernel evaluates it in the same pass
//! as everything else. A ceiling is a whole number of the smallest unit of the money (đồng), so that costs are exact.

use super::findings::{Cost, Entitled};
use super::fractions::unknown;
use super::poor;
use crate::screen::say;
use anyhow::{Result, anyhow, bail};
use std::sync::Arc;
use vuon_policy::exact::Exact;
use vuon_policy::model::{Flag, Language};
use vuon_policy::overrides::WHAT_IF;
use vuon_policy::program::{Outcome, Program};
use vuon_policy::support::Beneficiary;
use vuon_policy::words;

/// What the user asked the cost of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    name: String,
    ceiling: Option<u64>,
    per_person: Option<bool>,
}

/// Reads `NAME`, `NAME=1500000` or `NAME=1500000/person`.
pub fn asked(text: &str) -> Result<Asked, String> {
    let form = || "write NAME or NAME=AMOUNT, the amount whole and in đồng, as in poor=1500000 or poor=1500000/person";
    let Some((name, amount)) = text.split_once('=') else {
        return Ok(Asked { name: text.trim().to_owned(), ceiling: None, per_person: None });
    };
    let (number, per_person) = match amount.rsplit_once('/') {
        Some((number, "person")) => (number, Some(true)),
        Some((number, "household")) => (number, Some(false)),
        Some(_) => return Err(form().to_owned()),
        None => (amount, None),
    };
    let ceiling = Exact::parse(number.trim()).and_then(whole).ok_or_else(|| form().to_owned())?;
    Ok(Asked { name: name.trim().to_owned(), ceiling: Some(ceiling), per_person })
}

fn whole(amount: Exact) -> Option<u64> {
    if amount.denominator() == 1 { u64::try_from(amount.numerator()).ok() } else { None }
}

/// A cost to be counted.
pub struct Counted {
    /// The cost, without the entitled.
    pub cost: Cost,
    /// Who is entitled by each pack; none where a pack does not have the scheme.
    pub entitled: [Option<By>; 2],
    /// What must be said of it.
    pub notes: Vec<String>,
}

/// How the entitled are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// By the place of a status.
    Status(usize),
    /// By a yes/no column of the assessment.
    Column(String),
}

/// The flag of a scheme. No id of a pack holds a colon.
fn flag_of(scheme: &str) -> String {
    format!("scheme:{scheme}")
}

/// Finds what is meant. The schemes become flags of the packs.
pub fn find(asked: &[Asked], programs: &mut [Arc<Program>; 2], language: Language) -> Result<Vec<Counted>> {
    asked.iter().map(|asked| find_one(asked, programs, language)).collect()
}

fn find_one(asked: &Asked, programs: &mut [Arc<Program>; 2], language: Language) -> Result<Counted> {
    let name = asked.name.as_str();
    if programs.iter().any(|program| scheme_place(program, name).is_some()) {
        return scheme(asked, programs, language);
    }
    let mut label = None;
    let entitled = [0, 1].map(|side: usize| {
        let program = &programs[side];
        if let Some(place) = program.pack.statuses.iter().position(|status| status.id.value == name) {
            label.get_or_insert_with(|| program.outcome_label(Outcome::Status(place), language));
            return Some(By::Status(place));
        }
        let flag = program.flags().find(|flag| flag.id.value == name)?;
        label.get_or_insert_with(|| flag.label.get(language).to_owned());
        Some(By::Column(format!("is_{name}")))
    });
    let Some(label) = label else {
        let mut known = schemes(programs);
        known.extend(poor::known([&programs[0], &programs[1]]));
        bail!("--cost: {}", unknown(name, &known, language));
    };
    let Some(ceiling) = asked.ceiling else {
        bail!(match language {
            Language::Vi => format!("--cost: hãy cho biết mức trần, ví dụ --cost {name}=1500000"),
            Language::En => format!("--cost: say the ceiling, as in --cost {name}=1500000"),
        });
    };
    let unit = money(&programs[0]).or_else(|| money(&programs[1])).unwrap_or_default();
    Ok(Counted {
        cost: Cost {
            id: asked.name.clone(),
            label,
            ceiling: [Some(ceiling); 2],
            unit_label: unit.parse_label(language),
            unit: unit.0,
            per_person: asked.per_person.unwrap_or(false),
            sides: [None; 2],
        },
        entitled,
        notes: Vec::new(),
    })
}

fn scheme(asked: &Asked, programs: &mut [Arc<Program>; 2], language: Language) -> Result<Counted> {
    let mut label = String::new();
    let mut unit = String::new();
    let mut ceiling = [None; 2];
    let mut entitled = [None, None];
    let mut notes: Vec<String> = Vec::new();
    for (side, program) in programs.iter_mut().enumerate() {
        let Some(place) = scheme_place(program, &asked.name) else {
            notes.push(not_in(&asked.name, &program.pack.id.value, language));
            continue;
        };
        let scheme = &program.pack.schemes[place];
        if label.is_empty() {
            label = scheme.label.get(language).to_owned();
        }
        if let Some(amount) = &scheme.amount {
            if unit.is_empty() {
                unit = amount.unit.to_string();
            }
            let own = amount.value.map(|amount| whole(amount).ok_or_else(|| fraction(&asked.name, amount, language)));
            ceiling[side] = asked.ceiling.map_or(own, |given| Some(Ok(given))).transpose()?;
        } else {
            ceiling[side] = asked.ceiling;
        }
        if scheme.beneficiary == Beneficiary::Member {
            notes.push(to_member(&label, language));
        }
        if !scheme.source.verified {
            notes.push(not_verified(&label, program.pack.id.value.trim_end_matches(WHAT_IF), language));
        }
        entitled[side] = Some(By::Column(format!("is_{}", flag_of(&asked.name))));
        *program = Arc::new(with_flag(program, place));
    }
    if ceiling == [None; 2] {
        let name = &asked.name;
        return Err(match language {
            Language::Vi => {
                anyhow!("--cost: gói chưa biết mức của `{name}`; hãy cho biết mức trần, ví dụ --cost {name}=1500000")
            }
            Language::En => {
                anyhow!(
                    "--cost: the pack does not know the amount of `{name}`; say the ceiling, as in --cost {name}=1500000"
                )
            }
        });
    }
    notes.dedup();
    let per_person = asked.per_person.unwrap_or_else(|| unit.split('/').any(|word| word == "person"));
    let unit = Money(unit);
    Ok(Counted {
        cost: Cost {
            id: asked.name.clone(),
            label,
            ceiling,
            unit_label: unit.parse_label(language),
            unit: unit.0,
            per_person,
            sides: [None; 2],
        },
        entitled,
        notes,
    })
}

fn scheme_place(program: &Program, id: &str) -> Option<usize> {
    program.pack.schemes.iter().position(|scheme| scheme.id.value == id)
}

fn schemes(programs: &[Arc<Program>; 2]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in programs.iter().flat_map(|program| &program.pack.schemes).map(|scheme| &scheme.id.value) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}

/// The program with one more event: the household is entitled to the scheme.
fn with_flag(program: &Program, scheme: usize) -> Program {
    let mut extended = program.clone();
    let scheme_of = &program.pack.schemes[scheme];
    let mut id = scheme_of.id.clone();
    id.value = flag_of(&id.value);
    if !program.flags().any(|flag| flag.id.value == id.value) {
        let (label, when, source) =
            (scheme_of.label.clone(), scheme_of.eligible_when.clone(), scheme_of.source.clone());
        extended.pack.events.push(Flag { id, label, when, source });
        extended.flag_nodes.push(program.schemes[scheme].eligible);
    }
    extended
}

/// The unit of money of a pack, from its schemes or lines: `VND` of `VND/person/month`.
fn money(program: &Program) -> Option<Money> {
    let amounts =
        program.pack.schemes.iter().filter_map(|scheme| scheme.amount.as_ref()).map(|amount| amount.unit.to_string());
    let lines = program.pack.parameters.iter().map(|parameter| parameter.unit.to_string());
    let lines = lines.filter(|unit| unit.contains("/person/"));
    let unit = amounts.chain(lines).next()?;
    unit.split('/').next().map(|money| Money(money.to_owned()))
}

#[derive(Default)]
struct Money(String);

impl Money {
    /// As people say it.
    fn parse_label(&self, language: Language) -> String {
        vuon_policy::unit::Unit::parse(&self.0).map_or(self.0.clone(), |unit| words::unit(&unit, language))
    }
}

impl Entitled {
    /// Counts households or persons.
    pub fn add(&mut self, entitled: Option<bool>, count: u64) {
        match entitled {
            Some(true) => self.yes += count,
            Some(false) => {}
            None => self.unknown += count,
        }
    }
}

fn not_in(scheme: &str, pack: &str, language: Language) -> String {
    match language {
        Language::Vi => format!("Gói `{pack}` không có chính sách `{scheme}`: không tính chi phí ở phía đó."),
        Language::En => format!("The pack `{pack}` has no scheme `{scheme}`: no cost is told on that side."),
    }
}

fn to_member(label: &str, language: Language) -> String {
    match language {
        Language::Vi => format!(
            "“{label}” dành cho thành viên, nhưng gói chỉ cho biết hộ nào đủ điều kiện: tính mỗi hộ một suất, trừ khi mức trần ghi /person."
        ),
        Language::En => format!(
            "“{label}” goes to a member, but the pack only tells which households qualify: one is counted for each household unless the ceiling says /person."
        ),
    }
}

fn not_verified(label: &str, pack: &str, language: Language) -> String {
    match language {
        Language::Vi => format!("Điều kiện hưởng “{label}” của `{pack}` chưa kiểm chứng với văn bản gốc."),
        Language::En => format!("Who is entitled to “{label}” of `{pack}` was not verified in the official text."),
    }
}

fn fraction(name: &str, amount: Exact, language: Language) -> anyhow::Error {
    anyhow!("--cost {name}: {amount} {}", say(language, "không phải là số nguyên", "is not a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vuon_policy::Library;

    #[test]
    fn a_cost_is_read_as_it_is_written() {
        let cost = |name: &str, ceiling, per_person| Ok(Asked { name: name.into(), ceiling, per_person });
        assert_eq!(asked("poor=1500000"), cost("poor", Some(1_500_000), None));
        assert_eq!(asked("poor=1_500_000/person"), cost("poor", Some(1_500_000), Some(true)));
        assert_eq!(asked("credit"), cost("credit", None, None));
        for bad in ["poor=", "poor=1.5", "poor=-3", "poor=1/2", "poor=5/month"] {
            assert!(asked(bad).is_err(), "{bad}");
        }
    }

    fn find(text: &str) -> Result<(Counted, [Arc<Program>; 2])> {
        let pack = |id| Library::embedded().load(id).unwrap();
        let mut programs = [pack("vn-2022-2026"), pack("vn-2016-2020")];
        let asked = asked(text).unwrap();
        let found = super::find(std::slice::from_ref(&asked), &mut programs, Language::En)?.remove(0);
        Ok((found, programs))
    }

    #[test]
    fn a_scheme_has_its_own_entitlement_unit_and_amount() {
        let (found, programs) = find("preferential_credit_poor").unwrap();
        assert_eq!(found.cost.ceiling, [Some(100_000_000), None]);
        assert_eq!((found.cost.unit.as_str(), found.cost.per_person), ("VND", false));
        let column = By::Column("is_scheme:preferential_credit_poor".into());
        assert_eq!(found.entitled, [Some(column.clone()), Some(column)]);
        for program in &programs {
            assert_eq!(program.flags().last().unwrap().id.value, "scheme:preferential_credit_poor");
            assert_eq!(program.flags().count(), program.flag_nodes.len());
        }
        let (found, _) = find("health_insurance_poor=100000").unwrap();
        assert_eq!((found.cost.ceiling, found.cost.per_person), ([Some(100_000); 2], true));
    }

    #[test]
    fn a_status_needs_a_ceiling_and_a_slip_is_answered() {
        let (found, _) = find("poor=5").unwrap();
        assert_eq!((found.cost.unit.as_str(), found.entitled), ("VND", [Some(By::Status(0)), Some(By::Status(0))]));
        let said = |text| find(text).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said("poor").contains("--cost poor=1500000"));
        assert!(
            said("preferential_credit_por").contains("`preferential_credit_poor`"),
            "{}",
            said("preferential_credit_por")
        );
        assert!(said("electricity").contains("does not know the amount"));
    }
}
