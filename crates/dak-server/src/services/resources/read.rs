//! Get.

use std::sync::Arc;

use dak_api::Collection;
use dak_proto::fault::Fault;
use dak_proto::params::Alt;
use dak_store::{Key, Lookup, Record, Tag};

use super::{head, layout, media, places, present};
use crate::reply::Reply;
use crate::services::{Call, store_fault};

/// Gives one item.
pub(super) async fn get(call: Call<'_>, collection: &Collection) -> Result<Reply, Fault> {
    let call = &call;
    if collection.is_across(call.arguments) {
        let arguments = places::of_only(call, collection).await?;
        return one(&call.with_arguments(&arguments), collection).await;
    }
    one(call, collection).await
}

async fn one(call: &Call<'_>, collection: &Collection) -> Result<Reply, Fault> {
    let key = layout::key(collection, call.arguments)?;
    let lookup = call.app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?;
    let record = match lookup {
        Lookup::Found(record) => record,
        _ if collection.is_single => unset(call, collection, &key).await?,
        _ => return Err(layout::not_found(collection, &key.id)),
    };
    if call.standard.alt == Alt::Media {
        return media::get(call, collection, &record).await;
    }
    let version = present::version(&record);
    match call.short_cut(&version)? {
        Some(reply) => Ok(reply),
        None => Ok(Reply::read(present::item(call, collection, &record), version)),
    }
}

/// The only one of its kind before it was first changed.
async fn unset(call: &Call<'_>, collection: &Collection, key: &Key) -> Result<Record, Fault> {
    layout::parent(call, collection).await?;
    let (head, body) = (head::new(0, 0, None), "{}".into());
    Ok(Record { id: Arc::clone(&key.id), head, body, tag: Tag::default(), sequence: 0 })
}
