//! A body piece by piece, its gzip coding undone on the way.

use std::io::Write;
use std::time::Duration;

use bytes::{Buf, Bytes};
use dak_proto::encoding::Coding;
use dak_proto::fault::Fault;
use dak_proto::media::hash::{Digests, Hashes, Wanted};
use flate2::write::MultiGzDecoder;

use super::{Body, next_piece};
use crate::settings::Limits;

/// How many compressed bytes are undone at a time: what they become, at most a thousand times as many, is held.
const UNDONE_AT_ONCE: usize = 4096;

/// So many times as large as it was sent a body may become; text of any use becomes a tenth of that.
const RATIO_MAX: u64 = 100;

/// A body that is never held whole.
pub struct Pieces {
    body: Body,
    idle_timeout: Duration,
    inflater: Option<Inflater>,
    /// What the body as it is sent must come to, and has come to so far.
    proof: Option<(Digests, Hashes)>,
}

impl Pieces {
    /// The pieces of a body in this coding. Between two of them may pass `body_idle_timeout`; beyond `inflated_bytes_max` it
    /// may not become a hundred times as large as it was sent.
    #[must_use]
    pub fn new(body: Body, coding: Coding, limits: &Limits) -> Pieces {
        let inflater = (coding == Coding::Gzip).then(|| Inflater::new(limits.inflated_bytes_max as u64));
        Pieces { body, idle_timeout: limits.body_idle_timeout, inflater, proof: None }
    }

    /// Holds the body as it is sent, with its coding, against the checksum that `Content-MD5` says (RFC 1864).
    #[must_use]
    pub fn proven(mut self, said: Digests) -> Pieces {
        self.proof = (!said.is_empty()).then(|| (said, Hashes::new(Wanted { md5: true, sha256: false })));
        self
    }

    /// The next bytes, decoded and never empty; `None` at the end. A call that is given up loses nothing.
    ///
    /// # Errors
    /// 408 when nothing comes in time, 400 when the body breaks off, is not gzip, or is not what its checksum says.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        loop {
            if let Some(inflater) = &mut self.inflater
                && let Some(piece) = inflater.next()?
            {
                return Ok(Some(piece));
            }
            let Some(sent) = self.sent().await? else { return self.ended() };
            if let Some((_, came)) = &mut self.proof {
                came.update(&sent);
            }
            match &mut self.inflater {
                Some(inflater) => inflater.sent = sent,
                None if sent.is_empty() => {}
                None => return Ok(Some(sent)),
            }
        }
    }

    /// Reads what is left where that is held against a checksum; nothing else is looked for in it.
    ///
    /// # Errors
    /// As [`Pieces::next`].
    pub async fn rest(&mut self) -> Result<(), Fault> {
        while self.proof.is_some() && self.next().await?.is_some() {}
        Ok(())
    }

    async fn sent(&mut self) -> Result<Option<Bytes>, Fault> {
        match &mut self.body {
            Body::Empty => Ok(None),
            Body::Whole(_) => match std::mem::take(&mut self.body) {
                Body::Whole(bytes) => Ok(Some(bytes)),
                _ => Ok(None),
            },
            Body::Stream(stream) => next_piece(stream, self.idle_timeout).await,
        }
    }

    fn ended(&mut self) -> Result<Option<Bytes>, Fault> {
        if let Some((said, came)) = &self.proof {
            said.check(&came.digests())?;
        }
        match &mut self.inflater {
            Some(inflater) => inflater.ended(),
            None => Ok(None),
        }
    }
}

/// Undoes gzip, all members of it.
struct Inflater {
    decoder: MultiGzDecoder<Vec<u8>>,
    sent: Bytes,
    has_ended: bool,
    sent_bytes: u64,
    inflated_bytes: u64,
    /// How large it may become in any case.
    free_bytes: u64,
}

impl Inflater {
    fn new(free_bytes: u64) -> Inflater {
        Inflater {
            decoder: MultiGzDecoder::new(Vec::new()),
            sent: Bytes::new(),
            has_ended: false,
            sent_bytes: 0,
            inflated_bytes: 0,
            free_bytes,
        }
    }

    /// What the next of the bytes that were sent become; `None` asks for more.
    fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        while self.sent.has_remaining() {
            let some = self.sent.split_to(self.sent.len().min(UNDONE_AT_ONCE));
            self.sent_bytes += some.len() as u64;
            self.decoder.write_all(&some).map_err(|_| not_gzip())?;
            if let Some(piece) = self.inflated() {
                self.inflated_bytes += piece.len() as u64;
                return self.in_proportion().map(|()| Some(piece));
            }
        }
        Ok(None)
    }

    /// What was held back; a stream that is not whole is none. An empty body has nothing to undo.
    fn ended(&mut self) -> Result<Option<Bytes>, Fault> {
        if self.sent_bytes == 0 || self.has_ended {
            return Ok(None);
        }
        self.has_ended = true;
        self.decoder.try_finish().map_err(|_| not_gzip())?;
        Ok(self.inflated())
    }

    /// 413 for a body that is made to become more than anybody would send.
    fn in_proportion(&self) -> Result<(), Fault> {
        if self.inflated_bytes <= self.free_bytes || self.inflated_bytes / RATIO_MAX <= self.sent_bytes {
            return Ok(());
        }
        Err(Fault::too_large(format!(
            "The request's body becomes more than {RATIO_MAX} times as large as it was sent."
        )))
    }

    fn inflated(&mut self) -> Option<Bytes> {
        let inflated = std::mem::take(self.decoder.get_mut());
        (!inflated.is_empty()).then(|| inflated.into())
    }
}

fn not_gzip() -> Fault {
    Fault::bad_request("badRequest", "The request's body is not valid gzip.")
}
