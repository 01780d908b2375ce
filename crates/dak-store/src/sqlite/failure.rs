//! Where the driver's errors end: each becomes an advice.

use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use crate::{Error, ErrorKind};

/// An error of the driver.
///
/// Everything that is neither a full disk nor a passing state makes the store unavailable: after a failed write or sync
/// nobody knows what the disk has, and to go on would be to promise what may not be kept.
pub(crate) fn failure(error: rusqlite::Error) -> Error {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => ErrorKind::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ErrorKind::Busy,
        Some(ErrorCode::TooBig) => ErrorKind::Invalid,
        _ => ErrorKind::Unavailable,
    };
    Error::new(kind, format!("The database failed: {error}."))
}

/// An error of the file system.
pub(crate) fn unusable(path: &Path, error: &io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorKind::Full,
        _ => ErrorKind::Unavailable,
    };
    Error::new(kind, format!("'{}' cannot be used: {}.", path.display(), reason(error)))
}

/// What the system says, in its words but without its number: `permission denied`.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or_default();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
