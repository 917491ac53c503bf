//! `vuon handbook`: the book for officers of communes and villages, made from a pack.

use crate::screen::{say, width, wrapped};
use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use vuon_policy::model::Language;
use vuon_publish::document::Templates;
use vuon_publish::handbook::{self, PageChange, Words};

/// What to do with the handbook.
#[derive(Subcommand)]
pub enum Command {
    /// Write the handbook of a pack: a PDF, and one HTML file that works without a network
    Build {
        /// Id or folder of the pack
        #[arg(long)]
        policy: String,
        /// The folder to write into
        #[arg(long)]
        out: PathBuf,
        /// A folder of templates of your own, which go before those in the program
        #[arg(long)]
        templates: Option<PathBuf>,
        #[command(flatten)]
        words: OfLanguage,
    },
    /// Which pages change from one pack to another, and why
    Diff {
        /// Id or folder of the earlier pack
        before: String,
        /// Id or folder of the later pack
        after: String,
        #[command(flatten)]
        words: OfLanguage,
    },
    /// What a language lacks for the handbook of a pack
    Check {
        /// Id or folder of the pack
        #[arg(long)]
        policy: String,
        #[command(flatten)]
        words: OfLanguage,
    },
}

/// In which language.
#[derive(Args)]
pub struct OfLanguage {
    /// The words of a further language: a file named by its code, such as tyz.ftl
    #[arg(long)]
    words: Option<PathBuf>,
}

impl OfLanguage {
    fn read(&self, language: Language) -> Result<Words> {
        let Some(path) = &self.words else {
            return Ok(Words::embedded(say(language, "vi", "en"))?);
        };
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let code = path.file_stem().and_then(|stem| stem.to_str());
        Ok(Words::read(code.ok_or_else(|| anyhow!("{} is not named by a language", path.display()))?, &text)?)
    }
}

/// Runs the command.
pub fn run(command: Command, language: Language) -> Result<ExitCode> {
    match command {
        Command::Build { policy, out, templates, words } => {
            let words = words.read(language)?;
            let templates =
                templates.map_or_else(|| Ok(Templates::default()), |folder| Templates::with_folder(&folder))?;
            let book = handbook::write(&*super::load(&policy)?, &words)?;
            std::fs::create_dir_all(&out).with_context(|| out.display().to_string())?;
            let name = format!("handbook-{}-{}", book.pack, book.language);
            for (end, content) in
                [("html", handbook::html(&book).into_bytes()), ("pdf", handbook::pdf(&book, &templates)?)]
            {
                let path = out.join(format!("{name}.{end}"));
                std::fs::write(&path, content).with_context(|| path.display().to_string())?;
                println!("{}", path.display());
            }
            lacks(&words.missing(), language);
            Ok(ExitCode::SUCCESS)
        }
        Command::Diff { before, after, words } => {
            let words = words.read(language)?;
            let books =
                [before, after].map(|pack| Ok::<_, anyhow::Error>(handbook::write(&*super::load(&pack)?, &words)?));
            let [before, after] = books;
            for change in handbook::diff(&before?, &after?) {
                tell(&change, language);
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Check { policy, words } => {
            let words = words.read(language)?;
            handbook::write(&*super::load(&policy)?, &words)?;
            let missing = words.missing();
            missing.iter().for_each(|key| println!("{key}"));
            Ok(if missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

fn lacks(missing: &[String], language: Language) {
    if !missing.is_empty() {
        let text = say(
            language,
            "chỗ còn thiếu lời, xem `vuon handbook check`",
            "texts are missing, see `vuon handbook check`",
        );
        eprintln!("{} {text}", missing.len());
    }
}

/// What made a page change, as its reader calls it; ids and values stay as the pack writes them.
fn reason(name: &str, language: Language) -> String {
    const WORDS: [(&str, &str); 22] = [
        ("in force from ", "hiệu lực từ "),
        ("indicator ", "chỉ số "),
        ("status ", "loại hộ "),
        ("rule ", "quy tắc "),
        ("scheme ", "chính sách "),
        ("question ", "câu hỏi "),
        ("exercise ", "bài tập "),
        ("household ", "hộ mẫu "),
        ("document ", "văn bản "),
        ("round.", "đợt rà soát "),
        ("complaint", "khiếu nại"),
        ("source", "căn cứ"),
        ("weight", "trọng số"),
        ("deprived when", "thiếu hụt khi"),
        ("asked when", "hỏi khi"),
        ("eligible when", "được khi"),
        ("member when", "người được khi"),
        ("amount", "mức"),
        ("ceiling", "tối đa"),
        ("modality", "hình thức"),
        ("repayment", "trả lại"),
        ("lender", "bên cho vay"),
    ];
    if language == Language::En {
        return name.to_owned();
    }
    let one = |part: &str| {
        let word = WORDS.iter().find(|(english, _)| part.starts_with(english));
        word.map_or_else(|| part.to_owned(), |(english, own)| format!("{own}{}", &part[english.len()..]))
    };
    name.split(" · ").map(one).collect::<Vec<_>>().join(" · ")
}

fn tell(change: &PageChange, language: Language) {
    let head = match (&change.before, &change.after) {
        (None, Some(after)) => format!("+ {after} {} ({})", change.title, say(language, "trang mới", "new page")),
        (Some(before), None) => format!("- {before} {} ({})", change.title, say(language, "trang bỏ", "page gone")),
        (before, after) => {
            let number = |number: &Option<String>| number.clone().unwrap_or_default();
            format!("~ {} → {} {}", number(before), number(after), change.title)
        }
    };
    println!("{}", wrapped(&head, width(), 4));
    // A page that is new or gone is so with all it rests on.
    if change.before.is_some() && change.after.is_some() {
        for (name, before, after) in &change.why {
            let or_nothing = |value: &String| if value.is_empty() { "–".to_owned() } else { value.clone() };
            let name = reason(name, language);
            println!("{}", wrapped(&format!("    {name}: {} → {}", or_nothing(before), or_nothing(after)), width(), 6));
        }
        if change.why.is_empty() {
            println!("    {}", say(language, "lời hoặc kết quả của trang khác đi", "its words or results differ"));
        }
    }
}
