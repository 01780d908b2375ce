//! An upload as it was meant: which words are files, which one is the URL.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use dak_client::{HeaderMap, Method, Way};

use crate::args::{UploadArgs, UploadMethod, UploadType};
use crate::error::Error;
use crate::paint::clean;
use crate::plan::item::Item;
use crate::plan::transfer::Transfer;
use crate::plan::words::is_surely_url;
use crate::plan::{Body, Words, World};

/// The grain of chunks (`U9`).
const CHUNK_GRAIN_BYTES: u64 = 256 << 10;

/// Everything about one or more uploads, decided.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The files, in order.
    pub(crate) sources: Vec<Source>,
    /// The request that begins each.
    pub(crate) transfer: Transfer,
    pub(crate) metadata: Option<serde_json::Value>,
    pub(crate) media_type: Option<String>,
    pub(crate) way: Option<Way>,
    pub(crate) chunk_bytes: Option<u64>,
}

/// Where media comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A file of this path.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

impl Source {
    fn of(word: &OsString) -> Source {
        if word == "-" { Source::Stdin } else { Source::File(word.into()) }
    }

    /// What it is called in messages where it is the only one.
    pub(crate) fn name(&self) -> Cow<'_, str> {
        match self {
            Source::File(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy(),
            Source::Stdin => "standard input".into(),
        }
    }

    /// What it is called beside others, which may have the same name in another folder: what was typed.
    pub(crate) fn full_name(&self) -> Cow<'_, str> {
        match self {
            Source::File(path) => path.to_string_lossy(),
            Source::Stdin => self.name(),
        }
    }
}

impl Upload {
    /// Decides everything about what was typed; `exists` tells whether there is a file of this path.
    pub(crate) fn new(args: &UploadArgs, exists: &dyn Fn(&Path) -> bool, world: World<'_>) -> Result<Upload, Error> {
        let Typed { files, url, items } = split(&args.words, exists)?;
        let sources: Vec<Source> = files.iter().map(Source::of).collect();
        if sources.len() > 1 && sources.contains(&Source::Stdin) {
            return Err(Error::usage("standard input is uploaded by itself; give - and no other file"));
        }
        if sources.len() > 1 && args.method != UploadMethod::Post {
            let method = method(args.method);
            return Err(Error::usage(format!("{method} puts one file into one resource; give one file for each URL")));
        }
        let has_type = items.iter().any(|item| is_type(item));
        let words = Words::Named { method: method(args.method), url, items };
        let mut transfer = Transfer::new(words, &args.request(), world)?;
        let metadata = metadata(std::mem::replace(&mut transfer.request.body, Body::None), world)?;
        let media_type = media_type(args, has_type, &mut transfer.request.headers)?;
        let way = args.upload_type.map(way);
        if way == Some(Way::Simple) && metadata.is_some() {
            return Err(Error::usage(
                "--upload-type media sends no metadata; take multipart or resumable, or leave the items out",
            ));
        }
        Ok(Upload { sources, transfer, metadata, media_type, way, chunk_bytes: chunk_bytes(args)? })
    }
}

/// The words told apart.
#[derive(Debug, PartialEq, Eq)]
struct Typed {
    files: Vec<OsString>,
    url: String,
    items: Vec<String>,
}

/// `FILE... URL [ITEM...]`: the URL is the word behind the files that can be nothing else, or else the last that is neither
/// an item nor a file.
fn split(words: &[OsString], exists: &dyn Fn(&Path) -> bool) -> Result<Typed, Error> {
    let is_file = |word: &OsString| word == "-" || exists(Path::new(word));
    let behind = words.get(1..).unwrap_or_default();
    let is_url = |word: &str| word.contains(':') && is_surely_url(word);
    let is_item = |word: &OsString| Item::parse(&word.to_string_lossy()).is_ok();
    let sure = behind.iter().position(|word| is_url(&word.to_string_lossy()) && !is_file(word));
    let ends = behind.iter().position(|word| is_item(word) && !is_file(word)).unwrap_or(behind.len());
    let likely = || behind[..ends].iter().rposition(|word| !is_file(word));
    let at = sure.or_else(likely).map(|at| at + 1);
    match (at, words.first()) {
        (Some(at), Some(_)) => Ok(Typed {
            files: words[..at].to_vec(),
            url: text(&words[at])?,
            items: words[at + 1..].iter().map(|word| text(word)).collect::<Result<_, _>>()?,
        }),
        _ => Err(Error::usage("say where to: dak upload FILE... URL, with the URL behind the files")),
    }
}

/// A word that goes over the wire; the path of a file does not.
fn text(word: &OsStr) -> Result<String, Error> {
    word.to_str().map(ToOwned::to_owned).ok_or_else(|| {
        let shown = clean::line(&word.to_string_lossy());
        Error::usage(format!("{shown} is not UTF-8, which only the path of a file that is there may be"))
    })
}

/// Whether this item says what is uploaded, as --type does.
fn is_type(item: &str) -> bool {
    let name = match Item::parse(item) {
        Ok(Item::Header(name, _) | Item::HeaderEmpty(name)) => name,
        _ => return false,
    };
    name.eq_ignore_ascii_case("content-type")
}

/// The media's type. The header is that of an item, or else of the metadata, which says nothing of the media.
fn media_type(args: &UploadArgs, has_type: bool, headers: &mut HeaderMap) -> Result<Option<String>, Error> {
    let given =
        headers.get_all("content-type").iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let mut given: Vec<String> = given.collect();
    headers.remove("content-type");
    match (args.media_type.clone(), given.pop().filter(|_| has_type)) {
        (Some(_), Some(_)) => Err(Error::usage("--type and a Content-Type item say the same; leave one of them out")),
        (None, Some(_)) if !given.is_empty() => Err(Error::usage("media has one type; give one Content-Type item")),
        (flag, item) => Ok(flag.or(item)),
    }
}

fn method(method: UploadMethod) -> Method {
    match method {
        UploadMethod::Post => Method::POST,
        UploadMethod::Put => Method::PUT,
        UploadMethod::Patch => Method::PATCH,
    }
}

fn way(upload_type: UploadType) -> Way {
    match upload_type {
        UploadType::Media => Way::Simple,
        UploadType::Multipart => Way::Multipart,
        UploadType::Resumable => Way::Resumable,
    }
}

fn chunk_bytes(args: &UploadArgs) -> Result<Option<u64>, Error> {
    match args.chunk_size.map(|size| size.0) {
        Some(bytes) if !bytes.is_multiple_of(CHUNK_GRAIN_BYTES) => {
            Err(Error::usage(format!("--chunk-size {bytes} is no multiple of 256KiB; try 8MiB")))
        }
        Some(_) if matches!(args.upload_type, Some(UploadType::Media | UploadType::Multipart)) => {
            Err(Error::usage("--chunk-size is for --upload-type resumable; leave one of the two out"))
        }
        bytes => Ok(bytes),
    }
}

/// The JSON that the items, --raw or @file make.
fn metadata(body: Body, world: World<'_>) -> Result<Option<serde_json::Value>, Error> {
    let text = match body {
        Body::None | Body::Stdin | Body::Pieces(_) => return Ok(None),
        Body::Bytes(bytes) => bytes,
        Body::File(path) => (world.read)(&path).map_err(|error| Error::reading(&path, &error))?,
    };
    let json = serde_json::from_slice(&text);
    json.map(Some).map_err(|error| Error::usage(format!("the metadata is not JSON (the parser says: {error})")))
}
