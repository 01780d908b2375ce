//! The first step: is the head within its bounds?

use dak_proto::fault::Fault;
use http::request::Parts;

use crate::settings::Limits;

/// Bytes of a header field beside its name and value: `: ` and the line's end.
const FIELD_BYTES: usize = 4;

/// Checks the size of a request's head.
///
/// # Errors
/// 414 for a target, 431 for a head larger than `head_bytes_max`.
pub fn check(head: &Parts, limits: &Limits) -> Result<(), Fault> {
    let bytes_max = limits.head_bytes_max;
    let target_bytes = head.uri.path().len() + head.uri.query().map_or(0, str::len);
    if target_bytes > bytes_max {
        return Err(Fault::new(414, "uriTooLong", format!("The request's URL is larger than {bytes_max} bytes.")));
    }
    let fields = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + FIELD_BYTES);
    if target_bytes + fields.sum::<usize>() > bytes_max {
        let message = format!("The request's head is larger than {bytes_max} bytes.");
        return Err(Fault::new(431, "headersTooLarge", message));
    }
    Ok(())
}
