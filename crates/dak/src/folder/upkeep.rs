//! Looking after a store of the `sqlite` engine.

use std::path::Path;
use std::sync::Arc;

use dak_server::upkeep::Upkeep;
use dak_store::sqlite::Sqlite;
use dak_store::{Batch, Error, Records, Tag};
use serde_json::{Value, json};

/// How many records are deleted at a time.
const DELETED_AT_ONCE: u32 = 1000;

/// The upkeep of one open store.
pub(super) struct SqliteUpkeep(pub(super) Arc<Sqlite>);

impl Upkeep for SqliteUpkeep {
    fn backup(&self, folder: &Path) -> Result<(), Error> {
        self.0.backup(folder)
    }

    fn check(&self) -> Result<Value, Error> {
        let report = self.0.check()?;
        Ok(json!({"records": report.records, "problems": report.problems}))
    }

    fn rebuild(&self) -> Result<(), Error> {
        wait(self.0.rebuild()).map(drop)
    }

    fn clear(&self) -> Result<(), Error> {
        loop {
            let keys = self.0.keys(DELETED_AT_ONCE)?;
            if keys.is_empty() {
                return Ok(());
            }
            let batch = Batch::new(random(), Tag(random()));
            wait(self.0.commit(keys.into_iter().fold(batch, Batch::delete)))?;
        }
    }
}

/// Random bytes for a batch; without them its tag would still be one that no reader has seen.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let _ = getrandom::fill(&mut bytes);
    bytes
}

/// Waits on the calling thread, which is none that serves requests.
fn wait<T>(future: dak_store::BoxFuture<'_, T>) -> Result<T, Error> {
    let unavailable = |error: std::io::Error| Error::new(dak_store::ErrorKind::Unavailable, error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(unavailable)?;
    runtime.block_on(future)
}
