//! What cannot be read of a command line, told in the language of the person: whoever writes the English is the library that
//! reads it, so in Vietnamese one sentence names the argument, and says where help is.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process;

/// Tells why the command line cannot be read, or shows the help that was asked for, and ends the program.
pub fn refuse(error: &Error) -> ! {
    if error.use_stderr()
        && in_vietnamese(std::env::args(), std::env::var("VUON_LANG").ok().as_deref())
        && let Some(told) = vietnamese(error)
    {
        eprintln!("lỗi: {told}\nXem: {} --help", command(error));
        process::exit(error.exit_code());
    }
    error.exit()
}

/// The language that was asked for, as far as it can be read: Vietnamese unless somebody says English.
fn in_vietnamese(mut arguments: impl Iterator<Item = String>, environment: Option<&str>) -> bool {
    let mut language = environment.map(str::to_owned);
    while let Some(argument) = arguments.next() {
        if let Some(given) = argument.strip_prefix("--lang=") {
            language = Some(given.to_owned());
        } else if argument == "--lang" {
            language = arguments.next();
        }
    }
    language.as_deref() != Some("en")
}

/// The sentence; nothing for what is help and no mistake.
fn vietnamese(error: &Error) -> Option<String> {
    let context = |kind| error.get(kind).map(words).unwrap_or_default();
    let (argument, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    let told = match error.kind() {
        ErrorKind::UnknownArgument => format!("không có đối số “{argument}”"),
        ErrorKind::InvalidSubcommand => format!("không có lệnh “{}”", context(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("thiếu đối số bắt buộc: {argument}"),
        ErrorKind::ArgumentConflict => {
            format!("“{argument}” không dùng cùng với “{}”", context(ContextKind::PriorArg))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("đối số “{argument}” thiếu giá trị"),
        ErrorKind::InvalidValue => {
            format!("“{value}” không dùng được cho “{argument}”; có thể dùng: {}", context(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => format!("“{value}” không dùng được cho “{argument}”"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("số giá trị của “{argument}” không đúng")
        }
        ErrorKind::NoEquals => format!("đối số “{argument}” cần dấu = trước giá trị"),
        ErrorKind::InvalidUtf8 => "dòng lệnh có ký tự không đọc được".to_owned(),
        _ => return None,
    };
    let similar = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let similar = similar.into_iter().map(context).find(|similar| !similar.is_empty());
    let quoted = similar.map(|similar| similar.replace(", ", "”, “"));
    Some(quoted.map_or_else(|| told.clone(), |similar| format!("{told}; có phải là “{similar}”?")))
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        _ => String::new(),
    }
}

/// The command that was meant, from the line of its usage: `vuon register duplicates`.
fn command(error: &Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    let words = usage.split_whitespace().skip_while(|word| *word != "vuon");
    let name = words.take_while(|word| word.starts_with(|first: char| first.is_ascii_lowercase()));
    let name: Vec<&str> = name.collect();
    if name.is_empty() { "vuon".to_owned() } else { name.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Arguments;
    use clap::Parser;

    fn told(line: &str) -> (String, String) {
        let error = Arguments::try_parse_from(line.split(' ')).err().expect("it cannot be read");
        (vietnamese(&error).unwrap_or_default(), command(&error))
    }

    #[test]
    fn a_mistake_is_told_in_vietnamese_with_the_name_of_the_argument_and_where_help_is() {
        let (said, help) = told("vuon register duplicates --comune 03151");
        assert_eq!(said, "không có đối số “--comune”; có phải là “--commune”?");
        assert_eq!(help, "vuon register duplicates");
        assert_eq!(told("vuon register duplicates").0, "thiếu đối số bắt buộc: --commune <COMMUNE>");
        assert_eq!(told("vuon registr").0, "không có lệnh “registr”; có phải là “restore”, “register”?");
        assert_eq!(told("vuon register duplicates --commune").0, "đối số “--commune <COMMUNE>” thiếu giá trị");
        assert_eq!(told("vuon --lang xx areas lists").0, "“xx” không dùng được cho “--lang <LANG>”");
        assert_eq!(told("vuon serve --days-later 3").0, "thiếu đối số bắt buộc: --demo");
        assert_eq!(told("vuon --help").0, "", "help is no mistake");
    }

    #[test]
    fn the_language_is_the_one_that_was_asked_for() {
        let line = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>().into_iter();
        assert!(in_vietnamese(line("vuon x"), None));
        assert!(!in_vietnamese(line("vuon x"), Some("en")));
        assert!(!in_vietnamese(line("vuon --lang=en x"), None));
        assert!(!in_vietnamese(line("vuon x --lang en"), Some("vi")));
        assert!(in_vietnamese(line("vuon --lang vi x"), Some("en")));
    }
}
