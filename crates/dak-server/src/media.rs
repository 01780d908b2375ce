//! Media as a resource has it: where its bytes are, how many, what they are and what they come to.

use dak_proto::media::hash::Digests;
use dak_store::{Batch, Key, Segment};
use serde_json::{Value, json};

use crate::system;

/// Bytes that are stored whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Where they are. None of these is empty.
    pub segments: Vec<Segment>,
    /// How many they are.
    pub length: u64,
    /// Their media type, as it was said.
    pub content_type: String,
    /// Their checksums: CRC32C always, others where they were asked for.
    pub digests: Digests,
}

impl Media {
    /// The stored form.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "segments": segments_to_json(&self.segments),
            "length": self.length,
            "contentType": self.content_type,
            "digests": self.digests.to_json(),
        })
    }

    /// Reads the stored form. `None` if it is not one.
    #[must_use]
    pub fn from_json(media: &Value) -> Option<Media> {
        Some(Media {
            segments: segments_from_json(media.get("segments")?)?,
            length: media.get("length")?.as_u64()?,
            content_type: media.get("contentType")?.as_str()?.to_owned(),
            digests: Digests::from_json(media.get("digests")?)?,
        })
    }

    /// The media that a record's head tells of; `None` if it has none.
    #[must_use]
    pub fn of_head(head: &[u8]) -> Option<Media> {
        // Most heads have none, and are looked at with every request.
        let head = std::str::from_utf8(head).ok().filter(|head| head.contains("\"media\":"))?;
        let head: Value = serde_json::from_str(head).ok()?;
        Media::from_json(head.get("media")?)
    }

    /// A name of these bytes that no others ever have; bytes that are none have one, too.
    #[must_use]
    pub fn name(&self) -> &str {
        self.segments.first().map_or("empty", |segment| &segment.name)
    }
}

/// The segments, with bytes, that a record's head names: those of an item's media, or of an upload.
#[must_use]
pub fn named_segments(head: &[u8]) -> Vec<Segment> {
    let head: Value = serde_json::from_slice(head).unwrap_or_default();
    let media = head.get("media").unwrap_or(&head);
    let segments = media.get("segments").and_then(segments_from_json).unwrap_or_default();
    segments.into_iter().filter(|segment| segment.length > 0).collect()
}

/// Segments as pairs of name and length.
pub(crate) fn segments_to_json(segments: &[Segment]) -> Value {
    segments.iter().map(|Segment { name, length }| json!([name, length])).collect()
}

/// Reads what [`segments_to_json`] made. `None` if it is nothing of the kind.
pub(crate) fn segments_from_json(segments: &Value) -> Option<Vec<Segment>> {
    let read = |pair: &Value| Some(Segment { name: pair.get(0)?.as_str()?.to_owned(), length: pair.get(1)?.as_u64()? });
    segments.as_array()?.iter().map(read).collect()
}

/// Also throws these bytes away: the row that names them as garbage comes before they go.
#[must_use]
pub(crate) fn discard(batch: Batch, segments: &[Segment], now_ms: i64) -> Batch {
    let row = json!({ "expiresMs": now_ms }).to_string();
    segments.iter().fold(batch, |batch, segment| batch.put(garbage(&segment.name), "{}", row.clone()))
}

/// The row that says that a segment's bytes are to go.
pub(crate) fn garbage(name: &str) -> Key {
    Key::new(system::SPACE, system::GARBAGE, name)
}
