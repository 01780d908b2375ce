//! Which method of which API a request calls, or which of the server's own pages it asks for.

use std::sync::Arc;

use dak_api::Api;
use dak_api::{Arguments, Found, Method as ApiMethod, Route};
use dak_proto::fault::Fault;
use dak_proto::media::start;
use dak_proto::media_type;
use dak_proto::override_method::effective_method;
use dak_proto::params::{Alt, Standard};
use dak_proto::query::Query;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, Uri, header};

use super::origin::Visitor;
use super::{Request, encode};
use crate::app::App;
use crate::batch;
use crate::body::Body;
use crate::control;
use crate::pages;
use crate::reply::Answer;
use crate::services::Service;
use crate::uploads;

/// What stands before the path of a method that media is got from.
const DOWNLOAD: &str = "/download";

/// A request that found its method.
pub struct Routed<'a, 'p> {
    /// The API.
    pub api: &'a Arc<Api>,
    /// The method.
    pub method: &'a ApiMethod,
    /// What carries it out.
    pub service: &'a dyn Service,
    is_listed: bool,
    captures: Vec<&'p str>,
}

/// One of the server's own pages, outside any API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// `/`: what is served here.
    Index,
    /// `/healthz`: that it serves.
    Health,
    /// `/metrics`: Prometheus text.
    Metrics,
    /// `/_dak/…`: the control desk.
    Control,
}

/// The page at a path, if it is one.
#[must_use]
pub fn page(path: &str) -> Option<Page> {
    match path {
        "/" => Some(Page::Index),
        "/healthz" => Some(Page::Health),
        "/metrics" => Some(Page::Metrics),
        _ if path.starts_with("/_dak/") => Some(Page::Control),
        _ => None,
    }
}

impl Page {
    /// Answers a request for this page.
    ///
    /// # Errors
    /// 405 for a page that is only read, and whatever the control desk refuses.
    pub async fn answer(
        self,
        app: &Arc<App>,
        head: &Parts,
        method: &Method,
        body: Body,
        visitor: &Visitor,
    ) -> Result<Answer, Fault> {
        if self != Page::Control && method != Method::GET && method != Method::HEAD {
            return Err(Fault::method_not_allowed(&[Method::GET, Method::HEAD]));
        }
        match self {
            Page::Index => Ok(pages::index(app, visitor)),
            Page::Health => Ok(pages::health()),
            Page::Metrics => Ok(pages::metrics(app)),
            Page::Control => control::answer(app, head, method, body).await,
        }
    }
}

/// Finds the method that a request calls.
///
/// # Errors
/// 404 for a path that is none, 405 with `Allow` for a method that the path does not answer to.
pub fn find<'a, 'p>(app: &'a App, method: &Method, path: &'p str) -> Result<Routed<'a, 'p>, Fault> {
    match app.router.find(method, path) {
        Found::Route(route) => Ok(routed(app, route)),
        Found::WrongMethod(allowed) => Err(Fault::method_not_allowed(&allowed)),
        Found::Unknown => match download(app, method, path) {
            Some(routed) => Ok(routed),
            None => Err(Fault::not_found(format!("Nothing is served at {path}."))),
        },
    }
}

/// Finds the method that media is sent to; `path` is the one behind `/upload`. It may yet be one that takes no media.
///
/// # Errors
/// As [`find`]; `Allow` names those methods alone that take media.
pub fn find_upload<'a, 'p>(app: &'a App, method: &Method, path: &'p str) -> Result<Routed<'a, 'p>, Fault> {
    match app.router.find(method, path) {
        Found::WrongMethod(allowed) => Err(Fault::method_not_allowed(&taking_media(app, path, allowed))),
        _ => find(app, method, path),
    }
}

/// Those of the methods of a path that take media; all if none does.
fn taking_media(app: &App, path: &str, allowed: Vec<Method>) -> Vec<Method> {
    let takes = |method: &&Method| find(app, method, path).is_ok_and(|routed| routed.method.media_upload.is_some());
    let taking: Vec<Method> = allowed.iter().filter(takes).cloned().collect();
    if taking.is_empty() { allowed } else { taking }
}

/// The method at a path for downloads, which clients of an API with `useMediaDownloadService` ask: the one at the same path
/// without what stands before it, if it gives media (`D95`).
fn download<'a, 'p>(app: &'a App, method: &Method, path: &'p str) -> Option<Routed<'a, 'p>> {
    match app.router.find(method, path.strip_prefix(DOWNLOAD)?) {
        Found::Route(route) => Some(routed(app, route)).filter(|routed| routed.method.media_download),
        _ => None,
    }
}

