//! The body of a request, and what type it is of.

use crate::args::RequestArgs;
use crate::error::Error;
use crate::plan::World;
use crate::plan::item::{Item, Name, Source};
use crate::plan::nested::Node;
use crate::plan::request::source_text;
use crate::plan::url::form_encode;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// What is sent behind the headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// Nothing.
    None,
    /// These bytes.
    Bytes(Vec<u8>),
    /// A file, read while it is sent.
    File(String),
    /// A multipart form: pieces one behind the other.
    Pieces(Vec<Piece>),
    /// Standard input, if there is anything in it.
    Stdin,
}

/// A piece of a multipart form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A file, read while it is sent.
    File(String),
}

/// A body with its type.
#[derive(Debug)]
pub(crate) struct Typed {
    pub(crate) body: Body,
    pub(crate) content_type: Option<String>,
}

impl Typed {
    fn new(body: Body, content_type: impl Into<String>) -> Typed {
        Typed { body, content_type: Some(content_type.into()) }
    }

    /// The one body that the line asks for; `stdin` tells whether standard input may be it.
    pub(crate) fn find(items: &[Item], args: &RequestArgs, stdin: bool, world: World<'_>) -> Result<Typed, Error> {
        let stated = if args.form { FORM } else { JSON };
        let has_fields = items.iter().any(is_field);
        let file = whole_file(items)?;
        match (&args.raw, file, has_fields) {
            (None, None, false) if stdin => Ok(Typed::new(Body::Stdin, stated)),
            (None, None, false) => Ok(Typed { body: Body::None, content_type: None }),
            (Some(text), None, false) => Ok(Typed::new(Body::Bytes(text.clone().into_bytes()), stated)),
            (None, Some(path), false) => Ok(Typed::new(Body::File(path.to_owned()), type_of(path))),
            (None, None, true) if args.form => form(items, world),
            (None, None, true) => json(items, world),
            _ => Err(Error::usage("the request has more than one body; keep one of the field items, @file and --raw")),
        }
    }
}

/// Whether this item makes a body out of many.
fn is_field(item: &Item) -> bool {
    matches!(item, Item::Text(..) | Item::Json(..) | Item::Upload(..))
}

fn whole_file(items: &[Item]) -> Result<Option<&str>, Error> {
    let mut paths = items.iter().filter_map(|item| match item {
        Item::Body(path) => Some(path.as_str()),
        _ => None,
    });
    let first = paths.next();
    match paths.next() {
        None => Ok(first),
        Some(second) => {
            Err(Error::usage(format!("@{second} is a second body; keep one @file, or make a form with -f name@file")))
        }
    }
}

fn json(items: &[Item], world: World<'_>) -> Result<Typed, Error> {
    let mut root = Node::Vacant;
    for item in items {
        match item {
            Item::Text(name, source) => root.put(name.raw(), Node::Text(source_text(source, world)?))?,
            Item::Json(name, source) => root.put(name.raw(), raw_json(name, source, world)?)?,
            Item::Upload(name, path) => {
                return Err(Error::usage(format!(
                    "the item \"{name}@{path}\" is a file in a form; add -f, or write {name}=@{path} for its text in JSON"
                )));
            }
            _ => {}
        }
    }
    Ok(Typed::new(Body::Bytes(root.to_string().into_bytes()), JSON))
}

/// A JSON value as typed; that it is one is checked, but not a digit is changed.
fn raw_json(name: &Name, source: &Source, world: World<'_>) -> Result<Node, Error> {
    let text = source_text(source, world)?;
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(_) => Ok(Node::Raw(text.trim().to_owned())),
        Err(error) => Err(Error::usage(format!(
            "the value of \"{}:=\" is not JSON (the parser says: {error}); quote strings as '\"…\"', or write {}= for text",
            name.raw(),
            name.raw()
        ))),
    }
}

