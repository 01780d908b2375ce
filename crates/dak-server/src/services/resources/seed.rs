//! The data a new store begins with: what the documents' examples speak of.

use std::sync::Arc;

use dak_api::{Api, Collection, Seed};
use dak_proto::fault::Fault;
use dak_store::{Batch, ErrorKind, Expectation, Key};
use serde_json::Value;

use super::layout::{self, Times};
use super::{head, write};
use crate::app::App;
use crate::services::store_fault;
use crate::{random, system};

/// Writes the demo items, one millisecond apart, so that their order is theirs; nothing where no API has them or where
/// they were written before (they may have been deleted since). A claim is committed with them, so that a server that
/// was killed at its first start seeds at its second.
pub(crate) async fn write(app: &App) -> Result<(), Fault> {
    let seed = dak_api::demo_seed();
    let apis = app.served.iter().map(|served| &*served.api);
    let Some((api, collection)) = apis.filter_map(|api| Some((api, seeded(api, &seed)?))).next() else {
        return Ok(());
    };
    let claim = Key::new(system::SPACE, system::DOCUMENTS, format!("seed:{}", seed.store));
    let mut batch =
        Batch::new(random::batch_id(), random::tag()).expect(Expectation::Absent(claim.clone())).put(claim, "{}", "{}");
    let mut created_ms = app.clock.now_ms() - i64::try_from(seed.items.len()).unwrap_or(0);
    for seed in seed.items {
        let Value::Object(mut item) = seed.body else { continue };
        let times = Times { created_ms, changed_ms: created_ms };
        layout::stamp(api, collection, &mut item, times, None);
        let record = write::record(collection, seed.id.into(), head::new(created_ms, created_ms, None), &mut item);
        let key = Key::new(Arc::clone(&collection.path), Arc::clone(&collection.path), record.id.clone());
        batch = write::with(batch, key, &record);
        created_ms += 1;
    }
    match app.store.commit(batch).await {
        Err(error) if error.kind() != ErrorKind::Conflict => Err(store_fault(&error)),
        _ => Ok(()),
    }
}

fn seeded<'a>(api: &'a Api, seed: &Seed) -> Option<&'a Collection> {
    let mut collections = api.methods.iter().filter_map(|method| method.action.collection());
    collections.find(|collection| api.store == seed.store && collection.name == seed.collection)
}
