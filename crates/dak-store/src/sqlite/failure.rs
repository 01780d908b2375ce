//! Where the driver's errors end: each becomes an advice.

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
