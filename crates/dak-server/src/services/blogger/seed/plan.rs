//! A seed as changes of the store, all of which are checked before the first is made.

use std::collections::BTreeSet;

use dak_api::Api;
use dak_proto::fault::Fault;
use dak_proto::json::canonical;
use dak_store::{Batch, Key};
use serde_json::{Map, Value, json};

use crate::ids;
use crate::services::blogger::blog::Role;
use crate::services::blogger::comments;
use crate::services::blogger::entries::schedule;
use crate::services::blogger::head::Head;
use crate::services::blogger::kind::Kind;
use crate::services::blogger::slug::Slug;
use crate::services::blogger::{founding, index, labels, user};
use crate::services::gmail;
use crate::services::seeding::date;
use crate::services::seeding::member::{address, addresses, list, only, optional, text, wrong};

/// How long before now a blog was made that does not say when.
const BLOG_AGE_MS: i64 = 365 * 86_400_000;
/// The members of a user that are Blogger's.
const OF_USER: [&str; 4] = ["email", "displayName", "about", "locale"];
/// The members of a post or page that are not sent to the API.
const OF_ENTRY: [&str; 5] = ["author", "comments", "id", "published", "status"];

/// A seed on its way into a batch.
pub(super) struct Plan<'a> {
    api: &'a Api,
    default_user: &'a str,
    now_ms: i64,
    batch: Batch,
    /// Users by their addresses in lower case, each with a name.
    users: Map<String, Value>,
    /// Ids and addresses of blogs that were given.
    taken: BTreeSet<String>,
}

