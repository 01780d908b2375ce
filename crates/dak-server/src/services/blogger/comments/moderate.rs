//! Approving comments, marking them as spam, removing their content or all of them.

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_store::{Batch, Expectation, Key, Lookup, Record, Tag};

use super::{Head, Status, find, key, present, version};
use crate::random;
use crate::reply::Reply;
use crate::services::blogger::blog::{Blog, Role, forbidden};
use crate::services::blogger::entries::write::{committed, may_edit};
use crate::services::blogger::head::Head as PostHead;
use crate::services::blogger::kind::Kind;
use crate::services::blogger::{entries, index};
use crate::services::{Call, store_fault};

/// How often a change starts again after another one overtook it.
const ROUNDS_MAX: usize = 100;
/// The body of a comment whose content is gone.
const EMPTY: &[u8] = b"{}";

/// What is done to a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is no spam.
    Approve,
    /// It is spam.
    MarkAsSpam,
    /// Its content goes; the comment stays.
    RemoveContent,
    /// It goes.
    Delete,
}

/// Does it. Administrators may, and the authors of the post.
pub(crate) async fn carry_out(call: &Call<'_>, verdict: Verdict) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    blog.require(Role::Author)?;
    for _ in 0..ROUNDS_MAX {
        let (post, post_head) = entries::find(call, &blog, Kind::Post, entries::id(call, Kind::Post)).await?;
        if !may_edit(&blog, &post_head) {
            return Err(forbidden());
        }
        let (record, head) = find(call, &blog).await?;
        call.check(&version(&record, &head))?;
        let key = key(&blog, &record.id);
        let batch = Batch::new(random::batch_id(), random::tag());
        let batch = batch.expect(Expectation::Tagged(key.clone(), record.tag));
        let judged = judged(verdict, &record, &head, call.app.clock.now_ms());
        let is_live = judged.as_ref().is_some_and(|(head, _)| head.status == Status::Live);
        let more = i64::from(is_live) - i64::from(head.status == Status::Live);
        let tag = batch.tag;
        let batch = match &judged {
            Some((head, body)) => batch.put(key, head.to_bytes(), body.clone()),
            None => batch.delete(key),
        };
        let batch = counted(batch, &blog, &post, &post_head, more);
        if committed(call, batch).await? {
            return judged.map_or(Ok(Reply::NoContent), |judged| shown(call, &blog, &record, tag, judged));
        }
    }
    Err(Fault::unavailable(1))
}

/// Adds to the batch that a post has more or fewer comments than before. It gets another tag, for it looks different.
pub(crate) fn counted(batch: Batch, blog: &Blog, post: &Record, head: &PostHead, more: i64) -> Batch {
    let key = Key::new(blog.space.clone(), index::POSTS, post.id.clone());
    if more == 0 {
        return batch.expect(Expectation::Present(key));
    }
    let head = PostHead { replies: head.replies + more, ..head.clone() };
    batch.expect(Expectation::Tagged(key.clone(), post.tag)).retag(key, head.to_bytes())
}

/// The post that a comment is, or is to be, on.
pub(crate) async fn post(app: &crate::app::App, blog: &Blog, id: &str) -> Result<(Record, PostHead), Fault> {
    let key = Key::new(blog.space.clone(), index::POSTS, id);
    let lookup = app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?;
    let missing = || Fault::not_found(format!("There is no post {id} in the blog {}.", blog.id()));
    let Lookup::Found(record) = lookup else { return Err(missing()) };
    let head = PostHead::parse(&record.head)?;
    Ok((record, head))
}

/// What becomes of a comment; nothing of one that is deleted.
fn judged(verdict: Verdict, record: &Record, head: &Head, now_ms: i64) -> Option<(Head, Bytes)> {
    let is_empty = &*record.body == EMPTY;
    let (status, body) = match verdict {
        Verdict::Approve if is_empty => (Status::Emptied, record.body.clone()),
        Verdict::Approve => (Status::Live, record.body.clone()),
        Verdict::MarkAsSpam => (Status::Spam, record.body.clone()),
        Verdict::RemoveContent => (Status::Emptied, Bytes::from_static(EMPTY)),
        Verdict::Delete => return None,
    };
    Some((Head { status, updated_ms: now_ms, ..head.clone() }, body))
}

fn shown(call: &Call<'_>, blog: &Blog, before: &Record, tag: Tag, (head, body): (Head, Bytes)) -> Result<Reply, Fault> {
    let record = Record { head: head.to_bytes(), body, tag, ..before.clone() };
    Ok(Reply::written(present(call, blog, blog.role, true, &record)?, version(&record, &head)))
}
