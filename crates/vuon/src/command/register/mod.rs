//! `vuon register`: a register set up, filled and asked from the command line.
//!
//! Whoever has the machine, the database and the key file stands above roles; the ledger names them `operator`.

mod ask;
mod lists;
mod place;
mod set_up;

pub use place::{NoUnit, Opened, Where, nothing_is_there, open, open_new, open_there, sqlite_file};
pub use set_up::{administrators_password, areas_in_force, make_administrator};

use crate::command::day;
use anyhow::Result;
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;

/// What to do with a register.
#[derive(Subcommand)]
pub enum Command {
    /// Make an empty register: key file, database, the list of areas in force
    Init {
        #[command(flatten)]
        place: Where,
        /// The list of areas in force; today's when absent
        #[arg(long, value_name = "LIST")]
        areas: Option<String>,
        /// The name the first administrator signs in with; the password is asked for
        #[arg(long, value_name = "LOGIN")]
        administrator: Option<String>,
    },
    /// Lists of administrative units
    #[command(subcommand)]
    Areas(set_up::Areas),
    /// Look a list of households through, and with --apply bring it in
    Import {
        #[command(flatten)]
        place: Where,
        /// The list: a workbook (.xlsx) or CSV
        file: PathBuf,
        /// The commune: its code, or list:code
        #[arg(long)]
        commune: String,
        /// The policy pack whose statuses the list tells
        #[arg(long, value_name = "PACK")]
        standard: String,
        /// The status of its households, where no column tells
        #[arg(long, default_value = "poor")]
        status: String,
        /// From which day the statuses hold, YYYY-MM-DD
        #[arg(long, value_parser = day)]
        on: Day,
        /// The list is complete: it takes off who was listed before and is not on it
        #[arg(long)]
        complete: bool,
        /// Bring it in; without this nothing is changed
        #[arg(long)]
        apply: bool,
    },
    /// The list of a commune as CSV, one row a member
    Export {
        #[command(flatten)]
        place: Where,
        #[command(flatten)]
        of: lists::Of,
        /// The file to write; standard output without this
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The list of a commune as of a day, as it was known at a time
    AsOf {
        #[command(flatten)]
        place: Where,
        #[command(flatten)]
        of: lists::Of,
    },
    /// Pairs of households that may be one, of a commune or a province
    Duplicates {
        #[command(flatten)]
        place: Where,
        /// The commune, or the province whose heads in different communes are compared: its code, or list:code
        #[arg(long)]
        commune: String,
        /// Look for new pairs first
        #[arg(long)]
        find: bool,
    },
    /// Move households, accounts and open rounds from one list of areas to the next
    Reform {
        #[command(flatten)]
        place: Where,
        /// The list before
        #[arg(long, value_name = "LIST")]
        from: String,
        /// The list after
        #[arg(long, value_name = "LIST")]
        to: String,
        /// Move them; without this nothing is changed
        #[arg(long)]
        apply: bool,
    },
    /// After a reform: say where a hamlet of a divided commune is now
    Place {
        #[command(flatten)]
        place: Where,
        /// The commune before, as list:code
        #[arg(long, value_name = "COMMUNE")]
        from: String,
        /// The hamlet, by its name; without this the households that are in no hamlet
        #[arg(long, value_name = "NAME")]
        hamlet: Option<String>,
        /// The commune it belongs to now: its code, or list:code
        #[arg(long, value_name = "COMMUNE")]
        to: String,
    },
    /// The movement tables of a unit: who came on the lists and who left them
    Flows {
        #[command(flatten)]
        place: Where,
        /// The unit: its code, or list:code
        #[arg(long)]
        area: String,
        /// The first day, YYYY-MM-DD
        #[arg(long, value_parser = day)]
        from: Day,
        /// The last day, YYYY-MM-DD
        #[arg(long, value_parser = day)]
        to: Day,
    },
    /// Which policy pack's schemes of support count; with PACK, choose it
    SupportPack {
        #[command(flatten)]
        place: Where,
        /// The pack: its id, of the program or of a folder of packs
        #[arg(value_name = "PACK")]
        pack: Option<String>,
        /// The national pack of the day, instead of one that was chosen
        #[arg(long, conflicts_with = "pack")]
        national: bool,
    },
    /// The second factor's code of an account of a demonstration
    Code {
        #[command(flatten)]
        place: Where,
        /// The name it signs in with
        login: String,
    },
}

/// Runs the command.
pub fn run(command: Command, language: Language) -> Result<ExitCode> {
    match command {
        Command::Init { place, areas, administrator } => set_up::init(&place, areas, administrator, language),
        Command::Areas(command) => set_up::areas(command, language),
        Command::Import { place, file, commune, standard, status, on, complete, apply } => {
            let import = lists::Import { file, commune, standard, status, on: on.date(), complete, apply };
            lists::import(&place, import, language)
        }
        Command::Export { place, of, out } => lists::export(&place, &of, out.as_deref(), language),
        Command::AsOf { place, of } => lists::as_of(&place, &of, language),
        Command::Duplicates { place, commune, find } => ask::duplicates(&place, &commune, find, language),
        Command::Reform { place, from, to, apply } => ask::reform(&place, &from, &to, apply, language),
        Command::Place { place, from, hamlet, to } => {
            ask::place_hamlet(&place, &from, hamlet.as_deref(), &to, language)
        }
        Command::Flows { place, area, from, to } => ask::flows(&place, &area, (from.date(), to.date()), language),
        Command::SupportPack { place, pack, national } => {
            set_up::support_pack(&place, pack.as_deref(), national, language)
        }
        Command::Code { place, login } => set_up::code(&place, &login, language),
    }
}
