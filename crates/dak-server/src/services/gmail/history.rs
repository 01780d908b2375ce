//! What happened in a mailbox.

use dak_proto::fault::Fault;

use super::unknown;
use crate::reply::Reply;
use crate::services::Call;

/// What is added to a mailbox's sequence: the first numbers are never given, so that `1` is too old in every mailbox.
const BASE: u64 = 1000;

/// The history id of a commit.
pub(super) fn id(sequence: u64) -> String {
    sequence.saturating_add(BASE).to_string()
}

pub(super) async fn carry_out(call: Call<'_>, _verb: &str) -> Result<Reply, Fault> {
    Err(unknown(&call))
}
