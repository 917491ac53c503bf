//! `vuon publish`: the public's window, as a folder of plain files.

use super::register::{Where, open};
use crate::screen::say;
use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vuon_policy::model::Language;
use vuon_publish::disclosure::{Ledger, Rule};
use vuon_publish::site;

/// The arguments.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    /// The unit: its code, or list:code; the name of a list for all its provinces
    #[arg(long)]
    area: String,
    /// The folder of the site, that of the setting public_site when absent; a site that is there is replaced
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// The ledger of releases; FOLDER.releases.jsonl beside the folder when absent
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Counts from 1 to one less than this are hidden
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(i64).range(3..=100))]
    threshold: i64,
}

/// Runs the command.
pub fn run(arguments: Arguments, language: Language) -> Result<ExitCode> {
    let Arguments { place, area, out, ledger, threshold } = arguments;
    let out = match out {
        Some(out) => out,
        None => place.settings()?.public_site(),
    };
    let ledger_file = ledger.unwrap_or_else(|| beside(&out));
    let mut ledger = read(&ledger_file, &out, language)?;
    let rule = Rule { threshold, width: threshold, ..Rule::default() };
    let opened = open(&place, language)?;
    let desk = opened.desk();
    let lists = opened.runtime.block_on(desk.area_lists())?;
    let area = if lists.contains(&area) { area } else { opened.area_on(&area, desk.today())? };
    let facts = opened.runtime.block_on(site::collect(&desk, &area));
    opened.runtime.block_on(opened.register.store().close());
    let told = |error: site::SiteError| anyhow!(error.text(language));
    let window = site::release(&facts.map_err(told)?, &mut ledger, &rule).map_err(told)?;
    let files = site::files(&window).map_err(told)?;
    // What was published must be known to the next release even if the site is not written whole.
    replace(&ledger_file, ledger.text().as_bytes())?;
    put(&files, &out)?;
    println!("{}", out.join("index.html").display());
    println!("{}", ledger_file.display());
    window.withheld.iter().for_each(|words| println!("{}", words.get(language)));
    Ok(ExitCode::SUCCESS)
}

fn beside(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".releases.jsonl");
    out.with_file_name(name)
}

fn is_site(out: &Path) -> bool {
    out.join(site::MARK).is_file()
}

/// The ledger, begun anew only where nothing was published yet.
fn read(ledger: &Path, out: &Path, language: Language) -> Result<Ledger> {
    let is_free = !out.exists() || out.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    if !is_free && !is_site(out) {
        let why = say(language, "không phải trang công khai do vuon tạo", "is no site that vuon made");
        bail!("{} {why}", out.display());
    }
    if ledger.is_file() {
        let text = std::fs::read_to_string(ledger).with_context(|| ledger.display().to_string())?;
        return Ledger::read(&text).with_context(|| ledger.display().to_string());
    }
    if !is_free {
        bail!(match language {
            Language::Vi => format!(
                "thiếu sổ các lần công bố {}: không có nó thì không biết điều gì đã công khai",
                ledger.display()
            ),
            Language::En => format!(
                "the ledger of releases {} is missing: without it nobody knows what is public already",
                ledger.display()
            ),
        });
    }
    Ok(Ledger::default())
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a file whole or not at all.
fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(parent(path)).with_context(|| path.display().to_string())?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error).with_context(|| path.display().to_string())?;
    Ok(())
}

/// Writes the site beside the folder, and puts it in its place.
fn put(files: &BTreeMap<String, Vec<u8>>, out: &Path) -> Result<()> {
    let aside = tempfile::Builder::new().prefix(".vuon-publish").tempdir_in(parent(out))?;
    let new = aside.path().join("new");
    for (path, bytes) in files {
        let file = new.join(path);
        std::fs::create_dir_all(parent(&file))?;
        std::fs::write(&file, bytes).with_context(|| file.display().to_string())?;
    }
    if out.exists() {
        std::fs::rename(out, aside.path().join("old")).with_context(|| out.display().to_string())?;
    }
    std::fs::rename(&new, out).with_context(|| out.display().to_string())
}
