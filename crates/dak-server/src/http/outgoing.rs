//! An answer's body on its way out: whole in one piece, streamed, or broken off where a fault was asked for.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::StatusCode;
use hyper::body::{Body, Frame, SizeHint};
use hyper::ext::ReasonPhrase;

use crate::body::Interrupted;
use crate::reply::{Answer, Content, Delivery};

/// The body of an answer, as hyper sends it.
pub(super) struct Outgoing {
    content: Content,
    end: End,
}

/// What is still to come of an answer's body.
#[derive(Clone, Copy)]
enum End {
    /// All of it.
    Whole,
    /// Nothing.
    Sent,
    /// So many bytes, then the break.
    CutAfter(usize),
    /// The break, once what was handed over before is on the wire.
    Break,
    /// The break.
    BreakNow,
}

impl Outgoing {
    /// An answer as hyper's response.
    ///
    /// # Errors
    /// The answer was to be lost; the error breaks the connection.
    pub(super) fn response(answer: Answer) -> Result<hyper::Response<Outgoing>, Interrupted> {
        let end = match answer.delivery {
            Delivery::Whole => End::Whole,
            Delivery::CutAfter(bytes) => End::CutAfter(bytes),
            Delivery::Lost => return Err(Interrupted("the answer was to be lost".to_owned())),
        };
        let mut response = hyper::Response::new(Outgoing { content: answer.body, end });
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        if let Some(phrase) = phrase(answer.status) {
            response.extensions_mut().insert(phrase);
        }
        Ok(response)
    }

    /// The next piece of the content alone.
    fn piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Interrupted>>> {
        match &mut self.content {
            Content::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Content::Whole(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Content::Stream { pieces, .. } => match Pin::new(pieces).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => {
                    Poll::Ready(Some(frame.into_data().map_err(|_| Interrupted("no data".to_owned()))))
                }
                Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    /// A piece, of which no more is sent than before the break.
    fn cut(&mut self, piece: Bytes, left: usize) -> Bytes {
        self.end = if piece.len() >= left { End::Break } else { End::CutAfter(left - piece.len()) };
        piece.slice(..piece.len().min(left))
    }
}

/// What Google's servers call the two codes that uploads give a meaning of their own.
fn phrase(status: StatusCode) -> Option<ReasonPhrase> {
    match status.as_u16() {
        308 => Some(ReasonPhrase::from_static(b"Resume Incomplete")),
        499 => Some(ReasonPhrase::from_static(b"Client Closed Request")),
        _ => None,
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Interrupted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Interrupted>>> {
        let left = match self.end {
            End::Sent => return Poll::Ready(None),
            End::Break | End::CutAfter(0) => {
                // An error would drop what was not flushed yet; a body that is not ready is a reason to flush.
                self.end = End::BreakNow;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            End::BreakNow => return Poll::Ready(Some(Err(Interrupted("the answer was to be cut".to_owned())))),
            End::CutAfter(bytes) => Some(bytes),
            End::Whole => None,
        };
        match (self.piece(context), left) {
            (Poll::Ready(Some(Ok(piece))), None) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            (Poll::Ready(Some(Ok(piece))), Some(left)) => Poll::Ready(Some(Ok(Frame::data(self.cut(piece, left))))),
            (Poll::Ready(Some(Err(error))), _) => Poll::Ready(Some(Err(error))),
            (Poll::Ready(None), None) => {
                self.end = End::Sent;
                Poll::Ready(None)
            }
            (Poll::Ready(None), Some(_)) => {
                self.end = End::Break;
                self.poll_frame(context)
            }
            (Poll::Pending, _) => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        match self.end {
            End::Whole => match &self.content {
                Content::Whole(bytes) => bytes.is_empty(),
                Content::Stream { pieces, .. } => pieces.is_end_stream(),
            },
            End::Sent => true,
            End::CutAfter(_) | End::Break | End::BreakNow => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Stream { length: Some(length), .. } => SizeHint::with_exact(*length),
            Content::Stream { length: None, .. } => SizeHint::default(),
        }
    }
}
