//! Media, both ends (`U1` to `U15`): what headers and bodies say, and the machines that decide what comes next.
//!
//! | module | what it answers |
//! |---|---|
//! | [`content_range`] | Where do these bytes belong? How many are kept? |
//! | [`multipart`] | Which part of a body is metadata, which is media? |
//! | [`hash`] | Are they the bytes that were sent? |
//! | [`start`] | How does an upload begin? |
//! | [`session`] | What is stored between requests? |
//! | [`receiver`] | What does the server do with a request to a session? |
//! | [`sender`] | What does the client of an upload do next? |
//! | [`fetcher`] | What does the client of a download do next? |
//!
//! Nothing here holds a body: pieces go in and out, offsets and states stay.

pub mod content_range;
pub mod fetcher;
pub mod hash;
pub mod multipart;
pub mod receiver;
pub mod sender;
pub mod session;
pub mod start;

#[cfg(test)]
mod tests;

use http::HeaderMap;

use crate::fault::Fault;

/// 400 where one of these fields is there twice: who says two things means neither for sure.
fn said_once(headers: &HeaderMap, names: &[&'static str]) -> Result<(), Fault> {
    let Some(name) = names.iter().copied().find(|name| headers.get_all(*name).iter().count() > 1) else {
        return Ok(());
    };
    Err(Fault::bad_request("invalidHeader", format!("{name} must be there once.")).at_header(name))
}
