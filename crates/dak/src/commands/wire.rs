//! A planned request in the client's terms.

use std::fs::File;
use std::io::{self, Cursor, Read};

use dak_client::{Call, Client, Retrying};

use crate::commands::failed::unsent;
use crate::commands::input;
use crate::error::Error;
use crate::plan::body::Piece;
use crate::plan::{Body, Request, Sending};

/// A client that does what the flags say and nothing by itself; before each retry it calls `on_retry`.
pub(crate) fn client(sending: &Sending, on_retry: impl Fn(&Retrying) + Send + Sync + 'static) -> Result<Client, Error> {
    let mut builder = Client::builder()
        .retries(sending.retries)
        .redirects_max(sending.redirects_max)
        .timeout(sending.timeout)
        .error_for_status(false)
        .on_retry(on_retry);
    if sending.insecure {
        builder = builder.insecure(true);
    }
    if let Some(path) = &sending.cacert {
        open(path)?;
        builder = builder.root_certificates(path);
    }
    builder.build().map_err(|error| unsent(&error))
}

/// The call that makes this request; `beginning` is what was read of a standard input that is streamed.
pub(crate) fn call(client: &Client, request: Request, beginning: Vec<u8>) -> Result<Call, Error> {
    let builder = client.request(request.method.clone(), request.target.url());
    let mut call = builder.into_call().map_err(|error| unsent(&error))?;
    call.headers = request.headers;
    call.method_override = request.overridden;
    call.body_gzip = request.gzipped;
    call.body = body(request.body, beginning)?;
    Ok(call)
}

/// The header that tells where the body ends, as the connection will add it.
pub(crate) fn framing(request: &Request) -> Option<(String, String)> {
    let length = match &request.body {
        _ if request.is_gzipped() => return None,
        Body::None => return None,
        Body::Bytes(bytes) => Some(bytes.len() as u64),
        Body::File(path) => file_bytes(path),
        Body::Pieces(pieces) => pieces_bytes(pieces),
        Body::Stdin => None,
    };
    Some(match length {
        Some(length) => ("content-length".to_owned(), length.to_string()),
        None => ("transfer-encoding".to_owned(), "chunked".to_owned()),
    })
}

/// Opens a file that is to be sent.
pub(crate) fn open(path: &str) -> Result<File, Error> {
    let opened = File::open(path).and_then(|file| match file.metadata()?.is_dir() {
        true => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        false => Ok(file),
    });
    opened.map_err(|error| Error::reading(path, &error))
}

fn body(body: Body, beginning: Vec<u8>) -> Result<dak_client::Body, Error> {
    Ok(match body {
        Body::None => dak_client::Body::empty(),
        Body::Bytes(bytes) => bytes.into(),
        Body::File(path) => {
            open(&path)?;
            dak_client::Body::file(path)
        }
        Body::Pieces(pieces) => {
            let length = pieces_bytes(&pieces);
            dak_client::Body::function(length, move || joined(&pieces))
        }
        Body::Stdin => dak_client::Body::reader(None, input::rest(beginning)),
    })
}

/// The pieces of a form, one behind the other; files are opened when the body is.
fn joined(pieces: &[Piece]) -> io::Result<Box<dyn Read + Send>> {
    let mut reader: Box<dyn Read + Send> = Box::new(io::empty());
    for piece in pieces {
        reader = match piece {
            Piece::Bytes(bytes) => Box::new(reader.chain(Cursor::new(bytes.clone()))),
            Piece::File(path) => Box::new(reader.chain(File::open(path)?)),
        };
    }
    Ok(reader)
}

fn pieces_bytes(pieces: &[Piece]) -> Option<u64> {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Bytes(bytes) => Some(bytes.len() as u64),
            Piece::File(path) => file_bytes(path),
        })
        .sum()
}

/// The length of a file; a pipe or device has none.
fn file_bytes(path: &str) -> Option<u64> {
    let metadata = std::fs::metadata(path).ok()?;
    metadata.is_file().then_some(metadata.len())
}
