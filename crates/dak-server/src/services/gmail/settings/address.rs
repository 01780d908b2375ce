//! Addresses that settings name: what they look like, and whether their owners have to agree (G34).

use dak_proto::fault::Fault;
use serde_json::Value;

use crate::services::gmail::fault;
use crate::services::gmail::mailbox::is_address;

/// What an address is that its owner agreed to.
pub(super) const ACCEPTED: &str = "accepted";
/// What an address is whose owner was asked.
pub(super) const PENDING: &str = "pending";

/// The address that must stand in this member of a body, as it was sent.
///
/// # Errors
/// 400 that names the member.
pub(super) fn required<'a>(body: &'a Value, name: &str) -> Result<&'a str, Fault> {
    match body[name].as_str().unwrap_or_default() {
        "" => Err(fault::invalid(format!("Missing {name}"))),
        address if is_address(address) => Ok(address),
        _ => Err(fault::invalid(format!("Invalid {name}"))),
    }
}

/// The same where it may be absent or empty.
///
/// # Errors
/// 400 that names the member.
pub(super) fn optional(body: &Value, name: &str) -> Result<(), Fault> {
    match body[name].as_str().unwrap_or_default() {
        "" => Ok(()),
        _ => required(body, name).map(drop),
    }
}

/// An address as records are found by it.
pub(super) fn id(address: &str) -> String {
    address.to_lowercase()
}

/// Whether an address of somebody's can be used at once: within one domain nobody is asked.
pub(super) fn status(user: &str, address: &str) -> &'static str {
    let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    if domain(user) == domain(address) { ACCEPTED } else { PENDING }
}
