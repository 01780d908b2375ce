//! Blogger v3: blogs with posts, pages and comments.
//!
//! A blog and all that is in it is one space, so that a list's version and the blog's hang on one number; the blogs
//! themselves are in another, to be listed by their members. A record's body is what its author sent; its head holds
//! what the server sets: times, status, path, author, how many comments are shown.

pub mod retired;

use std::future::Future;
use std::pin::Pin;

use dak_proto::fault::Fault;

use super::{Call, Service};
use crate::reply::Reply;

/// The API that has this behaviour.
pub const API: &str = "blogger:v3";

/// The service behind [`API`].
#[derive(Debug)]
pub struct Blogger;

impl Service for Blogger {
    fn call<'a>(&'a self, call: Call<'a>) -> Pin<Box<dyn Future<Output = Result<Reply, Fault>> + Send + 'a>> {
        Box::pin(carry_out(call))
    }
}

async fn carry_out(call: Call<'_>) -> Result<Reply, Fault> {
    let method = call.method.id.as_str();
    Err(Fault::not_implemented(format!("The method {method} is described here, but not there yet.")))
}
