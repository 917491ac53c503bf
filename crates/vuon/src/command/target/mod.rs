//! `vuon target`: how well a rule finds the poor, and making such a rule, a scorecard, from a survey.

mod assess;
mod columns;
mod facts;
mod figures;
mod fit;
mod form;
mod items;
mod judged;
mod levels;
mod pack;
mod report;
mod show;

use crate::screen;
use anyhow::Result;
use clap::Subcommand;
use std::process::ExitCode;
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;

/// What to do about targeting.
#[derive(Subcommand)]
pub enum Command {
    /// Whom a selection reaches and misses: errors, the quality of a score, who gets how much
    Assess(Box<assess::Arguments>),
    /// Make a scorecard, the points of a form, from a survey
    Fit(Box<fit::Arguments>),
}

/// Runs the command.
pub fn run(command: Command, language: Language) -> Result<ExitCode> {
    match command {
        Command::Assess(arguments) => assess::run(*arguments, language),
        Command::Fit(arguments) => fit::run(*arguments, language),
    }
}

/// Reads a share from the command line: `20%`, `0.2`, `1/5`.
fn share(text: &str) -> Result<Exact, String> {
    let read = match text.strip_suffix('%') {
        Some(percent) => Exact::parse(percent.trim()).and_then(|n| n.over(Exact::whole(100))),
        None => Exact::parse(text),
    };
    read.filter(|n| (Exact::whole(0)..=Exact::whole(1)).contains(n))
        .ok_or_else(|| "write a share from 0 to 1, as in 20%, 0.2 or 1/5".to_owned())
}

/// An error in the user's language.
fn told(language: Language, vi: String, en: String) -> anyhow::Error {
    anyhow::Error::msg(match language {
        Language::Vi => vi,
        Language::En => en,
    })
}

/// A number with so many decimals, as the language writes it; a dash where there is none.
fn decimal(number: Option<f64>, decimals: usize, language: Language) -> String {
    number.map_or_else(|| "–".to_owned(), |number| screen::decimal(number, decimals, language))
}

/// A share in per cent with one decimal, without the sign.
fn percent(share: Option<f64>, language: Language) -> String {
    decimal(share.map(|share| 100.0 * share), 1, language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_as_people_write_them() {
        for text in ["20%", "20 %", "0.2", "1/5"] {
            assert_eq!(share(text), Ok(Exact::new(1, 5).unwrap()), "{text}");
        }
        assert_eq!(share("12.5%"), Ok(Exact::new(1, 8).unwrap()));
        for bad in ["20", "-1%", "x", "%", "120%"] {
            assert!(share(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_are_told_in_each_language() {
        assert_eq!(percent(Some(0.12345), Language::Vi), "12,3");
        assert_eq!(decimal(Some(-0.126), 2, Language::En), "−0.13");
        assert_eq!(decimal(None, 2, Language::En), "–");
    }
}
