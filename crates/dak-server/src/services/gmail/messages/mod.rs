//! Messages.

pub(super) mod attachments;

use dak_proto::fault::Fault;

use super::unknown;
use crate::reply::Reply;
use crate::services::Call;

pub(super) async fn carry_out(call: Call<'_>, _verb: &str) -> Result<Reply, Fault> {
    Err(unknown(&call))
}
