//! The standard parameters, which every method of every API takes.

#[cfg(test)]
mod tests;

use http::Method;
use http::header::HeaderMap;

use crate::fault::{Fault, Location, LocationKind};
use crate::fields::Mask;
use crate::json::Layout;
use crate::query::Query;

/// The header a mask can come in.
pub const FIELD_MASK_HEADER: &str = "X-Goog-FieldMask";

/// The longest name of a JSONP callback.
pub const CALLBACK_CHARS_MAX: usize = 256;

/// The names every method accepts: those of the Discovery documents, then those Python's client adds to them.
const STANDARD: [&str; 16] = [
    "$.xgafv",
    "$fields",
    "access_token",
    "alt",
    "callback",
    "fields",
    "key",
    "oauth_token",
    "prettyPrint",
    "quotaUser",
    "uploadType",
    "upload_protocol",
    "pp",
    "strict",
    "trace",
    "userip",
];

/// Whether every method accepts a parameter of this name.
pub fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
}

/// What the standard parameters of a request say. Of a repeated one the first counts; an empty one is absent.
#[derive(Clone, Debug, PartialEq)]
pub struct Standard {
    /// `alt`: the form of the answer.
    pub alt: Alt,
    /// `fields`, `$fields` or the header: which part of the answer to send. Everything where media is asked for.
    pub mask: Mask,
    /// The mask as it was written, for messages. `None` when there was none or it was blank.
    pub mask_text: Option<String>,
    /// Where the mask came from.
    pub mask_source: MaskSource,
    /// `prettyPrint`: indented unless it is exactly `false` or `0`. Errors are always indented.
    pub layout: Layout,
    /// `callback`: the JavaScript function an answer to a GET is wrapped in (JSONP).
    pub callback: Option<String>,
    /// `key`: the API key.
    pub key: Option<String>,
    /// `quotaUser`.
    pub quota_user: Option<String>,
    /// `access_token`: the token of a client that cannot send headers.
    pub access_token: Option<String>,
    /// `oauth_token`: its older name.
    pub oauth_token: Option<String>,
    /// `uploadType`: `media`, `multipart` or `resumable`, checked by the uploads.
    pub upload_type: Option<String>,
    /// `upload_protocol`: `raw`, `multipart` or `resumable`, likewise.
    pub upload_protocol: Option<String>,
    /// Whether errors hold the list `errors`: not with `$.xgafv=2`.
    pub errors_list: bool,
}

impl Standard {
    /// Reads the standard parameters. `method` is the effective one.
    ///
    /// 400 for the first that is wrong: `$.xgafv` is looked at before `alt`, `callback` and `fields`, in this order.
    pub fn parse(query: &Query<'_>, headers: &HeaderMap, method: &Method) -> Result<Standard, Fault> {
        let errors_list = errors_list(query)?;
        let alt = alt(query)?;
        let callback = callback(query, method)?;
        let written = match alt {
            Alt::Json => Written::find(query, headers)?,
            Alt::Media => Written::nothing(),
        };
        Ok(Standard {
            alt,
            mask: written.mask()?,
            mask_text: written.text.filter(|text| !text.trim().is_empty()).map(str::to_owned),
            mask_source: written.source,
            layout: layout(query),
            callback,
            key: owned(query, "key"),
            quota_user: owned(query, "quotaUser"),
            access_token: owned(query, "access_token"),
            oauth_token: owned(query, "oauth_token"),
            upload_type: owned(query, "uploadType"),
            upload_protocol: owned(query, "upload_protocol"),
            errors_list,
        })
    }

    /// The token in the query, under either name.
    pub fn query_token(&self) -> Option<&str> {
        self.access_token.as_deref().or(self.oauth_token.as_deref())
    }
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Alt {
    /// The resource, as JSON.
    #[default]
    Json,
    /// The bytes it stands for.
    Media,
}

/// Where a mask came from. Unless it was the query, the answer hangs on the header: `Vary: X-Goog-FieldMask`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskSource {
    /// There was none.
    Absent,
    /// `fields` or `$fields`.
    Query,
    /// `X-Goog-FieldMask`.
    Header,
}

