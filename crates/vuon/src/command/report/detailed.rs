//! The detailed list of a unit: one row a member, as a workbook, or of a hamlet or commune as a paper.

use crate::command::register::Opened;
use crate::screen::say;
use anyhow::{Result, bail};
use std::path::Path;
use std::process::ExitCode;
use vuon_policy::model::Language;
use vuon_publish::document::Templates;
use vuon_publish::report::list::{self, Wanted};

/// Writes the workbook.
pub fn workbook(opened: &Opened, wanted: &Wanted, out: &Path, language: Language) -> Result<ExitCode> {
    if out.exists() {
        bail!("{}: {}", out.display(), say(language, "tệp đã có", "the file is there already"));
    }
    let count = opened.runtime.block_on(list::save(&opened.desk(), wanted, language, out));
    let count = vuon_policy::words::grouped(i64::from(count?), language);
    opened.runtime.block_on(opened.register.store().close());
    println!("{}: {count} {}", out.display(), say(language, "hộ", "households"));
    Ok(ExitCode::SUCCESS)
}

/// Makes the paper.
pub fn paper(opened: &Opened, wanted: &Wanted, templates: &Templates, language: Language) -> Result<Vec<u8>> {
    let list = opened.runtime.block_on(list::paper(&opened.desk(), wanted, language));
    opened.runtime.block_on(opened.register.store().close());
    Ok(list?.set(templates)?.0)
}
