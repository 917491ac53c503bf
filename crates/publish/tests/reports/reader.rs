//! Papers read by programs that did not make them. Where one is not installed, a test says so and leaves that out; but not where
//! `VUON_TEST_PROGRAMS` is set, as `scripts/test` does once it has installed them.
//!
//! Pictures are held against those of before, kept as a coarse grid of how dark each part of a page is:
//!
//! ```sh
//! VUON_RENEW=1 cargo test --workspace --test reports
//! ```

use std::path::{Path, PathBuf};
use std::process::Command;

/// What a program writes; none, with a word, where it is not installed.
pub fn run(program: &str, package: &str, arguments: &[&Path]) -> Option<Vec<u8>> {
    let ran = Command::new(program).args(arguments).output();
    let Ok(ran) = ran else {
        assert!(
            std::env::var_os("VUON_TEST_PROGRAMS").is_none(),
            "{program} is not here; install the package {package}"
        );
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

/// The parts of a page of which it is kept how dark they are.
const ROWS: usize = 45;
const COLUMNS: usize = 32;
/// Another version of a program draws letters a little lighter or darker: so many parts of a page may be another than before.
const OTHERS: usize = 8;

/// A page that `pdftoppm` wrote.
struct Dots {
    width: usize,
    height: usize,
    dots: Vec<u8>,
}

impl Dots {
    fn read(picture: &Path) -> Self {
        let bytes = std::fs::read(picture).unwrap();
        // "P5", width and height, the lightest value; then one byte a dot.
        let head: Vec<&[u8]> = bytes.splitn(4, |byte| *byte == b'\n').take(3).collect();
        let size = std::str::from_utf8(head[1]).unwrap();
        let size: Vec<usize> = size.split(' ').map(|number| number.parse().unwrap()).collect();
        let begin = head.iter().map(|line| line.len() + 1).sum::<usize>();
        Dots { width: size[0], height: size[1], dots: bytes[begin..].to_vec() }
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dots[y * self.width + x] < 128
    }

    /// The share of dark dots in thousandths.
    fn dark(&self) -> usize {
        self.dots.iter().filter(|dot| **dot < 128).count() * 1_000 / self.dots.len()
    }

    /// How dark each part of the page is, from 0 to 9, line by line.
    fn grid(&self) -> Vec<String> {
        let part = |place: usize, of: usize, length: usize| place * length / of..(place + 1) * length / of;
        let level = |row: usize, column: usize| {
            let (rows, columns) = (part(row, ROWS, self.height), part(column, COLUMNS, self.width));
            let all = rows.len() * columns.len();
            let dark = rows.flat_map(|y| columns.clone().map(move |x| (x, y))).filter(|(x, y)| self.is_dark(*x, *y));
            char::from_digit((dark.count() * 10 / all).min(9) as u32, 10).unwrap()
        };
        (0..ROWS).map(|row| (0..COLUMNS).map(|column| level(row, column)).collect()).collect()
    }

    /// Dark dots nearer to the left or right edge than 12 mm, or to the upper or lower one than 7.
    fn at_the_edge(&self) -> usize {
        let (side, end) = (47, 28);
        let near = |x: usize, y: usize| x < side || x + side >= self.width || y < end || y + end >= self.height;
        let all = (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y)));
        all.filter(|(x, y)| near(*x, *y) && self.is_dark(*x, *y)).count()
    }
}

/// Looks at every page of a paper: none is blank, and nothing runs over a margin. Keeps it to be looked at by people, where
/// `VUON_PICTURES` names a folder. How many pages there are.
pub fn looked_at(name: &str, pdf: &[u8]) -> Option<usize> {
    if let Some(folder) = std::env::var_os("VUON_PICTURES") {
        std::fs::write(Path::new(&folder).join(name), pdf).unwrap();
    }
    let (_folder, pages) = pages(pdf)?;
    for (place, page) in pages.iter().enumerate() {
        let dots = Dots::read(page);
        let (page, ink, edge) = (place + 1, dots.dark(), dots.at_the_edge());
        assert!((3..250).contains(&ink), "{name}, page {page}: {ink} of a thousand dots are dark");
        assert_eq!(edge, 0, "{name}, page {page}: {edge} dark dots in the margin");
    }
    Some(pages.len())
}

/// As [`looked_at`]; and every page looks as it did, by the file in `snapshots/pictures`.
pub fn looks_as_before(name: &str, pdf: &[u8]) -> Option<usize> {
    let count = looked_at(name, pdf)?;
    let (_folder, pages) = pages(pdf)?;
    let now: Vec<String> = pages.iter().flat_map(|page| Dots::read(page).grid()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/snapshots/pictures");
    let file = folder.join(name).with_extension("txt");
    if std::env::var_os("VUON_RENEW").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&file, now.join("\n") + "\n").unwrap();
    }
    let before = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let before: Vec<&str> = before.lines().collect();
    assert_eq!(before.len(), now.len(), "{name} has {} pages and had {}", now.len() / ROWS, before.len() / ROWS);
    for (page, (before, now)) in before.chunks(ROWS).zip(now.chunks(ROWS)).enumerate() {
        let levels = before.iter().zip(now).flat_map(|(before, now)| before.bytes().zip(now.bytes()));
        let others = levels.filter(|(before, now)| before.abs_diff(*now) > 1).count();
        assert!(others <= OTHERS, "{name}, page {}: {others} parts look another way\n{}", page + 1, now.join("\n"));
    }
    Some(count)
}

/// What the square codes in a picture say.
pub fn codes(picture: &Path) -> Option<Vec<String>> {
    let read = run("zbarimg", "zbar-tools", &["--quiet".as_ref(), "--raw".as_ref(), picture])?;
    Some(String::from_utf8(read).unwrap().lines().map(str::to_owned).collect())
}
