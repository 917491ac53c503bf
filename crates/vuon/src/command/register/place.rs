//! Where a register is, and opening it. The address of a database may hold a password: it is never printed.

use crate::demo;
use crate::screen::say;
use anyhow::{Context, Result, anyhow, bail};
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;
use vuon_policy::Library;
use vuon_policy::model::Language;
use vuon_registry::clock::Clock;
use vuon_registry::keys::Keys;
use vuon_registry::scope::Actor;
use vuon_registry::{Desk, Register, RegistryError, Store};
use vuon_server::{Config, ServeOptions};

/// Where a register is.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Where {
    /// The database: sqlite://… or postgres://…; a file in the folder when absent
    #[arg(long, value_name = "ADDRESS")]
    pub database: Option<String>,
    /// The folder of the key file, and of the file database
    #[arg(long, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// A file of settings; vuon.toml in this folder, if it is there
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// A folder that holds packs, such as a province's local standard; may be given again
    #[arg(long = "packs", value_name = "FOLDER")]
    pub packs: Vec<PathBuf>,
}

/// An open register, and what runs its questions.
pub struct Opened {
    pub runtime: Runtime,
    pub register: Register,
    pub config: Config,
}

/// A unit was named that is in no list of the register.
#[derive(Debug)]
pub struct NoUnit {
    list: String,
    code: String,
}

impl std::error::Error for NoUnit {}

impl std::fmt::Display for NoUnit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.tell(Language::En))
    }
}

impl NoUnit {
    /// The same in a language.
    pub fn tell(&self, language: Language) -> String {
        let NoUnit { list, code } = self;
        match language {
            Language::En => format!(
                "there is no commune or other unit {code} in the list {list}: `vuon register areas lists` tells which \
                 lists are loaded"
            ),
            Language::Vi => format!(
                "không có xã hay đơn vị nào mang mã {code} trong danh mục {list}: `vuon register areas lists` cho biết các danh mục đã nạp"
            ),
        }
    }
}

impl Where {
    /// The settings: this, then the environment, then the file.
    pub fn settings(&self) -> Result<Config> {
        let options = ServeOptions {
            file: self.config.clone(),
            database: self.database.clone(),
            data_dir: self.data_dir.clone(),
            packs: self.packs.clone(),
            ..ServeOptions::default()
        };
        Config::read(&options).map_err(|error| anyhow!("{error}"))
    }
}

impl Opened {
    /// The desk of whoever has the machine.
    pub fn desk(&self) -> Desk {
        self.register.desk(Actor::operator())
    }

    /// `list:code`, the list in force put before a code that stands alone.
    pub fn area(&self, code: &str) -> Result<String> {
        self.unit(code, None)
    }

    /// `list:code`, the list of a day put before a code that stands alone: after a reform the same code may be another
    /// unit, or none.
    pub fn area_on(&self, code: &str, on: Date) -> Result<String> {
        self.unit(code, Some(on))
    }

    fn unit(&self, typed: &str, on: Option<Date>) -> Result<String> {
        let desk = self.desk();
        self.runtime.block_on(async {
            let (list, code) = match (typed.split_once(':'), on) {
                (Some((list, code)), _) => (list.to_owned(), code),
                (None, Some(on)) => (desk.area_list_on(on).await?, typed),
                (None, None) => (desk.area_list().await?, typed),
            };
            let id = format!("{list}:{code}");
            match desk.area(&id).await {
                Ok(_) => Ok(id),
                Err(RegistryError::NotFound) => Err(NoUnit { list, code: code.to_owned() }.into()),
                Err(error) => Err(error.into()),
            }
        })
    }
}

/// Opens a register that is there.
pub fn open(place: &Where, language: Language) -> Result<Opened> {
    open_there(place.settings()?, language)
}

/// Whether there is a register where the settings say, as far as files can tell.
pub fn is_there(config: &Config) -> bool {
    config.key_file().is_file() && sqlite_file(&config.database_url()).is_none_or(|file| file.is_file())
}

/// Whether nothing of a register is where the settings say: one whose key or file alone is gone is not begun anew.
pub fn nothing_is_there(config: &Config) -> bool {
    !config.key_file().exists() && sqlite_file(&config.database_url()).is_none_or(|file| !file.exists())
}

/// Opens a register that is there, by its settings.
pub fn open_there(config: Config, language: Language) -> Result<Opened> {
    if !is_there(&config) {
        let folder = config.data_dir.display();
        bail!(match language {
            Language::Vi => format!("chưa có sổ nào trong {folder}: hãy lập bằng `vuon register init`"),
            Language::En => format!("there is no register in {folder}: make one with `vuon register init`"),
        });
    }
    opened(config)
}

/// Opens a register, and makes it if it is not there.
pub fn open_new(config: Config) -> Result<Opened> {
    let folder = &config.data_dir;
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    if let Some(file) = sqlite_file(&config.database_url()) {
        private_file(&file).with_context(|| file.display().to_string())?;
    }
    opened(config)
}

/// Makes a file that its owner alone reads, where there is none: SQLite gives the files beside it the same rights.
fn private_file(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn opened(config: Config) -> Result<Opened> {
    let runtime = Runtime::new().context("the machine gives no threads")?;
    let register = runtime.block_on(async {
        let store = Store::open(&config.database_url(), config.connections).await?;
        let keys = Keys::open_or_create(&config.key_file())?;
        let library = Library::with_folders(config.packs.clone());
        let register = Register::open(store, keys, Clock::system(), library.clone()).await?;
        // A demonstration may stand in another season than the calendar.
        match demo::ahead(&register).await? {
            0 => Ok(register),
            ahead => {
                let keys = Keys::open_or_create(&config.key_file())?;
                Register::open(register.store().clone(), keys, Clock::ahead(ahead), library).await
            }
        }
    })?;
    Ok(Opened { runtime, register, config })
}

/// The file of a file database.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    Some(Path::new(path.split('?').next().unwrap_or(path)).to_owned())
}

/// A password typed at the terminal and not shown, or the first line of what is piped in.
pub fn ask_password(login: &str, prompt: &str, language: Language) -> Result<String> {
    use std::io::{BufRead, IsTerminal};
    if std::io::stdin().is_terminal() {
        loop {
            let first = rpassword::prompt_password(format!("{prompt}: "))?;
            if let Err(error) = vuon_registry::accounts::check_new_password(login, &first) {
                eprintln!("{}", vuon_server::said::text(&error, language));
                continue;
            }
            let again = rpassword::prompt_password(format!("{}: ", say(language, "nhập lại", "once more")))?;
            if first == again {
                return Ok(first);
            }
            eprintln!(
                "{}",
                say(language, "Hai lần nhập không giống nhau: hãy nhập lại.", "The two are not the same: once more.")
            );
        }
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!(say(
            language,
            "cần mật khẩu của người quản trị: hãy chạy lệnh này trong cửa sổ dòng lệnh, hoặc đưa mật khẩu vào đầu vào chuẩn",
            "the administrator's password is needed: run this in a terminal, or give it on standard input"
        ));
    }
    Ok(password)
}
