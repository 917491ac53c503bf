//! The demonstration: a synthetic district over real communes, with last year's lists and a little of its work, and this
//! year's review under way.
//!
//! In: an empty register. Out: the same register, filled through the desks of its made-up officers, as any register is.
//! Everything in it is marked: the setting `demo` makes every page say that the data are synthetic, and a register of real
//! people is never filled. Passwords and second factors of a demonstration are printed; those of others never are.

mod build;
mod last_year;
mod names;
mod people;
mod support;

use crate::command::register::{Opened, Where, open, open_new, sqlite_file};
use crate::screen::{self, padded, say};
use anyhow::{Context, Result, bail};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use totp_rs::{Builder, Secret};
use vuon_policy::Library;
use vuon_policy::model::Language;
use vuon_registry::clock::Clock;
use vuon_registry::keys::Keys;
use vuon_registry::scope::{Actor, Role};
use vuon_registry::{Register, RegistryError};
use vuon_server::Config;

/// Everybody's password in a demonstration.
pub const PASSWORD: &str = "vuon-demo-2026";

/// The folder of a demonstration, so that it never gets among real data.
const FOLDER: &str = "vuon-demo";

/// The weeks of 2026 in which a review under way looks natural: the calendar's own day is used then.
const SEASON: (Date, Date) = (date(2026, 10, 12), date(2026, 12, 10));
/// The day on which a demonstration stands in any other season.
const ELSE: Date = date(2026, 11, 10);

