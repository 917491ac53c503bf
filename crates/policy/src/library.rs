//! Where packs come from: those in the program, and folders.

use crate::check::{self, IdleRules};
use crate::model::{Pack, PackLevel};
use crate::overrides::OverrideErrors;
use crate::problem::{FileId, Problem, Problems, SourceFile};
use crate::program::Program;
use crate::read::decode::{Decoder, nearest};
use crate::read::merge::{changed_without_source, merge};
use crate::read::{self, Trees};
use crate::yaml::{self, Node, Text, Value};
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../policies");

/// The packs that can be named by id: those in the program, and those in folders beside a pack given as a folder.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Packs that were kept as text, looked at before all others.
    kept: Arc<KeptPacks>,
    /// Folders that hold packs, looked at before the program's own.
    folders: Vec<PathBuf>,
}

/// A pack and those it extends as text, by id: what [`Library::keep`] gives somebody to store, and [`Library::of_kept`]
/// reads again, with the same hash.
pub type KeptPacks = BTreeMap<String, BTreeMap<String, String>>;

/// A pack's files by name, in order.
type Files = BTreeMap<String, String>;

/// A pack's files, merged over those of the packs it extends.
struct Loaded {
    pack: Option<Pack>,
    decoder: Decoder,
    files: Vec<SourceFile>,
    trees: Trees,
    hash: Sha256,
    chain: Vec<String>,
}

/// A file or folder that cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The pack has problems.
    #[error("{0}")]
    Problems(Problems),
    /// Values that were set from outside cannot be.
    #[error("{0}")]
    Overrides(OverrideErrors),
    /// There is no such pack.
    #[error("there is no pack `{id}`{hint}")]
    NotFound {
        /// What was asked for.
        id: String,
        /// What to do.
        hint: String,
    },
    /// A file could not be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
}

impl Library {
    /// The packs in the program.
    pub fn embedded() -> Self {
        Self::default()
    }

    /// The packs in the program, and those in `folder` (one subfolder each), which come first.
    pub fn with_folder(folder: impl Into<PathBuf>) -> Self {
        Self::with_folders(vec![folder.into()])
    }

    /// The packs in the program, and those in `folders` (one subfolder each), which come first.
    pub fn with_folders(folders: Vec<PathBuf>) -> Self {
        Self { folders, ..Self::default() }
    }

    /// Packs that were kept, and nothing else of the same ids.
    pub fn of_kept(kept: KeptPacks) -> Self {
        Self { kept: Arc::new(kept), folders: Vec::new() }
    }

