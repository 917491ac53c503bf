//! A register is made, and gets its lists of areas.

use super::place::{Opened, Where, ask_password, is_there, open, open_new};
use crate::demo;
use crate::screen::{self, say};
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;
use vuon_areas::{Areas as Lists, Level};
use vuon_policy::model::Language;
use vuon_policy::words::grouped;
use vuon_programme::support_pack;
use vuon_registry::areas::NewArea;

/// What to do with lists of areas.
#[derive(Subcommand)]
pub enum Areas {
    /// Load a list of units, and how it follows from those already there
    Load {
        #[command(flatten)]
        place: Where,
        /// A list that the program carries (see `vuon areas lists`), or the name of your own
        list: String,
        /// Your own list: CSV with the columns code, level, kind, name, parent_code
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// Make it the list in force
        #[arg(long)]
        in_force: bool,
    },
    /// The lists that are loaded
    Lists {
        #[command(flatten)]
        place: Where,
    },
}

fn line(text: &str) {
    println!("{}", screen::wrapped(text, screen::width(), 2));
}

/// Makes an empty register.
pub fn init(
    place: &Where,
    areas: Option<String>,
    administrator: Option<String>,
    language: Language,
) -> Result<ExitCode> {
    let settings = place.settings()?;
    let there = is_there(&settings);
    let opened = open_new(settings)?;
    let (list, units) = load(&opened, areas)?;
    let (units, key) = (grouped(units as i64, language), opened.config.key_file());
    let key = key.display();
    line(&match (language, there) {
        (Language::Vi, false) => format!("Sổ đã sẵn sàng. Danh mục {list}: {units} đơn vị."),
        (Language::En, false) => format!("The register is ready. List {list}: {units} units."),
        (Language::Vi, true) => format!("Sổ đã có từ trước, dữ liệu giữ nguyên. Danh mục {list}: {units} đơn vị."),
        (Language::En, true) => {
            format!("The register was there before, and stays as it is. List {list}: {units} units.")
        }
    });
    line(&match language {
        Language::Vi => format!(
            "Tệp khóa: {key}. Không có tệp này thì không mở được số định danh và mã xác thực: hãy cất một bản ở nơi an toàn, \
             tách khỏi bản sao cơ sở dữ liệu."
        ),
        Language::En => format!(
            "Key file: {key}. Without it identity numbers and second factors cannot be opened: keep a copy in a safe \
             place, apart from copies of the database."
        ),
    });
    if let Some(login) = administrator {
        first_administrator(&opened, &login, language)?;
    }
    opened.runtime.block_on(opened.register.store().close());
    Ok(ExitCode::SUCCESS)
}

/// Loads the list of areas in force today.
pub fn areas_in_force(opened: &Opened) -> Result<()> {
    load(opened, None).map(|_| ())
}

/// Loads a list, today's when none is named, and makes it the one in force where there is none; its units.
fn load(opened: &Opened, list: Option<String>) -> Result<(String, u64)> {
    let list = match list {
        Some(list) => list,
        None => Lists::embedded().list_on(opened.register.clock().today())?.id.clone(),
    };
    let desk = opened.desk();
    let units = opened.runtime.block_on(async {
        let units = desk.load_areas(&list).await?;
        if desk.register().setting("area_list").await?.is_none() {
            desk.set("area_list", &list).await?;
        }
        vuon_registry::Result::Ok(units)
    })?;
    Ok((list, units))
}

/// Makes the first administrator; the password is asked for.
pub fn first_administrator(opened: &Opened, login: &str, language: Language) -> Result<()> {
    let password = administrators_password(login, language)?;
    make_administrator(opened, login, &password, language)
}

/// Asks for the password of the first administrator.
pub fn administrators_password(login: &str, language: Language) -> Result<String> {
    let prompt = match language {
        Language::Vi => format!("mật khẩu của người quản trị `{login}` (ít nhất 12 ký tự)"),
        Language::En => format!("password of the administrator `{login}` (at least 12 characters)"),
    };
    ask_password(login, &prompt, language)
}

/// Makes the first administrator.
pub fn make_administrator(opened: &Opened, login: &str, password: &str, language: Language) -> Result<()> {
    let name = say(language, "Quản trị hệ thống", "Administrator");
    let made = vuon_server::first_administrator(&opened.register, login, name, password);
    let account = opened.runtime.block_on(made)?;
    line(&match language {
        Language::Vi => format!("Đã lập tài khoản quản trị `{}`.", account.login),
        Language::En => format!("The administrator's account `{}` is there.", account.login),
    });
    Ok(())
}