/// An account of the demonstration.
pub struct User {
    pub login: &'static str,
    pub name: &'static str,
    pub role: Role,
    /// What it is for, Vietnamese and English.
    pub told: [&'static str; 2],
}

/// Those that are printed; other communes have an officer and a chair as well.
pub const USERS: [User; 8] = [
    User {
        login: "enumerator",
        name: "Lò Thị Mẫu (giả lập)",
        role: Role::Enumerator,
        told: ["rà soát viên của một bản, phường Mường Lay", "enumerator of a hamlet of Mường Lay"],
    },
    User {
        login: "officer",
        name: "Quàng Văn Mẫu (giả lập)",
        role: Role::CommuneOfficer,
        told: ["cán bộ giảm nghèo, phường Mường Lay", "officer of Mường Lay"],
    },
    User {
        login: "chair",
        name: "Tòng Thị Mẫu (giả lập)",
        role: Role::CommuneChair,
        told: ["chủ tịch UBND, phường Mường Lay", "chair of Mường Lay"],
    },
    User {
        login: "province",
        name: "Nguyễn Văn Mẫu (giả lập)",
        role: Role::Province,
        told: ["tỉnh Điện Biên", "province of Điện Biên"],
    },
    User {
        login: "ministry",
        name: "Trần Thị Mẫu (giả lập)",
        role: Role::Ministry,
        told: ["bộ: chỉ số liệu tổng hợp", "ministry: figures only"],
    },
    User {
        login: "auditor",
        name: "Phạm Văn Mẫu (giả lập)",
        role: Role::Auditor,
        told: ["kiểm tra, không sửa", "checks everything, changes nothing"],
    },
    User {
        login: "admin",
        name: "Lê Thị Mẫu (giả lập)",
        role: Role::Administrator,
        told: ["quản trị tài khoản và địa bàn", "keeps accounts and areas"],
    },
    User {
        login: "officer2",
        name: "Giàng A Mẫu (giả lập)",
        role: Role::CommuneOfficer,
        told: ["cán bộ giảm nghèo, xã Na Sang", "officer of Na Sang"],
    },
];

/// The same place, in the demonstration's folder unless another was named.
pub fn or_demo(place: &Where) -> Where {
    let named = place.database.is_some() || place.data_dir.is_some() || place.config.is_some();
    let data_dir = if named { place.data_dir.clone() } else { Some(FOLDER.into()) };
    Where { data_dir, ..place.clone() }
}

/// Whether a register is a demonstration.
pub async fn is_demo(register: &Register) -> Result<bool, RegistryError> {
    Ok(register.setting("demo").await?.is_some())
}

/// By how many microseconds the clock of a demonstration goes ahead of the calendar.
pub async fn ahead(register: &Register) -> Result<i64, RegistryError> {
    Ok(register.setting("demo_ahead").await?.and_then(|ahead| ahead.parse().ok()).unwrap_or(0))
}

/// The present code of an account of a demonstration.
pub async fn code(register: &Register, login: &str) -> Result<Option<String>> {
    let secrets = secrets(register).await?;
    secrets.get(login).map(|secret| code_of(register, secret)).transpose()
}

async fn secrets(register: &Register) -> Result<BTreeMap<String, String>> {
    let kept = register.setting("demo_secrets").await?;
    Ok(kept.map_or_else(|| Ok(BTreeMap::new()), |kept| serde_json::from_str(&kept))?)
}

fn code_of(register: &Register, secret: &str) -> Result<String> {
    let secret = Secret::try_from_base32(secret).map_err(|_| anyhow::anyhow!("a secret of the demonstration"))?;
    let codes = Builder::new().with_secret(secret).build().map_err(|_| anyhow::anyhow!("a code"))?;
    let seconds = u64::try_from(register.clock().now() / 1_000_000).unwrap_or_default();
    Ok(codes.generate(seconds).to_string())
}

/// Microseconds of a day.
const DAY: i64 = 24 * 3600 * 1_000_000;

/// Opens the demonstration, and builds it the first time. Its clock goes on by some days where asked.
pub fn opened(config: Config, days_later: u16, language: Language) -> Result<Opened> {
    let place = Where {
        database: config.database.clone(),
        data_dir: Some(config.data_dir.clone()),
        config: None,
        packs: Vec::new(),
    };
    let opened = open_new(config)?;
    let (demo, ready, accounts) = opened.runtime.block_on(async {
        let register = &opened.register;
        let ready = register.setting("demo_ready").await?.is_some();
        vuon_registry::Result::Ok((is_demo(register).await?, ready, register.has_accounts().await?))
    })?;
    let opened = match (demo, ready, accounts) {
        (true, true, _) => opened,
        (false, _, false) => {
            build(&opened, language)?;
            // Opened again, with the clock that it now has.
            let config = opened.config.clone();
            Opened { config, ..open(&place, language)? }
        }
        (true, false, _) => bail!(say(
            language,
            "bản minh họa chưa lập xong vì bị dừng giữa chừng: hãy xóa thư mục của nó rồi chạy lại",
            "this demonstration was stopped while it was built: delete its folder, then start again"
        )),
        (false, _, true) => bail!(say(
            language,
            "sổ này không phải bản minh họa: hãy chọn thư mục khác",
            "this register is not a demonstration: choose another folder"
        )),
    };
    let opened = if days_later == 0 { opened } else { later(opened, days_later, &place, language)? };
    tell(&opened, language)?;
    Ok(opened)
}

/// The same demonstration, its clock some days further ahead of the calendar from now on.
fn later(opened: Opened, days: u16, place: &Where, language: Language) -> Result<Opened> {
    opened.runtime.block_on(async {
        let ahead = ahead(&opened.register).await? + i64::from(days) * DAY;
        opened.register.desk(Actor::operator()).set("demo_ahead", &ahead.to_string()).await
    })?;
    let config = opened.config.clone();
    Ok(Opened { config, ..open(place, language)? })
}

fn build(opened: &Opened, language: Language) -> Result<()> {
    eprintln!("{}", say(language, "Đang lập bản minh họa …", "Building the demonstration …"));
    let today = opened.register.clock().today();
    let day = if (SEASON.0..=SEASON.1).contains(&today) { today } else { ELSE };
    let days = i64::from(day.since(today).map(|span| span.get_days()).unwrap_or(0));
    let keys = Keys::open_or_create(&opened.config.key_file())?;
    opened.runtime.block_on(async {
        let clock = Clock::standing(day);
        let store = opened.register.store().clone();
        let cost = vuon_registry::accounts::PasswordCost::LOWEST_FOR_TESTS;
        let register = Register::open_with_cost(store, keys, clock, Library::embedded(), cost).await?;
        build::build(&register, day).await.context("the demonstration")?;
        let operator = register.desk(Actor::operator());
        operator.set("demo_ahead", &(days * DAY).to_string()).await?;
        operator.set("demo_ready", "1").await?;
        Ok(())
    })
}

/// Prints who may sign in.
fn tell(opened: &Opened, language: Language) -> Result<()> {
    let place = usize::from(language == Language::En);
    let line = |text: &str| eprintln!("{}", screen::wrapped(text, screen::width(), 2));
    line(say(
        language,
        "BẢN MINH HỌA: mọi hộ, mọi người đều là giả lập; tên xã, phường là thật.",
        "A DEMONSTRATION: every household and person is synthetic; the communes' names are real.",
    ));
    if opened.runtime.block_on(ahead(&opened.register))? != 0 {
        let day = opened.register.clock().today();
        line(&match language {
            Language::Vi => format!("Ở đây hôm nay là ngày {}, giữa đợt rà soát.", day.strftime("%d/%m/%Y")),
            Language::En => format!("Here today is {day}, amid the review."),
        });
    }
    line(&format!("{}: {PASSWORD}", say(language, "Mật khẩu của mọi tài khoản", "Everybody's password")));
    let secrets = opened.runtime.block_on(secrets(&opened.register))?;
    for user in &USERS {
        let code = secrets.get(user.login).map(|secret| code_of(&opened.register, secret)).transpose()?;
        let code = code.map_or(String::new(), |code| format!("  {} {code}", say(language, "mã", "code")));
        eprintln!("  {}{}{code}", padded(user.login, 12), padded(user.told[place], 44));
    }
    let folder = opened.config.data_dir.display().to_string();
    let file = sqlite_file(&opened.config.database_url());
    let told = if folder == FOLDER || file.is_none() { String::new() } else { format!(" --data-dir {folder}") };
    line(say(
        language,
        "Mã xác thực đổi sau mỗi 30 giây; lấy mã mới:",
        "A code is good for half a minute; for a new one:",
    ));
    // To be copied: never wrapped.
    eprintln!("  vuon register code chair{told}");
    Ok(())
}