fn routed<'a, 'p>(app: &'a App, route: Route<'p>) -> Routed<'a, 'p> {
    let served = &app.served[route.api];
    Routed {
        api: &served.api,
        method: &served.api.methods[route.method],
        service: served.service.as_ref(),
        is_listed: served.listed,
        captures: route.captures,
    }
}

/// The answer to OPTIONS: the methods of a path, and to a preflight what a page may send.
///
/// # Errors
/// 404 for a path that is none.
pub fn options(app: &App, head: &Parts, visitor: &Visitor) -> Result<Answer, Fault> {
    let allowed = allowed(app, &head.uri);
    let allowed = allowed.ok_or_else(|| Fault::not_found(format!("Nothing is served at {}.", head.uri.path())))?;
    let mut answer = Answer::empty(StatusCode::NO_CONTENT);
    answer.headers.insert(header::ALLOW, encode::allow(&allowed));
    visitor.dress_preflight(&head.headers, &mut answer.headers);
    Ok(answer)
}

/// The methods that are answered at a URL; `None` if there is nothing.
fn allowed(app: &App, uri: &Uri) -> Option<Vec<Method>> {
    let media_path = uploads::target(uri.path());
    if media_path.is_some() && uploads::is_session(uri.query().unwrap_or_default()) {
        return Some(vec![Method::PUT, Method::POST, Method::DELETE]);
    }
    let path = target(uri.path());
    match (batch::Target::at(app, path), app.router.find(&Method::OPTIONS, path), media_path) {
        (Some(_), _, _) => Some(vec![Method::POST]),
        (None, Found::WrongMethod(allowed), None) => Some(allowed),
        (None, Found::WrongMethod(allowed), Some(_)) => Some(taking_media(app, path, allowed)),
        (None, _, _) => None,
    }
}

/// The path of the method: that of media leads to the same one.
fn target(path: &str) -> &str {
    uploads::target(path).unwrap_or(path)
}

/// The id of the method a request calls, if it calls one.
#[must_use]
pub fn method_id<'a>(app: &'a App, request: &Request) -> Option<&'a str> {
    let route = called(app, request)?;
    Some(&app.served[route.api].api.methods[route.method].id)
}

/// The place of the API whose method a request calls, if it calls one.
#[must_use]
pub(crate) fn api(app: &App, request: &Request) -> Option<usize> {
    called(app, request).map(|route| route.api)
}

fn called<'p>(app: &App, request: &'p Request) -> Option<Route<'p>> {
    let method = effective_method(&request.head.method, &request.head.headers).ok()?.method;
    match app.router.find(&method, target(request.head.uri.path())) {
        Found::Route(route) => Some(route),
        _ => None,
    }
}

impl<'a: 'p, 'p> Routed<'a, 'p> {
    /// Whether it is one of the server's own methods that anyone may call.
    #[must_use]
    pub fn is_public(&self) -> bool {
        !self.is_listed && self.method.scopes.is_empty()
    }

    /// Refuses bytes where the method has none to give.
    ///
    /// # Errors
    /// 400 for `alt=media` of a method without media.
    pub fn check_alt(&self, standard: &Standard) -> Result<(), Fault> {
        if standard.alt == Alt::Media && !self.method.media_download {
            let message = format!("The method {} has no media; leave alt=media out.", self.method.id);
            return Err(Fault::invalid_parameter("alt", message));
        }
        Ok(())
    }

    /// Refuses media on the path that takes metadata alone (`U2`).
    ///
    /// # Errors
    /// 400 `wrongUrlForUpload`.
    pub fn check_no_media(&self, standard: &Standard, headers: &HeaderMap) -> Result<(), Fault> {
        // Most methods take no media, and looking at headers costs more than all else here.
        if self.method.media_upload.is_none() {
            return Ok(());
        }
        let names_a_way = standard.upload_type.is_some() || standard.upload_protocol.is_some();
        match names_a_way || start::is_goog(headers) || media_type::is_media(headers) {
            true => Err(start::wrong_url()),
            false => Ok(()),
        }
    }

    /// Checks the mask against what the method returns, before anything happens (rest.md 2.4.8).
    ///
    /// # Errors
    /// 400 that names the path which selects nothing.
    pub fn check_mask(&self, standard: &Standard) -> Result<(), Fault> {
        let (Some(response), Alt::Json) = (self.method.response, standard.alt) else { return Ok(()) };
        let shape = self.api.shape(response);
        standard.mask.check(shape).map_err(|error| error.fault(standard.mask_text.as_deref().unwrap_or_default()))
    }

    /// The method's own parameters, checked.
    ///
    /// # Errors
    /// 400 that names the parameter which is missing, unknown or of the wrong form.
    pub fn arguments(&self, query: &'p Query<'_>) -> Result<Arguments<'p>, Fault> {
        self.method.arguments(&self.captures, query)
    }
}
