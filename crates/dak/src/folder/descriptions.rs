//! The Discovery documents of a folder: read from files, and remembered beside the records, so that whoever opens the
//! folder later finds records by the same entries.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dak_api::{Api, DocumentError, Rules};
use serde_json::Value;

use crate::error::{Error, reason};
use crate::output::tell;

/// Where they are remembered.
const FILE: &str = "apis.json";

/// The member that says so of a description that stands below a path of its own.
const APART: &str = "\"dakApart\"";

/// The documents that are served beside the built-in ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Descriptions<'a> {
    /// Files, and folders of them.
    pub(crate) paths: &'a [PathBuf],
    /// Files of rules for them, and folders of those.
    pub(crate) rules: &'a [PathBuf],
    /// Whether each stands below a path of its own.
    pub(crate) apart: bool,
}

/// The built-in descriptions and further ones.
pub(super) fn read(further: &Descriptions<'_>) -> Result<Vec<Arc<Api>>, Error> {
    let mut apis = built_in()?;
    let apart = |api: Arc<Api>| if further.apart { Arc::new(Arc::unwrap_or_clone(api).apart()) } else { api };
    apis.extend(described(further.paths, further.rules)?.into_iter().map(apart));
    Ok(apis)
}

/// The descriptions in files, and in folders of them, each once, with the rules for them in force.
pub(crate) fn described(paths: &[PathBuf], rules: &[PathBuf]) -> Result<Vec<Arc<Api>>, Error> {
    let mut apis = plain(paths)?;
    let mut ruled: Vec<(String, PathBuf)> = Vec::new();
    for Found { path, .. } in files(rules, &RULES)? {
        let shown = path.display().to_string();
        let wrong = |error: DocumentError| Error::failure(format!("{shown}: {error}"));
        let text = fs::read_to_string(&path).map_err(|error| Error::reading(&shown, &error))?;
        let rules = Rules::parse(&text).map_err(wrong)?;
        let id = &rules.api;
        if let Some((_, first)) = ruled.iter().find(|(known, _)| known == id) {
            let first = first.display();
            return Err(Error::failure(format!("{shown} has rules for {id}, as {first} has; put them into one file")));
        }
        let api = apis.iter_mut().find(|api| api.id() == *id);
        let api = api.ok_or_else(|| {
            Error::failure(format!("{shown} has rules for {id}, which no --api describes; name its document too"))
        })?;
        *api = Arc::new(Arc::unwrap_or_clone(Arc::clone(api)).ruled(&rules).map_err(wrong)?);
        ruled.push((rules.api, path));
    }
    Ok(apis)
}

fn plain(paths: &[PathBuf]) -> Result<Vec<Arc<Api>>, Error> {
    let built_in: Vec<String> = built_in()?.iter().map(|api| api.id()).collect();
    let mut known: Vec<Known> = Vec::new();
    for Found { path, is_named } in files(paths, &DOCUMENTS)? {
        let Some(api) = read_one(&path, is_named)? else { continue };
        if built_in.contains(&api.id()) {
            let told = format!("{} describes {}, which is built in", path.display(), api.id());
            if is_named {
                return Err(Error::failure(format!("{told}; leave it out")));
            }
            tell(format_args!("{told}; it is passed over."));
            continue;
        }
        match known.iter().find(|known| known.api.id() == api.id()) {
            Some(known) if known.api.source_bytes() == api.source_bytes() => {}
            Some(known) => return Err(twice(known, &path)),
            None => known.push(Known { api: Arc::new(api), path }),
        }
    }
    Ok(known.into_iter().map(|known| known.api).collect())
}

/// A description and the file it is from.
struct Known {
    api: Arc<Api>,
    path: PathBuf,
}

fn twice(known: &Known, path: &Path) -> Error {
    let (first, path, id) = (known.path.display(), path.display(), known.api.id());
    Error::failure(format!("{path} describes {id}, as {first} does; leave one of them out"))
}

