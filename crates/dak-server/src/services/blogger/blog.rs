//! Blogs: who may do what in them, and how they look.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use dak_proto::etag::Etag;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Filter, Key, Lookup, Query, Record, Tag};
use serde_json::{Value, json};

use super::kind::Kind;
use super::{draft, entries, index, user};
use crate::app::App;
use crate::clock::rfc3339;
use crate::reply::Reply;
use crate::services::{Call, store_fault};

/// The most blogs that are listed of a user.
const BLOGS_MAX: usize = 1000;

/// What a user is in a blog, and how much is shown: each is and sees what those before it do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Anybody.
    Reader,
    /// May write posts and pages, and change one's own.
    Author,
    /// May do everything.
    Admin,
}

impl Role {
    /// As the API calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Role::Reader => "READER",
            Role::Author => "AUTHOR",
            Role::Admin => "ADMIN",
        }
    }

    /// The role of this name; nothing else is one.
    pub(super) fn parse(name: &str) -> Option<Role> {
        [Role::Reader, Role::Author, Role::Admin].into_iter().find(|role| role.name() == name)
    }
}

/// A blog and what the caller is in it.
#[derive(Clone, Debug)]
pub(super) struct Blog {
    /// Its record.
    pub(super) record: Record,
    /// Its record's head.
    head: Value,
    /// Where all that is in it stands.
    pub(super) space: Arc<str>,
    /// Its address, without a slash at the end.
    pub(super) url: String,
    /// Who calls.
    pub(super) caller: String,
    /// What the caller is in it.
    pub(super) role: Role,
}

impl Blog {
    /// The blog that a request is about.
    ///
    /// # Errors
    /// 404 where there is none, or none any more.
    pub(super) async fn open(call: &Call<'_>) -> Result<Blog, Fault> {
        let id = call.arguments.text("blogId").unwrap_or_default();
        let record = find(call.app, id).await?.ok_or_else(not_found)?;
        let blog = Blog::of(record, user::caller(call))?;
        if blog.is_live() { Ok(blog) } else { Err(not_found()) }
    }

    /// A blog out of its record.
    ///
    /// # Errors
    /// 500 for a record that is damaged.
    pub(super) fn of(record: Record, caller: String) -> Result<Blog, Fault> {
        let parse = |bytes: &Bytes| serde_json::from_slice::<Value>(bytes).map_err(|_| Fault::internal());
        let (head, body) = (parse(&record.head)?, parse(&record.body)?);
        let url = body["url"].as_str().unwrap_or_default().trim_end_matches('/').to_owned();
        let mut blog = Blog { space: index::space(&record.id), record, head, url, caller, role: Role::Reader };
        blog.role = blog.role_of(&blog.caller);
        Ok(blog)
    }

    /// Its id.
    pub(super) fn id(&self) -> &str {
        &self.record.id
    }

    /// Whether it is there: one that was deleted has a record still.
    pub(super) fn is_live(&self) -> bool {
        self.head["status"] == "LIVE"
    }

    /// Its record's head, once it is deleted.
    pub(super) fn deleted_head(&self, now_ms: i64) -> Bytes {
        let mut head = self.head.clone();
        head["status"] = "DELETED".into();
        head["updatedMs"] = now_ms.into();
        head.to_string().into()
    }

    /// What a user is in it.
    pub(super) fn role_of(&self, user: &str) -> Role {
        self.head["members"][user].as_str().and_then(Role::parse).unwrap_or(Role::Reader)
    }

    /// Refuses a caller who is less.
    ///
    /// # Errors
    /// 403.
    pub(super) fn require(&self, role: Role) -> Result<(), Fault> {
        if self.role >= role { Ok(()) } else { Err(forbidden()) }
    }

    /// How much the request wants to see. What every reader sees, unless it says so.
    ///
    /// # Errors
    /// 403 where the caller may not see so much.
    pub(super) fn view(&self, call: &Call<'_>) -> Result<Role, Fault> {
        let view = call.arguments.text("view").and_then(Role::parse).unwrap_or(Role::Reader);
        self.require(view).map(|()| view)
    }

    /// The validator of what shows this and all that is in the blog: of the tags of two writes it has all the chance.
    pub(super) async fn version(&self, call: &Call<'_>) -> Result<Etag, Fault> {
        let version = call.app.store.version(&self.space).await.map_err(|error| store_fault(&error))?;
        Ok(self.joined(&version.tag))
    }

