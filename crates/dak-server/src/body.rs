//! A request's body: read whole where a service needs it whole, piece by piece where it is media, always
//! within a bound.

mod pieces;

use std::io::Read;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use dak_proto::encoding::Coding;
use dak_proto::fault::Fault;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

use crate::settings::Limits;

pub use pieces::Pieces;

/// The bytes of a request, there already or still on their way.
#[derive(Debug, Default)]
pub enum Body {
    /// No body.
    #[default]
    Empty,
    /// All of it (a part of a batch, a test).
    Whole(Bytes),
    /// Pieces from a connection.
    Stream(UnsyncBoxBody<Bytes, Interrupted>),
}

/// The peer went away, or sent what is no body.
#[derive(Debug)]
pub struct Interrupted(pub String);

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Interrupted {}

impl Body {
    /// Reads the whole body and undoes its gzip coding.
    ///
    /// # Errors
    /// 413 beyond `body_bytes_max` or `inflated_bytes_max`, 408 when no piece comes for `body_idle_timeout`,
    /// 400 when it breaks off or is not gzip.
    pub async fn read(self, coding: Coding, limits: &Limits) -> Result<Bytes, Fault> {
        let bytes = match self {
            Body::Empty => Bytes::new(),
            Body::Whole(bytes) => within(bytes, limits.body_bytes_max)?,
            Body::Stream(stream) => collect(stream, limits).await?,
        };
        match coding {
            Coding::Gzip if !bytes.is_empty() => inflate(&bytes, limits.inflated_bytes_max),
            _ => Ok(bytes),
        }
    }

    /// Whether there is certainly nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Body::Empty => true,
            Body::Whole(bytes) => bytes.is_empty(),
            Body::Stream(stream) => http_body::Body::is_end_stream(stream),
        }
    }

    /// How many bytes the peer says will come, as sent; `None` if it does not say.
    #[must_use]
    pub fn announced(&self) -> Option<u64> {
        match self {
            Body::Empty => Some(0),
            Body::Whole(bytes) => Some(bytes.len() as u64),
            Body::Stream(stream) => http_body::Body::size_hint(stream).exact(),
        }
    }
}

async fn collect(mut stream: UnsyncBoxBody<Bytes, Interrupted>, limits: &Limits) -> Result<Bytes, Fault> {
    let announced = http_body::Body::size_hint(&stream).lower();
    if announced > limits.body_bytes_max as u64 {
        return Err(too_large(limits.body_bytes_max));
    }
    let mut whole = BytesMut::new();
    while let Some(piece) = next_piece(&mut stream, limits.body_idle_timeout).await? {
        if whole.len() + piece.len() > limits.body_bytes_max {
            return Err(too_large(limits.body_bytes_max));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}

async fn next_piece(
    stream: &mut UnsyncBoxBody<Bytes, Interrupted>,
    idle_timeout: Duration,
) -> Result<Option<Bytes>, Fault> {
    loop {
        let frame = tokio::time::timeout(idle_timeout, stream.frame())
            .await
            .map_err(|_| Fault::new(408, "requestTimeout", "The request's body did not arrive in time."))?;
        match frame {
            None => return Ok(None),
            Some(Err(error)) => {
                return Err(Fault::bad_request("badRequest", format!("The request's body broke off: {error}.")));
            }
            Some(Ok(frame)) => {
                if let Ok(piece) = frame.into_data() {
                    return Ok(Some(piece));
                }
            }
        }
    }
}

fn within(bytes: Bytes, bytes_max: usize) -> Result<Bytes, Fault> {
    if bytes.len() > bytes_max { Err(too_large(bytes_max)) } else { Ok(bytes) }
}

fn too_large(bytes_max: usize) -> Fault {
    Fault::too_large(format!("The request's body is larger than {bytes_max} bytes."))
}

/// Undoes gzip, all members of it, up to a bound on what comes out.
fn inflate(bytes: &[u8], bytes_max: usize) -> Result<Bytes, Fault> {
    let mut inflated = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(bytes).take(bytes_max as u64 + 1).read_to_end(&mut inflated);
    if read.is_err() {
        return Err(Fault::bad_request("badRequest", "The request's body is not valid gzip."));
    }
    within(inflated.into(), bytes_max)
}