    /// The ids of the packs in the program and in the folders.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: BTreeSet<String> = Self::embedded_ids().into_iter().map(str::to_owned).collect();
        for entry in self.folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten() {
            if entry.path().join("pack.yaml").is_file() {
                ids.insert(entry.file_name().to_string_lossy().into_owned());
            }
        }
        ids.into_iter().collect()
    }

    /// A pack's text and that of the packs it extends, to be stored.
    pub fn keep(&self, id: &str) -> Result<KeptPacks, LoadError> {
        let (_, files) = self.load_with_files(id)?;
        let mut kept = KeptPacks::new();
        for file in files {
            kept.entry(file.pack).or_default().insert(file.name, file.text);
        }
        Ok(kept)
    }

    /// The ids of the packs in the program.
    pub fn embedded_ids() -> Vec<&'static str> {
        let mut ids: Vec<&str> = EMBEDDED.dirs().filter_map(|d| d.path().to_str()).collect();
        ids.sort_unstable();
        ids
    }

    /// Reads and checks a pack, given by id or by the path of its folder.
    pub fn load(&self, id_or_path: &str) -> Result<Arc<Program>, LoadError> {
        let (program, _) = self.load_chain(id_or_path, &mut Vec::new())?;
        Ok(program)
    }

    /// As [`Library::load`], with the files that were read, to show where things stand.
    pub fn load_with_files(&self, id_or_path: &str) -> Result<(Arc<Program>, Vec<SourceFile>), LoadError> {
        let (program, loaded) = self.load_chain(id_or_path, &mut Vec::new())?;
        Ok((program, loaded.files))
    }

    /// The merged content of a pack as text, each item with the pack and line it comes from.
    pub fn origins(&self, id_or_path: &str) -> Result<Vec<Origin>, LoadError> {
        let (_, loaded) = self.load_chain(id_or_path, &mut Vec::new())?;
        Ok(origins(&loaded))
    }

    fn load_chain(&self, id_or_path: &str, open: &mut Vec<String>) -> Result<(Arc<Program>, Loaded), LoadError> {
        let (location, files, beside) = self.find(id_or_path)?;
        let library = match beside {
            Some(folder) if !self.folders.contains(&folder) => {
                let folders = std::iter::once(folder).chain(self.folders.iter().cloned()).collect();
                Self { folders, ..self.clone() }
            }
            _ => self.clone(),
        };
        library.load_files(&location, files, open)
    }

    fn load_files(
        &self,
        location: &str,
        own: Files,
        open: &mut Vec<String>,
    ) -> Result<(Arc<Program>, Loaded), LoadError> {
        let id = Path::new(location).file_name().and_then(|n| n.to_str()).unwrap_or(location).to_owned();
        let mut loaded = match extends(&own) {
            Some(base) if open.contains(&base) || base == id => {
                return Err(LoadError::Unreadable {
                    path: format!("{location}/pack.yaml"),
                    reason: format!("the packs extend each other in a circle: {} → {id} → {base}", open.join(" → ")),
                });
            }
            Some(base) => {
                open.push(id.clone());
                let (program, base) = self.load_chain(&base, open)?;
                open.pop();
                Loaded { pack: Some(program.pack.clone()), ..base }
            }
            None => Loaded {
                pack: None,
                decoder: Decoder::default(),
                files: Vec::new(),
                trees: Trees::default(),
                hash: Sha256::new(),
                chain: Vec::new(),
            },
        };
        let base = loaded.pack.take();
        let national = match &base {
            Some(base) if base.level != PackLevel::Library => Some(self.load_chain(&base.id.value, &mut Vec::new())?.0),
            _ => None,
        };
        loaded.chain.push(id.clone());
        loaded.decoder = Decoder::default();
        loaded.trees.cases.clear();
        add_files(&mut loaded, &id, location, own);
        let Loaded { decoder, trees, files, hash, .. } = &mut loaded;
        if trees.pack.is_none() {
            return Err(LoadError::Unreadable {
                path: format!("{location}/pack.yaml"),
                reason: "a pack's folder holds a `pack.yaml`; this one does not".into(),
            });
        }
        if !decoder.problems.is_empty() {
            // A file that is not YAML would make everything that uses it look wrong.
            let list = std::mem::take(&mut decoder.problems);
            return Err(LoadError::Problems(Problems { files: loaded.files, list }));
        }
        let pack = read::read(decoder, trees);
        let mut problems = std::mem::take(&mut decoder.problems);
        let broken = std::mem::take(&mut decoder.broken);
        let hex: String = hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let program = pack.and_then(|pack| {
            folder_name(&pack, &id, &mut problems);
            let structural = !problems.is_empty();
            let program = check::check(pack, broken, files, hex, national, IdleRules::Refused, &mut problems);
            program.filter(|_| !structural)
        });
        match program {
            Some(program) if problems.is_empty() => Ok((Arc::new(program), loaded)),
            _ => {
                problems.sort_by_key(|p| (p.place.file, p.place.start));
                problems.dedup_by(|a, b| a.place == b.place && a.message == b.message);
                Err(LoadError::Problems(Problems { files: loaded.files, list: problems }))
            }
        }
    }

    /// Where a pack is, its files, and the folder whose other packs it may extend.
    fn find(&self, id_or_path: &str) -> Result<(String, Files, Option<PathBuf>), LoadError> {
        let path = Path::new(id_or_path);
        let is_path = id_or_path.contains(['/', '\\', '.']);
        if is_path {
            if !path.is_dir() {
                return Err(LoadError::NotFound { id: id_or_path.into(), hint: ": this folder does not exist".into() });
            }
            let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            let location = match path.file_name() {
                Some(_) => id_or_path.trim_end_matches('/').to_owned(),
                None => absolute.display().to_string(),
            };
            return Ok((location, read_folder(path)?, absolute.parent().map(Path::to_owned)));
        }
        if let Some(files) = self.kept.get(id_or_path) {
            return Ok((id_or_path.to_owned(), files.clone(), None));
        }
        for folder in &self.folders {
            let path = folder.join(id_or_path);
            if path.is_dir() {
                return Ok((path.display().to_string(), read_folder(&path)?, None));
            }
        }
        if let Some(dir) = EMBEDDED.get_dir(id_or_path) {
            let mut files = Files::new();
            embedded_files(dir, id_or_path, &mut files)?;
            return Ok((format!("policies/{id_or_path}"), files, None));
        }
        let ids = Self::embedded_ids();
        let hint = match nearest(id_or_path, ids.iter().copied()) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => format!("; there are {}. A folder is given with a `/`, as in `./{id_or_path}`", ids.join(", ")),
        };
        Err(LoadError::NotFound { id: id_or_path.into(), hint })
    }
}

