//! What the control desk does to blogs and the API cannot: making and deleting them, comments, views.

use dak_proto::fault::Fault;
use dak_store::{Batch, ErrorKind, Expectation, Filter};
use serde_json::{Map, Value, json};

use super::blog::{Blog, Role};
use super::{blog, comments, seed, user, views};
use crate::app::App;
use crate::services::store_fault;
use crate::{ids, random};

/// The most blogs that are listed.
const BLOGS_MAX: usize = 1000;
/// The members of a blog that may be said when it is made.
const MEMBERS: [&str; 5] = ["name", "description", "url", "locale", "customMetaData"];
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
    let mut body: Map<String, Value> = sent.as_object().cloned().unwrap_or_default();
    body.retain(|name, _| MEMBERS.contains(&name.as_str()));
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    if name.trim().is_empty() {
        return Err(Fault::required("name"));
    }
    let id = ids::next();
    let url = sent["url"].as_str().map_or_else(|| format!("http://blog-{id}.example.com/"), str::to_owned);
    if !blog::is_address(&url) {
        return Err(Fault::invalid_body("\"url\" is an address such as http://rina.example.com/."));
    }
    body.insert("url".to_owned(), url.as_str().into());
    let owner = sent["owner"].as_str().unwrap_or(&app.settings.authorisation.default_user);
    let authors = sent["authors"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut members: Vec<(String, Role)> = authors.map(|address| (user::id(address), Role::Author)).collect();
    members.push((user::id(owner), Role::Admin));
    let batch = Batch::new(random::batch_id(), random::tag());
    let batch = seed::put_blog(batch, &id, &body, &members, app.clock.now_ms());
    match app.store.commit(batch).await {
        Ok(_) => Ok(shown(&id, Value::Object(body).to_string().as_bytes())),
        Err(error) if error.kind() == ErrorKind::Conflict => {
            Err(Fault::duplicate(format!("There is a blog at {url} already.")))
        }
        Err(error) => Err(store_fault(&error)),
    }
}

/// Deletes a blog: it is not shown any more, and its address is free.
pub(crate) async fn delete(app: &App, id: &str) -> Result<Value, Fault> {
    let blog = live(app, id).await?;
    let batch = Batch::new(random::batch_id(), random::tag())
        .expect(Expectation::Tagged(blog::key(id), blog.record.tag))
        .retag(blog::key(id), blog.deleted_head(app.clock.now_ms()))
        .delete(blog::address_key(&blog.url));
    app.store.commit(batch).await.map_err(|error| store_fault(&error))?;
    Ok(json!({}))
}

/// Adds a comment: `{"blogId", "postId", "content", …}`.
pub(crate) async fn comment(app: &App, sent: &Value) -> Result<Value, Fault> {
    let blog = live(app, sent["blogId"].as_str().ok_or_else(|| Fault::required("blogId"))?).await?;
    let id = comments::add::add(app, &blog, sent).await?;
    Ok(json!({"id": id}))
}

/// Counts views of a blog: `{"blogId", "views"?}`, one unless it says more.
pub(crate) async fn count_views(app: &App, sent: &Value) -> Result<Value, Fault> {
    let blog = live(app, sent["blogId"].as_str().ok_or_else(|| Fault::required("blogId"))?).await?;
    let views = match &sent["views"] {
        Value::Null => Some(1),
        views => views.as_u64().filter(|views| (1..=VIEWS_MAX).contains(views)),
    };
    let message = || Fault::invalid_body(format!("\"views\" is a whole number from 1 to {VIEWS_MAX}."));
    let views = views.and_then(|views| i64::try_from(views).ok()).ok_or_else(message)?;
    views::add(app, blog.id(), views).await
}

/// The blog, as nobody in particular sees it.
async fn live(app: &App, id: &str) -> Result<Blog, Fault> {
    let missing = || Fault::not_found("There is no such blog.");
    let record = blog::find(app, id).await?.ok_or_else(missing)?;
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
