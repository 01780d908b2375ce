//! Blogger's JSON API v2, which has ended (P14): every path it had says so.

use std::future::Future;
use std::pin::Pin;

use dak_proto::fault::Fault;

use crate::reply::Reply;
use crate::services::{Call, Service};

/// The paths it had.
pub const DOCUMENT: &[u8] = include_bytes!("retired.v2.json");

/// What answers there.
#[derive(Debug)]
pub struct Retired;

impl Service for Retired {
    fn call<'a>(&'a self, _: Call<'a>) -> Pin<Box<dyn Future<Output = Result<Reply, Fault>> + Send + 'a>> {
        let message = "The Blogger JSON API v2 ended on 30 September 2024; use v3: the same paths begin with /v3/ or /blogger/v3/.";
        Box::pin(std::future::ready(Err(Fault::gone(message))))
    }

    fn is_open(&self) -> bool {
        true
    }
}
