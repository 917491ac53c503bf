//! `vuon backup` and `vuon restore`: a copy taken while the register serves, looked through before it counts.
//!
//! A file database is copied by the database itself (one state of it, whatever is written meanwhile); one on a server by
//! the server's own programs, `pg_dump` and `pg_restore`. The key file is not in the copy unless it is asked for: who has
//! both can read everything. A password in the database's address is given to those programs in their environment, never
//! on their command line, where others on the machine could read it.

use super::register::{Where, open, sqlite_file};
use crate::screen::{self, say};
use anyhow::{Context, Result, anyhow, bail};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use vuon_policy::model::Language;
use vuon_policy::words::grouped;
use vuon_registry::backup::{self, Checked};
use vuon_registry::{Engine, RegistryError, Store};
use vuon_server::Config;

/// Where the copy goes.
#[derive(clap::Args)]
pub struct BackupArguments {
    #[command(flatten)]
    place: Where,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Copy the key file too, to FILE.key; keep it apart from the copy
    #[arg(long)]
    with_key: bool,
}

/// Where the copy comes from.
#[derive(clap::Args)]
pub struct RestoreArguments {
    #[command(flatten)]
    place: Where,
    /// The copy
    file: PathBuf,
    /// The key file that belongs to it; not needed where it is in its place already
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

fn line(text: &str) {
    println!("{}", screen::wrapped(text, screen::width(), 2));
}

/// Takes a copy.
pub fn backup(arguments: BackupArguments, language: Language) -> Result<ExitCode> {
    let BackupArguments { place, out, with_key } = arguments;
    free(&out, language)?;
    let key_copy = PathBuf::from(format!("{}.key", out.display()));
    if with_key {
        free(&key_copy, language)?;
    }
    let opened = open(&place, language)?;
    let url = opened.config.database_url();
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The copy gets its name when it has been looked through.
    let aside = tempfile::tempdir_in(folder).with_context(|| folder.display().to_string())?;
    let copy = aside.path().join("copy");
    let checked = match opened.register.store().engine() {
        Engine::Sqlite => opened.runtime.block_on(async {
            opened.register.copy_to(&copy).await?;
            let checked = look_through(&file_url(&copy)).await?;
            anyhow::Ok(Some(checked))
        })?,
        Engine::Postgres => {
            let mut dump = program("pg_dump", &url);
            dump.args(["--format=custom", "--no-owner", "--no-privileges"]).arg("--file").arg(&copy);
            run(dump, "pg_dump", language)?;
            // What can be listed is whole; it is looked through when it is restored.
            let mut list = Command::new("pg_restore");
            list.arg("--list").arg(&copy);
            run(list, "pg_restore", language)?;
            None
        }
    };
    private(&copy)?;
    std::fs::File::open(&copy)?.sync_all()?;
    std::fs::hard_link(&copy, &out)
        .or_else(|_| std::fs::rename(&copy, &out))
        .with_context(|| out.display().to_string())?;
    match checked {
        Some(checked) => told(&out, checked, language),
        None => line(&format!("{}  pg_dump", out.display())),
    }
    let key = opened.config.key_file();
    if with_key {
        std::fs::copy(&key, &key_copy).with_context(|| key_copy.display().to_string())?;
        private(&key_copy)?;
        let key_copy = key_copy.display();
        line(&match language {
            Language::Vi => {
                format!("Tệp khóa: {key_copy}. Hãy cất tách khỏi bản sao: ai có cả hai thì đọc được tất cả.")
            }
            Language::En => {
                format!("Key file: {key_copy}. Keep it apart from the copy: who has both can read everything.")
            }
        });
    } else {
        let key = key.display();
        line(&match language {
            Language::Vi => format!(
                "Bản sao KHÔNG có tệp khóa ({key}). Không có tệp khóa thì không phục hồi được: hãy cất riêng một bản."
            ),
            Language::En => format!(
                "The key file ({key}) is NOT in the copy. Without it the copy cannot be used: keep a copy of it apart."
            ),
        });
    }
    opened.runtime.block_on(opened.register.store().close());
    Ok(ExitCode::SUCCESS)
}

/// Puts a copy in the place of a register that is not there.
pub fn restore(arguments: RestoreArguments, language: Language) -> Result<ExitCode> {
    let RestoreArguments { place, file, key } = arguments;
    if !file.is_file() {
        bail!("{}: {}", file.display(), say(language, "không có tệp này", "there is no such file"));
    }
    let config = place.settings()?;
    if !is_copy(&file, &config.database_url())? {
        bail!(
            "{}: {}",
            file.display(),
            say(
                language,
                "tệp này không phải là bản sao của một sổ loại này (do `vuon backup` tạo ra)",
                "this is not a copy of a register of this kind, as `vuon backup` makes them"
            )
        );
    }
    let key_file = config.key_file();
    let Some(key) = key.or_else(|| key_file.is_file().then(|| key_file.clone())) else {
        let place = key_file.display();
        bail!(match language {
            Language::Vi => format!("cần tệp khóa của sổ này: đặt vào {place} hoặc chỉ ra bằng --key"),
            Language::En =>
                format!("the key file of this register is needed: put it at {place}, or name it with --key"),
        });
    };
    let folder = &config.data_dir;
    let made = !folder.exists();
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let restored = put_back(&config, &file, &key, language);
    if restored.is_err() && made {
        // Goes only if nothing is in it.
        let _ = std::fs::remove_dir(folder);
    }
    told(folder, restored?, language);
    line(say(
        language,
        "Hãy chạy `vuon audit verify` để tính lại toàn bộ.",
        "Run `vuon audit verify` to compute everything again.",
    ));
    Ok(ExitCode::SUCCESS)
}

/// Whether a file begins as the copies of an engine do.
fn is_copy(file: &Path, url: &str) -> Result<bool> {
    let sign: &[u8] = if sqlite_file(url).is_some() { b"SQLite format 3\0" } else { b"PGDMP" };
    let mut begin = Vec::new();
    std::fs::File::open(file)
        .and_then(|file| file.take(sign.len() as u64).read_to_end(&mut begin))
        .with_context(|| file.display().to_string())?;
    Ok(begin == sign)
}

/// Puts a copy and its key where there is none; nothing is left half-way.
fn put_back(config: &Config, file: &Path, key: &Path, language: Language) -> Result<Checked> {
    let key_file = config.key_file();
    let url = config.database_url();
    let runtime = tokio::runtime::Runtime::new()?;
    if !key.is_file() {
        bail!("{}: {}", key.display(), say(language, "không có tệp này", "there is no such file"));
    }
    let keys = vuon_registry::keys::Keys::open_or_create(key)?;
    let checked = match sqlite_file(&url) {
        Some(database) => {
            for ending in ["", "-wal", "-shm"] {
                free(&PathBuf::from(format!("{}{ending}", database.display())), language)?;
            }
            let folder = database.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let aside = tempfile::tempdir_in(folder).with_context(|| folder.display().to_string())?;
            let copy = aside.path().join("register.db");
            std::fs::copy(file, &copy).with_context(|| file.display().to_string())?;
            private(&copy)?;
            let checked = runtime.block_on(belongs(&file_url(&copy), keys))?;
            std::fs::File::open(&copy)?.sync_all()?;
            std::fs::rename(&copy, &database).with_context(|| database.display().to_string())?;
            checked
        }
        None => {
            if !runtime.block_on(backup::is_empty(&url))? {
                bail!(say(
                    language,
                    "cơ sở dữ liệu đã có bảng: hãy phục hồi vào một cơ sở dữ liệu mới, trống",
                    "the database has tables already: restore into a new, empty database"
                ));
            }
            // A copy is not put where only another key could read it.
            if key_of(file, language)? != keys.public() {
                bail!(RegistryError::WrongKey.text(language));
            }
            let mut restore = program("pg_restore", &url);
            restore.args(["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]).arg(file);
            run(restore, "pg_restore", language)?;
            runtime.block_on(belongs(&url, keys))?
        }
    };
    if key != key_file {
        free(&key_file, language)?;
        std::fs::copy(key, &key_file).with_context(|| key_file.display().to_string())?;
        private(&key_file)?;
    }
    Ok(checked)
}

fn told(place: &Path, checked: Checked, language: Language) {
    let count = |n: i64| grouped(n, language);
    let (households, entries, chains) = (count(checked.households), count(checked.entries), count(checked.chains));
    let place = place.display();
    line(&match language {
        Language::Vi => {
            format!("{place}: {households} hộ, {entries} bút toán trong {chains} chuỗi; đã kiểm tra, nguyên vẹn")
        }
        Language::En => {
            format!("{place}: {households} households, {entries} entries in {chains} chains; looked through, sound")
        }
    });
}

fn free(path: &Path, language: Language) -> Result<()> {
    if path.exists() {
        bail!(
            "{}: {}",
            path.display(),
            say(language, "tệp đã có, không ghi đè", "the file is there, it is not written over")
        );
    }
    Ok(())
}

fn file_url(path: &Path) -> String {
    format!("sqlite://{}?mode=rw", path.display())
}

async fn look_through(url: &str) -> Result<Checked> {
    let store = Store::open(url, 1).await?;
    let checked = backup::check(&store).await;
    store.close().await;
    Ok(checked?)
}

/// Looks a database through, and makes sure that a key is its own.
async fn belongs(url: &str, keys: vuon_registry::keys::Keys) -> Result<Checked> {
    let store = Store::open(url, 2).await?;
    let checked = backup::check(&store).await?;
    let clock = vuon_registry::clock::Clock::system();
    let register = vuon_registry::Register::open(store, keys, clock, vuon_policy::Library::embedded()).await?;
    register.store().close().await;
    Ok(checked)
}

/// Only the owner reads it.
fn private(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// A program of PostgreSQL, told where the database is; the password stands in its environment alone.
fn program(name: &str, url: &str) -> Command {
    let (address, password) = without_password(url);
    let mut command = Command::new(name);
    command.arg(format!("--dbname={address}"));
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
}

/// An address without its password, and the password.
fn without_password(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else { return (url.to_owned(), None) };
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let Some((user, host)) = authority.rsplit_once('@') else { return (url.to_owned(), None) };
    let Some((name, password)) = user.split_once(':') else { return (url.to_owned(), None) };
    let after = &rest[authority.len()..];
    (format!("{scheme}://{name}@{host}{after}"), Some(decoded(password)))
}

/// A part of an address with its `%41` written out.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The public half of the key that a copy made by `pg_dump` belongs to; nothing where it holds no register.
fn key_of(copy: &Path, language: Language) -> Result<String> {
    let mut settings = Command::new("pg_restore");
    settings.args(["--data-only", "--table=setting", "--file=-"]).arg(copy);
    let written = run(settings, "pg_restore", language)?;
    let key = written.lines().find_map(|line| line.strip_prefix("public_key\t"));
    Ok(key.unwrap_or_default().to_owned())
}

/// Runs a program to its end; what it wrote.
fn run(mut command: Command, name: &str, language: Language) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => anyhow!(match language {
            Language::Vi =>
                format!("không có chương trình {name} của PostgreSQL trên máy này: hãy cài postgresql-client"),
            Language::En => format!("PostgreSQL's program {name} is not on this machine: install postgresql-client"),
        }),
        _ => anyhow!("{name}: {error}"),
    })?;
    if !output.status.success() {
        // What it says names the server at most, not the password, which it was not given in words.
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{name}: {}", said.lines().last().unwrap_or_default());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_of_an_address() {
        let taken = |url| without_password(url);
        assert_eq!(
            taken("postgres://u:p%40ss@h:5432/db?sslmode=require"),
            ("postgres://u@h:5432/db?sslmode=require".into(), Some("p@ss".into()))
        );
        assert_eq!(taken("postgres://u@h/db"), ("postgres://u@h/db".into(), None));
        assert_eq!(taken("postgres:///db"), ("postgres:///db".into(), None));
    }
}
