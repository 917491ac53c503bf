//! The pack that a fitted scorecard stands in, and the draft of it by which households are scored before there are points.

use super::form::{Form, FormItem};
use anyhow::{Context, Result};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use vuon_measure::proxy_means::Fit;
use vuon_policy::Text;
use vuon_policy::model::{Label, Language, Pack, PackLevel, ScoreItem, ScoreRow, Scorecard, Source, Take};
use vuon_policy::program::Program;
use vuon_policy::write::scorecards;

/// Files by name.
pub type Files = Vec<(&'static str, String)>;

/// The document that everything here comes from.
const DOCUMENT: &str = "vuon_target_fit";

/// Writes files into a folder.
pub fn write(folder: &Path, files: &Files) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// The folder that holds a pack given by path, with those it may build on; none for one given by id.
pub fn folder_of(policy: &str) -> Option<PathBuf> {
    // As packs are looked up: a bare word is an id.
    let folder = policy.contains(['/', '\\', '.']).then(|| Path::new(policy).canonicalize().ok()).flatten()?;
    folder.parent().map(Path::to_owned)
}

/// The id of the draft's scorecard of an item; after the last item stands that of the column.
pub fn draft_card(item: usize) -> String {
    format!("draft_{item}")
}

/// The draft: for each item a scorecard that scores its first row with 1, the second with 2, …; and one that scores the
/// columns the same way.
pub fn draft(form: &Form, base: &Program) -> Files {
    let none = || label("–", "–");
    let one_column = Form { columns: vec![("all".into(), none())], column: "\"all\"".into(), ..form.clone() };
    let mut cards: Vec<Scorecard> = Vec::new();
    for (place, item) in form.items.iter().enumerate() {
        let item = one_column.score_item(item, &source(None), |row, _| row as i64 + 1);
        cards.push(one_column.card(&draft_card(place), none(), none(), vec![item]));
    }
    let column = always(form, "column", label("–", "–"), |column| column as i64 + 1);
    cards.push(form.card(&draft_card(form.items.len()), none(), none(), vec![column]));
    let mut files =
        vec![("pack.yaml", pack_yaml(form, base, &none())), ("scorecards.yaml", in_languages(cards, &base.pack))];
    files.extend(parameters(form, &base.pack));
    files
}

/// The pack of a fitted scorecard.
///
/// Beside the table stands a second one with its cut-offs, in the same columns; a measure compares the two, and a subgroup
/// holds who is selected.
/// `origin` says what it was estimated from, `head` stands above the table of points.
pub fn fitted(form: &Form, base: &Program, fit: &Fit, origin: &Label, head: &str, language: Language) -> Files {
    let points = |place: usize| move |row: usize, column: usize| i64::from(fit.regions[column].points[place][row]);
    let note = source(Some(origin.get(language)));
    let items =
        fit.items.iter().enumerate().map(|(place, item)| form.score_item(&form.items[*item], &note, points(place)));
    let table = form.card(
        &form.id,
        label("Bảng điểm ước lượng mức sống", "Scorecard of estimated welfare"),
        annex(),
        items.collect(),
    );
    let cut = |column: usize| fit.regions[column].cut.map_or(-1, i64::from);
    let cuts = form.card(
        &format!("{}_cut", form.id),
        label("Ngưỡng điểm: được chọn nếu không cao hơn", "Cut-offs: selected with at most so many points"),
        annex(),
        vec![always(form, "cut", label("Ngưỡng điểm", "Cut-off"), cut)],
    );
    let cards = in_languages(vec![table, cuts], &base.pack);
    let comment: String = head.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect();
    let mut files = vec![
        ("pack.yaml", pack_yaml(form, base, origin)),
        ("scorecards.yaml", format!("{comment}{cards}")),
        ("classification.yaml", classification(form, &base.pack)),
    ];
    files.extend(parameters(form, &base.pack));
    files
}

fn annex() -> Label {
    label("Bảng do `vuon target fit` lập, không phải văn bản pháp luật", "Made by `vuon target fit`, not law")
}

fn label(vi: &str, en: &str) -> Label {
    Label([("vi".to_owned(), vi.to_owned()), ("en".to_owned(), en.to_owned())].into())
}

fn source(note: Option<&str>) -> Source {
    Source { document: Text::new(DOCUMENT), article: None, verified: false, note: note.map(str::to_owned) }
}

/// An item with one row that always counts.
fn always(form: &Form, id: &str, label: Label, points: impl Fn(usize) -> i64) -> ScoreItem {
    let row = ScoreRow {
        id: Text::new("all"),
        label: label.clone(),
        when: Some(Text::new("true")),
        points: (0..form.columns.len()).map(|column| Some(points(column))).collect(),
        source: None,
    };
    ScoreItem { id: Text::new(id), label, take: Take::First, unless: None, source: source(None), rows: vec![row] }
}

/// The scorecards with labels in the languages of the pack only.
fn in_languages(mut cards: Vec<Scorecard>, pack: &Pack) -> String {
    for card in &mut cards {
        let items = card
            .items
            .iter_mut()
            .flat_map(|i| std::iter::once(&mut i.label).chain(i.rows.iter_mut().map(|r| &mut r.label)));
        for label in [&mut card.label, &mut card.annex].into_iter().chain(&mut card.column_labels).chain(items) {
            *label = of_pack(label, pack);
        }
    }
    scorecards(&cards)
}

/// The label in exactly the languages of the pack.
fn of_pack(label: &Label, pack: &Pack) -> Label {
    let text = |language: &String| {
        let asked = if language == "en" { Language::En } else { Language::Vi };
        (language.clone(), label.get(asked).to_owned())
    };
    Label(pack.languages.iter().map(text).collect())
}

/// A label in YAML.
fn yaml(label: &Label, pack: &Pack) -> String {
    let texts: Vec<String> = of_pack(label, pack).0.iter().map(|(l, text)| format!("{l}: {}", quoted(text))).collect();
    format!("{{{}}}", texts.join(", "))
}

/// A double-quoted YAML text; its escapes are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn pack_yaml(form: &Form, base: &Program, origin: &Label) -> String {
    let pack = &base.pack;
    let title =
        |pack: &str| label(&format!("Bảng điểm ước lượng trên gói {pack}"), &format!("Estimated scorecard on {pack}"));
    let document = label(
        &format!("Ước lượng bằng `vuon target fit`: {}", origin.get(Language::Vi)),
        &format!("Estimated by `vuon target fit`: {}", origin.get(Language::En)),
    );
    // On questions alone stands a part for other packs; on a standard, a standard beside it.
    let level = if pack.level == PackLevel::Library { "library" } else { "local" };
    let periods: String = pack
        .in_force
        .iter()
        .map(|p| {
            let to = p.to.map_or(String::new(), |to| format!(", to: {to}"));
            format!("  - {{from: {}{to}, by: {DOCUMENT}}}\n", p.from)
        })
        .collect();
    let in_force = if periods.is_empty() { String::new() } else { format!("in_force:\n{periods}") };
    let mut out =
        String::from("# Points estimated from a survey. Not law: whoever issues the table takes `example` out.\n");
    // Writing into a string cannot fail.
    let _ = write!(
        out,
        "id: {}\nlabel: {}\njurisdiction: {}\nlevel: {level}\nextends: {}\nexample: true\nlanguages: [{}]\n{in_force}documents:\n  - id: {DOCUMENT}\n    label: {}\n",
        form.id,
        yaml(&title(&pack.id.value), pack),
        pack.jurisdiction,
        pack.id.value,
        pack.languages.join(", "),
        yaml(&document, pack)
    );
    out
}

