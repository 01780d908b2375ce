//! Getting, listing and finding posts and pages.

use std::borrow::Cow;

use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Filter, Key, Lookup, Page, Query, Record};
use serde_json::{Value, json};

use super::present::{Showing, entry, listed, version};
use super::{find_shown, id};
use crate::reply::{Reply, Version};
use crate::services::blogger::blog::{self, Blog, Role, not_found};
use crate::services::blogger::head::Head;
use crate::services::blogger::kind::Kind;
use crate::services::blogger::{draft, index, paging, user};
use crate::services::{Call, store_fault};

/// The most posts that a search finds: it has no pages.
const FOUND_MAX: usize = 100;
/// The most labels that are looked for.
const LABELS_MAX: usize = 20;

/// Gives a post or page.
pub(crate) async fn get(call: &Call<'_>, kind: Kind) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    let view = blog.view(call)?;
    let found = find_shown(call, &blog, kind, id(call, kind), view).await?;
    one(call, &blog, Showing::one(call, kind, view), found).await
}

/// Gives the post at a path of the blog.
pub(crate) async fn by_path(call: &Call<'_>) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    let view = blog.view(call)?;
    let path = call.arguments.text("path").filter(|path| !path.is_empty() && path.len() <= Key::PART_BYTES_MAX);
    let key = Key::new(blog.space.clone(), index::PATHS, path.ok_or_else(not_found)?);
    let lookup = call.app.store.lookup(&key, None).await.map_err(|error| store_fault(&error))?;
    let Lookup::Found(claim) = lookup else { return Err(not_found()) };
    let claim: Value = serde_json::from_slice(&claim.body).map_err(|_| Fault::internal())?;
    let post = claim["post"].as_str().ok_or_else(not_found)?;
    let found = find_shown(call, &blog, Kind::Post, post, view).await?;
    one(call, &blog, Showing::one(call, Kind::Post, view), found).await
}

/// Gives a page of posts or pages.
pub(crate) async fn list(call: &Call<'_>, kind: Kind) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    let view = blog.view(call)?;
    let filter = filter(call, view)?;
    paging::check(call)?;
    let etag = blog.version(call).await?;
    draft::read(call, etag.clone(), async {
        let page = paging::page(call, &blog, kind.collection(), filter).await?;
        let items = shown(call, &blog, Showing::each(call, kind, view), &page.records).await?;
        let mut members = listed(list_kind(kind), &etag, items);
        members.extend(page.next(call));
        if kind == Kind::Post {
            members.extend(page.previous(call));
        }
        Ok(Rope::object(members))
    })
    .await
}

/// Finds published posts in whose title, content or labels all of some words stand.
pub(crate) async fn search(call: &Call<'_>) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    if call.arguments.text("q").is_none_or(|words| words.trim().is_empty()) {
        return Err(Fault::required("q"));
    }
    let etag = blog.version(call).await?;
    draft::read(call, etag.clone(), async {
        let page = query_page(call, &search_query(call, &blog)).await?;
        let items = shown(call, &blog, Showing::each(call, Kind::Post, Role::Reader), &page.records).await?;
        Ok(Rope::object(listed(list_kind(Kind::Post), &etag, items)))
    })
    .await
}

fn search_query(call: &Call<'_>, blog: &Blog) -> Query {
    let words = call.arguments.text("q").unwrap_or_default().split_whitespace();
    let words = words.map(Filter::word);
    let order = match call.arguments.text("orderBy") {
        Some("UPDATED") => index::UPDATED,
        _ => index::PUBLISHED,
    };
    Query {
        filter: Filter::And(std::iter::once(live()).chain(words).collect()),
        limit: FOUND_MAX,
        bytes_max: call.app.settings.limits.page_bytes_max,
        ..Query::new(blog.space.clone(), index::POSTS, order)
    }
}

/// Gives a post and what the caller may do with it.
pub(crate) async fn user_info(call: &Call<'_>) -> Result<Reply, Fault> {
    let blog = own(call).await?;
    let found = find_shown(call, &blog, Kind::Post, id(call, Kind::Post), blog.role).await?;
    let version = Version::from(blog.joined(&blog::seen_by(&blog.caller, &found.0.tag)));
    if let Some(reply) = call.short_cut(&version)? {
        return Ok(reply);
    }
    let shown = entry(call, &blog, Showing::one(call, Kind::Post, blog.role), &found.0).await?;
    Ok(Reply::read(with_user(shown, &blog, &found.0, &found.1), version))
}

