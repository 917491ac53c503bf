//! What somebody who decides is told of their training.

use crate::error::Problem;
use crate::handbook::{broken, words};
use crate::signed_in::Person;
use maud::{Markup, html};
use vuon_publish::handbook::practice::Exercise;
use vuon_registry::rounds::RoundRow;
use vuon_registry::training::{Standing, of_pack};

/// The modules for the pack of a round that the reader completed before the pack changed, or not at all.
///
/// # Errors
/// [`Problem`].
pub async fn before_deciding(person: &Person, round: &RoundRow) -> Result<Markup, Problem> {
    // Of a pack that is gone nothing can be learnt; what becomes of the decision, the register says.
    let Ok(program) = person.desk.round_pack(round).await else { return Ok(html! {}) };
    let exercises = Exercise::of(&program).map_err(broken)?;
    let ids: Vec<String> = exercises.iter().map(|exercise| exercise.id.clone()).collect();
    let standings = person.desk.standing_in(round, &ids).await?;
    let required = of_pack(&person.desk.required_modules().await?, &program);
    let words = words(person.language)?;
    let titles = |standing: Standing| -> Vec<String> {
        let of_it = exercises.iter().zip(&standings).filter(|(_, own)| **own == standing);
        of_it.map(|(exercise, _)| exercise.title(&words)).collect()
    };
    let (old, missing) = (titles(Standing::OutOfDate), titles(Standing::Missing));
    let stopped = exercises.iter().zip(&standings);
    let stopped =
        stopped.filter(|(own, standing)| required.contains(&own.id) && **standing != Standing::Current).count();
    Ok(html! {
        @if !old.is_empty() || !missing.is_empty() {
            div.warning {
                @if !old.is_empty() { p { (person.tr("training-told-old", &[("modules", old.join("; ").into())])) } }
                @if !missing.is_empty() { p { (person.tr("training-told-missing", &[("modules", missing.join("; ").into())])) } }
                @if stopped > 0 { p { strong { (person.t("training-told-required")) } } }
                p { a href="/training" { (person.t("nav-training")) } }
            }
        }
    })
}
