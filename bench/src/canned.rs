//! An answer in a file, for a floor to send again and again.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::failure::Failure;

/// Header fields that HTTP libraries set by themselves.
const OF_THE_CONNECTION: [&str; 5] = ["connection", "content-length", "date", "keep-alive", "transfer-encoding"];

/// A finished answer.
#[derive(Clone, Debug)]
pub(crate) struct Canned {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Canned {
    /// Reads an answer as it stands on the wire: its head, an empty line, its body.
    pub(crate) fn parse(wire: &[u8]) -> Result<Canned, Failure> {
        let head_end = memchr::memmem::find(wire, b"\r\n\r\n").ok_or_else(|| Failure::new("an answer has no end"))?;
        let head = String::from_utf8_lossy(&wire[..head_end]);
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let fields = lines.filter_map(|line| line.split_once(':'));
        let headers: Vec<(String, String)> =
            fields.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect();
        let is_chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = &wire[head_end + 4..];
        Ok(Canned {
            status: status.ok_or_else(|| Failure::new("an answer has no status"))?,
            headers: headers.into_iter().filter(|(name, _)| !OF_THE_CONNECTION.contains(&name.as_str())).collect(),
            body: if is_chunked { joined(body)?.into() } else { Bytes::copy_from_slice(body) },
        })
    }

    /// The length of the body that follows a head; 0 if the head does not say.
    pub(crate) fn body_length(head: &[u8]) -> u64 {
        let head = String::from_utf8_lossy(head);
        let mut fields = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let length = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        length.and_then(|(_, length)| length.trim().parse().ok()).unwrap_or_default()
    }

    pub(crate) fn read(path: &Path) -> Result<Canned, Failure> {
        Canned::parse(&fs::read(path)?)
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let mut wire = format!("HTTP/1.1 {} -\r\n", self.status);
        for (name, value) in &self.headers {
            wire.push_str(&format!("{name}: {value}\r\n"));
        }
        wire.push_str("\r\n");
        let mut wire = wire.into_bytes();
        wire.extend_from_slice(&self.body);
        Ok(fs::write(path, wire)?)
    }

    /// A header field's value; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Status and header fields in hyper's types.
    pub(crate) fn head(&self) -> Result<(StatusCode, HeaderMap), Failure> {
        let bad = || Failure::new("a canned answer cannot be sent");
        let status = StatusCode::from_u16(self.status).map_err(|_| bad())?;
        let mut headers = HeaderMap::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            let name = HeaderName::try_from(name).map_err(|_| bad())?;
            headers.append(name, HeaderValue::try_from(value).map_err(|_| bad())?);
        }
        Ok((status, headers))
    }
}

/// A body that came in chunks, as one.
fn joined(mut chunks: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::with_capacity(chunks.len());
    loop {
        let (length, rest) = chunk(chunks).ok_or_else(|| Failure::new("an answer's chunks do not end"))?;
        if length == 0 {
            return Ok(body);
        }
        let (bytes, rest) = rest.split_at_checked(length).ok_or_else(|| Failure::new("a chunk is cut off"))?;
        body.extend_from_slice(bytes);
        chunks = rest.strip_prefix(b"\r\n").unwrap_or(rest);
    }
}

/// How long the next chunk is, and its bytes with what follows them.
fn chunk(chunks: &[u8]) -> Option<(usize, &[u8])> {
    let end = memchr::memmem::find(chunks, b"\r\n")?;
    let length = std::str::from_utf8(&chunks[..end]).ok()?.split(';').next()?;
    Some((usize::from_str_radix(length.trim(), 16).ok()?, &chunks[end + 2..]))
}