/// Gives a page of posts and what the caller may do with them.
pub(crate) async fn list_user_infos(call: &Call<'_>) -> Result<Reply, Fault> {
    let blog = own(call).await?;
    let view = blog.view(call)?;
    let filter = filter(call, view)?;
    paging::check(call)?;
    let etag = blog.version_for(call, &blog.caller).await?;
    draft::read(call, etag, async {
        let page = paging::page(call, &blog, index::POSTS, filter).await?;
        let shown = shown(call, &blog, Showing::each(call, Kind::Post, view), &page.records).await?;
        let mut items = Vec::with_capacity(shown.len());
        for (shown, record) in shown.into_iter().zip(&page.records) {
            items.push(with_user(shown, &blog, record, &Head::parse(&record.head)?));
        }
        let kind = Rope::string(list_kind(Kind::Post));
        let mut members: Vec<(Cow<'static, str>, Rope)> =
            vec![("kind".into(), kind), ("items".into(), Rope::array(items))];
        members.extend(page.next(call));
        Ok(Rope::object(members))
    })
    .await
}

/// So many of a blog's newest published posts, as readers see them.
pub(crate) async fn newest(call: &Call<'_>, blog: &Blog, posts: usize) -> Result<Vec<Rope>, Fault> {
    let query = Query {
        filter: live(),
        limit: posts,
        bytes_max: call.app.settings.limits.page_bytes_max,
        ..Query::new(blog.space.clone(), index::POSTS, index::PUBLISHED)
    };
    let page = query_page(call, &query).await?;
    shown(call, blog, Showing::all_of(Kind::Post, Role::Reader), &page.records).await
}

/// When a published post was changed last.
pub(crate) async fn last_update_ms(call: &Call<'_>, blog: &Blog) -> Result<Option<i64>, Fault> {
    let query = Query { filter: live(), limit: 1, ..Query::new(blog.space.clone(), index::POSTS, index::UPDATED) };
    let page = query_page(call, &query).await?;
    page.records.first().map(|record| Ok(Head::parse(&record.head)?.updated_ms)).transpose()
}

/// What must be true of the posts or pages of a list.
fn filter(call: &Call<'_>, view: Role) -> Result<Vec<Filter>, Fault> {
    let statuses: Vec<&str> = call.arguments.all("status").collect();
    if view == Role::Reader && statuses.iter().any(|status| *status != "LIVE") {
        return Err(not_found());
    }
    let statuses = statuses.into_iter().map(|status| Filter::Tag(format!("status={status}"))).collect::<Vec<_>>();
    let labels = call.arguments.text("labels").unwrap_or_default().split(',').map(str::trim);
    let labels: Vec<&str> = labels.filter(|label| !label.is_empty()).collect();
    if labels.len() > LABELS_MAX {
        let message = format!("At most {LABELS_MAX} labels can be looked for at once.");
        return Err(Fault::invalid_parameter("labels", message));
    }
    let mut filter = vec![if statuses.is_empty() { live() } else { Filter::Or(statuses) }];
    filter.extend(labels.into_iter().map(|label| Filter::Tag(index::label_tag(label))));
    filter.extend(paging::between(call)?);
    Ok(filter)
}

fn list_kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Post => "blogger#postList",
        Kind::Page => "blogger#pageList",
    }
}

fn live() -> Filter {
    Filter::Tag("status=LIVE".to_owned())
}

/// The blog, if the user that is named is the caller.
async fn own(call: &Call<'_>) -> Result<Blog, Fault> {
    let blog = Blog::open(call).await?;
    if user::named(call)? == blog.caller { Ok(blog) } else { Err(blog::forbidden()) }
}

async fn one(call: &Call<'_>, blog: &Blog, showing: Showing, (record, head): (Record, Head)) -> Result<Reply, Fault> {
    let version = version(&record, &head);
    match call.short_cut(&version)? {
        Some(reply) => Ok(reply),
        None => Ok(Reply::read(entry(call, blog, showing, &record).await?, version)),
    }
}

async fn shown(call: &Call<'_>, blog: &Blog, showing: Showing, records: &[Record]) -> Result<Vec<Rope>, Fault> {
    let mut shown = Vec::with_capacity(records.len());
    for record in records {
        shown.push(entry(call, blog, showing, record).await?);
    }
    Ok(shown)
}

async fn query_page(call: &Call<'_>, query: &Query) -> Result<Page, Fault> {
    call.app.store.query(query).await.map_err(|error| store_fault(&error))
}

fn with_user(shown: Rope, blog: &Blog, record: &Record, head: &Head) -> Rope {
    let per_user = json!({
        "kind": "blogger#postPerUserInfo",
        "userId": blog.caller,
        "blogId": blog.id(),
        "postId": &*record.id,
        "hasEditAccess": super::write::may_edit(blog, head),
    });
    Rope::object(vec![
        ("kind".into(), Rope::string("blogger#postUserInfo")),
        ("post".into(), shown),
        ("post_user_info".into(), Rope::value(&per_user)),
    ])
}
