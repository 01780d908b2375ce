//! URLs as people type them: `:7070/x`, `host/path`, `://host`, or whole.

use dak_client::Url;

use crate::error::Error;

/// Where a request goes, whole and ready for the wire: scheme, host, path, query; no fragment, no user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// `http` or `https`.
    pub(crate) scheme: &'static str,
    /// Host and, when it was given, port: what `Host` says.
    pub(crate) authority: String,
    /// Path and query, beginning with `/`.
    pub(crate) path_and_query: String,
    /// `user:password` that stood before the host.
    pub(crate) userinfo: Option<String>,
}

impl Target {
    /// Reads a URL; `scheme_default` is for one that names none.
    pub(crate) fn parse(text: &str, scheme_default: &'static str) -> Result<Target, Error> {
        let (scheme, rest) = split_scheme(text, scheme_default)?;
        let rest = rest.split('#').next().unwrap_or(rest);
        let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (userinfo, host) = match authority.rsplit_once('@') {
            Some((userinfo, host)) => (Some(decode(userinfo)), host),
            None => (None, authority),
        };
        Ok(Target {
            scheme,
            authority: checked_authority(text, host)?,
            path_and_query: rooted(&encode_reserved(tail)),
            userinfo,
        })
    }

    /// The URL in full.
    pub(crate) fn url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.path_and_query)
    }

    /// The query, without its question mark.
    fn query(&self) -> Option<&str> {
        self.path_and_query.split_once('?').map(|(_, query)| query)
    }

    /// The same as a client sends it: dot segments followed, the host in lower case, the scheme's own port left out.
    pub(crate) fn normalised(self) -> Result<Target, Error> {
        let text = self.url();
        let url = Url::parse(&text)
            .map_err(|error| Error::usage(format!("the URL \"{text}\" cannot be one ({error}); correct it")))?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Ok(Target {
            authority: format!("{}{port}", url.host_str().unwrap_or_default()),
            path_and_query: format!("{}{query}", url.path()),
            ..self
        })
    }

    /// Takes every query parameter of this name out.
    pub(crate) fn remove_query(&mut self, name: &str) {
        let Some((path, query)) = self.path_and_query.split_once('?') else { return };
        let is_other = |pair: &&str| decode(pair.split('=').next().unwrap_or(pair)) != name;
        let kept: Vec<&str> = query.split('&').filter(is_other).collect();
        let mark = if kept.is_empty() { "" } else { "?" };
        self.path_and_query = format!("{path}{mark}{}", kept.join("&"));
    }

    /// Adds a query parameter behind those that are there.
    pub(crate) fn push_query(&mut self, name: &str, value: &str) {
        let glue = match self.query() {
            None => "?",
            Some("") => "",
            Some(_) => "&",
        };
        self.path_and_query.push_str(glue);
        encode_into(name, is_plain_in_query, &mut self.path_and_query);
        self.path_and_query.push('=');
        encode_into(value, is_plain_in_query, &mut self.path_and_query);
    }
}

fn split_scheme<'t>(text: &'t str, scheme_default: &'static str) -> Result<(&'static str, &'t str), Error> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Ok((scheme_default, text));
    };
    if scheme.is_empty() {
        return Ok((scheme_default, rest));
    }
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Ok(("http", rest)),
        "https" => Ok(("https", rest)),
        // A URL inside the path or query, as in `host/login?next=http://x`.
        _ if scheme.contains(['/', '?', '.', ':']) => Ok((scheme_default, text)),
        _ => {
            Err(Error::usage(format!("the URL \"{text}\" has the scheme \"{scheme}\"; only http and https are spoken")))
        }
    }
}

/// The host as it goes on the wire: `:7070` and nothing at all mean this machine.
fn checked_authority(text: &str, host: &str) -> Result<String, Error> {
    let (name, port) = split_port(host);
    if host.is_empty() {
        return Err(Error::usage(format!(
            "the URL \"{text}\" names no host; write host/path, :7070/path or a whole URL"
        )));
    }
    if !name.is_ascii() {
        return Err(Error::usage(format!("the host \"{name}\" has letters outside ASCII; write it in its xn-- form")));
    }
    if name.contains(|c: char| c.is_ascii_control() || c == ' ' || "\"<>\\^`{|}%".contains(c)) {
        return Err(Error::usage(format!(
            "the URL \"{}\" has a host that cannot be one; check it for stray characters",
            text.escape_debug()
        )));
    }
    let name = if name.is_empty() { "localhost" } else { name };
    match port {
        None | Some("") => Ok(name.to_owned()),
        Some(port) if port.parse::<u16>().is_ok_and(|port| port > 0) => Ok(format!("{name}:{port}")),
        Some(port) => {
            Err(Error::usage(format!("the URL \"{text}\" has the port \"{port}\"; a port is a number from 1 to 65535")))
        }
    }
}

/// Host and port; a colon inside the brackets of an IPv6 address is no port's.
fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => (&host[..colon], Some(&host[colon + 1..])),
        _ => (host, None),
    }
}

fn rooted(tail: &str) -> String {
    if tail.starts_with('/') { tail.to_owned() } else { format!("/{tail}") }
}

/// Encodes what may not stand in a URL at all; everything that may is left as typed, `%41` included.
fn encode_reserved(tail: &str) -> String {
    let mut out = String::with_capacity(tail.len());
    encode_into(tail, |byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte), &mut out);
    out
}

/// Unreserved characters (RFC 3986 2.3), and those the `fields` language is written with, so that a mask stays readable.
fn is_plain_in_query(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~/(),*:".contains(&byte)
}

fn encode_into(text: &str, is_plain: impl Fn(u8) -> bool, out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if is_plain(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

/// Form-encodes pairs (`application/x-www-form-urlencoded`).
pub(crate) fn form_encode<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        encode_into(name, |byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte), &mut out);
        out.push('=');
        encode_into(value, |byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte), &mut out);
    }
    out
}

/// Undoes percent-encoding, leniently: a stray `%` stays.
fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let pair = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) if first == b'%' => {
                out.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests;
