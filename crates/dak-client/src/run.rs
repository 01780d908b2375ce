//! The loop: asks the exchange what comes next and does it.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use http::header::CONTENT_LENGTH;
use http::{Method, Request, Uri};
use http_body::Body as _;
use tokio::time::{Instant, timeout_at};

use crate::call::Call;
use crate::clock::Clock;
use crate::error::Error;
use crate::exchange::{Exchange, Heard, Moment, Retrying};
use crate::incoming::Incoming;
use crate::outgoing::Outgoing;
use crate::response::{Head, Response, Streaming};
use crate::transport::Transport;

/// What a client has to make calls with.
pub(crate) struct Engine {
    pub(crate) transport: Transport,
    pub(crate) clock: Arc<dyn Clock>,
    #[allow(clippy::type_complexity, reason = "a name for it would be used once")]
    pub(crate) on_retry: Option<Arc<dyn Fn(&Retrying) + Send + Sync>>,
}

impl Engine {
    /// Makes the call and reads its answer whole.
    pub(crate) async fn send(&self, call: Call) -> Result<Response, Error> {
        let bytes_max = call.settings.body_bytes_max;
        let total = Total::of(&call)?;
        let mut exchange = Exchange::new(call);
        let answer = total.bound(self.send_buffered(&mut exchange, bytes_max)).await;
        answer.map_err(|error| exchange.count(error))
    }

    /// Makes the call up to the head of its answer.
    pub(crate) async fn send_streaming(&self, call: Call) -> Result<Streaming, Error> {
        let total = Total::of(&call)?;
        let mut exchange = Exchange::new(call);
        let answer = total.bound(self.answer(&mut exchange)).await;
        let mut streaming = answer.map_err(|error| exchange.count(error))?;
        if let Some((limit, deadline)) = total.0 {
            streaming.set_deadline(limit, deadline);
        }
        Ok(streaming)
    }

    /// Makes the call without a retry, whatever is answered. A refusal counts even if its body is cut: a server may give
    /// one while the request's body is still on its way, and close.
    pub(crate) async fn send_once(&self, call: Call) -> Result<Response, Error> {
        let bytes_max = call.settings.body_bytes_max;
        let mut exchange = Exchange::new(call);
        loop {
            exchange.begin();
            let streaming = self.transmit(&exchange).await?;
            match exchange.heard(streaming.status(), streaming.headers())? {
                Heard::Redirected => streaming.drain().await,
                Heard::Answer => return streaming.collect(bytes_max).await,
                Heard::Refused => return Ok(streaming.collect_refusal(bytes_max).await),
            }
        }
    }

    async fn send_buffered(&self, exchange: &mut Exchange, bytes_max: u64) -> Result<Response, Error> {
        loop {
            match self.answer(exchange).await?.collect(bytes_max).await {
                Ok(response) => return Ok(response),
                Err(error) => self.pause(exchange.failed(error, self.moment())?).await,
            }
        }
    }

    /// Sends the call until there is an answer to give to the caller.
    async fn answer(&self, exchange: &mut Exchange) -> Result<Streaming, Error> {
        loop {
            let retrying = match self.attempt(exchange).await {
                Ok(Attempt::Answer(streaming)) => return Ok(streaming),
                Ok(Attempt::Redirected) => continue,
                Ok(Attempt::Refused(response)) => match exchange.judge(&response, self.moment()) {
                    Ok(retrying) => retrying,
                    Err(gave_up) => return exchange.refuse(response, gave_up).map(Response::into_streaming),
                },
                Err(error) => exchange.failed(error, self.moment())?,
            };
            self.pause(retrying).await;
        }
    }

    async fn attempt(&self, exchange: &mut Exchange) -> Result<Attempt, Error> {
        exchange.begin();
        let streaming = self.transmit(exchange).await?;
        match exchange.heard(streaming.status(), streaming.headers())? {
            Heard::Answer => Ok(Attempt::Answer(streaming)),
            Heard::Refused => {
                let response = streaming.collect(exchange.call().settings.body_bytes_max).await?;
                Ok(Attempt::Refused(response))
            }
            Heard::Redirected => {
                streaming.drain().await;
                Ok(Attempt::Redirected)
            }
        }
    }

    /// Sends the call once, and waits for the head of the answer.
    async fn transmit(&self, exchange: &Exchange) -> Result<Streaming, Error> {
        let call = exchange.call();
        let patience = call.settings.read_timeout;
        let (parts, body) = self.transport.exchange(request(call).await?, patience).await?.into_parts();
        let body = Incoming::new(body, &parts.headers, call.settings.decode, patience);
        let head = Head {
            status: parts.status,
            version: parts.version,
            headers: parts.headers,
            url: call.url.clone(),
            attempts: exchange.attempts(),
        };
        Ok(Streaming::new(head, body))
    }

    /// Waits, and tells who wants to know.
    pub(crate) async fn pause(&self, retrying: Retrying) {
        if let Some(on_retry) = &self.on_retry {
            on_retry(&retrying);
        }
        self.clock.wait(retrying.wait).0.await;
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment { now_s: self.now_s(), random: self.clock.random() }
    }

    /// Seconds since 1970.
    pub(crate) fn now_s(&self) -> u64 {
        self.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
    }
}

/// What one attempt came to.
enum Attempt {
    Answer(Streaming),
    Refused(Response),
    Redirected,
}

/// When the whole call has to be over.
pub(crate) struct Total(Option<(Duration, Instant)>);

impl Total {
    pub(crate) fn of(call: &Call) -> Result<Total, Error> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::usage("the async client needs a tokio runtime: use dak_client::blocking without one"));
        }
        // A limit beyond what a clock can tell is none.
        let bound = |limit| Some((limit, Instant::now().checked_add(limit)?));
        Ok(Total(call.settings.total_timeout.and_then(bound)))
    }

    pub(crate) async fn bound<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        match self.0 {
            Some((limit, deadline)) => timeout_at(deadline, work).await.map_err(|_| Error::overdue(limit))?,
            None => work.await,
        }
    }
}

async fn request(call: &Call) -> Result<Request<Outgoing>, Error> {
    let body = call.body.open().await?;
    let body = if call.compresses() { body.compressed() } else { body };
    let uri: Uri = call.url.as_str().parse().map_err(|error| Error::usage(format!("{}: {error}", call.url)))?;
    check_length(call, &body)?;
    let mut request = Request::new(body);
    *request.method_mut() = call.wire_method();
    *request.uri_mut() = uri;
    *request.headers_mut() = call.wire_headers();
    let has_meaning = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    if has_meaning && request.body().size_hint().exact() == Some(0) {
        // Methods that mean something by a body say that they have none (RFC 9110 8.6).
        request.headers_mut().insert(CONTENT_LENGTH, 0.into());
    }
    Ok(request)
}

/// A length that the caller gave and that is not the body's would cut it, or leave the server waiting.
fn check_length(call: &Call, body: &Outgoing) -> Result<(), Error> {
    let Some(told) = call.headers.get(CONTENT_LENGTH) else { return Ok(()) };
    let is_right = match body.size_hint().exact() {
        Some(length) => told.as_bytes() == length.to_string().as_bytes(),
        None => !call.compresses(),
    };
    if is_right {
        Ok(())
    } else {
        Err(Error::usage("the header content-length is not the body's length: leave it out"))
    }
}
