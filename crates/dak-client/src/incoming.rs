//! An answer's body on its way in: decoded, watched, bounded.

use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body_util::BodyExt;
use tokio::time::{Instant, timeout, timeout_at};

use crate::error::Error;
use crate::gunzip::{Damaged, Gunzip};

/// A body that is being received.
pub(crate) struct Incoming {
    wire: Option<hyper::body::Incoming>,
    ready: Bytes,
    gunzip: Option<Gunzip>,
    wire_bytes: u64,
    patience: Option<Duration>,
    deadline: Option<(Duration, Instant)>,
}

impl Incoming {
    /// The body of an answer with these headers.
    pub(crate) fn new(
        wire: hyper::body::Incoming,
        headers: &HeaderMap,
        decode: bool,
        patience: Option<Duration>,
    ) -> Incoming {
        let gunzip = (decode && is_gzip(headers)).then(Gunzip::new);
        Incoming { wire: Some(wire), gunzip, patience, ..Incoming::whole(Bytes::new(), 0) }
    }

    /// A body that is here already, and was of this length on its way.
    pub(crate) fn whole(ready: Bytes, wire_bytes: u64) -> Incoming {
        Incoming { wire: None, ready, gunzip: None, wire_bytes, patience: None, deadline: None }
    }

    pub(crate) fn set_deadline(&mut self, limit: Duration, deadline: Instant) {
        self.deadline = Some((limit, deadline));
    }

    /// The bytes received so far, before decoding.
    pub(crate) fn wire_bytes(&self) -> u64 {
        self.wire_bytes
    }

    /// The next decoded bytes, never an empty piece; none at the end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if !self.ready.is_empty() {
            return Ok(Some(std::mem::take(&mut self.ready)));
        }
        loop {
            if let Some(gunzip) = &mut self.gunzip
                && let Some(piece) = gunzip.next().map_err(damaged)?
            {
                return Ok(Some(piece));
            }
            match (self.receive().await?, &mut self.gunzip) {
                (Some(piece), Some(gunzip)) => gunzip.push(piece),
                (Some(piece), None) => return Ok(Some(piece)),
                (None, Some(gunzip)) => return gunzip.finish().map(|()| None).map_err(damaged),
                (None, None) => return Ok(None),
            }
        }
    }

    /// All that is left, if it is not more than `bytes_max`.
    pub(crate) async fn collect(&mut self, bytes_max: u64) -> Result<Bytes, Error> {
        let Some(first) = self.chunk().await? else { return Ok(Bytes::new()) };
        check_length(first.len(), bytes_max)?;
        let Some(second) = self.chunk().await? else { return Ok(first) };
        let mut all = BytesMut::from(first);
        let mut next = Some(second);
        while let Some(piece) = next {
            check_length(all.len() + piece.len(), bytes_max)?;
            all.extend_from_slice(&piece);
            next = self.chunk().await?;
        }
        Ok(all.freeze())
    }

    /// The next bytes as they were sent.
    async fn receive(&mut self) -> Result<Option<Bytes>, Error> {
        let (patience, deadline) = (self.patience, self.deadline);
        let Some(wire) = &mut self.wire else { return Ok(None) };
        let piece = within(patience, deadline, next_piece(wire)).await??;
        match &piece {
            Some(piece) => self.wire_bytes += piece.len() as u64,
            None => self.wire = None,
        }
        Ok(piece)
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").field("wire_bytes", &self.wire_bytes).finish_non_exhaustive()
    }
}

/// Waits for `work`, but neither longer than `patience` nor past the deadline.
async fn within<T>(
    patience: Option<Duration>,
    deadline: Option<(Duration, Instant)>,
    work: impl Future<Output = T>,
) -> Result<T, Error> {
    let patient = async {
        match patience {
            Some(limit) => timeout(limit, work).await.map_err(|_| Error::silent(limit)),
            None => Ok(work.await),
        }
    };
    match deadline {
        Some((limit, deadline)) => timeout_at(deadline, patient).await.map_err(|_| Error::overdue(limit))?,
        None => patient.await,
    }
}

/// The next frame of data that is not empty; trailers are left out.
async fn next_piece(wire: &mut hyper::body::Incoming) -> Result<Option<Bytes>, Error> {
    while let Some(frame) = wire.frame().await {
        match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(piece)) if !piece.is_empty() => return Ok(Some(piece)),
            Ok(_) => {}
            Err(error) => return Err(Error::broken(format!("the answer broke off: {error}"))),
        }
    }
    Ok(None)
}

/// The codings that stay on a body, as they stand in `Content-Encoding`: all but the gzip that is undone (`decode`).
pub(crate) fn coding_left(headers: &HeaderMap, decode: bool) -> Option<String> {
    let values = headers.get_all(CONTENT_ENCODING).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let codings = values.collect::<Vec<_>>().join(",");
    let codings = codings.split(',').map(str::trim);
    let codings = codings.filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"));
    let left = codings.collect::<Vec<_>>().join(", ");
    let is_undone = decode && is_gzip(headers);
    Some(left).filter(|left| !left.is_empty() && !is_undone)
}

fn is_gzip(headers: &HeaderMap) -> bool {
    let coding = headers.get(CONTENT_ENCODING).map(|value| value.as_bytes().trim_ascii());
    coding.is_some_and(|coding| coding.eq_ignore_ascii_case(b"gzip") || coding.eq_ignore_ascii_case(b"x-gzip"))
}

fn check_length(bytes: usize, limit: u64) -> Result<(), Error> {
    if bytes as u64 > limit { Err(Error::TooLarge { limit }) } else { Ok(()) }
}

fn damaged(how: Damaged) -> Error {
    Error::broken(match how {
        Damaged::Corrupt => "the answer says it is gzip and cannot be decoded",
        Damaged::Truncated => "the answer's gzip encoding ends too early",
    })
}
