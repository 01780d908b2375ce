//! Reads that the shelf can answer.

use std::future::Future;
use std::sync::Arc;

use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;

use crate::reply::Reply;
use crate::services::Call;
use crate::shelf::Draft;

/// The answer to a read: that nothing is new, a finished answer, the draft of one, or what `make` makes. Its tag tells it from
/// every other answer to the same words.
///
/// # Errors
/// 412 where a precondition failed, and what `make` is refused.
pub(super) async fn read(
    call: &Call<'_>,
    etag: Etag,
    make: impl Future<Output = Result<Rope, Fault>>,
) -> Result<Reply, Fault> {
    if let Some(reply) = call.short_cut(&etag.clone().into())? {
        return Ok(reply);
    }
    let key = call.draft_key();
    if let Some(draft) = call.app.shelf.find_draft(&key, &etag) {
        return Ok(Reply::read(draft.rope.clone(), etag));
    }
    let rope = Arc::new(make.await?);
    call.app.shelf.keep_draft(key, Draft { etag: etag.clone(), rope: rope.clone() });
    Ok(Reply::read(rope, etag))
}
