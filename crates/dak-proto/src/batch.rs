//! Many requests in one (`G60` to `G75`): the parts of a `multipart/mixed` body are requests, or their answers, as text.
//!
//! Both ends are here: a client writes requests and reads answers, a server the other way round.
//!
//! ```
//! use bytes::Bytes;
//! use dak_proto::batch::{self, Reader, Writer};
//! use http::{HeaderValue, Request};
//!
//! let writer = Writer::new(7);
//! let request = Request::get("/demo/v1/324?fields=title").body(Bytes::new()).unwrap();
//! let id = HeaderValue::from_static("<a + 1>");
//! let mut body = writer.part(Some(&id), &batch::write_request(&request));
//! body.extend_from_slice(&writer.end());
//!
//! let mut reader = Reader::new(writer.content_type().to_str().unwrap(), 1024).unwrap();
//! reader.push(&body);
//! let part = reader.next().unwrap().unwrap();
//! assert_eq!(batch::answer_id(part.id().unwrap()), "<response-a + 1>");
//! assert_eq!(part.request().unwrap().uri(), "/demo/v1/324?fields=title");
//! ```

mod defaults;
mod identity;
mod message;
#[cfg(test)]
mod tests;
mod writer;

use bytes::{Bytes, BytesMut};
use http::header::HeaderValue;
use http::{HeaderMap, HeaderName, Request, Response};

use crate::fault::Fault;
use crate::media::multipart::framing::{Frame, Framing};
use crate::media::multipart::transfer::Decoder;
use crate::media::multipart::{boundary, content_type};

pub use defaults::with_defaults;
pub use identity::{answer_id, request_id};
pub use message::{HEAD_BYTES_MAX, write_request, write_response};
pub use writer::Writer;

/// The most requests in one batch (`G61`).
pub const PARTS_MAX: usize = 100;

const CONTENT_ID: HeaderName = HeaderName::from_static("content-id");

/// One part of a batch: a request or an answer, as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    headers: HeaderMap,
    content: Result<Bytes, Fault>,
}

impl Part {
    /// What tells it from the others, as it was written.
    pub fn id(&self) -> Option<&HeaderValue> {
        self.headers.get(CONTENT_ID)
    }

    /// The request it holds (`G62`): its target is a path and a query, whatever was written before them.
    ///
    /// # Errors
    /// 400 for what is none, 413 and 431 for one beyond its bounds. The other parts are not concerned.
    pub fn request(&self) -> Result<Request<Bytes>, Fault> {
        message::read_request(&self.message()?)
    }

    /// The answer it holds.
    ///
    /// # Errors
    /// 400 for what is none.
    pub fn response(&self) -> Result<Response<Bytes>, Fault> {
        message::read_response(&self.message()?)
    }

    fn message(&self) -> Result<Bytes, Fault> {
        let kind = content_type(&self.headers).split(';').next().unwrap_or_default().trim();
        if kind.eq_ignore_ascii_case("application/http") {
            return self.content.clone();
        }
        Err(Fault::bad_request("badContent", "A part of a batch must have the Content-Type application/http."))
    }
}

/// Reads the parts of a batch, piece by piece. Of a part it keeps no more than a limit.
#[derive(Debug)]
pub struct Reader {
    framing: Framing,
    part_bytes_max: usize,
    parts: usize,
    open: Option<Open>,
    is_over: bool,
}

/// The part that is being read.
#[derive(Debug)]
struct Open {
    headers: HeaderMap,
    decoder: Result<Decoder, Fault>,
    content: BytesMut,
}

impl Reader {
    /// A reader for a body with this `Content-Type`, each of whose parts may have so many bytes.
    ///
    /// # Errors
    /// 400 `badContent` if that is not `multipart/mixed` with a boundary.
    pub fn new(content_type: &str, part_bytes_max: usize) -> Result<Reader, Fault> {
        let framing = Framing::new(boundary::parse(content_type, "multipart/mixed")?);
        Ok(Reader { framing, part_bytes_max, parts: 0, open: None, is_over: false })
    }

    /// The next bytes of the body.
    pub fn push(&mut self, bytes: &[u8]) {
        self.framing.push(bytes);
    }

    /// The body has ended.
    pub fn end(&mut self) {
        self.framing.end();
    }

    /// The next part of the bytes so far; `None` asks for more, or, after [`Reader::end`], says that there are no more.
    ///
    /// # Errors
    /// 400 `tooManyParts` beyond [`PARTS_MAX`], `badContent` for what is no multipart body or ends too early; each is final.
    #[expect(clippy::should_implement_trait, reason = "an iterator is over when it gives none")]
    pub fn next(&mut self) -> Result<Option<Part>, Fault> {
        while !self.is_over
            && let Some(frame) = self.framing.next()?
        {
            match frame {
                Frame::Head(headers) => self.begin(headers)?,
                Frame::Data(bytes) => self.add(&bytes),
                Frame::PartEnd => return Ok(self.open.take().map(Open::close)),
                Frame::End => self.is_over = true,
            }
        }
        Ok(None)
    }

    fn begin(&mut self, headers: HeaderMap) -> Result<(), Fault> {
        self.parts += 1;
        if self.parts > PARTS_MAX {
            let message = format!("A batch may have {PARTS_MAX} requests; send the others in another one.");
            return Err(Fault::bad_request("tooManyParts", message));
        }
        self.open = Some(Open { decoder: Decoder::new(&headers), content: BytesMut::new(), headers });
        Ok(())
    }

    fn add(&mut self, bytes: &Bytes) {
        let Some(open) = &mut self.open else { return };
        let decoded = open.decoder.as_mut().map_err(|fault| fault.clone()).and_then(|decoder| decoder.decode(bytes));
        let added = decoded.and_then(|bytes| open.add(&bytes, self.part_bytes_max));
        if let Err(fault) = added {
            open.refuse(fault);
        }
    }
}

impl Open {
    fn add(&mut self, bytes: &[u8], bytes_max: usize) -> Result<(), Fault> {
        if self.content.len() + bytes.len() > bytes_max {
            return Err(Fault::too_large(format!("A request in a batch may have {bytes_max} bytes.")));
        }
        self.content.extend_from_slice(bytes);
        Ok(())
    }

    /// What still comes of this part is passed over.
    fn refuse(&mut self, fault: Fault) {
        self.decoder = Err(fault);
        self.content = BytesMut::new();
    }

    fn close(mut self) -> Part {
        let rest = self.decoder.and_then(|mut decoder| decoder.finish());
        let content = rest.map(|rest| {
            self.content.extend_from_slice(&rest);
            self.content.freeze()
        });
        Part { headers: self.headers, content }
    }
}