fn embedded_files(dir: &Dir, id: &str, files: &mut Files) -> Result<(), LoadError> {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        let name = path.strip_prefix(&format!("{id}/")).unwrap_or(&path).to_owned();
        let Some(text) = file.contents_utf8() else {
            return Err(LoadError::Unreadable { path, reason: "this is not UTF-8 text".into() });
        };
        files.insert(name, text.to_owned());
    }
    dir.dirs().try_for_each(|sub| embedded_files(sub, id, files))
}

fn read_folder(folder: &Path) -> Result<Files, LoadError> {
    let mut files = Files::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((path, prefix)) = open.pop() {
        let unreadable = |path: &Path, reason: std::io::Error| LoadError::Unreadable {
            path: path.display().to_string(),
            reason: reason.to_string(),
        };
        for entry in std::fs::read_dir(&path).map_err(|e| unreadable(&path, e))? {
            let entry = entry.map_err(|e| unreadable(&path, e))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            if entry.path().is_dir() {
                open.push((entry.path(), format!("{prefix}{name}/")));
                continue;
            }
            let bytes = std::fs::read(entry.path()).map_err(|e| unreadable(&entry.path(), e))?;
            let text = String::from_utf8(bytes).map_err(|_| LoadError::Unreadable {
                path: entry.path().display().to_string(),
                reason: "this is not UTF-8 text; save the file as UTF-8".into(),
            })?;
            files.insert(format!("{prefix}{name}"), text);
        }
    }
    Ok(files)
}

/// What a pack extends, read ahead of everything else.
fn extends(files: &Files) -> Option<String> {
    let tree = yaml::parse(FileId::default(), files.get("pack.yaml")?).ok()?;
    match &tree.get("extends")?.value {
        Value::Scalar(id) => Some(id.clone()),
        _ => None,
    }
}

fn add_files(loaded: &mut Loaded, id: &str, location: &str, own: Files) {
    for (name, text) in own {
        // Line ends do not change the law.
        let text = text.replace("\r\n", "\n");
        loaded.hash.update(format!("{id}/{name}\0{}\0", text.len()));
        loaded.hash.update(&text);
        let file = FileId(u32::try_from(loaded.files.len()).expect("a pack has fewer than four milliard files"));
        let tree = yaml::parse(file, &text);
        let path = format!("{location}/{name}");
        loaded.files.push(SourceFile { pack: id.to_owned(), name: name.clone(), path, text });
        match tree {
            Ok(tree) => place_tree(loaded, file, &name, tree),
            Err(problem) => loaded.decoder.report(problem),
        }
    }
}

fn place_tree(loaded: &mut Loaded, file: FileId, name: &str, tree: Node) {
    let trees = &mut loaded.trees;
    let slot = match name {
        // A pack does not inherit its identity, only the documents it may cite.
        "pack.yaml" => {
            trees.pack = Some(match trees.pack.take() {
                Some(base) => identity(&base, tree),
                None => tree,
            });
            return;
        }
        "questionnaire.yaml" => &mut trees.questionnaire,
        "parameters.yaml" => &mut trees.parameters,
        "indicators.yaml" => &mut trees.indicators,
        "scorecards.yaml" => &mut trees.scorecards,
        "classification.yaml" => &mut trees.classification,
        "lifecycle.yaml" => &mut trees.lifecycle,
        "process.yaml" => &mut trees.process,
        "programmes.yaml" => &mut trees.programmes,
        "allocation.yaml" => &mut trees.allocation,
        "holidays.yaml" => &mut trees.holidays,
        _ if name.starts_with("schemes/") && name.ends_with(".yaml") => {
            return merge_scheme(&mut trees.schemes, tree);
        }
        _ if name.starts_with("cases/") && name.ends_with(".yaml") => return trees.cases.push(tree),
        _ if name.ends_with(".md") || name.ends_with(".xlsx") => return,
        _ => {
            let place = crate::problem::Place { file, start: 0, end: 1 };
            let names = "pack, questionnaire, parameters, indicators, scorecards, classification, lifecycle, process, programmes, allocation, holidays (.yaml), schemes/*.yaml, cases/*.yaml, and notes in *.md";
            let problem =
                Problem::new(place, format!("`{name}` is not a file of a pack")).help(format!("a pack holds {names}"));
            return loaded.decoder.report(problem);
        }
    };
    *slot = Some(match slot.take() {
        Some(base) => {
            changed_without_source(&base, &tree, &mut loaded.decoder.problems);
            merge(&base, &tree)
        }
        None => tree,
    });
}

