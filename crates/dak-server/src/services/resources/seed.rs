//! The data a new store begins with: what the documents' examples speak of.

use dak_api::{Api, Collection, Seed};
use dak_proto::fault::Fault;
use dak_store::{Batch, Key};
use serde_json::Value;

use super::{layout, write};
use crate::app::App;
use crate::clock::rfc3339;
use crate::random;
use crate::services::store_fault;

/// Writes the demo items, one millisecond apart, so that their order is theirs; nothing where no API has them.
pub(crate) async fn write(app: &App) -> Result<(), Fault> {
    let seed = dak_api::demo_seed();
    let apis = app.served.iter().map(|served| &*served.api);
    let Some((api, collection)) = apis.filter_map(|api| Some((api, seeded(api, &seed)?))).next() else {
        return Ok(());
    };
    let mut batch = Batch::new(random::batch_id(), random::tag());
    let mut created_ms = app.clock.now_ms();
    for seed in seed.items {
        let Value::Object(mut item) = seed.body else { continue };
        let created = rfc3339(created_ms);
        layout::stamp(api, collection, &mut item, &created, &created);
        let record = write::record(seed.id.into(), write::head(created_ms), &item);
        let name = layout::collection_name(api, collection);
        batch = write::with(batch, Key::new(name.clone(), name, record.id.clone()), &record);
        created_ms += 1;
    }
    app.store.commit(batch).await.map(drop).map_err(|error| store_fault(&error))
}

fn seeded<'a>(api: &'a Api, seed: &Seed) -> Option<&'a Collection> {
    let mut collections = api.methods.iter().filter_map(|method| method.action.collection());
    collections.find(|collection| api.store == seed.store && collection.name == seed.collection)
}