/// The description in a file; nothing if the file was found in a folder and lists what there is.
fn read_one(path: &Path, is_named: bool) -> Result<Option<Api>, Error> {
    let shown = path.display().to_string();
    let document = fs::read(path).map_err(|error| Error::reading(&shown, &error))?;
    match Api::parse(&document) {
        Err(_) if !is_named && is_list(&document) => Ok(None),
        parsed => parsed.map(Some).map_err(|error| Error::failure(format!("{shown}: {error}"))),
    }
}

/// Whether a document is the list of APIs that Google's clients ship beside the documents.
fn is_list(document: &[u8]) -> bool {
    let parsed: Value = serde_json::from_slice(document).unwrap_or_default();
    parsed["kind"] == "discovery#directoryList"
}

/// The descriptions that a folder was last served with.
pub(super) fn remembered(folder: &Path) -> Result<Vec<Arc<Api>>, Error> {
    let path = folder.join(FILE);
    let Ok(text) = fs::read(&path) else { return built_in() };
    let damaged =
        |what: String| Error::failure(format!("{} is damaged: {what}; serve the folder again", path.display()));
    let documents: Vec<Value> = serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
    let parsed = documents.iter().map(|document| Api::parse(document.to_string().as_bytes()).map(Arc::new));
    parsed.collect::<Result<_, _>>().map_err(|error| damaged(error.to_string()))
}

/// Remembers the descriptions that a folder is served with.
pub(super) fn remember(folder: &Path, apis: &[Arc<Api>]) -> Result<(), Error> {
    let path = folder.join(FILE);
    let text = format!("[{}]", apis.iter().map(|api| source(api)).collect::<Vec<_>>().join(",\n"));
    if fs::read(&path).is_ok_and(|known| known == text.as_bytes()) {
        return Ok(());
    }
    let new = folder.join(format!("{FILE}.new"));
    let written = write_private(&new, text.as_bytes()).and_then(|()| fs::rename(&new, &path));
    written.map_err(|error| Error::writing(&path.display().to_string(), &error))
}

/// Descriptions are their owner's alone, as is all else in the folder.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(bytes)
}

/// The document as it came, and in it whether it was served apart.
fn source(api: &Api) -> String {
    let text = String::from_utf8_lossy(api.source_bytes());
    match text.split_once('{') {
        Some((_, members)) if api.is_apart() && !text.contains(APART) => format!("{{{APART}:true,{members}"),
        _ => text.into_owned(),
    }
}

fn built_in() -> Result<Vec<Arc<Api>>, Error> {
    let parsed = dak_api::builtin().into_iter().map(|document| Api::parse(document).map(Arc::new));
    parsed.collect::<Result<_, _>>().map_err(|error| Error::failure(error.to_string()))
}

/// What files of a kind are called.
struct Kind {
    what: &'static str,
    extensions: &'static [&'static str],
}

const DOCUMENTS: Kind = Kind { what: "Discovery document (*.json)", extensions: &["json"] };
const RULES: Kind = Kind { what: "file of rules (*.yaml)", extensions: &["yaml", "yml"] };

/// A file that was named, or is in a folder that was.
struct Found {
    path: PathBuf,
    is_named: bool,
}

/// The files that were named, and those of the kind in the folders that were.
fn files(named: &[PathBuf], kind: &Kind) -> Result<Vec<Found>, Error> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(Found { path: path.clone(), is_named: true });
            continue;
        }
        let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
        let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        let is_known = |extension: &OsStr| kind.extensions.iter().any(|known| extension == *known);
        inside.retain(|path| path.extension().is_some_and(is_known));
        if inside.is_empty() {
            return Err(Error::failure(format!("there is no {} in {}", kind.what, path.display())));
        }
        inside.sort();
        files.extend(inside.into_iter().map(|path| Found { path, is_named: false }));
    }
    Ok(files)
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::failure(format!("cannot read {}: {}", path.display(), reason(error)))
}
