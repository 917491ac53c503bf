//! What every command that reads whole tables does beside its work: progress on the terminal, Ctrl-C, and telling which
//! rows were bad.

use crate::screen::{self, say};
use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use vuon_policy::model::Language;
use vuon_population::merge::MergeCounts;
use vuon_population::pipeline::{Job, Observer};
use vuon_population::row_problem::{Repairs, RowProblems};

/// Refuses to write over a file that is read.
pub fn spare<'p>(read: &[PathBuf], written: impl IntoIterator<Item = &'p Path>, language: Language) -> Result<()> {
    let place = |path: &Path| path.canonicalize().ok();
    let read: Vec<_> = read.iter().filter_map(|path| place(path)).collect();
    match written.into_iter().find(|path| place(path).is_some_and(|place| read.contains(&place))) {
        None => Ok(()),
        Some(path) => {
            let path = path.display();
            bail!(match language {
                Language::Vi => format!("{path} là tệp đang được đọc: hãy ghi vào tệp khác"),
                Language::En => format!("{path} is one of the files that are read: write to another"),
            })
        }
    }
}

/// Refuses to write over a table that is read.
pub fn spare_the_tables<'p>(job: &Job, written: impl IntoIterator<Item = &'p PathBuf>) -> Result<()> {
    let place = |path: &PathBuf| path.canonicalize().ok();
    let tables: Vec<_> = job.households.iter().chain(&job.members).filter_map(place).collect();
    match written.into_iter().find(|path| place(path).is_some_and(|place| tables.contains(&place))) {
        Some(path) => bail!("{} is one of the tables that are read: write to another file", path.display()),
        None => Ok(()),
    }
}

/// A flag that Ctrl-C raises: the run then ends by itself, and nothing half-written is left.
pub fn stopped() -> Result<&'static AtomicBool> {
    static STOP: AtomicBool = AtomicBool::new(false);
    match ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed)) {
        // A command may read more than once.
        Err(ctrlc::Error::MultipleHandlers) => {}
        set => set.context("Ctrl-C cannot be watched")?,
    }
    Ok(&STOP)
}

/// What was done to the tables so that they could be read.
pub fn notes(sorted: bool, repairs: &Repairs, absent: &[Arc<str>], language: Language) -> Vec<String> {
    let mut notes = Vec::new();
    if sorted {
        notes.push(
            say(
                language,
                "Bảng chưa xếp theo mã hộ nên đã được sắp xếp trước.",
                "The tables were not sorted by household; they were sorted first.",
            )
            .to_owned(),
        );
    }
    for (column, count) in repairs.iter() {
        notes.push(match language {
            Language::Vi => format!("Đã khôi phục số 0 ở đầu của {count} ô trong cột {column}."),
            Language::En => format!("Leading zeros were restored in {count} cells of {column}."),
        });
    }
    if !absent.is_empty() {
        let columns = absent.iter().map(|c| &**c).collect::<Vec<_>>().join(", ");
        notes.push(match language {
            Language::Vi => format!("Không có các cột sau, câu trả lời được coi là chưa rõ: {columns}."),
            Language::En => format!("These columns are not there, their answers are unknown: {columns}."),
        });
    }
    notes
}

/// That rows of the household or the member table name no household, where there are any.
pub fn nameless([households, members]: [u64; 2], language: Language) -> Option<String> {
    (households + members > 0).then(|| match language {
        Language::Vi => format!(
            "CHÚ Ý: {households} dòng hộ và {members} dòng thành viên không có mã hộ; nếu là thành viên thì có hộ đã đánh giá bị thiếu người."
        ),
        Language::En => format!(
            "TAKE CARE: {households} household rows and {members} member rows name no household; some assessed household may lack a member."
        ),
    })
}

/// The first bad rows, how many there are, where all of them are, and what became of the others.
pub fn print_problems(
    problems: &RowProblems,
    merged: &MergeCounts,
    dropped: [u64; 2],
    file: Option<PathBuf>,
    kept_going: bool,
    language: Language,
) {
    eprintln!();
    for problem in problems.first() {
        eprintln!("{}", screen::wrapped(&format!("✗ {}", problem.tell(language)), screen::width(), 2));
    }
    let rest = problems.count() - problems.first().len() as u64;
    if rest > 0 {
        eprintln!(
            "{}",
            match language {
                Language::Vi => format!("… và {rest} lỗi nữa"),
                Language::En => format!("… and {rest} more"),
            }
        );
    }
    if let Some(told) = nameless(dropped, language) {
        eprintln!("{}", screen::wrapped(&told, screen::width(), 0));
    }
    let (left_out, orphans) = (merged.excluded(), merged.orphans);
    let file = file.map_or(String::new(), |f| f.display().to_string());
    let fate = match (language, kept_going) {
        (Language::Vi, true) => {
            format!("{left_out} hộ và {orphans} thành viên lạc không được đánh giá; các hộ khác đã được đánh giá.")
        }
        (Language::Vi, false) => {
            "Không ghi kết quả nào. Sửa các dòng lỗi, hoặc thêm --keep-going để đánh giá các hộ còn lại.".into()
        }
        (Language::En, true) => {
            format!("{left_out} households and {orphans} members without one were not assessed; the others were.")
        }
        (Language::En, false) => {
            "Nothing was written. Correct the rows, or add --keep-going to assess the other households.".into()
        }
    };
    let told = match language {
        Language::Vi => format!("{} lỗi, tất cả trong {file}. {fate}", problems.count()),
        Language::En => format!("{} problems, all in {file}. {fate}", problems.count()),
    };
    eprintln!("{}", screen::wrapped(&told, screen::width(), 0));
}

/// Progress on the terminal.
pub struct Progress {
    bar: ProgressBar,
    language: Language,
}

impl Progress {
    /// A bar that moves from now on.
    pub fn new(language: Language) -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}  {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, language }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Progress {
    fn progress(&mut self, bytes: u64, of: u64, households: u64) {
        self.bar.set_length(of);
        self.bar.set_position(bytes.min(of));
        let rate = households as f64 / self.bar.elapsed().as_secs_f64().max(1e-9);
        self.bar.set_message(format!("{households} {} ({rate:.0}/s)", say(self.language, "hộ", "households")));
    }

    fn sorting(&mut self) {
        self.bar.set_message(say(self.language, "đang sắp xếp", "sorting").to_owned());
    }
}
