//! The member table of a survey that is named by its household file alone: it stands beside it, under a name that tells
//! whose it is. `survey.parquet` has its members in `survey_members.parquet`, `households-2022.csv` in `members-2022.csv`,
//! and any file in `members.parquet`, where nothing nearer is there. Of several that may be meant, none is taken.

use super::wrong;
use anyhow::Result;
use std::path::{Path, PathBuf};
use vuon_policy::model::Language;

/// The member files beside the household files: one for each, or one for all.
pub fn beside(households: &[PathBuf], language: Language) -> Result<Vec<PathBuf>> {
    let own = |file: &PathBuf| one(file, &own_names(file), language);
    let found: Vec<Option<PathBuf>> = households.iter().map(own).collect::<Result<_>>()?;
    if let Some(found) = found.into_iter().collect::<Option<Vec<PathBuf>>>()
        && !found.is_empty()
    {
        return Ok(found);
    }
    let common = |file: &PathBuf| one(file, &["members".to_owned()], language);
    let mut found: Vec<PathBuf> =
        households.iter().map(common).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
    found.dedup();
    match found[..] {
        [_] => Ok(found),
        _ => Err(unnamed(households, language)),
    }
}

/// That members were found, and where.
pub fn note(found: &[PathBuf], language: Language) -> String {
    let files = names(found);
    match language {
        Language::Vi => format!("Thành viên của hộ được đọc từ tệp nằm cạnh tệp hộ: {files}."),
        Language::En => format!("The members are read from beside the households: {files}."),
    }
}

/// What the member file of a household file may be called, without its ending.
fn own_names(file: &Path) -> Vec<String> {
    let stem = stem(file);
    let mut names: Vec<String> = ["_", "-", "."].map(|mark| format!("{stem}{mark}members")).to_vec();
    // The longer word first: `households` holds `household`.
    if let Some(word) = ["households", "household"].into_iter().find(|word| stem.contains(word)) {
        names.push(stem.replace(word, "members"));
    }
    names
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The file of one of these names beside a file; Parquet or CSV, whichever is there.
fn one(file: &Path, names: &[String], language: Language) -> Result<Option<PathBuf>> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let paths = names.iter().flat_map(|name| ["parquet", "csv"].map(|form| folder.join(format!("{name}.{form}"))));
    let mut found: Vec<PathBuf> = paths.filter(|path| path.is_file()).collect();
    if found.len() > 1 {
        let (file, found) = (file.display(), self::names(&found));
        return Err(wrong(
            language,
            format!("cạnh {file} có nhiều tệp có thể là bảng thành viên: {found}; hãy nêu một tệp bằng --members"),
            format!("beside {file} there are several files that may be its members: {found}; name one with --members"),
        ));
    }
    Ok(found.pop())
}

fn names(files: &[PathBuf]) -> String {
    files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn unnamed(households: &[PathBuf], language: Language) -> anyhow::Error {
    let first = households.first().cloned().unwrap_or_default();
    let ending = first.extension().map_or("csv".into(), |ending| ending.to_string_lossy());
    let own = first.with_file_name(format!("{}_members.{ending}", stem(&first)));
    let (first, own) = (first.display(), own.display());
    wrong(
        language,
        format!(
            "gói này hỏi về từng thành viên của hộ: hãy nêu bảng thành viên, mỗi người một dòng, bằng --members, hoặc đặt bảng đó cạnh {first} với tên {own}"
        ),
        format!(
            "this policy asks about the members of households: name their table, a row for each person, with --members, or put it beside {first} as {own}"
        ),
    )
}
