//! An upload as it was meant: which words are files, which one is the URL.

#[cfg(test)]
mod tests;

use std::path::{MAIN_SEPARATOR, Path};

use dak_client::{Method, Way};

use crate::args::{UploadArgs, UploadMethod, UploadType};
use crate::error::Error;
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
    File(String),
    /// Standard input.
    Stdin,
}

impl Source {
    fn of(word: String) -> Source {
        if word == "-" { Source::Stdin } else { Source::File(word) }
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> &str {
        match self {
            Source::File(path) => path.rsplit(MAIN_SEPARATOR).next().unwrap_or(path),
            Source::Stdin => "standard input",
        }
    }
}

impl Upload {
    /// Decides everything about what was typed; `exists` tells whether there is a file of this path.
    pub(crate) fn new(args: &UploadArgs, exists: &dyn Fn(&Path) -> bool, world: World<'_>) -> Result<Upload, Error> {
        let Typed { files, url, items } = split(&args.words, exists)?;
        let sources: Vec<Source> = files.into_iter().map(Source::of).collect();
        if sources.len() > 1 && sources.contains(&Source::Stdin) {
            return Err(Error::usage("standard input is uploaded by itself; give - and no other file"));
        }
        if sources.len() > 1 && args.method != UploadMethod::Post {
            let method = method(args.method);
            return Err(Error::usage(format!("{method} puts one file into one resource; give one file for each URL")));
        }
        let words = Words::Named { method: method(args.method), url, items };
        let mut transfer = Transfer::new(words, &args.request(), world)?;
        let metadata = metadata(std::mem::replace(&mut transfer.request.body, Body::None), world)?;
        // What is typed of the media is said by --type; this one was the metadata's.
        transfer.request.headers.remove("content-type");
        let way = args.upload_type.map(way);
        if way == Some(Way::Simple) && metadata.is_some() {
            return Err(Error::usage(
                "--upload-type media sends no metadata; take multipart or resumable, or leave the items out",
            ));
        }
        Ok(Upload {
            sources,
            transfer,
            metadata,
            media_type: args.media_type.clone(),
            way,
            chunk_bytes: chunk_bytes(args)?,
        })
    }
}

/// The words told apart.
#[derive(Debug, PartialEq, Eq)]
struct Typed {
    files: Vec<String>,
    url: String,
    items: Vec<String>,
}

/// `FILE... URL [ITEM...]`: the URL is the word behind the files that can be nothing else, or else the last that is neither
/// an item nor a file.
fn split(words: &[String], exists: &dyn Fn(&Path) -> bool) -> Result<Typed, Error> {
    let is_file = |word: &String| word == "-" || exists(Path::new(word));
    let behind = words.get(1..).unwrap_or_default();
    let is_sure = |word: &String| word.contains(':') && is_surely_url(word) && !is_file(word);
    let sure = behind.iter().position(is_sure);
    let ends = behind.iter().position(|word| Item::parse(word).is_ok() && !is_file(word)).unwrap_or(behind.len());
    let likely = || behind[..ends].iter().rposition(|word| !is_file(word));
    let at = sure.or_else(likely).map(|at| at + 1);
    match (at, words.first()) {
        (Some(at), Some(_)) => {
            Ok(Typed { files: words[..at].to_vec(), url: words[at].clone(), items: words[at + 1..].to_vec() })
        }
        _ => Err(Error::usage("say where to: dak upload FILE... URL, with the URL behind the files")),
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