    /// The same of what looks so to `whom` alone, though others ask for it by the same words.
    pub(super) async fn version_for(&self, call: &Call<'_>, whom: &str) -> Result<Etag, Fault> {
        let version = call.app.store.version(&self.space).await.map_err(|error| store_fault(&error))?;
        Ok(self.joined(&seen_by(whom, &version.tag)))
    }

    /// The validator of what shows this blog's record and another one.
    pub(super) fn joined(&self, other: &Tag) -> Etag {
        let mut tag = self.record.tag.0;
        // One write may have given both their tags, so they are not joined byte by byte.
        tag.iter_mut().zip(other.0.iter().cycle().skip(1)).for_each(|(byte, other)| *byte ^= other);
        Etag::from_tag(&tag)
    }

    /// Where this API gives what is in the blog.
    pub(super) fn link(&self, call: &Call<'_>, path: &str) -> String {
        format!("{}/v3/blogs/{}{path}", call.base_url, self.id())
    }
}

/// A tag of its own for each who sees what bears the tag.
pub(super) fn seen_by(whom: &str, tag: &Tag) -> Tag {
    let digest = ring::digest::digest(&ring::digest::SHA256, whom.as_bytes());
    let mut seen = *tag;
    seen.0.iter_mut().zip(digest.as_ref()).for_each(|(byte, other)| *byte ^= other);
    seen
}

/// Gives a blog.
pub(super) async fn get(call: &Call<'_>) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    shown(call, &blog).await
}

/// Gives the blog at an address.
pub(super) async fn by_url(call: &Call<'_>) -> Result<Reply, Fault> {
    let url = call.arguments.text("url").unwrap_or_default();
    let filter = vec![Filter::Tag(index::address_tag(url)), Filter::Tag("status=LIVE".to_owned())];
    let record = list(call.app, filter, 1).await?.into_iter().next().ok_or_else(not_found)?;
    shown(call, &Blog::of(record, user::caller(call))?).await
}

/// Lists the blogs in which a user has a role; those that were deleted are shown to their administrators alone.
pub(super) async fn list_by_user(call: &Call<'_>) -> Result<Reply, Fault> {
    let user = user::named(call)?;
    let wanted = |name: &str, or: &[&str]| -> Vec<String> {
        let given = call.arguments.all(name).filter(|word| !word.ends_with("_UNSPECIFIED"));
        let given: Vec<String> = given.map(str::to_owned).collect();
        if given.is_empty() { or.iter().map(|&word| word.to_owned()).collect() } else { given }
    };
    let roles = wanted("role", &["ADMIN", "AUTHOR"]).into_iter();
    let roles = roles.map(|role| Filter::Tag(index::member_tag(&user, &role))).collect();
    let statuses = wanted("status", &["LIVE"]).into_iter();
    let statuses = statuses.map(|status| Filter::Tag(format!("status={status}"))).collect();
    let records = list(call.app, vec![Filter::Or(roles), Filter::Or(statuses)], BLOGS_MAX).await?;
    let (mut items, mut infos) = (Vec::new(), Vec::new());
    for record in records {
        let blog = Blog::of(record, user::caller(call))?;
        if !blog.is_live() && blog.role < Role::Admin {
            continue;
        }
        let view = match call.arguments.text("view").and_then(Role::parse) {
            Some(_) => blog.view(call)?,
            None => blog.role,
        };
        let shown = present(call, &blog, view, 0).await?;
        if call.arguments.flag("fetchUserInfo") {
            infos.push(with_user(shown.clone(), &blog, &user));
        }
        items.push(shown);
    }
    let mut members: Vec<(Cow<'static, str>, Rope)> =
        vec![("kind".into(), Rope::string("blogger#blogList")), ("items".into(), Rope::array(items))];
    if call.arguments.flag("fetchUserInfo") {
        members.push(("blogUserInfos".into(), Rope::array(infos)));
    }
    Ok(Reply::json(Rope::object(members)))
}

/// Gives a blog with what a user may do there. Only users themselves may ask.
pub(super) async fn user_info(call: &Call<'_>) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    let user = user::named(call)?;
    if user != blog.caller {
        return Err(forbidden());
    }
    let etag = blog.version_for(call, &user).await?;
    draft::read(call, etag, async {
        let shown = present(call, &blog, blog.role, items(call, "maxPosts")).await?;
        Ok(with_user(shown, &blog, &user))
    })
    .await
}

/// 404, as Google says it.
pub(super) fn not_found() -> Fault {
    Fault::not_found("Not Found")
}

/// 403, as Google says it.
pub(super) fn forbidden() -> Fault {
    Fault::forbidden("forbidden", "We're sorry, but you don't have permission to access this resource.")
}

/// How many items a parameter asks for; none, unless it does.
pub(super) fn items(call: &Call<'_>, parameter: &str) -> usize {
    const ITEMS_MAX: u64 = 500;
    let asked = call.arguments.unsigned(parameter).unwrap_or(0).min(ITEMS_MAX);
    usize::try_from(asked).unwrap_or(0)
}

/// The record of a blog, be it there or deleted.
pub(super) async fn find(app: &App, id: &str) -> Result<Option<Record>, Fault> {
    if !user::is_id(id) {
        return Ok(None);
    }
    let lookup = app.store.lookup(&key(id), None).await.map_err(|error| store_fault(&error))?;
    Ok(match lookup {
        Lookup::Found(record) => Some(record),
        Lookup::Absent | Lookup::Unchanged => None,
    })
}

/// Blogs that match, the newest first.
pub(super) async fn list(app: &App, filter: Vec<Filter>, limit: usize) -> Result<Vec<Record>, Fault> {
    let query = Query {
        filter: Filter::And(filter),
        limit,
        bytes_max: usize::MAX,
        ..Query::new(index::SPACE, index::BLOGS, index::PUBLISHED)
    };
    let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    Ok(page.records)
}

/// Whether a text can be the address of a blog: `http` or `https`, a host, and nothing behind the path.
pub(super) fn is_address(url: &str) -> bool {
    let parsed = url.parse::<http::Uri>().ok().filter(|uri| uri.query().is_none() && !url.contains('#'));
    parsed.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some())
}

