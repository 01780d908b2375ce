//! The answer to a batch: its parts' answers in the order of their requests, each sent as soon as those before it are.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use dak_proto::batch::{self, Part, Writer};
use dak_proto::fault::Fault;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Response, StatusCode};
use tokio::task::JoinHandle;

use super::part::Whole;
use crate::body::Interrupted;
use crate::pipeline::encode;
use crate::random;
use crate::reply::{Answer, Content, Delivery, Making};

/// How many parts are carried out, or wait for those before them to be sent, at a time.
const AT_ONCE: usize = 8;
/// As for whole answers, the least there is: these bytes are compressed while somebody waits for them.
const GZIP_LEVEL: u32 = 1;

/// Answers on their way.
pub(super) struct Answers {
    whole: Arc<Whole>,
    /// Parts that nobody has begun with, and their places.
    waiting: VecDeque<(usize, Part)>,
    /// Parts that were begun, in the order of their places. Who goes away leaves them to come to their end.
    begun: VecDeque<(Option<HeaderValue>, JoinHandle<Answer>)>,
    writer: Writer,
    gzip: Option<GzEncoder<Vec<u8>>>,
    is_over: bool,
}

impl Answers {
    pub(super) fn new(whole: Arc<Whole>, parts: Vec<Part>) -> Answers {
        let gzip = encode::gzip_from(&whole.app, &whole.headers)
            .map(|_| GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL)));
        Answers {
            waiting: parts.into_iter().enumerate().collect(),
            begun: VecDeque::with_capacity(AT_ONCE),
            writer: Writer::new(random::boundary()),
            is_over: false,
            whole,
            gzip,
        }
    }

    /// The answer to the batch, made while it is sent.
    pub(super) fn answer(self) -> Answer {
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(header::CONTENT_TYPE, self.writer.content_type());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if self.gzip.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let next = |answers: Answers| Making::new(answers.step());
        Answer::new(StatusCode::OK, headers, Content::made(None, self, next))
    }

    async fn step(mut self) -> Option<(Result<Bytes, Interrupted>, Answers)> {
        let piece = self.next().await?;
        Some((piece, self))
    }

    /// The next part's answer, then the end of all.
    async fn next(&mut self) -> Option<Result<Bytes, Interrupted>> {
        self.begin();
        let Some((id, begun)) = self.begun.pop_front() else {
            return (!std::mem::replace(&mut self.is_over, true)).then(|| Ok(self.ended()));
        };
        // A part that broke down is no reason to break off the others.
        let answer = begun.await.unwrap_or_else(|_| encode::fault(&Fault::internal(), true));
        Some(match answer.delivery {
            Delivery::Whole => Ok(self.part(id.as_ref(), answer)),
            _ => Err(Interrupted("an answer in the batch was to be lost".to_owned())),
        })
    }

    fn begin(&mut self) {
        while self.begun.len() < AT_ONCE
            && let Some((place, part)) = self.waiting.pop_front()
        {
            let id = part.id().map(batch::answer_id);
            let carried_out = Arc::clone(&self.whole).carry_out(part, place);
            self.begun.push_back((id, tokio::spawn(carried_out)));
        }
    }

    fn part(&mut self, id: Option<&HeaderValue>, answer: Answer) -> Bytes {
        let body = match answer.body {
            Content::Whole(body) => body,
            Content::Stream { .. } => Bytes::new(),
        };
        let mut response = Response::new(body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        let part = self.writer.part(id, &batch::write_response(&response));
        self.coded(part)
    }

    fn ended(&mut self) -> Bytes {
        let end = self.writer.end();
        let mut last = self.coded(end).to_vec();
        if let Some(Ok(rest)) = self.gzip.take().map(GzEncoder::finish) {
            last.extend(rest);
        }
        last.into()
    }

    /// Bytes as they are sent, all that came so far among them.
    fn coded(&mut self, bytes: Vec<u8>) -> Bytes {
        let Some(gzip) = &mut self.gzip else { return bytes.into() };
        // Writing to memory does not fail.
        let _ = gzip.write_all(&bytes).and_then(|()| gzip.flush());
        std::mem::take(gzip.get_mut()).into()
    }
}
