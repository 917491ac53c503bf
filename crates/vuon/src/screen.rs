//! What a person sees: width, colour, language, tables.

use std::io::IsTerminal;
use textwrap::WordSplitter::NoHyphenation;
use unicode_width::UnicodeWidthStr;
use vuon_policy::model::Language;

/// A language given on the command line.
#[derive(Clone, Copy)]
pub struct Lang(pub Language);

impl std::str::FromStr for Lang {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "vi" => Ok(Lang(Language::Vi)),
            "en" => Ok(Lang(Language::En)),
            _ => Err("the languages are `vi` and `en`".into()),
        }
    }
}

/// Picks the text of a language.
pub fn say<'t>(language: Language, vi: &'t str, en: &'t str) -> &'t str {
    match language {
        Language::Vi => vi,
        Language::En => en,
    }
}

/// What the system says of a file or connection, in Vietnamese where it is one of the usual things.
pub fn of_a_file(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let told = match error.kind() {
        ErrorKind::NotFound => "không có tệp hoặc thư mục này",
        ErrorKind::PermissionDenied => "không có quyền đọc hoặc ghi",
        ErrorKind::AlreadyExists => "đã có tệp hoặc thư mục này",
        ErrorKind::IsADirectory => "đây là thư mục, không phải tệp",
        ErrorKind::NotADirectory => "đây là tệp, không phải thư mục",
        ErrorKind::DirectoryNotEmpty => "thư mục không rỗng",
        ErrorKind::StorageFull => "đĩa đã đầy",
        ErrorKind::ReadOnlyFilesystem => "đĩa chỉ cho đọc",
        ErrorKind::UnexpectedEof => "tệp kết thúc giữa chừng",
        ErrorKind::InvalidData => "nội dung không đúng dạng",
        ErrorKind::AddrInUse => "địa chỉ này đang được chương trình khác dùng",
        ErrorKind::ConnectionRefused => "không kết nối được",
        ErrorKind::TimedOut => "quá lâu không có trả lời",
        _ => return error.to_string(),
    };
    told.to_owned()
}

/// The columns of the terminal: 80 where it is not one, never more than 100.
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(terminal_size::Width(w), _)| usize::from(w)).clamp(40, 100)
}

/// Whether to colour what is printed.
pub fn colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Text cut into lines of at most `width` columns, the later ones set in by `indent`.
pub fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let indent = " ".repeat(indent);
    textwrap::fill(
        text,
        textwrap::Options::new(width).subsequent_indent(&indent).break_words(false).word_splitter(NoHyphenation),
    )
}

/// `text` filled with spaces to a width in columns.
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// `text` set to the right within a width in columns.
pub fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// A label cut to leave a space before the next column.
pub fn fitted(label: &str, width: usize) -> String {
    if columns(label) < width {
        return padded(label, width);
    }
    let mut cut = String::new();
    for c in label.chars() {
        if columns(&cut) + 3 > width {
            break;
        }
        cut.push(c);
    }
    padded(&format!("{}…", cut.trim_end()), width)
}

/// A number with so many decimals, as the language writes it.
pub fn decimal(number: f64, decimals: usize, language: Language) -> String {
    let text = format!("{number:.decimals$}");
    let digits = text.strip_prefix('-').unwrap_or(&text);
    // Nothing is told as “-0.0”.
    let negative = text.len() > digits.len() && digits.bytes().any(|b| (b'1'..=b'9').contains(&b));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.parse().map_or(whole.to_owned(), |whole| vuon_policy::words::grouped(whole, language));
    let point = if fraction.is_empty() { "" } else { say(language, ",", ".") };
    format!("{}{whole}{point}{fraction}", if negative { "−" } else { "" })
}

/// A bar as long as a share of a width, to an eighth of a column.
pub fn bar(share: f64, width: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * width as f64 * 8.0).round() as usize;
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}

/// The columns a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_each_language_does() {
        assert_eq!(decimal(1234.56, 1, Language::Vi), "1.234,6");
        assert_eq!(decimal(-0.126, 2, Language::En), "−0.13");
        assert_eq!(decimal(-0.0001, 2, Language::En), "0.00");
        assert_eq!(decimal(99.96, 1, Language::Vi), "100,0");
    }

    #[test]
    fn a_label_too_long_leaves_a_space() {
        assert_eq!(fitted("Nhà tiêu hợp vệ sinh", 12), "Nhà tiêu h… ");
        assert_eq!(fitted("ngắn", 8), "ngắn    ");
    }
}