/// A blog whose posts and pages are being added.
struct Blog {
    id: String,
    owner: String,
    paths: BTreeSet<String>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(api: &'a Api, default_user: &'a str, now_ms: i64, batch: Batch) -> Plan<'a> {
        Plan { api, default_user, now_ms, batch, users: Map::new(), taken: BTreeSet::new() }
    }

    /// `{"users": […], "blogs": […]}` as changes.
    ///
    /// # Errors
    /// 400 that names the place of what cannot be.
    pub(super) fn carry_out(mut self, seed: &Value) -> Result<Batch, Fault> {
        if !seed.is_object() {
            return Err(wrong("", "a seed is an object with \"users\" and \"blogs\", such as blogs: [{name: Mine}]"));
        }
        only(seed, &["users", "blogs"], "the seed")?;
        for (at, user) in list(seed, "users", "")? {
            self.user(user, &at)?;
        }
        for (at, blog) in list(seed, "blogs", "")? {
            self.blog(blog, &at)?;
        }
        let created_ms = self.now_ms - BLOG_AGE_MS;
        for (address, body) in &self.users {
            let body = body.as_object().cloned().unwrap_or_default();
            self.batch = user::put(self.batch, &user::id(address), &body, created_ms);
        }
        Ok(self.batch)
    }

    fn user(&mut self, user: &Value, at: &str) -> Result<(), Fault> {
        only(user, &[&OF_USER[..], &gmail::seed::OF_USER[..]].concat(), at)?;
        let email = address(user, "email", at)?.ok_or_else(|| wrong(at, "\"email\" is required"))?;
        optional(user, "displayName", at)?;
        optional(user, "about", at)?;
        founding::locale(user, at)?;
        self.take(email.to_lowercase(), at)?;
        let mut body = user.as_object().cloned().unwrap_or_default();
        body.retain(|name, value| name != "email" && OF_USER.contains(&name.as_str()) && !value.is_null());
        body.entry("displayName").or_insert_with(|| user::plain_name(email).into());
        self.users.insert(email.to_lowercase(), Value::Object(body));
        Ok(())
    }

    fn blog(&mut self, blog: &Value, at: &str) -> Result<(), Fault> {
        only(blog, &[&founding::SAID[..], &["id", "published", "posts", "pages"]].concat(), at)?;
        let id = self.id(blog, at)?;
        let body = founding::body(blog, &id, at)?;
        let owner = address(blog, "owner", at)?.unwrap_or(self.default_user).to_owned();
        let members = self.members(&owner, &addresses(blog, "authors", at)?);
        let created_ms = self.date(blog, at)?.unwrap_or(self.now_ms - BLOG_AGE_MS);
        self.take(index::address_tag(body["url"].as_str().unwrap_or_default()), at)?;
        self.alter(|batch| founding::put(batch, &id, &body, &members, created_ms));
        let mut inside = Blog { id, owner, paths: BTreeSet::new() };
        for kind in [Kind::Post, Kind::Page] {
            for (at, entry) in list(blog, kind.plural(), at)? {
                self.entry(&mut inside, kind, entry, &at)?;
            }
        }
        Ok(())
    }

    /// Who may do what in a blog.
    fn members(&mut self, owner: &str, authors: &[&str]) -> Vec<(String, Role)> {
        let roles = authors.iter().map(|author| (*author, Role::Author)).chain([(owner, Role::Admin)]);
        let mut members = Vec::with_capacity(authors.len() + 1);
        for (address, role) in roles {
            self.known(address);
            members.push((user::id(address), role));
        }
        members
    }

    fn entry(&mut self, blog: &mut Blog, kind: Kind, entry: &Value, at: &str) -> Result<(), Fault> {
        let id = self.id(entry, at)?;
        let body = self.body(kind, entry, at)?;
        let author = self.author(address(entry, "author", at)?.unwrap_or(&blog.owner));
        let date_ms = self.date(entry, at)?;
        let created_ms = date_ms.unwrap_or(self.now_ms).min(self.now_ms);
        let mut head = Head::new(author, created_ms);
        head.date(kind, date_ms, self.now_ms);
        match optional(entry, "status", at)? {
            None | Some("LIVE" | "SCHEDULED") => head.publish(kind, None, self.now_ms),
            Some("DRAFT") => {}
            Some("SOFT_TRASHED") => head.trash(self.now_ms),
            Some(_) => return Err(wrong(at, "the status is LIVE, DRAFT, SCHEDULED or SOFT_TRASHED")),
        }
        if head.is_live() || head.due_ms().is_some() {
            head.path = Some(self.path(blog, kind, &id, &body, head.published_ms.unwrap_or(created_ms)));
        }
        if kind == Kind::Post {
            head.replies = self.comments(blog, entry, &id, at)?;
        }
        let space = index::space(&blog.id);
        let body = canonical(&Value::Object(body));
        self.alter(|batch| {
            let batch = schedule::settle(batch, &blog.id, &id, None, Some(&head));
            let batch = batch.add(space.clone(), kind.plural(), i64::from(head.is_live()));
            batch.put(Key::new(space, kind.collection(), id), head.to_bytes(), body)
        });
        Ok(())
    }

    /// What the API would keep of a post or page that was sent to it.
    fn body(&self, kind: Kind, entry: &Value, at: &str) -> Result<Map<String, Value>, Fault> {
        let mut sent = entry.clone();
        if let Some(members) = sent.as_object_mut() {
            members.retain(|name, _| !OF_ENTRY.contains(&name.as_str()));
        }
        let method = self.api.method(&format!("blogger.{}.insert", kind.plural())).ok_or_else(Fault::internal)?;
        let refused = |fault: Fault| wrong(at, fault.message.trim_start_matches("Invalid JSON payload received. "));
        let accepted = self.api.accept_body(method, sent).map_err(refused)?;
        let mut body = accepted.as_object().cloned().unwrap_or_default();
        labels::settle(&mut body).map_err(refused)?;
        Ok(body)
    }

    fn path(&mut self, blog: &mut Blog, kind: Kind, id: &str, body: &Map<String, Value>, published_ms: i64) -> String {
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let slug = Slug::new(kind, text("title"), text("content"), published_ms);
        let mut round = 0;
        let path = loop {
            let path = slug.path(round);
            if blog.paths.insert(path.clone()) {
                break path;
            }
            round += 1;
        };
        let claim = json!({kind.singular(): id}).to_string();
        let key = Key::new(index::space(&blog.id), index::PATHS, path.clone());
        self.alter(|batch| batch.put(key, "{}", claim));
        path
    }

    /// Adds the comments on a post; how many of them are shown.
    fn comments(&mut self, blog: &Blog, post: &Value, post_id: &str, at: &str) -> Result<i64, Fault> {
        let (mut shown, mut ids) = (0, BTreeSet::new());
        for (at, comment) in list(post, "comments", at)? {
            only(comment, &["id", "content", "author", "email", "inReplyTo", "published", "status"], &at)?;
            let status = comments::Status::parse(optional(comment, "status", &at)?.unwrap_or("LIVE"));
            let status = status.ok_or_else(|| wrong(&at, "the status is LIVE, EMPTIED, PENDING or SPAM"))?;
            let created_ms = self.date(comment, &at)?.unwrap_or(self.now_ms);
            let head = comments::Head {
                created_ms,
                updated_ms: created_ms,
                status,
                post: post_id.to_owned(),
                in_reply_to: answered(comment, &ids, &at)?,
                author: self.commentator(comment, &at)?,
            };
            let body = match status {
                comments::Status::Emptied => json!({}),
                _ => json!({"content": text(comment, "content", &at)?}),
            };
            let id = self.id(comment, &at)?;
            let key = Key::new(index::space(&blog.id), index::COMMENTS, id.clone());
            ids.insert(id);
            self.alter(|batch| batch.put(key, head.to_bytes(), canonical(&body)));
            shown += i64::from(status == comments::Status::Live);
        }
        Ok(shown)
    }

    fn author(&mut self, address: &str) -> Value {
        let name = self.known(address)["displayName"].clone();
        json!({"id": user::id(address), "displayName": name})
    }

    /// Who wrote a comment: a user if there is an address, under another name if there is one.
    fn commentator(&mut self, comment: &Value, at: &str) -> Result<Value, Fault> {
        let name = optional(comment, "author", at)?;
        let Some(address) = address(comment, "email", at)? else { return Ok(comments::add::stranger(name)) };
        let mut author = self.author(address);
        if let Some(name) = name {
            author["displayName"] = name.into();
        }
        Ok(author)
    }

    /// The id that is given, or a new one.
    fn id(&mut self, value: &Value, at: &str) -> Result<String, Fault> {
        let id = match &value["id"] {
            Value::Null => ids::next(),
            id => user::decimal(id).ok_or_else(|| wrong(at, "\"id\" is a decimal number"))?,
        };
        self.take(id.clone(), at).map(|()| id)
    }

    /// Refuses what was given before.
    fn take(&mut self, name: String, at: &str) -> Result<(), Fault> {
        let complaint = wrong(at, &format!("{name} is there twice"));
        if self.taken.insert(name) { Ok(()) } else { Err(complaint) }
    }

    fn alter(&mut self, more: impl FnOnce(Batch) -> Batch) {
        let empty = Batch::new(self.batch.id, self.batch.tag);
        self.batch = more(std::mem::replace(&mut self.batch, empty));
    }

    /// Makes sure that there is such a user.
    fn known(&mut self, address: &str) -> &Value {
        let unsaid = || json!({"displayName": user::plain_name(address)});
        self.users.entry(address.to_lowercase()).or_insert_with(unsaid)
    }

    fn date(&self, value: &Value, at: &str) -> Result<Option<i64>, Fault> {
        let complaint = || wrong(at, "\"published\" is a time such as 2026-11-30T12:00:00Z, or -3d, or +2h");
        match &value["published"] {
            Value::Null => Ok(None),
            Value::String(text) => date::parse(text, self.now_ms).map(Some).ok_or_else(complaint),
            _ => Err(complaint()),
        }
    }
}

/// The comment that is answered: one of those before on the same post.
fn answered(comment: &Value, before: &BTreeSet<String>, at: &str) -> Result<Option<String>, Fault> {
    match &comment["inReplyTo"] {
        Value::Null => Ok(None),
        other => {
            let found = user::decimal(other).filter(|id| before.contains(id));
            found.map(Some).ok_or_else(|| wrong(at, "\"inReplyTo\" is the id of a comment before it on the same post"))
        }
    }
}
