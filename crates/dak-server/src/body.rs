//! A request's body: read whole where a service needs it whole, piece by piece where it is media, always
//! within a bound.

mod pieces;

use std::io::{Read, Take};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use dak_proto::encoding::Coding;
use dak_proto::fault::Fault;
use flate2::read::MultiGzDecoder;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

use crate::room::{Room, Taken};
use crate::settings::Limits;

pub use pieces::Pieces;

/// How often a body is in memory at once: as it came, and as what it says.
pub(crate) const COPIES: u64 = 2;

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
    /// Reads the whole body and undoes its gzip coding. A large one takes room for itself and what it says; whoever gave a
    /// body that is there already has its room.
    ///
    /// # Errors
    /// 413 beyond `body_bytes_max` or `inflated_bytes_max`, 408 when no piece comes for `body_idle_timeout`,
    /// 400 when it breaks off or is not gzip, 503 without room.
    pub async fn read(self, coding: Coding, limits: &Limits, room: &Room) -> Result<(Bytes, Option<Taken>), Fault> {
        let (bytes, taken) = match self {
            Body::Empty => (Bytes::new(), None),
            Body::Whole(bytes) => (within(bytes, limits.body_bytes_max)?, None),
            Body::Stream(stream) => collect(stream, coding, limits, room).await?,
        };
        match coding {
            Coding::Gzip if !bytes.is_empty() => inflate(&bytes, limits.inflated_bytes_max, room, taken).await,
            _ => Ok((bytes, taken)),
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

async fn collect(
    mut stream: UnsyncBoxBody<Bytes, Interrupted>,
    coding: Coding,
    limits: &Limits,
    room: &Room,
) -> Result<(Bytes, Option<Taken>), Fault> {
    let announced = http_body::Body::size_hint(&stream);
    if announced.lower() > limits.body_bytes_max as u64 {
        return Err(too_large(limits.body_bytes_max));
    }
    let bytes_max = announced.exact().unwrap_or(limits.body_bytes_max as u64);
    let (mut whole, mut taken) = (BytesMut::new(), None);
    while let Some(piece) = next_piece(&mut stream, limits.body_idle_timeout).await? {
        let length = whole.len() + piece.len();
        if length > limits.body_bytes_max {
            return Err(too_large(limits.body_bytes_max));
        }
        // Once, and for all that may come: a small body need not wait where others fill the room.
        if taken.is_none() && length as u64 * COPIES > room.free_bytes_max() as u64 {
            taken = Some(room.take(needed(bytes_max, coding, limits)).await?);
            whole.reserve(usize::try_from(announced.lower()).unwrap_or_default().saturating_sub(whole.len()));
        }
        whole.extend_from_slice(&piece);
    }
    let needed = needed(whole.len() as u64, coding, limits);
    Ok((whole.freeze(), taken.and_then(|taken| taken.cut_to(needed))))
}

/// How much room a body of so many bytes may need: as it came, and as what it says, which with gzip is larger.
fn needed(bytes: u64, coding: Coding, limits: &Limits) -> u64 {
    match coding {
        Coding::Gzip => bytes.saturating_add(COPIES.saturating_mul(limits.inflated_bytes_max as u64)),
        Coding::Identity => bytes.saturating_mul(COPIES),
    }
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

/// Undoes gzip, all members of it, up to a bound on what comes out. What is small takes no room, and what took some before
/// has it already.
async fn inflate(
    bytes: &[u8],
    bytes_max: usize,
    room: &Room,
    mut taken: Option<Taken>,
) -> Result<(Bytes, Option<Taken>), Fault> {
    let mut inflated = Vec::new();
    let mut decoder = MultiGzDecoder::new(bytes).take(bytes_max as u64 + 1);
    if taken.is_none() {
        let free_bytes_max = room.free_bytes_max() as u64 / COPIES;
        if inflate_some(&mut decoder, free_bytes_max, &mut inflated)? == free_bytes_max {
            taken = Some(room.take(COPIES.saturating_mul(bytes_max as u64)).await?);
        }
    }
    inflate_some(&mut decoder, u64::MAX, &mut inflated)?;
    let needed = COPIES * inflated.len() as u64;
    Ok((within(inflated.into(), bytes_max)?, taken.and_then(|taken| taken.cut_to(needed))))
}

/// Undoes so much of it; how many bytes came out.
fn inflate_some(
    decoder: &mut Take<MultiGzDecoder<&[u8]>>,
    bytes_max: u64,
    inflated: &mut Vec<u8>,
) -> Result<u64, Fault> {
    let read = decoder.by_ref().take(bytes_max).read_to_end(inflated);
    let read = read.map_err(|_| Fault::bad_request("badRequest", "The request's body is not valid gzip."))?;
    Ok(read as u64)
}
