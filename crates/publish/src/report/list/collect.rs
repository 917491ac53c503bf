//! What the detailed list of a unit is made of, out of a register. Taking it out is an entry of the ledger of each commune.

use super::{DetailedList, Heading, Manuscript, PaperList, Support, Supported};
use crate::report::{Basis, ReportError, Words, not_to_come};
use futures::TryStreamExt;
use jiff::civil::Date;
use std::path::Path;
use std::sync::Arc;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_policy::words::pick;
use vuon_programme::Office;
use vuon_registry::export::ExportedHousehold;
use vuon_registry::spells::AsOf;
use vuon_registry::{Desk, RegistryError};

/// Which list.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The unit, or a list of areas.
    pub area: String,
    /// Its day.
    pub on: Date,
    /// Of these statuses; of all when there are none.
    pub statuses: Vec<String>,
    /// Of this hamlet only, by its name.
    pub hamlet: Option<String>,
}

/// Writes the workbook, row by row; how many households are in it.
///
/// # Errors
/// [`ReportError`].
pub async fn save(desk: &Desk, wanted: &Wanted, language: Language, out: &Path) -> Result<u32, ReportError> {
    let (heading, placed, program) = begun(desk, wanted, language).await?;
    let mut list = DetailedList::begin(heading, &program, language)?;
    each(desk, wanted, &placed, |household, support| Ok(list.household(household, support)?)).await?;
    Ok(list.save(out)?)
}

/// The workbook in memory.
///
/// # Errors
/// [`ReportError`].
pub async fn workbook(desk: &Desk, wanted: &Wanted, language: Language) -> Result<Vec<u8>, ReportError> {
    let (heading, placed, program) = begun(desk, wanted, language).await?;
    let mut list = DetailedList::begin(heading, &program, language)?;
    each(desk, wanted, &placed, |household, support| Ok(list.household(household, support)?)).await?;
    Ok(list.bytes()?)
}

/// The paper, to be set.
///
/// # Errors
/// [`ReportError::TooLong`] for more rows than a paper takes.
pub async fn paper(desk: &Desk, wanted: &Wanted, language: Language) -> Result<Manuscript, ReportError> {
    let (heading, placed, program) = begun(desk, wanted, language).await?;
    let mut list = PaperList::begin(heading, &program, language);
    each(desk, wanted, &placed, |household, support| list.household(household, support)).await?;
    Ok(list.finish())
}

async fn begun(
    desk: &Desk,
    wanted: &Wanted,
    language: Language,
) -> Result<(Heading, Placed, Arc<Program>), ReportError> {
    not_to_come(desk, wanted.on)?;
    let placed = placed(desk, wanted).await?;
    let (heading, program) = heading(desk, wanted, &placed, language).await?;
    Ok((heading, placed, program))
}

/// Of where the list is.
struct Placed {
    /// As the heading names it.
    name: String,
    /// The communes whose households are on it.
    communes: Vec<String>,
}

/// Where the list is of. A hamlet is of one commune; nothing is taken out of the register before that is known.
async fn placed(desk: &Desk, wanted: &Wanted) -> Result<Placed, ReportError> {
    let all = Placed { name: name(desk, &wanted.area).await?, communes: communes(desk, &wanted.area).await? };
    let Some(hamlet) = &wanted.hamlet else { return Ok(all) };
    let mut with_it = Vec::new();
    for commune in all.communes {
        if desk.hamlets(&commune).await?.iter().any(|known| known.name == *hamlet) {
            with_it.push(commune);
        }
    }
    match with_it.as_slice() {
        [commune] => Ok(Placed { name: format!("{hamlet}, {}", name(desk, commune).await?), communes: with_it }),
        [] => Err(ReportError::NotKnown(Words::new(
            format!("{} không có thôn, bản nào tên là {hamlet}", all.name),
            format!("{} has no hamlet of the name {hamlet}", all.name),
        ))),
        several => {
            let several = several.join(", ");
            Err(ReportError::NotKnown(Words::new(
                format!("nhiều xã có thôn, bản tên là {hamlet} ({several}): hãy chọn một xã"),
                format!("several communes have a hamlet of the name {hamlet} ({several}): choose one"),
            )))
        }
    }
}

/// The name of a unit with its kind; a list's name is its own.
async fn name(desk: &Desk, area: &str) -> Result<String, ReportError> {
    if !area.contains(':') {
        return Ok(area.to_owned());
    }
    let row = desk.area(area).await?;
    Ok(format!("{} {}", row.kind, row.name).trim().to_owned())
}

/// What stands above the list, and the standard of its day.
async fn heading(
    desk: &Desk,
    wanted: &Wanted,
    placed: &Placed,
    language: Language,
) -> Result<(Heading, Arc<Program>), ReportError> {
    let Wanted { area, on, statuses, .. } = wanted;
    let program = desk.register().standard(*on);
    let none = || Words::new("ngày này không có chuẩn nào", "there is no standard on this day");
    let program = program.ok_or_else(|| ReportError::NotKnown(none()))?;
    let known = &program.pack.statuses;
    if let Some(odd) = statuses.iter().find(|id| !known.iter().any(|status| status.id.value == **id)) {
        let known = known.iter().map(|status| status.id.value.as_str()).collect::<Vec<_>>().join(", ");
        return Err(ReportError::NotKnown(Words::new(
            format!("không có trạng thái {odd}: chuẩn của ngày này có {known}"),
            format!("there is no status {odd}: the standard of the day has {known}"),
        )));
    }
    let named = known.iter().filter(|status| statuses.contains(&status.id.value));
    let of: Vec<&str> = named.map(|status| status.label.get(language)).collect();
    let packs = desk.packs_of(area, *on, *on).await?;
    let heading = Heading {
        title: format!("{}: {}", pick(language, "DANH SÁCH CHI TIẾT", "DETAILED LIST"), of.join(", ")),
        area: placed.name.clone(),
        basis: Basis::of(desk, area, (None, *on), &packs).await?,
    };
    Ok((heading, program))
}

/// Each household, commune by commune, with the columns of support it has.
async fn each(
    desk: &Desk,
    wanted: &Wanted,
    placed: &Placed,
    mut put: impl FnMut(&ExportedHousehold, &Support) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
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
                put(household, &support.unwrap_or_default())?;
            }
        }
    }
    Ok(())
}

/// The communes of a unit, or of a list.
async fn communes(desk: &Desk, area: &str) -> Result<Vec<String>, ReportError> {
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
