//! How a record looks to a caller: what the server computes, then what is stored.

use std::borrow::Cow;

use dak_api::{Action, Collection, Object};
use dak_proto::etag::Etag;
use dak_proto::rope::Rope;
use dak_store::Record;

use super::{head, media};
use crate::media::Media;
use crate::reply::Version;
use crate::services::Call;

/// An item as it is answered.
pub(super) fn item(call: &Call<'_>, collection: &Collection, record: &Record) -> Rope {
    let computed = call.api.schemas.object(collection.item).map_or_else(Vec::new, |object| {
        let mut computed = fixed(object);
        if let Some(member) = &collection.id_member {
            let told = collection.told_id(&record.id, call.arguments);
            let told = match told.parse::<u64>() {
                Ok(number) if member.is_number => Rope::value(&number.into()),
                _ => Rope::string(&told),
            };
            computed.push((Cow::Owned(member.name.clone()), told));
        }
        if object.property("etag").is_some() {
            computed.push((Cow::Borrowed("etag"), Rope::string(etag(record).opaque())));
        }
        if let Some(media) = Media::of_head(&record.head) {
            computed.extend(media::members(&call.api.schemas, object, &media));
        }
        if object.property("selfLink").is_some()
            && let Some(link) = self_link(call, collection, &record.id)
        {
            computed.push((Cow::Borrowed("selfLink"), Rope::string(&link)));
        }
        computed
    });
    Rope::stored(computed, record.body.clone())
}

/// A record's validator: its tag, which no other write has.
pub(super) fn etag(record: &Record) -> Etag {
    Etag::from_tag(&record.tag.0)
}

/// A record's validators.
pub(super) fn version(record: &Record) -> Version {
    let updated_ms = head::updated_ms(&record.head).and_then(|ms| u64::try_from(ms).ok());
    Version { etag: etag(record), modified_s: updated_ms.map(|ms| ms / 1000) }
}

/// Members that are the same in every answer.
pub(super) fn fixed(object: &Object) -> Vec<(Cow<'static, str>, Rope)> {
    let fixed = object.fixed().iter();
    fixed.map(|fixed| (Cow::Owned(fixed.name.clone()), Rope::json(fixed.json.clone()))).collect()
}

/// Where an item is found: the URL of the method that gets it, if there is one.
pub(super) fn self_link(call: &Call<'_>, collection: &Collection, id: &str) -> Option<String> {
    let name = collection.item_name(id, call.arguments);
    let get = call.api.methods.iter().find_map(|method| match &method.action {
        Action::Get(other) if other.path == collection.path => Some(&method.template),
        _ => None,
    });
    let value = |variable: &str| match collection.id_parameter.as_deref() {
        Some(parameter) if parameter == variable => Some(name.as_str()),
        _ => call.arguments.text(variable),
    };
    let path = get?.expand(value).ok()?;
    let service_path = call.api.service_paths.first().map_or("", String::as_str);
    Some(format!("{}/{service_path}{path}", call.base_url))
}
