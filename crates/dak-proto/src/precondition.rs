//! Conditional requests: whether one goes ahead, as RFC 9110 13.2.2 orders it.
//!
//! ```
//! use dak_proto::etag::{Comparison, Etag};
//! use dak_proto::precondition::{Conditions, Verdict};
//! use http::{HeaderMap, HeaderValue, Method};
//!
//! let mut headers = HeaderMap::new();
//! headers.insert("if-match", HeaderValue::from_static("\"v1\""));
//! let conditions = Conditions::from_headers(&headers);
//! let current = Etag::from_opaque("v2").unwrap();
//! let verdict = conditions.evaluate(&Method::PATCH, Some(&current), None, Comparison::Lenient);
//! assert_eq!(verdict, Verdict::Failed { header: "If-Match" });
//! ```

#[cfg(test)]
mod tests;

use http::header::{HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE};
use http::{HeaderValue, Method};

use crate::etag::{Comparison, Condition, Etag};
use crate::fault::Fault;
use crate::http_date;

/// The conditions a request carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`.
    pub matches: Option<Condition>,
    /// `If-None-Match`.
    pub none_match: Option<Condition>,
    /// `If-Modified-Since`, in seconds since 1970. Not a date means not there.
    pub modified_since_s: Option<u64>,
    /// `If-Unmodified-Since`, likewise.
    pub unmodified_since_s: Option<u64>,
}

impl Conditions {
    /// Reads the four headers.
    pub fn from_headers(headers: &HeaderMap) -> Conditions {
        Conditions {
            matches: condition(headers, &IF_MATCH),
            none_match: condition(headers, &IF_NONE_MATCH),
            modified_since_s: date(headers, &IF_MODIFIED_SINCE),
            unmodified_since_s: date(headers, &IF_UNMODIFIED_SINCE),
        }
    }

    /// Whether the request is unconditional.
    pub fn is_empty(&self) -> bool {
        *self == Conditions::default()
    }

    /// Whether the outcome hangs on the current version's tag, so that a write must be committed against exactly
    /// the version that was looked at.
    pub fn has_tag_condition(&self) -> bool {
        self.matches.is_some() || self.none_match.is_some()
    }

    /// Whether a request with this effective method goes ahead (RFC 9110 13.2.2).
    ///
    /// `current` is the tag of the version that exists, `modified_s` when it was last changed, in seconds since 1970.
    /// A date condition is ignored beside the tag condition it stands in for, and where no date of change is known.
    /// Ask only when the answer would otherwise be 2xx: 400, 401, 403 and 404 come first.
    pub fn evaluate(
        &self,
        method: &Method,
        current: Option<&Etag>,
        modified_s: Option<u64>,
        comparison: Comparison,
    ) -> Verdict {
        if let Some(header) = self.unmet(current, modified_s, comparison) {
            return Verdict::Failed { header };
        }
        let reads = *method == Method::GET || *method == Method::HEAD;
        match &self.none_match {
            Some(named) if current.is_some_and(|tag| named.names(tag, comparison)) => not_modified_or_failed(reads),
            None if reads && self.is_unmodified(modified_s) => Verdict::NotModified,
            _ => Verdict::Proceed,
        }
    }

    /// Steps 1 and 2: the header that says the resource must be as the client knows it, and it is not.
    fn unmet(&self, current: Option<&Etag>, modified_s: Option<u64>, comparison: Comparison) -> Option<&'static str> {
        if let Some(wanted) = &self.matches {
            let holds = current.is_some_and(|tag| wanted.holds(tag, comparison));
            return (!holds).then_some("If-Match");
        }
        let changed = modified_s? > self.unmodified_since_s?;
        changed.then_some("If-Unmodified-Since")
    }

    fn is_unmodified(&self, modified_s: Option<u64>) -> bool {
        matches!((modified_s, self.modified_since_s), (Some(at), Some(since)) if at <= since)
    }
}

/// What conditions come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// Carry the request out.
    Proceed,
    /// Answer 304: the client has the current version.
    NotModified,
    /// Answer 412: the condition in this header does not hold.
    Failed {
        /// The header's name.
        header: &'static str,
    },
}

impl Verdict {
    /// The fault to answer with, if the condition failed.
    pub fn fault(self) -> Option<Fault> {
        match self {
            Verdict::Failed { header } => Some(Fault::precondition_failed(header)),
            Verdict::Proceed | Verdict::NotModified => None,
        }
    }
}

fn not_modified_or_failed(reads: bool) -> Verdict {
    if reads {
        return Verdict::NotModified;
    }
    Verdict::Failed { header: "If-None-Match" }
}

fn condition(headers: &HeaderMap, name: &HeaderName) -> Option<Condition> {
    let mut lines = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let first = lines.next()?;
    let Some(second) = lines.next() else {
        return Some(Condition::parse(first));
    };
    let mut joined = [first, second].join(&b',');
    for line in lines {
        joined.push(b',');
        joined.extend_from_slice(line);
    }
    Some(Condition::parse(&joined))
}

/// A date stands alone: a second line makes the header invalid (RFC 9110 13.1.3).
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    let mut lines = headers.get_all(name).iter();
    match (lines.next(), lines.next()) {
        (Some(only), None) => http_date::parse(only.to_str().ok()?),
        _ => None,
    }
}
