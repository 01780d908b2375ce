//! The first step: is the head within its bounds, and the body, if there is one, in a coding that is understood?

use dak_proto::encoding::check_transfer_coding;
use dak_proto::fault::Fault;
use http::request::Parts;

use crate::body::Body;
use crate::settings::Limits;

/// Bytes of a header field beside its name and value: `: ` and the line's end.
const FIELD_BYTES: usize = 4;

/// Checks the size of a request's head, and how its body is carried.
///
/// # Errors
/// 414 for a target, 431 for a head larger than `head_bytes_max`, 501 for a transfer coding other than `chunked`.
pub fn check(head: &Parts, body: &Body, limits: &Limits) -> Result<(), Fault> {
    check_size(head, limits)?;
    if body.is_empty() { Ok(()) } else { check_transfer_coding(&head.headers) }
}

fn check_size(head: &Parts, limits: &Limits) -> Result<(), Fault> {
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
