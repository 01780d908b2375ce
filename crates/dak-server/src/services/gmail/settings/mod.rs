//! Settings of a mailbox.

use dak_proto::fault::Fault;

use super::unknown;
use crate::reply::Reply;
use crate::services::Call;

/// `noun` is what stands behind `settings.`; empty for the settings themselves, such as `getImap`.
pub(super) async fn carry_out(call: Call<'_>, _noun: &str, _verb: &str) -> Result<Reply, Fault> {
    Err(unknown(&call))
}
