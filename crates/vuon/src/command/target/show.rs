//! The account of a fit on the screen, and as the report beside the table.

use super::report::About;
use crate::screen::{self, padded, right};
use vuon_policy::model::Language;

/// The report as a file.
pub fn markdown(about: &About) -> String {
    let mut out = format!(
        "# {}: {}\n\n{}\n\n",
        about.say("Báo cáo bảng điểm", "Report of the scorecard"),
        about.form.id,
        about.say(
            "Kết quả ước lượng từ khảo sát, **không phải văn bản pháp luật**.",
            "Estimated from a survey; **not law**."
        )
    );
    let facts = [
        (about.say("Dữ liệu", "Data"), about.files.clone()),
        (about.say("Số hộ dùng", "Households used"), about.households()),
        (about.say("Gói", "Pack"), format!("{} ({})", about.base.pack.id.value, &about.base.hash[..16])),
        (about.say("Mức sống", "Welfare"), about.welfare.clone()),
        (about.say("Chuẩn nghèo", "Poverty line"), about.line.clone()),
    ];
    for (name, fact) in facts {
        out += &format!("- {name}: {fact}\n");
    }
    for line in about.method().into_iter().chain(about.cautions()) {
        out += &format!("- {line}\n");
    }
    for table in [about.quality(), about.cuts(), about.trade_off(), about.points(), about.steps()] {
        out += &format!("\n## {}\n\n{}", table.title, in_markdown(&table.rows));
        if table.title == about.quality().title {
            about.limits().into_iter().for_each(|limits| out += &format!("\n{limits}\n"));
        }
        about.star(&table).into_iter().for_each(|star| out += &format!("\n{star}\n"));
    }
    let notes = about.notes();
    if !notes.is_empty() {
        out += &format!("\n## {}\n\n", about.say("Ghi chú", "Notes"));
        notes.iter().for_each(|note| out += &format!("- {note}\n"));
    }
    out
}

fn in_markdown(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| {
        format!("| {} |\n", row.iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>().join(" | "))
    };
    let rule = |row: &Vec<String>| {
        // A column is of texts where its first entry begins with a letter.
        let first = |place: usize| rows.get(1).and_then(|row: &Vec<String>| row[place].chars().next());
        let cell =
            |place: usize| if place == 0 || first(place).is_some_and(char::is_alphabetic) { "---" } else { "--:" };
        let cells: Vec<&str> = (0..row.len()).map(cell).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut out = String::new();
    for (place, row) in rows.iter().enumerate() {
        out += &line(row);
        if place == 0 {
            out += &rule(row);
        }
    }
    out
}

/// The account on the screen: short, within its width.
pub fn print(about: &About) {
    let wide = screen::width();
    println!("\n{}", screen::wrapped(&format!("{} — {}", about.form.id, about.origin(about.language)), wide, 2));
    for line in about.cautions() {
        println!("{}", screen::wrapped(&line, wide, 2));
    }
    println!("{}", screen::wrapped(&about.target(), wide, 2));

    let (before, after) = (about.say("trước", "before"), about.say("sau", "after"));
    println!(
        "\n{}{}{}",
        " ".repeat(34),
        right(about.say("trong mẫu", "in sample"), 20),
        right(about.say("ngoài mẫu", "out of sample"), 20)
    );
    let rounded = about.say("làm tròn", "rounding");
    println!("{}{}", padded(rounded, 34), [before, after, before, after].map(|text| right(text, 10)).concat());
    let quality = about.quality();
    for row in &quality.rows[1..] {
        let figures: String = row[1..].iter().map(|figure| right(figure, 10)).collect();
        println!("{}{figures}", padded(&row[0], 34));
    }

    if let Some(limits) = about.limits() {
        println!("{}", screen::wrapped(&limits, wide, 2));
    }

    let cuts = about.cuts();
    println!("\n{}", cuts.title);
    let shown = [1, 2, 4, 5, 6, 7];
    let short = match about.language {
        Language::Vi => ["hộ", "ngưỡng", "nghèo %", "chọn %", "bỏ sót %", "rò rỉ %"],
        Language::En => ["hholds", "cut-off", "poor %", "select. %", "excl. %", "leak. %"],
    };
    let first = wide.saturating_sub(60).clamp(12, 34);
    println!("{}{}", " ".repeat(first), short.map(|head| right(head, 10)).concat());
    for (row, (_, label)) in cuts.rows[1..].iter().zip(&about.form.columns) {
        let figures: String = shown.iter().map(|place| right(&row[*place], 10)).collect();
        println!("{}{figures}", screen::fitted(label.get(about.language), first));
    }
    if let Some(star) = about.star(&cuts) {
        println!("{star}");
    }
    print_points(about, wide);
    let notes = about.notes();
    for note in notes.iter().take(5) {
        println!("{}", screen::wrapped(&format!("· {note}"), wide, 2));
    }
    if notes.len() > 5 {
        println!(
            "{}",
            match about.language {
                Language::Vi => format!("… và {} ghi chú nữa trong report.md", notes.len() - 5),
                Language::En => format!("… and {} more notes in report.md", notes.len() - 5),
            }
        );
    }
    println!();
}

/// The points, where their columns fit on the screen.
fn print_points(about: &About, wide: usize) {
    let points = about.points();
    let columns = about.form.columns.len();
    let width = 7;
    let Some(room) = wide.checked_sub(columns * width).filter(|room| *room >= 30) else { return };
    println!("\n{}", points.title);
    let heads: String =
        points.rows[0][2..].iter().map(|id| right(screen::fitted(id, width).trim_end(), width)).collect();
    println!("{}{heads}", " ".repeat(room.min(56)));
    for row in &points.rows[1..] {
        if !row[0].is_empty() {
            println!("{}", screen::wrapped(&row[0], wide, 2));
        }
        let figures: String = row[2..].iter().map(|p| right(p, width)).collect();
        let label = format!("  {}", row[1]);
        println!("{}{figures}", screen::fitted(&label, room.min(56)));
    }
    println!();
}