/// Where a blog stands.
pub(super) fn key(id: &str) -> Key {
    Key::new(index::SPACE, index::BLOGS, id)
}

/// The claim of a blog on its address: no two have one.
pub(super) fn address_key(url: &str) -> Key {
    Key::new(index::SPACE, index::PATHS, index::address_tag(url))
}

async fn shown(call: &Call<'_>, blog: &Blog) -> Result<Reply, Fault> {
    let view = blog.view(call)?;
    let etag = blog.version(call).await?;
    draft::read(call, etag, present(call, blog, view, items(call, "maxPosts"))).await
}

/// A blog as it is answered, with so many of its newest posts.
async fn present(call: &Call<'_>, blog: &Blog, view: Role, posts: usize) -> Result<Rope, Fault> {
    let mut of_posts = vec![
        ("totalItems".into(), Rope::number(count(call, blog, Kind::Post).await?)),
        ("selfLink".into(), Rope::string(&blog.link(call, "/posts"))),
    ];
    if posts > 0 {
        of_posts.push(("items".into(), Rope::array(entries::read::newest(call, blog, posts).await?)));
    }
    let of_pages = vec![
        ("totalItems".into(), Rope::number(count(call, blog, Kind::Page).await?)),
        ("selfLink".into(), Rope::string(&blog.link(call, "/pages"))),
    ];
    let created_ms = blog.head["createdMs"].as_i64().unwrap_or(0);
    let updated_ms = entries::read::last_update_ms(call, blog).await?.unwrap_or(created_ms);
    let mut members: Vec<(Cow<'static, str>, Rope)> = vec![
        ("kind".into(), Rope::string("blogger#blog")),
        ("id".into(), Rope::string(blog.id())),
        ("published".into(), Rope::string(&rfc3339(created_ms))),
        ("updated".into(), Rope::string(&rfc3339(updated_ms.max(created_ms)))),
        ("selfLink".into(), Rope::string(&blog.link(call, ""))),
        ("posts".into(), Rope::object(of_posts)),
        ("pages".into(), Rope::object(of_pages)),
    ];
    if view > Role::Reader {
        members.push(("status".into(), Rope::value(&blog.head["status"])));
    }
    Ok(Rope::stored(members, blog.record.body.clone()))
}

/// How many posts or pages are published.
async fn count(call: &Call<'_>, blog: &Blog, kind: Kind) -> Result<i64, Fault> {
    call.app.store.counter(&blog.space, kind.plural()).await.map_err(|error| store_fault(&error))
}

fn with_user(shown: Rope, blog: &Blog, user: &str) -> Rope {
    let role = blog.role_of(user);
    let per_user = json!({
        "kind": "blogger#blogPerUserInfo",
        "userId": user,
        "blogId": blog.id(),
        "hasAdminAccess": role == Role::Admin,
        "role": role.name(),
    });
    Rope::object(vec![
        ("kind".into(), Rope::string("blogger#blogUserInfo")),
        ("blog".into(), shown),
        ("blog_user_info".into(), Rope::value(&per_user)),
    ])
}
