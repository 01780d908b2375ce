//! Getting and listing comments.

use std::collections::BTreeMap;

use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Filter, Query, Record};

use super::{Head, Status, find, present, version};
use crate::reply::Reply;
use crate::services::blogger::blog::{Blog, Role, not_found};
use crate::services::blogger::entries::present::listed;
use crate::services::blogger::kind::Kind;
use crate::services::blogger::{draft, entries, index, paging};
use crate::services::{Call, store_fault};

/// Gives a comment.
pub(crate) async fn get(call: &Call<'_>) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    let view = blog.view(call)?;
    entries::find_shown(call, &blog, Kind::Post, entries::id(call, Kind::Post), view).await?;
    let (record, head) = find(call, &blog).await?;
    if view == Role::Reader && !head.status.is_public() {
        return Err(not_found());
    }
    let version = version(&record, &head);
    match call.short_cut(&version)? {
        Some(reply) => Ok(reply),
        None => Ok(Reply::read(present(call, &blog, view, true, &record)?, version)),
    }
}

/// Gives a page of the comments on a post.
pub(crate) async fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    let view = blog.view(call)?;
    let post = entries::id(call, Kind::Post);
    entries::find_shown(call, &blog, Kind::Post, post, view).await?;
    page(call, &blog, view, vec![Filter::Tag(format!("post={post}"))]).await
}

/// Gives a page of the comments on all posts of a blog, as much as the caller may see: there is no other view.
pub(crate) async fn list_by_blog(call: &Call<'_>) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    page(call, &blog, blog.role, Vec::new()).await
}

/// So many of the newest comments on a post, as readers see them.
pub(crate) async fn newest(call: &Call<'_>, blog: &Blog, post: &str, comments: usize) -> Result<Vec<Rope>, Fault> {
    let query = Query {
        filter: Filter::And(vec![Filter::Tag(format!("post={post}")), with(Status::Live.name())]),
        limit: comments,
        bytes_max: call.app.settings.limits.page_bytes_max,
        ..Query::new(blog.space.clone(), index::COMMENTS, index::PUBLISHED)
    };
    let page = call.app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    page.records.iter().map(|record| present(call, blog, Role::Reader, true, record)).collect()
}

async fn page(call: &Call<'_>, blog: &Blog, view: Role, mut filter: Vec<Filter>) -> Result<Reply, Fault> {
    let statuses: Vec<&str> = call.arguments.all("status").collect();
    let is_public = |status: &&str| Status::parse(status).is_some_and(Status::is_public);
    if view == Role::Reader && !statuses.iter().all(is_public) {
        return Err(not_found());
    }
    filter.push(match statuses.is_empty() {
        true => with(Status::Live.name()),
        false => Filter::Or(statuses.into_iter().map(with).collect()),
    });
    filter.extend(paging::between(call)?);
    paging::check(call)?;
    let etag = blog.version_for(call, view.name()).await?;
    draft::read(call, etag.clone(), async {
        let mut page = paging::page(call, blog, index::COMMENTS, filter).await?;
        if view == Role::Reader {
            page.records = on_shown_posts(call, blog, std::mem::take(&mut page.records)).await?;
        }
        let content = call.arguments.text("fetchBodies") != Some("false");
        let items = page.records.iter().map(|record| present(call, blog, view, content, record));
        let mut members = listed("blogger#commentList", &etag, items.collect::<Result<_, _>>()?);
        members.extend(page.next(call));
        members.extend(page.previous(call));
        Ok(Rope::object(members))
    })
    .await
}

/// Those of some comments whose posts readers see.
async fn on_shown_posts(call: &Call<'_>, blog: &Blog, comments: Vec<Record>) -> Result<Vec<Record>, Fault> {
    let (mut shown, mut posts) = (Vec::with_capacity(comments.len()), BTreeMap::new());
    for comment in comments {
        let post = Head::parse(&comment.head)?.post;
        let is_shown = match posts.get(&post) {
            Some(is_shown) => *is_shown,
            None => entries::find(call, blog, Kind::Post, &post).await.is_ok_and(|(_, head)| head.is_live()),
        };
        posts.insert(post, is_shown);
        if is_shown {
            shown.push(comment);
        }
    }
    Ok(shown)
}

fn with(status: &str) -> Filter {
    Filter::Tag(format!("status={status}"))
}
