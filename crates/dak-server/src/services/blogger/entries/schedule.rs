//! Posts that publish themselves when their time comes.

use std::sync::Arc;

use dak_proto::fault::Fault;
use dak_store::{Batch, Direction, ErrorKind, Expectation, Filter, Key, Lookup, Query, Record, time_key};
use serde_json::{Value, json};

use crate::app::App;
use crate::random;
use crate::services::blogger::head::Head;
use crate::services::blogger::index;
use crate::services::blogger::kind::Kind;
use crate::services::store_fault;

/// How many posts are looked at at a time.
const AT_ONCE: usize = 100;

/// Makes the schedule say what is due of a post that was and is so; it may not have been, or be no more.
pub(crate) fn settle(batch: Batch, blog: &str, post: &str, before: Option<&Head>, after: Option<&Head>) -> Batch {
    match (before.and_then(Head::due_ms), after.and_then(Head::due_ms)) {
        (was, is) if was == is => batch,
        (_, Some(due_ms)) => {
            let body = json!({"blog": blog, "post": post}).to_string();
            batch.put(key(blog, post), json!({"publishedMs": due_ms}).to_string(), body)
        }
        (_, None) => batch.delete(key(blog, post)),
    }
}

/// When the next post is to be published, in ms.
///
/// # Errors
/// Whatever the store refuses.
pub(crate) async fn next_due_ms(app: &App) -> Result<Option<i64>, Fault> {
    let query = Query {
        limit: 1,
        direction: Direction::Ascending,
        ..Query::new(index::SPACE, index::SCHEDULE, index::PUBLISHED)
    };
    let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
    let head = |record: &Record| serde_json::from_slice::<Value>(&record.head).map_err(|_| Fault::internal());
    page.records.first().map(|record| Ok(head(record)?["publishedMs"].as_i64().unwrap_or(0))).transpose()
}

/// Publishes all posts whose time has come.
///
/// # Errors
/// Whatever the store refuses.
pub(crate) async fn carry_out_due(app: &App) -> Result<(), Fault> {
    let query = Query {
        filter: Filter::Range {
            order: index::PUBLISHED.to_owned(),
            from: None,
            to: Some(time_key(app.clock.now_ms() + 1).to_vec()),
        },
        limit: AT_ONCE,
        direction: Direction::Ascending,
        ..Query::new(index::SPACE, index::SCHEDULE, index::PUBLISHED)
    };
    loop {
        let page = app.store.query(&query).await.map_err(|error| store_fault(&error))?;
        if page.records.is_empty() {
            return Ok(());
        }
        for due in page.records {
            publish(app, &due).await?;
        }
    }
}

/// Publishes one post. Where a writer came first the schedule says again what is to be done.
async fn publish(app: &App, due: &Record) -> Result<(), Fault> {
    let named: Value = serde_json::from_slice(&due.body).map_err(|_| Fault::internal())?;
    let text = |name: &str| named[name].as_str().unwrap_or_default();
    let (blog, post) = (text("blog"), text("post"));
    let (scheduled, space) = (key(blog, post), index::space(blog));
    let post = Key::new(space.clone(), index::POSTS, post);
    let lookup = app.store.lookup(&post, None).await.map_err(|error| store_fault(&error))?;
    let mut batch = Batch::new(random::batch_id(), random::tag())
        .expect(Expectation::Tagged(scheduled.clone(), due.tag))
        .delete(scheduled);
    if let Lookup::Found(record) = lookup {
        batch = published(batch, &space, post, &record)?;
    }
    match app.store.commit(batch).await {
        Err(error) if error.kind() != ErrorKind::Conflict => Err(store_fault(&error)),
        _ => Ok(()),
    }
}

fn published(batch: Batch, space: &Arc<str>, post: Key, record: &Record) -> Result<Batch, Fault> {
    let mut head = Head::parse(&record.head)?;
    let Some(due_ms) = head.due_ms() else { return Ok(batch) };
    head.publish(Kind::Post, None, due_ms);
    head.updated_ms = due_ms;
    let batch = batch.expect(Expectation::Tagged(post.clone(), record.tag)).retag(post, head.to_bytes());
    Ok(batch.add(space.clone(), Kind::Post.plural(), 1))
}

fn key(blog: &str, post: &str) -> Key {
    Key::new(index::SPACE, index::SCHEDULE, format!("{blog}/{post}"))
}
