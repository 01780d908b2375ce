//! The headers of a request: what is sent by default, what flags ask for, and the items, which have the last word.

use dak_client::{HeaderMap, HeaderName, HeaderValue};

use crate::args::RequestArgs;
use crate::error::Error;
use crate::plan::World;
use crate::plan::item::Item;
use crate::plan::request::source_text;

/// What Dak calls itself; the word gzip is there because some servers look for it (P1).
pub(crate) const USER_AGENT: &str = concat!("dak/", env!("CARGO_PKG_VERSION"), " (gzip)");

const ACCEPT_ANY: &str = "*/*";
const ACCEPT_JSON: &str = "application/json, */*;q=0.5";

/// Headers under construction.
#[derive(Debug)]
pub(crate) struct Headers(HeaderMap);

impl Headers {
    /// What is sent when nobody says anything.
    pub(crate) fn new(wants_json: bool, user_agent: Option<&str>) -> Result<Headers, Error> {
        let mut headers = Headers(HeaderMap::new());
        headers.set("accept", if wants_json { ACCEPT_JSON } else { ACCEPT_ANY })?;
        headers.set("accept-encoding", "gzip")?;
        headers.set("user-agent", user_agent.unwrap_or(USER_AGENT))?;
        Ok(headers)
    }

    /// Adds what the flags ask for; `userinfo` stood in the URL.
    pub(crate) fn add_flags(
        &mut self,
        args: &RequestArgs,
        userinfo: Option<&str>,
        world: World<'_>,
    ) -> Result<(), Error> {
        if let Some(value) = authorization(args, userinfo, world.environment.token.as_deref())? {
            self.set("authorization", &value)?;
        }
        if let Some(tag) = &args.if_match {
            self.set("if-match", &quoted_tags("--if-match", tag)?)?;
        }
        if let Some(tag) = &args.if_none_match {
            self.set("if-none-match", &quoted_tags("--if-none-match", tag)?)?;
        }
        match args.idempotency_key.as_deref() {
            None => Ok(()),
            Some("") => self.set("idempotency-key", &(world.draw)()?),
            Some(key) => self.set("idempotency-key", key),
        }
    }

    /// Adds the items that are headers. The first of a name replaces the default, further ones stand beside it.
    pub(crate) fn add_items(&mut self, items: &[Item], world: World<'_>) -> Result<(), Error> {
        let mut given: Vec<HeaderName> = Vec::new();
        for item in items {
            let (name, value) = match item {
                Item::Header(name, source) => (name, Some(source_text(source, world)?)),
                Item::HeaderEmpty(name) => (name, Some(String::new())),
                Item::HeaderUnset(name) => (name, None),
                _ => continue,
            };
            let name = header_name(name)?;
            if !given.contains(&name) {
                self.0.remove(&name);
                given.push(name.clone());
            }
            if let Some(value) = value {
                // A value that came from a file commonly ends in a line feed.
                let value = header_value(name.as_str(), value.trim_matches([' ', '\t', '\r', '\n']))?;
                self.0.append(name, value);
            }
        }
        Ok(())
    }

    /// Sets one header, replacing what was there.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        self.0.insert(header_name(name)?, header_value(name, value)?);
        Ok(())
    }

    /// The finished headers.
    pub(crate) fn finish(self) -> HeaderMap {
        self.0
    }
}

/// Who asks: a flag, else the URL, else the environment.
pub(crate) fn authorization(
    args: &RequestArgs,
    userinfo: Option<&str>,
    token: Option<&str>,
) -> Result<Option<String>, Error> {
    if let Some(token) = &args.bearer {
        return Ok(Some(format!("Bearer {token}")));
    }
    if let Some(credentials) = &args.auth {
        if !credentials.contains(':') {
            return Err(Error::usage("--auth needs USER:PASSWORD; write USER: for an empty password"));
        }
        return Ok(Some(basic(credentials)));
    }
    if let Some(userinfo) = userinfo {
        let colon = if userinfo.contains(':') { "" } else { ":" };
        return Ok(Some(basic(&format!("{userinfo}{colon}"))));
    }
    Ok(token.map(|token| format!("Bearer {token}")))
}

fn basic(credentials: &str) -> String {
    format!("Basic {}", base64_simd::STANDARD.encode_to_string(credentials))
}

/// Entity tags as a header has them (RFC 9110 8.8.3): quotes are put around those that were typed without.
fn quoted_tags(flag: &str, text: &str) -> Result<String, Error> {
    if text == "*" {
        return Ok(text.to_owned());
    }
    let mut tags = Vec::new();
    let mut rest = text.trim();
    loop {
        let (tag, tail) = first_tag(rest).ok_or_else(|| {
            Error::usage(format!(
                "{flag} cannot be \"{}\"; write one tag as the server gave it, or several with commas between",
                text.escape_debug()
            ))
        })?;
        tags.push(tag);
        match tail.trim_start().strip_prefix(',') {
            Some(more) => rest = more.trim(),
            None => return Ok(tags.join(", ")),
        }
    }
}

/// The first of a list of tags, with its quotes, and what follows; none if there is no proper one.
fn first_tag(text: &str) -> Option<(String, &str)> {
    let (weak, opaque) = match text.strip_prefix("W/") {
        Some(opaque) => ("W/", opaque),
        None => ("", text),
    };
    let (tag, rest) = match opaque.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => opaque.split_at(opaque.find(',').unwrap_or(opaque.len())),
    };
    let is_proper = rest.trim_start().is_empty() || rest.trim_start().starts_with(',');
    let tag = if opaque.starts_with('"') { tag } else { tag.trim() };
    let is_named = opaque.starts_with('"') || !tag.is_empty();
    (is_proper && is_named && !tag.contains('"')).then(|| (format!("{weak}\"{tag}\""), rest))
}

fn header_name(name: &str) -> Result<HeaderName, Error> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        Error::usage(format!(
            "\"{}\" cannot be the name of a header; names are letters, digits and hyphens (for a body field write {}=…)",
            name.escape_debug(),
            name.escape_debug()
        ))
    })
}

fn header_value(name: &str, value: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        Error::usage(format!("the header {name} holds a line feed or another control character; remove it"))
    })
}