fn identity(base: &Node, tree: Node) -> Node {
    let documents = |node: &Node| node.get("documents").cloned();
    let (Some(below), Value::Map(entries)) = (documents(base), &tree.value) else { return tree };
    let merged = documents(&tree).map_or(below.clone(), |above| merge(&below, &above));
    let mut entries: Vec<(Text, Node)> = entries.iter().filter(|(key, _)| key.value != "documents").cloned().collect();
    entries.push((Text { value: "documents".into(), place: below.place }, merged));
    Node { place: tree.place, value: Value::Map(entries) }
}

fn merge_scheme(schemes: &mut Vec<Node>, tree: Node) {
    let id = |node: &Node| match node.get("id").map(|n| &n.value) {
        Some(Value::Scalar(id)) => Some(id.clone()),
        _ => None,
    };
    match schemes.iter_mut().find(|known| id(known).is_some() && id(known) == id(&tree)) {
        Some(known) => *known = merge(known, &tree),
        None => schemes.push(tree),
    }
}

fn folder_name(pack: &Pack, folder: &str, problems: &mut Vec<Problem>) {
    if pack.id.value != folder {
        problems.push(
            Problem::new(
                pack.id.place,
                format!("the pack calls itself `{}` but its folder is `{folder}`", pack.id.value),
            )
            .help("give both one name"),
        );
    }
}

/// Where an item of a merged pack comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The file, within its pack.
    pub file: String,
    /// The item: `lines.rural.poor`, or `lines.rural.poor · value` for a key laid over another pack's item.
    pub item: String,
    /// The pack it comes from.
    pub pack: String,
    /// The line, from 1.
    pub line: usize,
    /// Its text, on one line.
    pub text: String,
}

fn origins(loaded: &Loaded) -> Vec<Origin> {
    let t = &loaded.trees;
    let single = [
        &t.pack,
        &t.questionnaire,
        &t.parameters,
        &t.indicators,
        &t.scorecards,
        &t.classification,
        &t.lifecycle,
        &t.process,
        &t.programmes,
        &t.allocation,
        &t.holidays,
    ];
    let mut list = Vec::new();
    for tree in single.into_iter().flatten().chain(&t.schemes) {
        walk(loaded, tree, "", &mut list);
    }
    list
}

/// One line for each item with an id, and one more for each key of it that another pack wrote.
fn walk(loaded: &Loaded, node: &Node, path: &str, list: &mut Vec<Origin>) {
    match &node.value {
        Value::Map(entries) => {
            for (key, child) in entries {
                let path = if path.is_empty() { key.value.clone() } else { format!("{path} · {}", key.value) };
                walk(loaded, child, &path, list);
            }
        }
        Value::List(items) => {
            for item in items {
                match item.get("id").map(|id| &id.value) {
                    Some(Value::Scalar(id)) => walk(loaded, item, &format!("{path} · {id}"), list),
                    _ => list.push(origin(loaded, item, path)),
                }
            }
        }
        Value::Scalar(_) | Value::Null => list.push(origin(loaded, node, path)),
    }
}

fn origin(loaded: &Loaded, node: &Node, item: &str) -> Origin {
    let file = &loaded.files[node.place.file.0 as usize];
    let line = file.text[..node.place.start.min(file.text.len())].matches('\n').count() + 1;
    Origin { file: file.name.clone(), item: item.to_owned(), pack: file.pack.clone(), line, text: one_line(node) }
}

fn one_line(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".into(),
        Value::Scalar(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::List(items) => format!("[{}]", items.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let all: Vec<String> = entries.iter().map(|(k, v)| format!("{}: {}", k.value, one_line(v))).collect();
            format!("{{{}}}", all.join(", "))
        }
    }
}
