//! A temporary folder in which commands run, and what they said.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder of one test; it goes when the test ends.
pub struct Room(TempDir);

/// What a command printed and how it ended.
pub struct Said {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Whether the exit status was zero.
    pub ok: bool,
}

impl Room {
    /// An empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// The path of something in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Copies a file of the repository to the same place in the folder.
    pub fn bring(&self, name: &str) {
        let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name), self.path(name));
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("made");
        std::fs::copy(&from, to).unwrap_or_else(|e| panic!("{}: {e}", from.display()));
    }

    /// Copies a folder of the repository to the same place in the folder.
    pub fn bring_folder(&self, name: &str) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
        for entry in std::fs::read_dir(&from).unwrap_or_else(|e| panic!("{}: {e}", from.display())) {
            let entry = entry.expect("an entry");
            let inside = format!("{name}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() { self.bring_folder(&inside) } else { self.bring(&inside) }
        }
    }

    /// The text of a file.
    pub fn read(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("UTF-8")
    }

    /// The bytes of a file.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Writes a file.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("written");
    }

    /// A register with the areas of 2025, and, beside it, `list.csv`: three persons of two households.
    pub fn with_a_register() -> Self {
        let room = Self::new();
        room.succeeds("register init --areas vn-2025-07-01");
        room.write(
            "list.csv",
            "Mã hộ,Thôn,Họ và tên,Quan hệ với chủ hộ,Giới tính,Năm sinh,Dân tộc,Kết quả rà soát\n\
             A1,Bản 1,Lò Văn Mẫu,Chủ hộ,Nam,1980,Thái,Hộ nghèo\n\
             A1,Bản 1,Cà Thị Mẫu,Vợ,Nữ,1983,Thái,Hộ nghèo\n\
             A2,Bản 1,Vàng A Giả,Chủ hộ,Nam,1970,Mông,Hộ cận nghèo\n",
        );
        room
    }

    /// The names of the files and folders, hidden ones too, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The command, not started: arguments are separated by spaces, and what is printed is in English.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vuon"));
        command
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .env("VUON_LANG", "en")
            .stdin(Stdio::null());
        command
    }

    /// Runs the command to its end.
    pub fn vuon(&self, arguments: &str) -> Said {
        let Output { status, stdout, stderr } = self.command(arguments).output().expect("the command runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let said = Said { out: text(stdout), err: text(stderr), ok: status.success() };
        assert!(!said.err.contains("panicked"), "vuon {arguments}\n{}", said.err);
        said
    }

    /// Runs a command that must succeed; gives its standard output.
    pub fn succeeds(&self, arguments: &str) -> String {
        let said = self.vuon(arguments);
        assert!(said.ok, "vuon {arguments}\n{}{}", said.out, said.err);
        said.out
    }

    /// Runs a command that must be refused; gives its standard error.
    pub fn is_refused(&self, arguments: &str) -> String {
        let said = self.vuon(arguments);
        assert!(!said.ok, "vuon {arguments}\nshould have been refused\n{}", said.out);
        said.err
    }
}

/// Asserts that a text holds a part, and shows the text where it does not.
#[track_caller]
pub fn says(text: &str, part: &str) {
    // Lines are cut to the width of the screen; a sentence is the same wherever it is cut.
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat(text).contains(&flat(part)), "“{part}” is not in:\n{text}");
}
