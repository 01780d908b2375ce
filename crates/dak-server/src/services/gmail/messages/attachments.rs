//! Attachments: the parts of a message that are fetched by themselves.

use dak_proto::fault::Fault;

use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::unknown;

pub(in crate::services::gmail) async fn carry_out(call: Call<'_>, _verb: &str) -> Result<Reply, Fault> {
    Err(unknown(&call))
}
