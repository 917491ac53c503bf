//! `vuon explain`: why one household has its status.

use super::law::{Law, Opened, force_note};
use super::tables::Tables;
use crate::screen::{self, say};
use anyhow::{Result, bail};
use std::process::ExitCode;
use vuon_policy::counterfactual::{self, Change};
use vuon_policy::explain::{self, Explanation, IndicatorReason};
use vuon_policy::model::Language;
use vuon_population::pipeline::{self, Job};

/// Which household, by which policy.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    law: Law,
    /// The id of the household
    #[arg(long)]
    household: String,
    #[command(flatten)]
    tables: Tables,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(arguments: Arguments, language: Language) -> Result<ExitCode> {
    let Opened { program, method, review_date } = arguments.law.open(language)?;
    let tables = arguments.tables.job(program.pack.questionnaire.has_roster())?;
    let job = Job { method, review_date, ..tables };
    let Some((kernel, row)) = pipeline::find_household(&program, &job, &arguments.household)? else {
        let id = &arguments.household;
        match language {
            Language::Vi => bail!("không có hộ `{id}` trong các bảng này"),
            Language::En => bail!("no household `{id}` stands in these tables"),
        }
    };
    let household = kernel.household_at(&row, 0)?;
    let standards = [program.national.as_ref(), Some(&program)];
    let mut all = Vec::new();
    for standard in standards.into_iter().flatten() {
        let method = super::law::method(standard, Some(&program.pack.methods[method].id.value))?;
        let plan = standard.plan(method);
        let explanation = explain::explain(standard, &plan, &household, review_date, language);
        let changes = counterfactual::changes(standard, &plan, &household, review_date, language);
        let mut caveats = super::caveats(standard, language);
        caveats.extend(force_note(standard, review_date, language));
        if !arguments.json {
            let (household, label) = (&arguments.household, standard.pack.label.get(language));
            let head = format!("{}: {household} — {label}", say(language, "Hộ", "Household"));
            for line in std::iter::once(&head).chain(&caveats) {
                println!("{}", screen::wrapped(line, screen::width(), 2));
            }
            print(&explanation, &changes, language);
        }
        all.push(serde_json::json!({
            "household": arguments.household,
            "caveats": caveats,
            "explanation": explanation,
            "changes": changes,
        }));
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(explanation: &Explanation, changes: &[Change], language: Language) {
    let line = |indent: usize, text: String| {
        println!("{}", screen::wrapped(&format!("{}{text}", " ".repeat(indent)), screen::width(), indent + 2));
    };
    line(0, explanation.sentence.clone());
    if let Some(rule) = &explanation.rule {
        line(0, format!("{} {}", say(language, "Căn cứ:", "Under:"), rule.source));
    }
    let group = |title: (&str, &str), deprived: Option<bool>, answers: bool| {
        let chosen: Vec<&IndicatorReason> = explanation.indicators.iter().filter(|i| i.deprived == deprived).collect();
        if chosen.is_empty() {
            return;
        }
        println!("\n{}", say(language, title.0, title.1));
        if !answers {
            return line(2, chosen.iter().map(|i| i.label.as_str()).collect::<Vec<_>>().join("; "));
        }
        for indicator in chosen {
            line(2, format!("• {} ({})", indicator.label, indicator.dimension));
            for answer in &indicator.answers {
                line(6, answer.clone());
            }
        }
    };
    group(("Thiếu hụt", "Deprived in"), Some(true), true);
    group(("Chưa rõ", "Unknown"), None, true);
    group(("Không thiếu hụt", "Not deprived in"), Some(false), false);
    let section = |title: (&str, &str), items: Vec<String>| {
        if !items.is_empty() {
            println!("\n{}", say(language, title.0, title.1));
            items.into_iter().for_each(|item| line(2, format!("• {item}")));
        }
    };
    let questions = explanation.questions.iter().map(|q| format!("{} [{}]", q.text, q.id)).collect();
    section(("Câu cần hỏi thêm", "Questions to ask"), questions);
    let flags = explanation.flags.iter().map(|f| format!("{} — {}", f.label, f.source)).collect();
    section(("Nhóm và biến động", "Groups and events"), flags);
    let changes = changes.iter().map(|c| c.text.clone()).collect();
    section(
        (
            "Nếu thay đổi (những thay đổi nhỏ nhất làm đổi kết quả)",
            "If it were otherwise (the smallest changes that change the result)",
        ),
        changes,
    );
    section(
        ("Dựa trên nội dung chưa kiểm chứng với văn bản gốc", "Rests on items not verified in the official text"),
        explanation.unverified.clone(),
    );
    println!();
}
