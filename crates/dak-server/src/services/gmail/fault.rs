//! Refusals as Gmail words them (reference: what its clients were seen to be told).

use dak_proto::fault::Fault;

/// 404 for whatever is not there.
pub(super) fn not_found() -> Fault {
    Fault::not_found("Requested entity was not found.")
}

/// 400 for a request that says what cannot be.
pub(super) fn invalid(message: impl Into<String>) -> Fault {
    Fault::bad_request("invalidArgument", message)
}

/// 400 for a request that the mailbox, as it is, does not allow.
pub(super) fn failed_precondition(message: impl Into<String>) -> Fault {
    Fault::bad_request("failedPrecondition", message)
}

/// 403 for another user's mailbox.
pub(super) fn delegation_denied(caller: &str) -> Fault {
    Fault::forbidden("forbidden", format!("Delegation denied for {caller}"))
}

/// 403 for an answer that would not fit into memory beside others.
pub(super) fn response_too_large() -> Fault {
    Fault::forbidden("responseTooLarge", "The requested resource is too large to return.")
}
