//! The templates: in the binary, and in a folder of the office's own, which goes before.

use super::DocumentError;
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::path::Path;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// Templates by their file names.
#[derive(Clone, Debug)]
pub struct Templates(BTreeMap<String, Vec<u8>>);

impl Default for Templates {
    /// Those of the binary.
    fn default() -> Self {
        let name = |file: &include_dir::File<'_>| file.path().to_string_lossy().into_owned();
        Templates(EMBEDDED.files().map(|file| (name(file), file.contents().to_vec())).collect())
    }
}

impl Templates {
    /// Those of the binary, file by file replaced by what stands in a folder; the folder may hold further files (a coat of
    /// arms, parts of a template). It is read once.
    ///
    /// # Errors
    /// [`DocumentError::Folder`].
    pub fn with_folder(folder: &Path) -> Result<Self, DocumentError> {
        let mut templates = Templates::default();
        let failed = |path: &Path, source| DocumentError::Folder { path: path.display().to_string(), source };
        for entry in std::fs::read_dir(folder).map_err(|error| failed(folder, error))? {
            let path = entry.map_err(|error| failed(folder, error))?.path();
            if path.is_file() {
                let content = std::fs::read(&path).map_err(|error| failed(&path, error))?;
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                templates.0.insert(name, content);
            }
        }
        Ok(templates)
    }

    /// Writes those of the binary into a folder, to be changed there; files that are there stay. The names of those written.
    ///
    /// # Errors
    /// [`DocumentError::Folder`].
    pub fn write(folder: &Path) -> Result<Vec<String>, DocumentError> {
        let failed = |path: &Path, source| DocumentError::Folder { path: path.display().to_string(), source };
        std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
        let mut written = Vec::new();
        for (name, content) in Templates::default().0 {
            let path = folder.join(&name);
            if !path.exists() {
                std::fs::write(&path, content).map_err(|error| failed(&path, error))?;
                written.push(name);
            }
        }
        Ok(written)
    }

    /// A file.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }
}
