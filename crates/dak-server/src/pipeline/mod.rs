//! The road of a request: one line for every API.
//!
//! ```text
//! head ─▶ origin ─▶ override ─▶ route ─▶ standard ─▶ authorise ─▶ own ─▶ body ─▶ service ─▶ encode
//! 431     403       405         404 405  400         401 403      400    400     304 … 412  gzip, ETag, Vary
//! ```
//!
//! Each step takes a value and gives a value, or the [`Fault`] that ends the road. A part of a batch and a finished
//! upload travel it again. Nothing before the service and nothing after it knows which API it is.

pub mod authorise;
pub mod encode;
pub mod entity;
pub mod head;
pub mod origin;
pub mod route;

use std::net::SocketAddr;
use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_proto::override_method::effective_method;
use dak_proto::params::Standard;
use dak_proto::precondition::Conditions;
use dak_proto::query::Query;
use http::Method;
use http::uri::PathAndQuery;

use self::origin::Visitor;
use crate::app::App;
use crate::batch;
use crate::body::Body;
use crate::reply::Answer;
use crate::services::Call;
use crate::shelf::Shape;
use crate::uploads;

/// A request as it enters the road.
#[derive(Debug)]
pub struct Request {
    /// Request line and header fields.
    pub head: http::request::Parts,
    /// The body, perhaps still on its way.
    pub body: Body,
    /// The connection it came on.
    pub caller: Caller,
}

/// A connection, as far as the road wants to know.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// Who called.
    pub peer: SocketAddr,
    /// The port that was called; 0 where there is none.
    pub port: u16,
    /// Whether the connection is encrypted.
    pub secure: bool,
}

/// What became of a request, for the log and the metrics.
#[derive(Debug, Default)]
pub struct Trace<'a> {
    /// The id of the method that was called, once known.
    pub method_id: Option<&'a str>,
    /// The method after an override, once known.
    pub method: Option<Method>,
    /// The user, once known.
    pub user: Option<Arc<str>>,
    /// Whether errors are told without their list (`$.xgafv=2`).
    pub terse_errors: bool,
}

/// Takes a request down the road; whatever happens, there is an answer.
pub async fn travel<'a>(app: &'a Arc<App>, request: Request, trace: &mut Trace<'a>) -> Answer {
    let limits = &app.settings.limits;
    let admitted = head::check(&request.head, &request.body, limits).and_then(|()| origin::admit(app, &request));
    let visitor = match admitted {
        Ok(visitor) => visitor,
        Err(fault) => return encode::fault(&fault, true),
    };
    let mut answer = match road(app, request, &visitor, trace).await {
        Ok(answer) => answer,
        Err(fault) => encode::fault(&fault, !trace.terse_errors),
    };
    visitor.dress(&mut answer.headers);
    answer
}

/// The road itself.
async fn road<'a>(
    app: &'a Arc<App>,
    request: Request,
    visitor: &Visitor,
    trace: &mut Trace<'a>,
) -> Result<Answer, Fault> {
    let Request { head, mut body, caller } = request;
    let effective = effective_method(&head.method, &head.headers)?;
    trace.method = Some(effective.method.clone());
    let method = &effective.method;
    let path = head.uri.path();
    if let Some(page) = route::page(path) {
        return Box::pin(page.answer(app, &head, method, body, visitor)).await;
    }
    if method == Method::OPTIONS {
        return route::options(app, &head, visitor);
    }
    if let Some(media_path) = uploads::target(path) {
        // In boxes, so that other requests do not carry the room that pages and uploads need.
        return Box::pin(uploads::answer(app, &head, media_path, method, body, &visitor.base_url, trace)).await;
    }
    if let Some(target) = batch::Target::at(app, path) {
        return batch::answer(app, target, batch::Request { head: &head, method, body, caller }, trace).await;
    }
    let form = entity::form(app, &head.headers, &mut body, effective.form_is_query).await?;
    let mut query = Query::parse(head.uri.query().unwrap_or_default())?;
    query.push_form(&form)?;

    let routed = route::find(app, method, path)?;
    trace.method_id = Some(&routed.method.id);
    let standard = Standard::parse(&query, &head.headers, method)?;
    trace.terse_errors = !standard.errors_list;
    routed.check_alt(&standard)?;
    routed.check_no_media(&standard, &head.headers)?;
    routed.check_mask(&standard)?;
    let principal = authorise::principal(app, &head.headers, &standard, &routed).await?;
    trace.user = Some(Arc::clone(&principal.user));
    let query = if routed.service.is_open() { Query::default() } else { query };
    let arguments = routed.arguments(&query)?;
    let (body, _room) = entity::json(app, &head.headers, body, routed.api, routed.method).await?;

    let shape = Shape {
        target: head.uri.path_and_query().map_or("/", PathAndQuery::as_str),
        form: &form,
        mask_header: encode::mask_header(&head.headers),
        base_url: &visitor.base_url,
        user: &principal.user,
        scopes: &principal.scope_text(),
        gzip_from: encode::gzip_from(app, &head.headers),
    };
    let call = Call {
        app,
        api: routed.api,
        method: routed.method,
        arguments: &arguments,
        standard: &standard,
        conditions: Conditions::from_headers(&head.headers),
        http_method: method,
        headers: &head.headers,
        body,
        arrived: None,
        principal: &principal,
        base_url: &visitor.base_url,
        shelf_key: &shape.key(),
    };
    let shelf_key = call.shelf_key;
    let reply = routed.service.call(call).await?;
    let answer = encode::reply(app, routed.api, &standard, shape.gzip_from, shelf_key, reply);
    Ok(if effective.frames_head_as_post(&head.method) { without_body(answer) } else { answer })
}

/// A HEAD that came as a POST is framed as the answer to a POST: no body, and a length of 0.
fn without_body(answer: Answer) -> Answer {
    Answer { body: bytes::Bytes::new().into(), ..answer }
}