/// Runs what concerns areas.
pub fn areas(command: Areas, language: Language) -> Result<ExitCode> {
    match command {
        Areas::Load { place, list, file, in_force } => {
            let opened = open(&place, language)?;
            let desk = opened.desk();
            let rows = file.map(|file| own_areas(&file)).transpose()?;
            let units = opened.runtime.block_on(async {
                let units = match &rows {
                    Some(rows) => desk.load_own_areas(&list, rows).await?,
                    None => desk.load_areas(&list).await?,
                };
                if in_force {
                    desk.set("area_list", &list).await?;
                }
                vuon_registry::Result::Ok(units)
            })?;
            let units = grouped(units as i64, language);
            line(&match language {
                Language::Vi => format!("Danh mục {list}: {units} đơn vị."),
                Language::En => format!("List {list}: {units} units."),
            });
            opened.runtime.block_on(opened.register.store().close());
        }
        Areas::Lists { place } => {
            let opened = open(&place, language)?;
            let desk = opened.desk();
            let (lists, in_force) = opened
                .runtime
                .block_on(async { vuon_registry::Result::Ok((desk.area_lists().await?, desk.area_list().await?)) })?;
            for list in &lists {
                let mark = if *list == in_force { say(language, "  đang dùng", "  in force") } else { "" };
                println!("{list}{mark}");
            }
            for list in Lists::embedded().lists().iter().filter(|carried| !lists.contains(&carried.id)) {
                println!("{}  {}", list.id, say(language, "chưa nạp", "not loaded"));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn own_areas(file: &std::path::Path) -> Result<Vec<NewArea>> {
    let mut reader = csv::Reader::from_path(file).with_context(|| file.display().to_string())?;
    let headings = reader.headers().with_context(|| file.display().to_string())?.clone();
    let column = |name: &str| {
        let found = headings.iter().position(|heading| heading.trim_start_matches('\u{feff}').trim() == name);
        found.with_context(|| format!("{}: the column {name} is missing", file.display()))
    };
    let [code, level, kind, name, parent] = ["code", "level", "kind", "name", "parent_code"].map(column);
    let (code, level, kind, name, parent) = (code?, level?, kind?, name?, parent?);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| file.display().to_string())?;
        let number = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default().trim().to_owned();
        let levels = [Level::Province, Level::District, Level::Commune];
        let Some(level) = levels.into_iter().find(|l| l.id() == cell(level)) else {
            bail!("{}: line {number}, level: write province, district or commune", file.display());
        };
        let parent = Some(cell(parent)).filter(|parent| !parent.is_empty());
        rows.push(NewArea { code: cell(code), level, kind: cell(kind), name: cell(name), parent });
    }
    Ok(rows)
}

/// Chooses the pack whose schemes count, where one is named, and says which does.
pub fn support_pack(place: &Where, pack: Option<&str>, national: bool, language: Language) -> Result<ExitCode> {
    let opened = open(place, language)?;
    let desk = opened.desk();
    let now = opened.runtime.block_on(async {
        if pack.is_some() || national {
            support_pack::choose(&desk, pack).await?;
        }
        support_pack::chosen(desk.register(), desk.today()).await
    })?;
    opened.runtime.block_on(opened.register.store().close());
    println!("{}", now.pack.as_deref().unwrap_or("-"));
    line(say(
        language,
        if now.chosen.is_some() {
            "Gói được chọn cho sổ này."
        } else {
            "Gói quốc gia của ngày hôm nay."
        },
        if now.chosen.is_some() { "It was chosen for this register." } else { "The national pack of the day." },
    ));
    if let Some(day) = now.over {
        let day = vuon_policy::words::day(day, language);
        line(&match language {
            Language::Vi => format!("Gói đã hết hiệu lực ngày {day}: không lập hỗ trợ mới."),
            Language::En => format!("Its time ended on {day}: nothing new begins."),
        });
    }
    Ok(ExitCode::SUCCESS)
}

/// The present code of an account of a demonstration.
pub fn code(place: &Where, login: &str, language: Language) -> Result<ExitCode> {
    let opened = open(&demo::or_demo(place), language)?;
    match opened.runtime.block_on(demo::code(&opened.register, login))? {
        Some(code) => println!("{code}"),
        None if opened.runtime.block_on(demo::is_demo(&opened.register))? => bail!(match language {
            Language::Vi => format!("`{login}` đăng nhập chỉ bằng mật khẩu, hoặc không có tài khoản này"),
            Language::En => format!("`{login}` signs in with the password alone, or there is no such account"),
        }),
        None => bail!(match language {
            Language::Vi => format!("`{login}` không có mã ở đây: chỉ bản minh họa mới in mã"),
            Language::En => format!("there is no code for `{login}` here: only a demonstration prints codes"),
        }),
    }
    Ok(ExitCode::SUCCESS)
}
