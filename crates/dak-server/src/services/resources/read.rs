//! Get.

use std::sync::Arc;

use dak_api::Collection;
use dak_proto::fault::Fault;
use dak_proto::params::Alt;
use dak_proto::rope::Rope;
use dak_store::{Key, Lookup, Record, Tag};

use super::{head, layout, media, places, present};
use crate::media::Media;
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

/// Gives an item's media. Where its method describes an answer, that tells of the media unless `alt=media` asks for it.
pub(super) async fn download(call: Call<'_>, collection: &Collection) -> Result<Reply, Fault> {
    let call = &call;
    let record = found(call, collection).await?;
    let response = call.method.response.filter(|_| call.standard.alt != Alt::Media);
    let Some(object) = response.and_then(|response| call.api.schemas.object(response)) else {
        return media::get(call, collection, &record).await;
    };
    let media = Media::of_head(&record.head);
    let of_media = media.map(|media| media::members(&call.api.schemas, object, &media)).unwrap_or_default();
    let members = present::fixed(object).into_iter().chain(of_media).collect();
    Ok(Reply::shown(Arc::new(Rope::object(members))))
}

async fn one(call: &Call<'_>, collection: &Collection) -> Result<Reply, Fault> {
    let record = found(call, collection).await?;
    if call.standard.alt == Alt::Media {
        return media::get(call, collection, &record).await;
    }
    let version = present::version(&record);
    match call.short_cut(&version)? {
        Some(reply) => Ok(reply),
        None => Ok(Reply::read(present::item(call, collection, &record), version)),
    }
}

async fn found(call: &Call<'_>, collection: &Collection) -> Result<Record, Fault> {
    let key = layout::key(collection, call.arguments)?;
    match call.app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))? {
        Lookup::Found(record) => Ok(record),
        _ if collection.is_single => unset(call, collection, &key).await,
        _ => Err(layout::not_found(collection, &key.id)),
    }
}

/// The only one of its kind before it was first changed.
async fn unset(call: &Call<'_>, collection: &Collection, key: &Key) -> Result<Record, Fault> {
    layout::parent(call, collection).await?;
    let (head, body) = (head::new(0, 0, None), "{}".into());
    Ok(Record { id: Arc::clone(&key.id), head, body, tag: Tag::default(), sequence: 0 })
}