fn form(items: &[Item], world: World<'_>) -> Result<Typed, Error> {
    if items.iter().any(|item| matches!(item, Item::Upload(..))) {
        return multipart(items, world);
    }
    let mut pairs = Vec::new();
    for item in items {
        if let Item::Text(name, source) | Item::Json(name, source) = item {
            pairs.push((name.plain(), source_text(source, world)?));
        }
    }
    let text = form_encode(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    Ok(Typed::new(Body::Bytes(text.into_bytes()), FORM))
}

/// `multipart/form-data` (RFC 7578).
fn multipart(items: &[Item], world: World<'_>) -> Result<Typed, Error> {
    let boundary = (world.draw)()?;
    let mut pieces = Vec::new();
    for item in items {
        match item {
            Item::Text(name, source) | Item::Json(name, source) => {
                let text = source_text(source, world)?;
                let head = part_head(&boundary, &name.plain(), "");
                pieces.push(Piece::Bytes(format!("{head}\r\n{text}\r\n").into_bytes()));
            }
            Item::Upload(name, value) => {
                let upload = Upload::parse(value);
                let head = part_head(&boundary, name, &format!("; filename=\"{}\"", escaped(&upload.file_name)));
                let typed = format!("{head}Content-Type: {}\r\n\r\n", upload.content_type);
                pieces.push(Piece::Bytes(typed.into_bytes()));
                pieces.push(Piece::File(upload.path));
                pieces.push(Piece::Bytes(b"\r\n".to_vec()));
            }
            _ => {}
        }
    }
    pieces.push(Piece::Bytes(format!("--{boundary}--\r\n").into_bytes()));
    Ok(Typed::new(Body::Pieces(pieces), format!("multipart/form-data; boundary={boundary}")))
}

fn part_head(boundary: &str, name: &str, more: &str) -> String {
    format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"{more}\r\n", escaped(name))
}

/// A name as it stands between quotes in Content-Disposition (WHATWG's rule, which browsers follow).
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// `path;type=image/png;filename=x.png`.
struct Upload {
    path: String,
    content_type: String,
    file_name: String,
}

impl Upload {
    fn parse(value: &str) -> Upload {
        let mut path = value;
        let (mut content_type, mut file_name) = (None, None);
        while let Some((rest, option)) = path.rsplit_once(';') {
            match option.split_once('=') {
                Some(("type", value)) => content_type = Some(value.to_owned()),
                Some(("filename", value)) => file_name = Some(value.to_owned()),
                _ => break,
            }
            path = rest;
        }
        let last = path.rsplit('/').next().unwrap_or(path);
        Upload {
            content_type: content_type.unwrap_or_else(|| type_of(path).to_owned()),
            file_name: file_name.unwrap_or_else(|| last.to_owned()),
            path: path.to_owned(),
        }
    }
}

/// The media type a file's name tells.
fn type_of(path: &str) -> &'static str {
    const TYPES: [(&str, &str); 20] = [
        ("csv", "text/csv"),
        ("css", "text/css"),
        ("eml", "message/rfc822"),
        ("gif", "image/gif"),
        ("gz", "application/gzip"),
        ("htm", "text/html"),
        ("html", "text/html"),
        ("jpeg", "image/jpeg"),
        ("jpg", "image/jpeg"),
        ("js", "text/javascript"),
        ("json", JSON),
        ("md", "text/markdown"),
        ("mp4", "video/mp4"),
        ("pdf", "application/pdf"),
        ("png", "image/png"),
        ("svg", "image/svg+xml"),
        ("txt", "text/plain"),
        ("webp", "image/webp"),
        ("xml", "application/xml"),
        ("zip", "application/zip"),
    ];
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let known = TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(extension));
    known.map_or("application/octet-stream", |(_, media_type)| media_type)
}

/// Reads a file that an item names.
pub(crate) fn read_file(path: &str, world: World<'_>) -> Result<Vec<u8>, Error> {
    (world.read)(path).map_err(|error| Error::reading(path, &error))
}
