//! Resources over any description: get, list, insert, update, patch and delete, told from the methods' shapes, and what
//! rules say of other methods.
//!
//! A collection's items are records of one space. A record's body is the item as sent, without what the server sets;
//! its head holds the time of its creation.

mod act;
mod asked;
mod head;
mod indexer;
mod layout;
mod list;
mod media;
mod outcome;
mod places;
mod present;
mod read;
pub mod seed;
mod sent;
#[cfg(test)]
mod tests;
mod turn;
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
        // Each in a box of its own size: in a common one a get would carry the room that a write needs.
        match &call.method.action {
            Action::Get(collection) => Box::pin(read::get(call, collection)),
            Action::Download(collection) => Box::pin(read::download(call, collection)),
            Action::List(listing) => Box::pin(list::list(call, listing)),
            Action::Insert(change) => Box::pin(write::insert(call, change)),
            Action::Update(change) => Box::pin(write::update(call, change)),
            Action::Patch(change) => Box::pin(write::patch(call, change)),
            Action::Delete(change) => Box::pin(write::delete(call, change)),
            Action::Ruled(rule) => Box::pin(act::carry_out(call, rule)),
            Action::Custom(why) => Box::pin(std::future::ready(Err(unknown(&call, why)))),
        }
    }

    fn check_upload<'a>(&'a self, call: &'a Call<'a>) -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>> {
        Box::pin(write::check_upload(call))
    }

    fn is_generic(&self) -> bool {
        true
    }
}

/// 501 for a method of which nothing is known, and what to do about it.
fn unknown(call: &Call<'_>, why: &str) -> Fault {
    let id = &call.method.id;
    Fault::not_implemented(format!(
        "The method {id} is described here, but nothing is known of what it does: {why}. \
         A file of rules can say it (dak serve --rules FILE), such as:\n\n{}",
        call.api.rules_example(call.method)
    ))
}
