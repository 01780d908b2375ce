//! One part: a request that goes down the road as if it had come by itself.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use dak_proto::batch::{self, Part};
use dak_proto::fault::Fault;
use http::header::{HOST, HeaderMap, HeaderValue};
use http::{Method, request};

use super::Target;
use crate::app::App;
use crate::body::Body;
use crate::control::faults;
use crate::log;
use crate::pipeline::{Caller, Request, Trace, encode, route};
use crate::reply::{Answer, Content};
use crate::room::Taken;
use crate::uploads;

/// What all parts of a batch have in common.
pub(super) struct Whole {
    pub(super) app: Arc<App>,
    /// The header fields of the batch, `Host` always among them.
    pub(super) headers: HeaderMap,
    caller: Caller,
    target: Target,
    /// The room of all parts, also where one is carried out for nobody any more.
    _room: Option<Taken>,
}

impl Whole {
    pub(super) fn new(
        app: &Arc<App>,
        head: &request::Parts,
        caller: Caller,
        target: Target,
        room: Option<Taken>,
    ) -> Whole {
        let mut headers = head.headers.clone();
        // In HTTP/2 the name that was called stands in the URI.
        let named = head.uri.authority().and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
        if let Some(host) = named {
            headers.insert(HOST, host);
        }
        Whole { app: Arc::clone(app), headers, caller, target, _room: room }
    }

    /// Carries out the part in this place; whatever happens, there is an answer, its body whole.
    pub(super) async fn carry_out(self: Arc<Self>, part: Part, place: usize) -> Answer {
        let request = part.request().and_then(|request| self.admitted(request, place));
        let answer = match request {
            Ok(request) => self.travelled(request).await,
            Err(fault) => encode::fault(&fault, true),
        };
        match answer.body {
            Content::Whole(_) => answer,
            Content::Stream { .. } => encode::fault(&no_media(), true),
        }
    }

    /// The request of a part, unless it is of a kind that comes by itself alone.
    fn admitted(&self, request: http::Request<Bytes>, place: usize) -> Result<Request, Fault> {
        let (mut head, body) = request.into_parts();
        head.headers = batch::with_defaults(&self.headers, head.headers, place);
        let request = Request { head, body: Body::Whole(body), caller: self.caller };
        let path = request.head.uri.path();
        if Target::at(&self.app, path).is_some() {
            return Err(Fault::bad_request("badRequest", "A batch cannot be in a batch."));
        }
        if uploads::target(path).is_some() {
            return Err(no_media());
        }
        let is_elsewhere = route::api(&self.app, &request).is_some_and(|api| !self.target.takes(api));
        if route::page(path).is_some() || is_elsewhere {
            return Err(Fault::not_found(format!("Nothing is served at {path} in this batch.")));
        }
        Ok(request)
    }

    async fn travelled(&self, request: Request) -> Answer {
        let started = Instant::now();
        let line = log::Line::new(&self.app, &request.head, self.caller.peer);
        let is_head = request.head.method == Method::HEAD;
        let mut trace = Trace::default();
        let answer = road(&self.app, request, &mut trace).await;
        line.write(&self.app, &answer, &trace, started.elapsed());
        if is_head { answer.announced() } else { answer }
    }
}

/// The road, which leads here as well: boxed, for a future cannot contain itself.
fn road<'a, 't>(
    app: &'a Arc<App>,
    request: Request,
    trace: &'t mut Trace<'a>,
) -> Pin<Box<dyn Future<Output = Answer> + Send + 't>>
where
    'a: 't,
{
    Box::pin(faults::around(app, request, trace))
}

fn no_media() -> Fault {
    Fault::bad_request("badRequest", "Media cannot be sent or fetched in a batch; send this request by itself.")
}
