//! Which pack's schemes count: the one that was chosen for the register, else the national one of the day, else the last
//! national one that had schemes.

use jiff::civil::Date;
use serde::Serialize;
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::model::PackLevel;
use vuon_policy::program::Program;
use vuon_registry::{Desk, Register, RegistryError, Result};

/// The setting that names the chosen pack; empty where none is.
const SETTING: &str = "support_pack";

/// The pack whose schemes count.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct SupportPack {
    /// The pack that was chosen; nothing where the national one of the day counts.
    pub chosen: Option<String>,
    /// The pack that counts; nothing where none has schemes, or the chosen one is not here.
    pub pack: Option<String>,
    /// The last day of its time, once that is over: what was agreed goes on, nothing new begins.
    #[schema(value_type = Option<String>, format = Date)]
    pub over: Option<Date>,
}

/// Which pack's schemes count on a day.
///
/// # Errors
/// What the database says.
pub async fn chosen(register: &Register, day: Date) -> Result<SupportPack> {
    let chosen = setting(register).await?;
    let program = match program(register, day).await {
        Ok(program) => Some(program),
        Err(RegistryError::Pack { .. }) => None,
        Err(error) => return Err(error),
    };
    let over = program.as_ref().and_then(|program| over(program, day));
    Ok(SupportPack { chosen, pack: program.map(|program| program.pack.id.value.clone()), over })
}

/// Chooses the pack whose schemes count, for everybody; the national one of the day when nothing is named.
///
/// # Errors
/// [`RegistryError::Pack`] when it is not here or has no schemes; [`RegistryError::Forbidden`].
pub async fn choose(desk: &Desk, pack: Option<&str>) -> Result<()> {
    if let Some(id) = pack {
        having_schemes(desk.register(), id)?;
    }
    desk.set(SETTING, pack.unwrap_or_default()).await
}

/// The packs that can be chosen, by id.
pub fn with_schemes(register: &Register) -> Vec<Arc<Program>> {
    let ids = register.pack_ids().into_iter();
    ids.filter_map(|id| having_schemes(register, &id).ok()).collect()
}

/// The pack whose schemes count on a day.
pub(crate) async fn program(register: &Register, day: Date) -> Result<Arc<Program>> {
    match setting(register).await? {
        Some(id) => having_schemes(register, &id),
        None => national(register, day).ok_or_else(|| without_schemes("-")),
    }
}

/// The last day of a pack's time, where that is before a day.
pub(crate) fn over(program: &Program, day: Date) -> Option<Date> {
    let periods = program.pack.in_force.iter();
    let last = periods.map(|period| period.to).max_by_key(|to| to.unwrap_or(Day::LAST))??.date();
    Some(last).filter(|last| *last < day)
}

async fn setting(register: &Register) -> Result<Option<String>> {
    Ok(register.setting(SETTING).await?.filter(|id| !id.is_empty()))
}

fn without_schemes(id: &str) -> RegistryError {
    RegistryError::Pack { pack: id.to_owned(), why: "it has no schemes of support".into() }
}

fn having_schemes(register: &Register, id: &str) -> Result<Arc<Program>> {
    let program = register.program(id)?;
    if program.pack.schemes.is_empty() { Err(without_schemes(id)) } else { Ok(program) }
}

/// The national pack with schemes of a day: the one in force, else the last that was.
fn national(register: &Register, day: Date) -> Option<Arc<Program>> {
    let in_force = register.standard(day).filter(|program| !program.pack.schemes.is_empty());
    in_force.or_else(|| {
        let known = with_schemes(register).into_iter();
        let national =
            known.filter(|program| program.pack.level == PackLevel::National && program.pack.process.is_some());
        national.filter(|program| over(program, day).is_some()).max_by_key(|program| over(program, day))
    })
}
