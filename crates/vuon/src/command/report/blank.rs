//! Blank forms of a pack, to be printed for a village without electricity.

use crate::command::load;
use crate::screen::say;
use anyhow::{Context, Result, anyhow};
use vuon_policy::model::Language;
use vuon_publish::document::Templates;
use vuon_publish::papers::{blank_form_a, blank_form_b, pdf};

/// The form as a paper.
pub fn form(
    which: &str,
    policy: Option<&str>,
    method: Option<&str>,
    templates: &Templates,
    language: Language,
) -> Result<Vec<u8>> {
    let policy =
        policy.with_context(|| say(language, "hãy cho biết bộ chính sách: --policy", "name the pack: --policy"))?;
    let program = load(policy)?;
    let sheet = if which == "form-a" {
        blank_form_a(&program, language).map_err(|why| anyhow!(why.get(language).to_owned()))?
    } else {
        let unknown = || say(language, "bộ chính sách không có phương pháp này", "the pack has no such method");
        let method = program.method(method).with_context(unknown)?;
        blank_form_b(&program, method, jiff::Zoned::now().date(), language)
    };
    let title = sheet.paper.title.clone();
    Ok(pdf(&title, &[sheet], &[], templates)?)
}
