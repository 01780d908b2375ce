//! The shelf of finished answers: projected, laid out and compressed bytes, kept for the next request like them.
//!
//! Nothing is answered from here before the request was authorised and the current version was read from the
//! store: a service looks for an answer *of that version*. The key holds everything else that shapes the bytes.

use std::sync::Arc;

use bytes::Bytes;
use dak_proto::etag::Etag;
use http::HeaderMap;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// A finished answer.
#[derive(Debug)]
pub struct Shelved {
    /// The version it shows.
    pub etag: Etag,
    /// Its header fields.
    pub headers: HeaderMap,
    /// Its body, encoded.
    pub body: Bytes,
}

/// Finished answers, bounded in bytes; the least used go first.
#[derive(Debug)]
pub struct Shelf {
    answers: Cache<Box<[u8]>, Arc<Shelved>, Bytewise>,
}

/// Everything about a request, but its resource's version, that shapes the bytes of its answer.
#[derive(Debug)]
pub struct Shape<'a> {
    /// Path and query, as sent.
    pub target: &'a str,
    /// The query of a form body (a long GET by POST).
    pub form: &'a [u8],
    /// The mask of `X-Goog-FieldMask`.
    pub mask_header: &'a [u8],
    /// The base URL that links in the answer start with.
    pub base_url: &'a str,
    /// Who asks.
    pub user: &'a str,
    /// Whether gzip may be used.
    pub gzip: bool,
}

impl Shape<'_> {
    /// The shape as a key: each part after its length, so that no two shapes share one.
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        let parts: [&[u8]; 5] =
            [self.target.as_bytes(), self.form, self.mask_header, self.base_url.as_bytes(), self.user.as_bytes()];
        let mut key = Vec::with_capacity(parts.iter().map(|part| part.len() + size_of::<usize>()).sum::<usize>() + 1);
        for part in parts {
            key.extend_from_slice(&part.len().to_le_bytes());
            key.extend_from_slice(part);
        }
        key.push(u8::from(self.gzip));
        key
    }
}

impl Shelf {
    /// A shelf for so many bytes of answers.
    #[must_use]
    pub fn new(bytes_max: usize) -> Shelf {
        const ANSWER_BYTES_TYPICAL: usize = 4096;
        let answers = (bytes_max / ANSWER_BYTES_TYPICAL).max(16);
        Shelf { answers: Cache::with_weighter(answers, bytes_max as u64, Bytewise) }
    }

    /// The answer to a request of this shape, if it shows this version.
    #[must_use]
    pub fn find(&self, key: &[u8], etag: &Etag) -> Option<Arc<Shelved>> {
        self.answers.get(key).filter(|shelved| shelved.etag == *etag)
    }

    /// Keeps an answer, in place of an older version's.
    pub fn keep(&self, key: Vec<u8>, shelved: Arc<Shelved>) {
        self.answers.insert(key.into_boxed_slice(), shelved);
    }
}

/// Weighs an answer by the bytes it holds.
#[derive(Clone, Debug)]
struct Bytewise;

impl Weighter<Box<[u8]>, Arc<Shelved>> for Bytewise {
    fn weight(&self, key: &Box<[u8]>, shelved: &Arc<Shelved>) -> u64 {
        /// The entry and its map of header fields.
        const OVERHEAD_BYTES: usize = 1024;
        (key.len() + shelved.body.len() + OVERHEAD_BYTES) as u64
    }
}
