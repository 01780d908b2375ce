//! Who may call at all (DESIGN 3.5). A web page in the user's browser is a stranger.
//!
//! Without configured tokens every caller is trusted, so a page of another site must not be able to make the user's
//! browser call: not under a name that was rebound to this machine (the Host rule), not by a script (the Origin
//! rule), not by a form or an embedded resource (the `Sec-Fetch-Site` rule).

use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use dak_proto::fault::Fault;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Uri, Version};

use super::Request;
use crate::app::App;
use crate::settings::{Access, AuthorisationMode};

/// Response header fields that a page of an allowed origin may read.
const EXPOSED: &str = "Content-Encoding, Content-Length, Content-Range, Date, ETag, Location, Range, Retry-After, \
     X-GUploader-UploadID, X-Goog-Hash, X-Goog-Running-Hash, X-Goog-Upload-Chunk-Granularity, \
     X-Goog-Upload-Control-URL, X-Goog-Upload-Size-Received, X-Goog-Upload-Status, X-Goog-Upload-URL, \
     X-Goog-Stored-Content-Length, X-Http-Status-Code-Override, X-Range-MD5";
/// How long a browser may remember a preflight's answer, in seconds.
const PREFLIGHT_SECONDS: &str = "3600";

/// What browsers say about a request's context (Fetch Metadata).
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A caller that was let in.
#[derive(Debug)]
pub struct Visitor {
    /// The base URL under which it called, without a final slash.
    pub base_url: String,
    /// The origin of the page that calls, if it may read the answer.
    origin: Option<HeaderValue>,
}

impl Visitor {
    /// Adds what a browser needs to hand the answer to an allowed page (CORS).
    pub fn dress(&self, headers: &mut HeaderMap) {
        let Some(origin) = &self.origin else { return };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }

    /// Adds the answer to a preflight: any method and the headers that were asked for.
    pub fn dress_preflight(&self, asked: &HeaderMap, headers: &mut HeaderMap) {
        if self.origin.is_none() || !asked.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
            return;
        }
        let methods = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(PREFLIGHT_SECONDS));
        if let Some(names) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
        }
    }
}

/// Lets a request in, or not.
///
/// # Errors
/// 403 for a Host, an Origin or a browser context that is a stranger's; 400 for a request without exactly one Host (RFC 9112 3.2).
pub fn admit(app: &App, request: &Request) -> Result<Visitor, Fault> {
    let access = &app.settings.access;
    let headers = &request.head.headers;
    let forwarded = access.trusted_proxies.contains(&request.caller.peer.ip());
    let host = match host(&request.head.uri, headers, forwarded) {
        // HTTP/1.0 knows no Host, and no browser speaks it.
        Err(_) if request.head.version < Version::HTTP_11 && !headers.contains_key(header::HOST) => {
            Cow::Owned(SocketAddr::new(app.settings.listen.ip(), request.caller.port).to_string())
        }
        host => host?,
    };
    let scheme = scheme(headers, forwarded, request.caller.secure);
    let base_url = access.public_url.clone().unwrap_or_else(|| base_url(scheme, &host, request.caller.port));

    let origin = headers.get(header::ORIGIN);
    let welcome = origin.is_some_and(|origin| is_welcome(access, origin, &base_url));
    if app.settings.authorisation.mode == AuthorisationMode::Open {
        check_host(access, &host)?;
        match origin {
            Some(origin) if !welcome => return Err(strange_origin(origin)),
            None => check_context(&request.head.method, headers)?,
            Some(_) => {}
        }
    }
    Ok(Visitor { base_url, origin: origin.filter(|_| welcome).cloned() })
}

/// Where this server is reached. Some clients leave the port out of Host although they called it: on this machine, where
/// nobody stands between, it is put back.
fn base_url(scheme: &str, host: &str, port: u16) -> String {
    let is_default = port == 0 || port == if scheme == "https" { 443 } else { 80 };
    let name = name_of(host);
    let has_port = host.len() > name.len() && !host.ends_with(']');
    match has_port || is_default || !is_loopback(name) {
        true => [scheme, "://", host].concat(),
        false => format!("{scheme}://{host}:{port}"),
    }
}

