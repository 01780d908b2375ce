//! Resources over any description: get, list, insert, update, patch and delete, told from the methods' shapes.
//!
//! A collection's items are records of one space. A record's body is the item as sent, without what the server sets;
//! its head holds the time of its creation.

mod indexer;
mod layout;
mod media;
mod outcome;
mod present;
mod read;
pub mod seed;
#[cfg(test)]
mod tests;
mod write;

use std::future::Future;
use std::pin::Pin;

use dak_api::Action;
use dak_proto::fault::Fault;

pub use indexer::ServerIndexer;
pub(in crate::services) use indexer::tag;

use super::{Call, Service};
use crate::reply::Reply;

/// The service behind every API that has no behaviour of its own.
#[derive(Debug)]
pub struct Resources;

impl Service for Resources {
    fn call<'a>(&'a self, call: Call<'a>) -> Pin<Box<dyn Future<Output = Result<Reply, Fault>> + Send + 'a>> {
        Box::pin(async move {
            match &call.method.action {
                Action::Get(collection) => read::get(&call, collection).await,
                Action::List(listing) => read::list(&call, listing).await,
                Action::Insert(change) => write::insert(call, change).await,
                Action::Update(change) => write::update(call, change).await,
                Action::Patch(change) => write::patch(call, change).await,
                Action::Delete(change) => write::delete(call, change).await,
                Action::Custom(why) => Err(Fault::not_implemented(format!(
                    "The method {} is described here, but nothing is known of what it does: {why}.",
                    call.method.id
                ))),
            }
        })
    }

    fn check_upload<'a>(&'a self, call: &'a Call<'a>) -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>> {
        Box::pin(write::check_upload(call))
    }
}
