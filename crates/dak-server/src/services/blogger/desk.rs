//! What the control desk does to blogs and the API cannot: making and deleting them, comments, views.

use dak_proto::fault::Fault;
use dak_store::{Batch, ErrorKind, Expectation, Filter};
use serde_json::{Value, json};

use super::blog::{Blog, Role};
use super::{blog, comments, founding, user, views};
use crate::app::App;
use crate::services::seeding::member::{address, addresses, only, wrong};
use crate::services::store_fault;
use crate::{ids, random};

/// The most blogs that are listed.
const BLOGS_MAX: usize = 1000;
/// The place of what is said: the body as a whole.
const BODY: &str = "";
/// The most views that are counted at once.
const VIEWS_MAX: u64 = 1_000_000_000;

/// Lists the blogs that are there: `{"blogs": [{"id", "name", "url", …}]}`.
pub(crate) async fn list(app: &App) -> Result<Value, Fault> {
    let records = blog::list(app, vec![Filter::Tag("status=LIVE".to_owned())], BLOGS_MAX).await?;
    let blogs: Vec<Value> = records.iter().map(|record| shown(&record.id, &record.body)).collect();
    Ok(json!({"blogs": blogs}))
}

/// Makes a blog: `{"name", "description"?, "url"?, "locale"?, "owner"?, "authors"?}`. Owner and authors are e-mail
/// addresses; the default user is the owner of what has none.
pub(crate) async fn create(app: &App, sent: &Value) -> Result<Value, Fault> {
    only(sent, &founding::SAID, BODY)?;
    let id = ids::next();
    let body = founding::body(sent, &id, BODY)?;
    let owner = address(sent, "owner", BODY)?.unwrap_or(&app.settings.authorisation.default_user);
    let mut addresses = addresses(sent, "authors", BODY)?;
    let mut members: Vec<(String, Role)> = addresses.iter().map(|author| (user::id(author), Role::Author)).collect();
    members.push((user::id(owner), Role::Admin));
    addresses.push(owner);
    let batch = user::introduce(app, Batch::new(random::batch_id(), random::tag()), &addresses).await?;
    let batch = founding::put(batch, &id, &body, &members, app.clock.now_ms());
    match app.store.commit(batch).await {
        Ok(_) => Ok(shown(&id, Value::Object(body).to_string().as_bytes())),
        Err(error) if error.kind() == ErrorKind::Conflict => {
            let url = body.get("url").and_then(Value::as_str).unwrap_or_default();
            Err(Fault::duplicate(format!("There is a blog at {url} already.")))
        }
        Err(error) => Err(store_fault(&error)),
    }
}

/// Deletes a blog, `{"id"}`: it is not shown any more, and its address is free.
pub(crate) async fn delete(app: &App, sent: &Value) -> Result<Value, Fault> {
    only(sent, &["id"], BODY)?;
    let blog = live(app, sent, "id").await?;
    let key = blog::key(blog.id());
    let batch = Batch::new(random::batch_id(), random::tag())
        .expect(Expectation::Tagged(key.clone(), blog.record.tag))
        .retag(key, blog.deleted_head(app.clock.now_ms()))
        .delete(blog::address_key(&blog.url));
    app.store.commit(batch).await.map_err(|error| store_fault(&error))?;
    Ok(json!({}))
}

/// Adds a comment: `{"blogId", "postId", "content", …}`.
pub(crate) async fn comment(app: &App, sent: &Value) -> Result<Value, Fault> {
    only(sent, &comments::add::SAID, BODY)?;
    let blog = live(app, sent, "blogId").await?;
    let id = comments::add::add(app, &blog, sent, BODY).await?;
    Ok(json!({"id": id}))
}

/// Counts views of a blog: `{"blogId", "views"?}`, one unless it says more.
pub(crate) async fn count_views(app: &App, sent: &Value) -> Result<Value, Fault> {
    only(sent, &["blogId", "views"], BODY)?;
    let blog = live(app, sent, "blogId").await?;
    let views = match &sent["views"] {
        Value::Null => Some(1),
        views => views.as_u64().filter(|views| (1..=VIEWS_MAX).contains(views)),
    };
    let message = || wrong(BODY, &format!("\"views\" is a whole number from 1 to {VIEWS_MAX}"));
    let views = views.and_then(|views| i64::try_from(views).ok()).ok_or_else(message)?;
    views::add(app, blog.id(), views).await
}

/// The blog that a member names, as nobody in particular sees it.
async fn live(app: &App, sent: &Value, name: &str) -> Result<Blog, Fault> {
    let id = user::decimal(&sent[name])
        .ok_or_else(|| wrong(BODY, &format!("\"{name}\" is a blog's id, a decimal number")))?;
    let missing = || Fault::not_found(format!("There is no blog {id}."));
    let record = blog::find(app, &id).await?.ok_or_else(missing)?;
    let blog = Blog::of(record, String::new())?;
    if blog.is_live() { Ok(blog) } else { Err(missing()) }
}

fn shown(id: &str, body: &[u8]) -> Value {
    let mut blog = json!({"id": id});
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    for (name, value) in body.as_object().into_iter().flatten() {
        blog[name] = value.clone();
    }
    blog
}
