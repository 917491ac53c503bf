//! What came back under an agreement or a loan, each with its receipt to print.

use crate::error::Problem;
use crate::office::Officer;
use crate::view::encode;
use maud::{Markup, html};
use vuon_programme::records::Thing;
use vuon_publish::papers::support::receipt_number;

/// The receipts of an agreement or a loan; `paper` is the kind of its address.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn receipts<T: Thing>(officer: &Officer, id: &str, paper: &str) -> Result<Markup, Problem> {
    let moves = officer.office.money_of::<T>(id).await?;
    let receipts: Vec<_> = moves.iter().filter_map(|made| Some((receipt_number(id, made)?, made.on))).collect();
    Ok(html! {
        @if !receipts.is_empty() {
            h3 { (officer.t("support-receipts")) }
            ul { @for (number, on) in receipts {
                li { a href=(format!("/papers/{paper}/{id}/{}", encode(number))) { (number) } ", " (officer.day(on)) }
            } }
        }
    })
}