fn parameters(form: &Form, pack: &Pack) -> Option<(&'static str, String)> {
    let mut out = String::from("parameters:\n");
    for p in &form.parameters {
        let unit = if p.unit.is_none() { String::new() } else { format!("    unit: {}\n", p.unit) };
        let _ = write!(
            out,
            "  - id: {}\n    label: {}\n    value: {}\n{unit}    source: {{document: {DOCUMENT}, verified: false}}\n",
            p.id,
            yaml(&p.label, pack),
            p.value
        );
    }
    (!form.parameters.is_empty()).then_some(("parameters.yaml", out))
}

fn classification(form: &Form, pack: &Pack) -> String {
    let id = &form.id;
    let level = yaml(&label("Mức điểm ước lượng", "Level of the estimated score"), pack);
    let unit = yaml(&label("điểm", "points"), pack);
    let selected = yaml(&label("Được chọn theo bảng điểm ước lượng", "Selected by the estimated scorecard"), pack);
    format!(
        "measures:\n  - id: {id}_level\n    label: {level}\n    band:\n      of: scores.{id}\n      unit_label: {unit}\n      bands:\n        - {{id: selected, up_to: scores.{id}_cut}}\n        - {{id: above}}\nsubgroups:\n  - id: selected_by_{id}\n    label: {selected}\n    when: '{id}_level == \"selected\"'\n    source: {{document: {DOCUMENT}, verified: false}}\n"
    )
}

/// Rows that no household of the survey uses and that stand for the rest only are not worth a line.
pub fn without_idle_rows(item: &mut FormItem, used: &[bool]) {
    let mut place = 0;
    item.rows.retain(|row| {
        place += 1;
        !row.otherwise || used[place - 1]
    });
}
