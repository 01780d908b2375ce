//! A request's body on its way in. What nobody wanted of it is read on beside the answer: a connection that is closed over
//! unread bytes loses the answer, and its sender never sees why it was refused.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};

use super::arrivals::{Arrival, Arrivals};
use crate::body::{Body, Interrupted};

/// How many bytes are read that nobody wants.
const DRAINED_BYTES_MAX: usize = 256 << 20;
/// How long that may take.
const DRAINED_TIME_MAX: Duration = Duration::from_secs(20);

/// The body of a request; `is_awaited` if nothing comes before it was asked for.
pub(super) fn body(incoming: Incoming, is_awaited: bool, arrivals: &Arc<Arrivals>) -> Body {
    if incoming.is_end_stream() {
        return Body::Empty;
    }
    Body::Stream(Arriving { incoming: Some(incoming), is_awaited, _arrival: arrivals.begin() }.boxed_unsync())
}

/// A body that is read to its end, be it wanted or not.
struct Arriving {
    incoming: Option<Incoming>,
    /// Whether nothing comes before it was asked for.
    is_awaited: bool,
    _arrival: Arrival,
}

impl hyper::body::Body for Arriving {
    type Data = Bytes;
    type Error = Interrupted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Interrupted>>> {
        self.is_awaited = false;
        let Some(incoming) = &mut self.incoming else { return Poll::Ready(None) };
        let polled = std::task::ready!(Pin::new(incoming).poll_frame(context));
        if !matches!(polled, Some(Ok(_))) {
            self.incoming = None;
        }
        Poll::Ready(polled.map(|frame| frame.map_err(|error| Interrupted(error.to_string()))))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.as_ref().map_or_else(|| SizeHint::with_exact(0), Incoming::size_hint)
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let rest = self.incoming.take().filter(|rest| !self.is_awaited && !rest.is_end_stream());
        if let (Some(rest), Ok(runtime)) = (rest, tokio::runtime::Handle::try_current()) {
            runtime.spawn(tokio::time::timeout(DRAINED_TIME_MAX, drain(rest)));
        }
    }
}

async fn drain(mut rest: Incoming) {
    let mut drained = 0;
    while drained < DRAINED_BYTES_MAX
        && let Some(Ok(frame)) = rest.frame().await
    {
        drained += frame.data_ref().map_or(0, Bytes::len);
    }
}
