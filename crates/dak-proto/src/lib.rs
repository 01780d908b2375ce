//! The rules of an efficient HTTP API, pure: shared by Dak's server and client.
//!
//! A rule of the protocol stands here once, as a function from values to a value, and both ends call it: what reads a
//! header also writes it, so the ends cannot disagree. Nothing here opens a socket or a file, reads a clock, draws a
//! random number or waits; times, randomness and bytes are arguments, and a wait is a result. Lints see to that
//! (`clippy.toml` beside this crate), and no async runtime, HTTP engine or store may become a dependency.
//!
//! Along the road of a request:
//!
//! | module | what it answers |
//! |---|---|
//! | [`override_method`] | Which method does this POST stand for? |
//! | [`template`] | Does this path fit, and with which values? Which path do these values make? |
//! | [`query`] | Which parameters came, in the URL or in a form? |
//! | [`params`] | What do the standard ones say? |
//! | [`etag`], [`precondition`] | Does a conditional request go ahead, or is it 304 or 412? |
//! | [`range`] | Which part of a representation is asked for, which is answered? |
//! | [`patch`] | What does a merge patch make of a resource? Which one leads from here to there? |
//! | [`update_mask`] | Which members is a change about? |
//! | [`page`] | Where does the next page begin, and is this token of the same list? |
//! | [`fields`] | Which part of the answer is asked for? |
//! | [`rope`], [`json`] | How is that part written, without a tree being built? |
//! | [`media_type`] | Is a body JSON by its name? |
//! | [`encoding`] | Is the answer compressed? |
//! | [`content_disposition`] | Which name would a body have as a file? |
//! | [`fault`] | What went wrong, and what can the caller do? |
//! | [`retry`], [`backoff`] | Is the request sent again, and when? |
//! | [`batch`] | Which requests stand in one, and how do their answers come back? |
//! | [`media`] | Where do an upload's bytes belong, what comes next, at either end? |
//! | [`filter`], [`order_by`], [`comparable`] | Which items does a list ask for, and in which order? |
//! | [`secrets`] | What is neither shown nor put away? |
//! | [`http_date`] | Which second does this header name? |

pub mod backoff;
pub mod batch;
pub mod comparable;
pub mod content_disposition;
pub mod encoding;
pub mod etag;
pub mod fault;
pub mod fields;
pub mod filter;
pub mod http_date;
pub mod json;
pub mod media;
pub mod media_type;
pub mod order_by;
pub mod override_method;
pub mod page;
pub mod params;
pub mod patch;
pub mod precondition;
pub mod query;
pub mod range;
pub mod retry;
pub mod rope;
pub mod secrets;
pub mod template;
pub mod update_mask;
