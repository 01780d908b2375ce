//! Posts and pages: what both have in common is here once.

pub(super) mod present;
pub(super) mod read;
pub(super) mod schedule;
pub(super) mod write;

use dak_proto::fault::Fault;
use dak_store::{Key, Lookup, Record};

use super::blog::{Blog, Role, not_found};
use super::head::Head;
use super::kind::Kind;
use super::user;
use crate::services::{Call, store_fault};

/// The record of this id, whoever may see it.
///
/// # Errors
/// 404 where there is none.
pub(super) async fn find(call: &Call<'_>, blog: &Blog, kind: Kind, id: &str) -> Result<(Record, Head), Fault> {
    if !user::is_id(id) {
        return Err(not_found());
    }
    let lookup = call.app.store.lookup(&key(blog, kind, id), None).await.map_err(|error| store_fault(&error))?;
    let Lookup::Found(record) = lookup else { return Err(not_found()) };
    let head = Head::parse(&record.head)?;
    Ok((record, head))
}

/// The same, if it is shown in this view.
///
/// # Errors
/// 404 where it is not: readers do not learn of drafts.
pub(super) async fn find_shown(
    call: &Call<'_>,
    blog: &Blog,
    kind: Kind,
    id: &str,
    view: Role,
) -> Result<(Record, Head), Fault> {
    let (record, head) = find(call, blog, kind, id).await?;
    if head.is_live() || view > Role::Reader { Ok((record, head)) } else { Err(not_found()) }
}

/// Where a post or page stands.
pub(super) fn key(blog: &Blog, kind: Kind, id: &str) -> Key {
    Key::new(blog.space.clone(), kind.collection(), id)
}

/// The id of the post or page that a request is about.
pub(super) fn id<'a>(call: &'a Call<'_>, kind: Kind) -> &'a str {
    call.arguments.text(kind.id_parameter()).unwrap_or_default()
}
