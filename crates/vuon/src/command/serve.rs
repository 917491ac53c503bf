//! `vuon serve`: the web application of a register.

use super::register::{
    Opened, Where, administrators_password, areas_in_force, make_administrator, nothing_is_there, open_new, open_there,
};
use crate::demo;
use crate::screen::say;
use anyhow::{Result, anyhow, bail};
use std::net::SocketAddr;
use std::process::ExitCode;
use vuon_policy::model::Language;
use vuon_server::{Config, ServeError, ServeOptions};

/// The name that the first administrator signs in with.
const FIRST: &str = "admin";

/// How to serve. Everything else is set in the file of settings or the environment.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Where,
    /// Where to listen; 127.0.0.1:8080 when absent
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// A demonstration: a synthetic district with a review under way, in a folder of its own
    #[arg(long)]
    demo: bool,
    /// Go on with the demonstration so many days later, to see limits end
    #[arg(long, value_name = "DAYS", requires = "demo", value_parser = clap::value_parser!(u16).range(1..=366))]
    days_later: Option<u16>,
}

/// Runs the server until it is told to stop.
pub fn run(arguments: Arguments, language: Language) -> Result<ExitCode> {
    let Arguments { place, listen, demo: demonstration, days_later } = arguments;
    let place = if demonstration { demo::or_demo(&place) } else { place };
    let Where { database, data_dir, config: file, packs } = place;
    let options = ServeOptions { file, listen, database, data_dir, packs, demo: demonstration };
    let config = Config::read(&options).map_err(|error| anyhow!("{error}"))?;
    vuon_server::logs::start(&config);
    let opened =
        if config.demo { demo::opened(config, days_later.unwrap_or(0), language)? } else { real(config, language)? };
    let Opened { runtime, register, config } = opened;
    let ready = |address| {
        eprintln!("{} http://{address}", say(language, "Mở trình duyệt tại", "Open a browser at"));
    };
    runtime.block_on(vuon_server::serve(config, register, ready)).map_err(|error| match error {
        ServeError::Listen { address, source } => anyhow!(match language {
            Language::Vi => format!(
                "không mở được {address}: có thể chương trình khác đang dùng cổng này; hãy chọn cổng khác bằng --listen \
                 ({source})"
            ),
            Language::En => format!(
                "{address} cannot be opened: perhaps another program uses this port; choose another with --listen \
                 ({source})"
            ),
        }),
        other => anyhow!("{other}"),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// A register of real people. Where there is none, an empty one is begun as soon as somebody gives its first
/// administrator a password: a folder typed wrongly by a service that starts by itself does not become a register.
fn real(config: Config, language: Language) -> Result<Opened> {
    let begun = nothing_is_there(&config).then(|| password_of_a_new_one(&config, language)).transpose()?;
    let opened = if begun.is_some() { open_new(config)? } else { open_there(config, language)? };
    let (demo, accounts) = opened.runtime.block_on(async {
        vuon_registry::Result::Ok((demo::is_demo(&opened.register).await?, opened.register.has_accounts().await?))
    })?;
    if demo {
        bail!(say(
            language,
            "đây là sổ của bản minh họa: hãy chạy với --demo, hoặc chọn thư mục khác",
            "this is the register of a demonstration: run it with --demo, or choose another folder"
        ));
    }
    if !accounts {
        areas_in_force(&opened)?;
        let password = begun.map_or_else(|| administrators_password(FIRST, language), Ok)?;
        make_administrator(&opened, FIRST, &password, language)?;
    }
    Ok(opened)
}

/// Tells that there is no register yet, and asks for the password that begins one.
fn password_of_a_new_one(config: &Config, language: Language) -> Result<String> {
    let folder = config.data_dir.display();
    eprintln!(
        "{}",
        match language {
            Language::Vi => format!("Chưa có sổ nào trong {folder}. Sổ trống sẽ được lập khi đặt mật khẩu quản trị."),
            Language::En =>
                format!("There is no register in {folder}. An empty one begins with the administrator's password."),
        }
    );
    administrators_password(FIRST, language)
}
