//! Looking after a folder: records in the `sqlite` engine, bytes in the `files` engine.

use std::collections::HashMap;

use std::path::Path;
use std::sync::Arc;

use dak_proto::media::hash::crc32c_append;
use dak_server::media::{Media, named_segments};
use dak_server::services::gmail::recount;
use dak_server::upkeep::Upkeep;
use dak_store::files::{Files, Found};
use dak_store::sqlite::Sqlite;
use dak_store::{Batch, Blobs, Error, Key, Records, Tag};
use serde_json::{Value, json};

use super::MEDIA;

/// How many records are deleted at a time.
const DELETED_AT_ONCE: u32 = 1000;

/// How many bytes of media are read at a time.
const READ_BYTES: usize = 256 << 10;
/// The most problems with media that a report names.
const PROBLEMS_MAX: usize = 1000;

/// The upkeep of one open folder.
pub(super) struct FolderUpkeep {
    pub(super) store: Arc<Sqlite>,
    pub(super) files: Arc<Files>,
}

impl Upkeep for FolderUpkeep {
    /// Records first: what they name is there as long as nothing is deleted.
    fn backup(&self, folder: &Path) -> Result<(), Error> {
        let _held = self.files.hold_deletions();
        self.store.backup(folder)?;
        self.files.copy(&folder.join(MEDIA))
    }

    fn check(&self) -> Result<Value, Error> {
        let report = self.store.check()?;
        let mut problems = report.problems;
        let media = self.check_media(&mut problems)?;
        problems.extend(wait(Box::pin(recount(&*self.store)))?);
        Ok(json!({"records": report.records, "media": media, "problems": problems}))
    }

    fn rebuild(&self) -> Result<(), Error> {
        wait(self.store.rebuild()).map(drop)
    }

    fn clear(&self) -> Result<(), Error> {
        loop {
            let keys = self.store.keys(DELETED_AT_ONCE)?;
            if keys.is_empty() {
                return self.files.clear();
            }
            let batch = Batch::new(random(), Tag(random()));
            wait(self.store.commit(keys.into_iter().fold(batch, Batch::delete)))?;
        }
    }
}

impl FolderUpkeep {
    /// Whether every segment that a record names is there with all its bytes, and media is what was uploaded. The answer
    /// counts the segments.
    fn check_media(&self, problems: &mut Vec<String>) -> Result<u64, Error> {
        let _held = self.files.hold_deletions();
        let mut named: HashMap<String, (Key, u64)> = HashMap::new();
        let mut media: Vec<(Key, Media)> = Vec::new();
        self.store.heads(&mut |key, head| {
            for segment in named_segments(head) {
                named.insert(segment.name, (key.clone(), segment.length));
            }
            media.extend(Media::of_head(head).map(|media| (key, media)));
        })?;
        let segments = named.len() as u64;
        for found in self.files.survey() {
            match found? {
                Found::Segment(segment) => {
                    if named.get(&segment.name).is_some_and(|(_, length)| segment.length >= *length) {
                        named.remove(&segment.name);
                    }
                }
                Found::Foreign(path) => problems.push(format!("'{}' is no part of the data.", path.display())),
            }
        }
        let lost = named.into_iter().map(|(name, (key, length))| {
            format!("The media of '{}' in {} lacks the {length} bytes of segment {name}.", key.id, key.collection)
        });
        let is_whole = problems.is_empty();
        problems.extend(lost.take(PROBLEMS_MAX));
        if is_whole {
            let other = media.iter().filter_map(|(key, media)| self.check_bytes(key, media));
            problems.extend(other.take(PROBLEMS_MAX));
        }
        Ok(segments)
    }

    /// Reads media and compares its checksum; what is wrong with it, if something is.
    fn check_bytes(&self, key: &Key, media: &Media) -> Option<String> {
        let wanted = media.digests.crc32c?;
        match wait(Box::pin(self.crc32c(media))) {
            Ok(found) if found == wanted => None,
            Ok(_) => Some(format!("The media of '{}' in {} is not what was uploaded.", key.id, key.collection)),
            Err(error) => Some(format!("The media of '{}' in {} cannot be read: {error}", key.id, key.collection)),
        }
    }

    async fn crc32c(&self, media: &Media) -> Result<u32, Error> {
        let mut reading = self.files.read(&media.segments, 0).await?;
        let mut crc32c = 0;
        loop {
            let bytes = reading.next(READ_BYTES).await?;
            if bytes.is_empty() {
                return Ok(crc32c);
            }
            crc32c = crc32c_append(crc32c, &bytes);
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
