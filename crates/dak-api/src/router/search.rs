//! What is looked for, and what was met on the way.

use std::ops::Range;

use http::Method;

use crate::router::Found;

/// The most segments of a path that the tree holds.
const SEGMENTS_MAX: usize = 32;

/// A search for a method by its HTTP method.
pub(super) struct Search<'m> {
    wanted: &'m Method,
    /// The HTTP methods of what stands at the path.
    allowed: Vec<Method>,
}

impl<'m> Search<'m> {
    pub(super) fn new(http_method: &'m Method) -> Search<'m> {
        Search { wanted: if *http_method == Method::HEAD { &Method::GET } else { http_method }, allowed: Vec::new() }
    }

    /// Whether this is the HTTP method looked for. If not, it is kept for the answer.
    pub(super) fn wants(&mut self, http_method: &Method) -> bool {
        if http_method == self.wanted {
            return true;
        }
        if !self.allowed.contains(http_method) {
            self.allowed.push(http_method.clone());
        }
        false
    }

    /// The answer when no method fits. Where GET is allowed, HEAD is (RFC 9110 9.3.2).
    pub(super) fn not_found<'p>(self) -> Found<'p> {
        let mut allowed = self.allowed;
        if allowed.contains(&Method::GET) && !allowed.contains(&Method::HEAD) {
            allowed.push(Method::HEAD);
        }
        allowed.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        match allowed.is_empty() {
            true => Found::Unknown,
            false => Found::WrongMethod(allowed),
        }
    }
}

/// A path cut at its slashes, without allocation.
pub(super) struct Segments<'p> {
    path: &'p str,
    /// Where each segment ends.
    ends: [usize; SEGMENTS_MAX],
    count: usize,
    is_encoded: bool,
}

impl<'p> Segments<'p> {
    /// `None` for a path with more segments than the tree holds.
    pub(super) fn new(path: &'p str) -> Option<Segments<'p>> {
        let mut segments = Segments { path, ends: [0; SEGMENTS_MAX], count: 0, is_encoded: false };
        for (place, byte) in path.bytes().enumerate() {
            match byte {
                b'/' => segments.push(place)?,
                b'%' => segments.is_encoded = true,
                _ => {}
            }
        }
        if !path.is_empty() {
            segments.push(path.len())?;
        }
        Some(segments)
    }

    /// Whether any part of the path is percent-encoded.
    pub(super) fn is_encoded(&self) -> bool {
        self.is_encoded
    }

    pub(super) fn segment(&self, index: usize) -> Option<&'p str> {
        let end = self.ends.get(index).filter(|_| index < self.count)?;
        self.path.get(self.start(index)..*end)
    }

    pub(super) fn is_last(&self, index: usize) -> bool {
        index + 1 == self.count
    }

    /// The text of several segments; from one that ends the path a verb of so many bytes is cut.
    pub(super) fn span(&self, span: &Range<usize>, verb_bytes: usize) -> &'p str {
        let last = span.end.saturating_sub(1);
        let cut = if self.is_last(last) { verb_bytes } else { 0 };
        let end = self.ends.get(last).map_or(0, |end| end.saturating_sub(cut));
        self.path.get(self.start(span.start)..end).unwrap_or_default()
    }

    fn push(&mut self, end: usize) -> Option<()> {
        *self.ends.get_mut(self.count)? = end;
        self.count += 1;
        Some(())
    }

    fn start(&self, index: usize) -> usize {
        let before = index.checked_sub(1).and_then(|before| self.ends.get(before));
        before.map_or(0, |end| end + 1)
    }
}
