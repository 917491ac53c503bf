//! `vuon publish`: the public's window, as a folder of plain files.
//!
//! One at a time: whoever publishes holds a lock beside the ledger and one beside the folder, from before the ledger is read
//! until the site stands. The ledger is written first and the site after it, so that a run that stops in between has
//! released more than it shows, never less. What it left beside the folder tells the next run, which says so and writes the
//! site. The ledger itself cannot tell: other sites are published with it too.

use super::register::{Where, open};
use super::report::read_shapes;
use crate::screen::say;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
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
    /// Who publishes, as the catalogue of open data names them; the unit when absent
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,
    /// The address of the licence that the data are under, for the catalogue; it names none when absent
    #[arg(long, value_name = "URL")]
    license: Option<String>,
    /// A map of the units directly below it: GeoJSON of polygons, each with the unit's code as its property "code"; each unit
    /// is a tile when absent
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: Arguments, language: Language) -> Result<ExitCode> {
    let Arguments { place, area, out, ledger, threshold, publisher, license, map } = arguments;
    let shapes = map.as_deref().map(read_shapes).transpose()?;
    let out = match out {
        Some(out) => out,
        None => place.settings()?.public_site(),
    };
    let ledger_file = ledger.unwrap_or_else(|| beside(&out));
    let _ledger_lock = locked(&ledger_file, language)?;
    let _folder_lock = locked(&aside(&out), language)?;
    if let Some(stopped) = finish_the_last(&out, language)? {
        eprintln!("{stopped}");
    }
    let mut ledger = read(&ledger_file, &out, language)?;
    let rule = Rule { threshold, width: threshold, ..Rule::default() };
    let opened = open(&place, language)?;
    let desk = opened.desk();
    let lists = opened.runtime.block_on(desk.area_lists())?;
    let area = if lists.contains(&area) { area } else { opened.area_on(&area, desk.today())? };
    let facts = opened.runtime.block_on(site::collect(&desk, &area));
    opened.runtime.block_on(opened.register.store().close());
    let mut window = site::release(&facts?, &mut ledger, &rule)?;
    window.publisher = publisher.unwrap_or(window.publisher);
    window.license = license;
    window.shapes = shapes;
    let files = site::files(&window)?;
    let aside = aside(&out);
    std::fs::create_dir_all(&aside).with_context(|| aside.display().to_string())?;
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

/// The lock of a ledger, or of what stands beside a folder. It ends with the process, however that ends.
fn locked(of: &Path, language: Language) -> Result<File> {
    let mut name = of.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let path = of.with_file_name(name);
    let file = File::create(&path).with_context(|| path.display().to_string())?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(match language {
            Language::Vi => format!("đang có lần công bố khác giữ {}: hãy đợi xong rồi chạy lại", path.display()),
            Language::En => format!(
                "somebody else is publishing and holds {}: wait until it is done, then run again",
                path.display()
            ),
        }),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| path.display().to_string()),
    }
}

/// Where a site is put together, and where the one before waits until the new one stands.
fn aside(out: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(out.file_name().unwrap_or_default());
    name.push(".vuon-publish");
    out.with_file_name(name)
}

/// What a run left that stopped before its site stood: the site before it is put back, the rest is cleared away.
fn finish_the_last(out: &Path, language: Language) -> Result<Option<String>> {
    let aside = aside(out);
    if !aside.exists() {
        return Ok(None);
    }
    let old = aside.join("old");
    if old.exists() && !out.exists() {
        std::fs::rename(&old, out).with_context(|| out.display().to_string())?;
    }
    std::fs::remove_dir_all(&aside).with_context(|| aside.display().to_string())?;
    let told = say(
        language,
        "Lần công bố trước dừng giữa chừng, trước khi trang được ghi xong. Số liệu nó đã ghi vào sổ các lần công bố coi như đã công bố; phần dở dang được dọn, trang được ghi lại bây giờ.",
        "The last run stopped before the site was written. What it entered in the ledger of releases counts as published; what it left is cleared away, and the site is written again now.",
    );
    Ok(Some(told.to_owned()))
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

/// Writes the site beside the folder, and puts it in its place. A run that stops here leaves what [`finish_the_last`] mends.
fn put(files: &BTreeMap<String, Vec<u8>>, out: &Path) -> Result<()> {
    let aside = aside(out);
    let new = aside.join("new");
    for (path, bytes) in files {
        let file = new.join(path);
        std::fs::create_dir_all(parent(&file))?;
        std::fs::write(&file, bytes).with_context(|| file.display().to_string())?;
    }
    if out.exists() {
        std::fs::rename(out, aside.join("old")).with_context(|| out.display().to_string())?;
    }
    std::fs::rename(&new, out).with_context(|| out.display().to_string())?;
    std::fs::remove_dir_all(&aside).with_context(|| aside.display().to_string())
}
