//! Papers read by programs that did not make them. Where one is not installed, a test says so and leaves that out.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a program writes; none, with a word, where it is not installed.
pub fn run(program: &str, package: &str, arguments: &[&Path]) -> Option<Vec<u8>> {
    let ran = Command::new(program).args(arguments).output();
    let Ok(ran) = ran else {
        eprintln!("skipped: {program} is not here; install the package {package}");
        return None;
    };
    assert!(ran.status.success(), "{program}: {}", String::from_utf8_lossy(&ran.stderr));
    Some(ran.stdout)
}

fn written(pdf: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    (folder, file)
}

/// The text of a PDF.
pub fn text(pdf: &[u8]) -> Option<String> {
    let (_folder, file) = written(pdf);
    let text = run("pdftotext", "poppler-utils", &["-layout".as_ref(), &file, "-".as_ref()])?;
    Some(String::from_utf8(text).unwrap())
}

/// The pages of a PDF as pictures in a folder: grey, 100 dots an inch.
pub fn pages(pdf: &[u8]) -> Option<(tempfile::TempDir, Vec<PathBuf>)> {
    let (folder, file) = written(pdf);
    let arguments = ["-gray", "-r", "100"].map(Path::new);
    let stem = folder.path().join("page");
    run("pdftoppm", "poppler-utils", &[&arguments[..], &[&file, &stem]].concat())?;
    let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "pgm")).collect();
    files.sort();
    Some((folder, files))
}

/// The share of dark dots of a picture that `pdftoppm` wrote, in thousandths.
pub fn dark(picture: &Path) -> usize {
    let bytes = std::fs::read(picture).unwrap();
    // "P5", width and height, the lightest value; then one byte a dot.
    let head = bytes.splitn(4, |byte| *byte == b'\n').take(3).map(|line| line.len() + 1).sum::<usize>();
    let dots = &bytes[head..];
    dots.iter().filter(|dot| **dot < 128).count() * 1_000 / dots.len()
}

/// What the square codes in a picture say.
pub fn codes(picture: &Path) -> Option<Vec<String>> {
    let read = run("zbarimg", "zbar-tools", &["--quiet".as_ref(), "--raw".as_ref(), picture])?;
    Some(String::from_utf8(read).unwrap().lines().map(str::to_owned).collect())
}

/// Keeps a paper to be looked at, where `VUON_PICTURES` names a folder.
pub fn keep(name: &str, pdf: &[u8]) {
    if let Some(folder) = std::env::var_os("VUON_PICTURES") {
        std::fs::write(Path::new(&folder).join(name), pdf).unwrap();
    }
}
