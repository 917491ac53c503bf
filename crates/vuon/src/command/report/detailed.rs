//! The detailed list of a unit: one row a member, as a workbook, or of a hamlet or commune as a paper. Taking it out is an
//! entry of the ledger of each commune.

use crate::command::register::Opened;
use crate::screen::say;
use anyhow::{Context, Result, bail};
use futures::TryStreamExt;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_programme::Office;
use vuon_publish::document::Templates;
use vuon_publish::report::Basis;
use vuon_publish::report::list::{DetailedList, Heading, PaperList, Supported};
use vuon_registry::export::ExportedHousehold;
use vuon_registry::spells::AsOf;
use vuon_registry::{Desk, RegistryError};

/// Which list.
pub struct Wanted<'a> {
    /// The unit.
    pub area: &'a str,
    pub on: Date,
    /// Of these statuses.
    pub statuses: &'a [String],
    /// Of this hamlet only.
    pub hamlet: Option<String>,
}

/// Writes the workbook.
pub fn workbook(opened: &Opened, wanted: &Wanted<'_>, out: &Path, language: Language) -> Result<ExitCode> {
    if out.exists() {
        bail!("{}: {}", out.display(), say(language, "tệp đã có", "the file is there already"));
    }
    let count = opened.runtime.block_on(async {
        let desk = opened.desk();
        let placed = placed(&desk, wanted, language).await?;
        let (heading, program) = heading(&desk, wanted, &placed, language).await?;
        let mut list = DetailedList::begin(heading, &program, language)?;
        each(&desk, wanted, &placed, |household, support| Ok(list.household(household, support)?)).await?;
        Ok::<_, anyhow::Error>(list.save(out)?)
    });
    let count = vuon_policy::words::grouped(i64::from(count?), language);
    opened.runtime.block_on(opened.register.store().close());
    println!("{}: {count} {}", out.display(), say(language, "hộ", "households"));
    Ok(ExitCode::SUCCESS)
}

/// Makes the paper.
pub fn paper(opened: &Opened, wanted: &Wanted<'_>, templates: &Templates, language: Language) -> Result<Vec<u8>> {
    let list = opened.runtime.block_on(async {
        let desk = opened.desk();
        let placed = placed(&desk, wanted, language).await?;
        let (heading, program) = heading(&desk, wanted, &placed, language).await?;
        let mut list = PaperList::begin(heading, &program, language);
        each(&desk, wanted, &placed, |household, support| Ok(list.household(household, support)?)).await?;
        Ok::<_, anyhow::Error>(list.set(templates)?)
    });
    opened.runtime.block_on(opened.register.store().close());
    Ok(list?.0)
}

/// Of where the list is.
struct Placed {
    /// As the heading names it.
    name: String,
    /// The communes whose households are on it.
    communes: Vec<String>,
}

/// Where the list is of. A hamlet is of one commune; nothing is taken out of the register before that is known.
async fn placed(desk: &Desk, wanted: &Wanted<'_>, language: Language) -> Result<Placed> {
    let all = Placed { name: name(desk, wanted.area).await?, communes: communes(desk, wanted.area).await? };
    let Some(hamlet) = &wanted.hamlet else { return Ok(all) };
    let mut with_it = Vec::new();
    for commune in all.communes {
        if desk.hamlets(&commune).await?.iter().any(|known| known.name == *hamlet) {
            with_it.push(commune);
        }
    }
    match with_it.as_slice() {
        [commune] => Ok(Placed { name: format!("{hamlet}, {}", name(desk, commune).await?), communes: with_it }),
        [] => bail!(match language {
            Language::Vi => format!("--hamlet {hamlet}: {} không có thôn, bản nào tên như vậy", all.name),
            Language::En => format!("--hamlet {hamlet}: {} has no hamlet of this name", all.name),
        }),
        several => bail!(match language {
            Language::Vi => format!(
                "--hamlet {hamlet}: nhiều xã có thôn, bản tên như vậy ({}); hãy nêu xã: --area",
                several.join(", ")
            ),
            Language::En => format!(
                "--hamlet {hamlet}: several communes have a hamlet of this name ({}); name the commune: --area",
                several.join(", ")
            ),
        }),
    }
}

/// The name of a unit with its kind; a list's name is its own.
async fn name(desk: &Desk, area: &str) -> Result<String> {
    if !area.contains(':') {
        return Ok(area.to_owned());
    }
    let row = desk.area(area).await?;
    Ok(format!("{} {}", row.kind, row.name).trim().to_owned())
}

/// What stands above the list, and the standard of its day.
async fn heading(
    desk: &Desk,
    wanted: &Wanted<'_>,
    placed: &Placed,
    language: Language,
) -> Result<(Heading, Arc<Program>)> {
    let Wanted { area, on, statuses, .. } = wanted;
    let program = desk.register().standard(*on);
    let program = program.with_context(|| say(language, "ngày này không có chuẩn nào", "no standard on this day"))?;
    let known = &program.pack.statuses;
    if let Some(odd) = statuses.iter().find(|id| !known.iter().any(|status| status.id.value == **id)) {
        let known: Vec<&str> = known.iter().map(|status| status.id.value.as_str()).collect();
        let has = say(language, "chuẩn của ngày này có", "the standard of the day has");
        bail!("--status {odd}: {has} {}", known.join(", "));
    }
    let named = known.iter().filter(|status| statuses.contains(&status.id.value));
    let of: Vec<&str> = named.map(|status| status.label.get(language)).collect();
    let packs = desk.packs_of(area, *on, *on).await?;
    let heading = Heading {
        title: format!("{}: {}", say(language, "DANH SÁCH CHI TIẾT", "DETAILED LIST"), of.join(", ")),
        area: placed.name.clone(),
        basis: Basis::of(desk, area, (None, *on), &packs).await?,
    };
    Ok((heading, program))
}

/// Each household, commune by commune, with the columns of support it has.
async fn each(
    desk: &Desk,
    wanted: &Wanted<'_>,
    placed: &Placed,
    mut put: impl FnMut(&ExportedHousehold, Option<&BTreeSet<usize>>) -> Result<()>,
) -> Result<()> {
    let office = match Office::of(desk.clone()).await {
        Ok(office) => Some(office),
        Err(RegistryError::Pack { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    for commune in &placed.communes {
        let supported = match &office {
            Some(office) => Some(Supported::of(office, commune, wanted.on).await?),
            None => None,
        };
        let statuses = wanted.statuses.to_vec();
        let of = AsOf { commune: commune.clone(), on: wanted.on, known_at: None, standard: None, statuses };
        let mut pages = std::pin::pin!(desk.export_households(&of).await?);
        while let Some(page) = pages.try_next().await? {
            let here = |household: &&ExportedHousehold| wanted.hamlet.is_none() || household.hamlet == wanted.hamlet;
            for household in page.iter().filter(here) {
                let support = supported.as_ref().map(|supported| supported.columns(&household.household));
                put(household, support.as_ref())?;
            }
        }
    }
    Ok(())
}

/// The communes of a unit, or of a list.
async fn communes(desk: &Desk, area: &str) -> Result<Vec<String>> {
    let top = if area.contains(':') { vec![desk.area(area).await?] } else { desk.areas_of(area).await? };
    let (mut found, mut open) = (Vec::new(), top);
    while let Some(unit) = open.pop() {
        if unit.level == "commune" {
            found.push(unit.id);
        } else {
            open.extend(desk.areas_below(Some(&unit.id)).await?);
        }
    }
    found.sort_unstable();
    Ok(found)
}
