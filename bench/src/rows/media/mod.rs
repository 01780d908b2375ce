//! The rows of media: a large file sent, got, and gone on with.

mod clients;
mod downloads;
mod resuming;
mod several;
mod uploads;

use tempfile::TempDir;

use crate::args::Plan;
use crate::failure::Failure;
use crate::media::Media;
use crate::place::Place;
use crate::rows::Row;

const MIB: f64 = 1048576.0;
const RATE: &str = "MiB per second";
const CPU_OF_A_GIB: &str = "CPU-seconds for a GiB";

/// What all of these rows need.
struct Stage<'a> {
    place: &'a Place,
    plan: &'a Plan,
    /// For everything but the data of our server; on the same disk as those.
    folder: TempDir,
    media: Media,
}

/// Measures the rows of media that are asked for.
pub(super) fn measure(place: &Place, plan: &Plan) -> Result<Vec<Row>, Failure> {
    let kinds = [
        (uploads::NAMES.as_slice(), uploads::measure as fn(&Stage<'_>) -> Result<Vec<Row>, Failure>),
        (&[clients::NAME], clients::measure),
        (&[several::NAME], several::measure),
        (downloads::NAMES.as_slice(), downloads::measure),
        (resuming::NAMES.as_slice(), resuming::measure),
    ];
    let mut wanted = kinds.into_iter().filter(|(names, _)| names.iter().any(|name| plan.wants(name))).peekable();
    if wanted.peek().is_none() {
        return Ok(Vec::new());
    }
    let folder = tempfile::Builder::new().prefix("media-").tempdir_in(&place.out)?;
    let media = Media::make(folder.path(), plan.media_bytes)?;
    let stage = Stage { place, plan, folder, media };
    let mut rows = Vec::new();
    for (_, measure) in wanted {
        rows.extend(measure(&stage)?);
    }
    Ok(rows)
}
