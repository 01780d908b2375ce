//! The request itself.

use dak_client::{HeaderMap, HeaderValue, Method};
use dak_proto::fields::Mask;

use crate::args::RequestArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::plan::World;
use crate::plan::body::{self, Body};
use crate::plan::headers::Headers;
use crate::plan::item::{Item, Source};
use crate::plan::url::Target;
use crate::plan::words::Resolved;

/// A request, ready but for standard input.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// What is meant; with `overridden` not what stands on the wire.
    pub(crate) method: Method,
    /// Whether the method was left out, so that the body decides.
    method_is_free: bool,
    /// Where to.
    pub(crate) target: Target,
    /// Every header but those that the connection adds.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Body,
    /// Whether a POST goes out that names the method in a header (P12).
    pub(crate) overridden: bool,
    /// Whether the body is sent gzipped.
    pub(crate) gzipped: bool,
}

impl Request {
    /// Makes the request of words, flags and surroundings.
    pub(crate) fn new(resolved: Resolved, args: &RequestArgs, world: World<'_>) -> Result<Request, Error> {
        let Resolved { method, url, items } = resolved;
        let mut target = Target::parse(&url, if args.https { "https" } else { "http" })?;
        add_query(&mut target, &items, args, world)?;
        let target = target.normalised()?;
        let stdin = reads_stdin(method.as_ref(), args, world);
        let typed = body::Typed::find(&items, args, stdin, world)?;
        // Standard input does not count: it may be empty, and is there only because of how the program was started.
        let wants_json = args.json || (!matches!(typed.body, Body::None | Body::Stdin) && !args.form);
        let mut headers = Headers::new(wants_json, world.environment.user_agent.as_deref())?;
        if let Some(content_type) = &typed.content_type {
            headers.set("content-type", content_type)?;
        }
        headers.add_flags(args, target.userinfo.as_deref(), world)?;
        headers.add_items(&items, world)?;
        let by_body = if typed.body == Body::None { Method::GET } else { Method::POST };
        Ok(Request {
            method_is_free: method.is_none(),
            method: method.unwrap_or(by_body),
            target,
            headers: headers.finish(),
            body: typed.body,
            overridden: args.method_override,
            gzipped: args.gzip_request,
        })
    }

    /// The method on the request line.
    pub(crate) fn wire_method(&self) -> Method {
        if self.is_overridden() { Method::POST } else { self.method.clone() }
    }

    /// The headers as text, with what the method's override and the body's coding add to them.
    pub(crate) fn wire_headers(&self) -> Vec<(String, String)> {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let mut headers: Vec<(String, String)> =
            self.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        if self.is_overridden() {
            headers.push(("x-http-method-override".to_owned(), self.method.to_string()));
        }
        if self.is_gzipped() {
            headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
        }
        if self.body == Body::None && self.says_length_always() {
            headers.push(("content-length".to_owned(), "0".to_owned()));
        }
        headers
    }

    /// Whether the method is one whose requests have a body as a rule, so that not having one is said too
    /// (RFC 9110 8.6).
    pub(crate) fn says_length_always(&self) -> bool {
        [Method::POST, Method::PUT, Method::PATCH].contains(&self.wire_method())
    }

    /// Whether the body is compressed on its way; one that has a coding already is left alone.
    pub(crate) fn is_gzipped(&self) -> bool {
        self.gzipped && self.body != Body::None && !self.headers.contains_key("content-encoding")
    }

    fn is_overridden(&self) -> bool {
        self.overridden && self.method != Method::POST
    }

    /// Standard input turned out to be empty: there is no body, and a method that was left out is GET.
    pub(crate) fn without_stdin(&mut self) {
        self.body = Body::None;
        self.headers.remove("content-type");
        if self.method_is_free {
            self.method = Method::GET;
        }
    }
}

/// Whether standard input may be the body, if nothing else is: never a terminal's, and not where the method that
/// was named has no body as a rule, so that a script whose standard input stays open does not hang.
fn reads_stdin(method: Option<&Method>, args: &RequestArgs, world: World<'_>) -> bool {
    let bodiless = [Method::GET, Method::HEAD, Method::DELETE, Method::OPTIONS, Method::TRACE];
    let may_have_body = method.is_none_or(|method| !bodiless.contains(method));
    may_have_body && !args.ignore_stdin && !world.environment.stdin_is_terminal
}

fn add_query(target: &mut Target, items: &[Item], args: &RequestArgs, world: World<'_>) -> Result<(), Error> {
    for item in items {
        if let Item::Query(name, source) = item {
            target.push_query(name, &source_text(source, world)?);
        }
    }
    let Some(mask) = &args.fields else { return Ok(()) };
    Mask::parse(mask).map_err(|error| Error::mask(Exit::Usage, mask, &error))?;
    target.remove_query("fields");
    target.push_query("fields", mask);
    Ok(())
}

/// The text of an item's value.
pub(crate) fn source_text(source: &Source, world: World<'_>) -> Result<String, Error> {
    match source {
        Source::Text(text) => Ok(text.clone()),
        Source::File(path) => String::from_utf8(body::read_file(path, world)?).map_err(|_| {
            Error::usage(format!("{path} is not text in UTF-8, so it cannot be a value; send it whole with @{path}"))
        }),
    }
}

#[cfg(test)]
mod tests;
