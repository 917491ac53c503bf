//! Lists taken out as CSV, row by row, whatever their length.

use crate::spells::AsOf;
use crate::{Desk, Result};
use futures::Stream;

impl Desk {
    /// The list as of a day, one row a member, as CSV in UTF-8 with a mark for spreadsheets; never cut short. The export
    /// is an entry of the ledger.
    pub async fn export_list(&self, of: &AsOf) -> Result<impl Stream<Item = Result<Vec<u8>>> + Send + 'static + use<>> {
        todo!();
        #[allow(unreachable_code)]
        Ok(futures::stream::empty())
    }
}
