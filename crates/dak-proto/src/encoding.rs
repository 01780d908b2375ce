//! Content codings: which one an answer gets, and which ones a request's body may have.

#[cfg(test)]
mod tests;

use http::header::{ACCEPT_ENCODING, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue};

use crate::fault::Fault;

/// Bodies below this are not worth compressing.
pub const GZIP_BYTES_MIN: usize = 1024;

/// Bodies from here on stay as they are: clients that are wary of bombs (httplib2) refuse what has grown a hundredfold by then,
/// as an attachment full of the same does.
pub const GZIP_BYTES_MAX: usize = 10 << 20;

/// What a client sends in `Accept-Encoding` to be answered in gzip (`P1`).
pub const ACCEPTED: &str = "gzip";

/// The coding of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// As it is.
    Identity,
    /// RFC 1952.
    Gzip,
}

impl Coding {
    /// The value of `Content-Encoding`; `None` for identity, which is never written.
    pub fn header_value(self) -> Option<HeaderValue> {
        match self {
            Coding::Identity => None,
            Coding::Gzip => Some(HeaderValue::from_static("gzip")),
        }
    }
}

/// Whether a client must also say `gzip` in its User-Agent to be answered in gzip (`P1`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserAgentRule {
    /// It need not: curl and browsers would never see gzip otherwise.
    #[default]
    Ignore,
    /// It must, as Google's documents have it.
    Require,
}

impl UserAgentRule {
    /// The value of `Vary` on every answer that could have been compressed, whether it was or not.
    pub fn vary(self) -> &'static str {
        match self {
            UserAgentRule::Ignore => "Accept-Encoding",
            UserAgentRule::Require => "Accept-Encoding, User-Agent",
        }
    }
}

/// Refuses a body in a transfer coding that is not understood: what it wraps would be taken for the body (RFC 9112 6.1).
///
/// 501 for any but `chunked` alone.
pub fn check_transfer_coding(headers: &HeaderMap) -> Result<(), Fault> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(()),
        (Some(coding), None) if coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked") => Ok(()),
        _ => {
            let message = "The only Transfer-Encoding that is understood is chunked; say gzip in Content-Encoding.";
            Err(Fault::new(501, "notImplemented", message).at_header("Transfer-Encoding"))
        }
    }
}

/// The User-Agent of a program that wants gzip, e.g. `my program (gzip)` (`P1`).
pub fn user_agent(program: &str) -> String {
    if says_gzip(program) {
        return program.to_owned();
    }
    format!("{program} (gzip)")
}

/// The coding of an answer of so many bytes (RFC 9110 12.5.3).
///
/// No or an empty `Accept-Encoding` gives identity, equal weights give gzip, a member with an invalid weight is
/// skipped. Where nothing is acceptable the answer is identity all the same: a request is never refused with 406.
/// Bodies under [`GZIP_BYTES_MIN`] and from [`GZIP_BYTES_MAX`] on stay as they are unless the client forbids that. Answers without a body (204, 304),
/// parts (206) and bodies that are encoded already are not to be asked about.
pub fn choose(
    accept_encoding: Option<&str>,
    user_agent: Option<&str>,
    body_bytes: usize,
    rule: UserAgentRule,
) -> Coding {
    let Some(accept) = accept_encoding else {
        return Coding::Identity;
    };
    if rule == UserAgentRule::Require && !user_agent.is_some_and(says_gzip) {
        return Coding::Identity;
    }
    Weights::parse(accept).choose(body_bytes)
}

/// The coding of a request's body: gzip (also as `x-gzip`), identity or nothing; else 415 with what would do.
pub fn content_coding(content_encoding: Option<&str>) -> Result<Coding, Fault> {
    let mut coding = Coding::Identity;
    for name in content_encoding.unwrap_or_default().split(',') {
        coding = match (known(name.trim()), coding) {
            (Some(Coding::Identity), before) => before,
            (Some(Coding::Gzip), Coding::Identity) => Coding::Gzip,
            _ => return Err(unsupported(content_encoding.unwrap_or_default())),
        };
    }
    Ok(coding)
}

/// RFC 9110 15.5.16: a 415 for a coding says in `Accept-Encoding` what the server takes.
fn unsupported(content_encoding: &str) -> Fault {
    let message = format!("Content-Encoding \"{content_encoding}\" is not supported; send gzip or none.");
    Fault::unsupported_media_type(message)
        .at_header("Content-Encoding")
        .with_header(ACCEPT_ENCODING, HeaderValue::from_static(ACCEPTED))
}

fn known(name: &str) -> Option<Coding> {
    match name {
        _ if name.eq_ignore_ascii_case("gzip") => Some(Coding::Gzip),
        _ if name.eq_ignore_ascii_case("x-gzip") => Some(Coding::Gzip),
        _ if name.is_empty() || name.eq_ignore_ascii_case("identity") => Some(Coding::Identity),
        _ => None,
    }
}

fn says_gzip(user_agent: &str) -> bool {
    let wanted = ACCEPTED.as_bytes();
    let mut windows = user_agent.as_bytes().windows(wanted.len());
    windows.any(|window| window.eq_ignore_ascii_case(wanted))
}

/// The weights of the codings we know, in thousandths. `None`: not named. Of several the highest counts.
#[derive(Default)]
struct Weights {
    gzip: Option<u16>,
    identity: Option<u16>,
    others: Option<u16>,
}

impl Weights {
    fn parse(accept: &str) -> Weights {
        let mut weights = Weights::default();
        for member in accept.split(',') {
            let (name, parameters) = member.split_once(';').unwrap_or((member, ""));
            let Some(weight) = weight(parameters) else {
                continue;
            };
            if let Some(slot) = weights.slot(name.trim()) {
                *slot = (*slot).max(Some(weight));
            }
        }
        weights
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<u16>> {
        match known(name) {
            _ if name.is_empty() => None,
            _ if name == "*" => Some(&mut self.others),
            Some(Coding::Gzip) => Some(&mut self.gzip),
            Some(Coding::Identity) => Some(&mut self.identity),
            None => None,
        }
    }

    fn choose(&self, body_bytes: usize) -> Coding {
        let gzip = self.gzip.or(self.others).unwrap_or(0);
        let identity = self.identity.or(self.others);
        let identity_forbidden = identity == Some(0);
        let worth_it = (GZIP_BYTES_MIN..GZIP_BYTES_MAX).contains(&body_bytes) || (identity_forbidden && body_bytes > 0);
        // Identity that is not named is acceptable, and any coding that is named goes before it.
        if gzip > 0 && gzip >= identity.unwrap_or(0) && worth_it { Coding::Gzip } else { Coding::Identity }
    }
}

/// The weight among a member's parameters, 1000 when there is none; `None` when it is invalid.
fn weight(parameters: &str) -> Option<u16> {
    let mut weight = Some(1000);
    for parameter in parameters.split(';') {
        if let Some((name, value)) = parameter.split_once('=')
            && name.trim().eq_ignore_ascii_case("q")
        {
            weight = thousandths(value.trim());
        }
    }
    weight
}

/// RFC 9110 12.4.2: `0` to `1` with at most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{decimals:0<3}").parse().ok()?;
    match (whole, fraction) {
        ("0", fraction) => Some(fraction),
        ("1", 0) => Some(1000),
        _ => None,
    }
}