/// A mask before it is parsed.
struct Written<'a> {
    text: Option<&'a str>,
    source: MaskSource,
}

impl<'a> Written<'a> {
    fn nothing() -> Written<'a> {
        Written { text: None, source: MaskSource::Absent }
    }

    /// The first `fields` or `$fields` of the query, be it empty; else the header.
    fn find(query: &'a Query<'_>, headers: &'a HeaderMap) -> Result<Written<'a>, Fault> {
        let mut pairs = query.iter();
        if let Some((_, text)) = pairs.find(|(name, _)| matches!(*name, "fields" | "$fields")) {
            return Ok(Written { text: Some(text), source: MaskSource::Query });
        }
        let Some(value) = headers.get(FIELD_MASK_HEADER) else {
            return Ok(Written::nothing());
        };
        let not_text = |_| {
            let message = format!("The header {FIELD_MASK_HEADER} is not UTF-8.");
            Fault::bad_request("invalidParameter", message).at_header(FIELD_MASK_HEADER)
        };
        let text = std::str::from_utf8(value.as_bytes()).map_err(not_text)?;
        Ok(Written { text: Some(text), source: MaskSource::Header })
    }

    fn mask(&self) -> Result<Mask, Fault> {
        let text = self.text.unwrap_or_default();
        Mask::parse(text).map_err(|error| {
            let mut fault = error.fault(text);
            if self.source == MaskSource::Header {
                fault.location = Some(Location { kind: LocationKind::Header, name: FIELD_MASK_HEADER.to_owned() });
            }
            fault
        })
    }
}

fn given<'q>(query: &'q Query<'_>, name: &'q str) -> Option<&'q str> {
    query.first(name).filter(|value| !value.is_empty())
}

fn owned(query: &Query<'_>, name: &str) -> Option<String> {
    given(query, name).map(str::to_owned)
}

fn errors_list(query: &Query<'_>) -> Result<bool, Fault> {
    match given(query, "$.xgafv") {
        None | Some("1") => Ok(true),
        Some("2") => Ok(false),
        Some(other) => {
            let message = format!("Invalid value for $.xgafv: {other}. It may be 1 or 2.");
            Err(Fault::invalid_parameter("$.xgafv", message))
        }
    }
}

fn alt(query: &Query<'_>) -> Result<Alt, Fault> {
    let message = match given(query, "alt") {
        None | Some("json") => return Ok(Alt::Json),
        Some("media") => return Ok(Alt::Media),
        Some("proto") => "alt=proto is not supported; use json or media.".to_owned(),
        Some(other) => format!("Invalid value for alt: {other}. It may be json or media."),
    };
    Err(Fault::invalid_parameter("alt", message))
}

/// JSONP is for GET, and HEAD has GET's headers: what else carries a `callback` is answered as if it did not.
fn callback(query: &Query<'_>, method: &Method) -> Result<Option<String>, Fault> {
    match given(query, "callback") {
        Some(_) if *method != Method::GET && *method != Method::HEAD => Ok(None),
        Some(name) if !is_function_path(name) => {
            let message = "The callback must be the name of a JavaScript function.";
            Err(Fault::invalid_parameter("callback", message))
        }
        name => Ok(name.map(str::to_owned)),
    }
}

/// ASCII identifiers joined by dots, so that nothing but a call can be made of it.
fn is_function_path(name: &str) -> bool {
    name.len() <= CALLBACK_CHARS_MAX && name.split('.').all(is_identifier)
}

fn is_identifier(name: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$');
    let first = name.bytes().next();
    first.is_some_and(letter) && name.bytes().all(|b| letter(b) || b.is_ascii_digit())
}

fn layout(query: &Query<'_>) -> Layout {
    match query.first("prettyPrint") {
        Some("false" | "0") => Layout::Compact,
        _ => Layout::Pretty,
    }
}
