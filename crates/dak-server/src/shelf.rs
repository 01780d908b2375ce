//! The shelf: finished answers, and what answers are made of.
//!
//! A finished answer is projected, laid out and compressed; it serves the next request just like its own. A draft is
//! a representation before all that; it serves requests that differ in their standard parameters, such as the mask.
//!
//! Nothing is answered from here before the request was authorised and the current version was read from the
//! store: a service looks for what shows *that version*. The key holds everything else that shapes the bytes.

use std::sync::Arc;

use bytes::Bytes;
use dak_proto::etag::Etag;
use dak_proto::rope::Rope;
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

/// A representation before it is projected.
#[derive(Debug)]
pub struct Draft {
    /// The version it shows.
    pub etag: Etag,
    /// All of it, in pieces.
    pub rope: Arc<Rope>,
}

/// Finished answers and drafts, each bounded in bytes; the least used go first.
#[derive(Debug)]
pub struct Shelf {
    answers: Cache<Box<[u8]>, Arc<Shelved>, Bytewise>,
    drafts: Cache<Box<[u8]>, Arc<Draft>, Bytewise>,
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
    /// What the caller's token allows.
    pub scopes: &'a str,
    /// From how many bytes on gzip is used, if it may be.
    pub gzip_from: Option<usize>,
}

impl Shape<'_> {
    /// The shape as a key, which no other shape has.
    #[must_use]
    pub fn key(&self) -> Vec<u8> {
        let texts = [self.target, self.base_url, self.user, self.scopes].map(str::as_bytes);
        let [target, base_url, user, scopes] = texts;
        let parts: [&[u8]; 6] = [target, self.form, self.mask_header, base_url, user, scopes];
        let mut key = joined(&parts);
        key.push(self.gzip_from.map_or(0, |bytes| if bytes == 1 { 1 } else { 2 }));
        key
    }
}

/// Some parts as a key: each after its length, so that no two lists of parts share one.
#[must_use]
pub fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut key = Vec::with_capacity(parts.iter().map(|part| part.len() + size_of::<usize>()).sum::<usize>() + 1);
    for part in parts {
        key.extend_from_slice(&part.len().to_le_bytes());
        key.extend_from_slice(part);
    }
    key
}

impl Shelf {
    /// A shelf for so many bytes, half of them for drafts.
    #[must_use]
    pub fn new(bytes_max: usize) -> Shelf {
        Shelf { answers: bounded(bytes_max / 2), drafts: bounded(bytes_max / 2) }
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

    /// The draft under this key, if it shows this version.
    #[must_use]
    pub fn find_draft(&self, key: &[u8], etag: &Etag) -> Option<Arc<Draft>> {
        self.drafts.get(key).filter(|draft| draft.etag == *etag)
    }

    /// Keeps a draft, in place of an older version's.
    pub fn keep_draft(&self, key: Vec<u8>, draft: Draft) {
        self.drafts.insert(key.into_boxed_slice(), Arc::new(draft));
    }
}

fn bounded<T: Clone>(bytes_max: usize) -> Cache<Box<[u8]>, T, Bytewise>
where
    Bytewise: Weighter<Box<[u8]>, T>,
{
    const BYTES_TYPICAL: usize = 4096;
    Cache::with_weighter((bytes_max / BYTES_TYPICAL).max(16), bytes_max as u64, Bytewise)
}

/// Weighs what is kept by the bytes it holds.
#[derive(Clone, Debug)]
struct Bytewise;

impl Weighter<Box<[u8]>, Arc<Shelved>> for Bytewise {
    fn weight(&self, key: &Box<[u8]>, shelved: &Arc<Shelved>) -> u64 {
        /// The entry and its map of header fields.
        const OVERHEAD_BYTES: usize = 1024;
        (key.len() + shelved.body.len() + OVERHEAD_BYTES) as u64
    }
}

impl Weighter<Box<[u8]>, Arc<Draft>> for Bytewise {
    fn weight(&self, key: &Box<[u8]>, draft: &Arc<Draft>) -> u64 {
        /// The pieces of a rope are about as large as the text in them.
        const PIECES: usize = 2;
        (key.len() + draft.rope.bytes_about() * PIECES) as u64
    }
}