/// The host (and port) that the caller used.
fn host<'r>(uri: &'r Uri, headers: &'r HeaderMap, forwarded: bool) -> Result<Cow<'r, str>, Fault> {
    if headers.get_all(header::HOST).iter().nth(1).is_some() {
        return Err(Fault::bad_request("badRequest", "The request has more than one Host header."));
    }
    let proxied = if forwarded { headers.get("x-forwarded-host") } else { None };
    let host = match (proxied, uri.authority()) {
        (Some(value), _) => value.to_str().ok().and_then(|list| list.split(',').next()).map(str::trim),
        (None, Some(authority)) => Some(authority.as_str()),
        (None, None) => headers.get(header::HOST).and_then(|value| value.to_str().ok()),
    };
    // A port that is left empty is none (RFC 3986 3.2.3).
    host.map(|host| host.strip_suffix(':').unwrap_or(host))
        .filter(|host| is_authority(host))
        .map(lowercase)
        .ok_or_else(|| Fault::bad_request("badRequest", "The request has no valid Host header."))
}

/// Almost every host is in lower case already.
fn lowercase(host: &str) -> Cow<'_, str> {
    match host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(host.to_ascii_lowercase()),
        false => Cow::Borrowed(host),
    }
}

fn is_authority(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte))
}

fn scheme(headers: &HeaderMap, forwarded: bool, secure: bool) -> &'static str {
    let proxied = if forwarded { headers.get("x-forwarded-proto") } else { None };
    let first = proxied.and_then(|value| value.to_str().ok()?.split(',').next()).map(str::trim);
    match first {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
        Some(scheme) if scheme.eq_ignore_ascii_case("http") => "http",
        _ if secure => "https",
        _ => "http",
    }
}

/// A name that was rebound to this machine is not a name of this server.
fn check_host(access: &Access, host: &str) -> Result<(), Fault> {
    let name = name_of(host);
    let public = access.public_url.as_deref().map(authority_of).map(name_of);
    if is_loopback(name) || public == Some(name) || access.hosts.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let message = format!("This server does not go by the name \"{name}\". Allow it with --allow-host {name}.");
    Err(Fault::forbidden("forbidden", message))
}

/// The host without its port.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split_once(':').map_or(host, |(name, _)| name),
    }
}

/// The host and port of a URL.
fn authority_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

fn is_loopback(name: &str) -> bool {
    // What nearly every local caller says needs no parsing.
    if matches!(name, "127.0.0.1" | "localhost") {
        return true;
    }
    match name.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback(),
        Ok(IpAddr::V6(address)) => address == Ipv6Addr::LOCALHOST,
        Err(_) => name.ends_with(".localhost"),
    }
}

/// Same-origin, loopback, or named by `--cors-origin`.
fn is_welcome(access: &Access, origin: &HeaderValue, base_url: &str) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let http = scheme == "http" || scheme == "https";
    origin.eq_ignore_ascii_case(base_url)
        || access.origins.iter().any(|known| known.eq_ignore_ascii_case(origin))
        || (http && is_loopback(name_of(authority)))
}

fn strange_origin(origin: &HeaderValue) -> Fault {
    let origin = origin.to_str().unwrap_or("?");
    let message =
        format!("Pages of the origin \"{origin}\" may not call this server. Allow it with --cors-origin {origin}.");
    Fault::forbidden("forbidden", message)
}

/// Without an Origin, a cross-site request passes only when the user navigates to it with GET.
fn check_context(method: &Method, headers: &HeaderMap) -> Result<(), Fault> {
    let is = |name: HeaderName, value: &str| headers.get(name).is_some_and(|found| found == value);
    let navigates = || method == Method::GET && is(FETCH_MODE, "navigate") && is(FETCH_DEST, "document");
    if is(FETCH_SITE, "cross-site") && !navigates() {
        return Err(Fault::forbidden("forbidden", "Pages of other sites may not call this server."));
    }
    Ok(())
}
