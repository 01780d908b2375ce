//! How often blogs were read: a count of all views, and one for each day.

use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::Batch;
use serde_json::{Value, json};

use super::blog::{Blog, Role};
use super::index;
use crate::app::App;
use crate::random;
use crate::reply::Reply;
use crate::services::{Call, store_fault};

/// The counter of all views.
const EVER: &str = "views";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Tells how often a blog was read. Only its administrators may know.
pub(super) async fn get(call: &Call<'_>) -> Result<Reply, Fault> {
    let blog = Blog::open(call).await?;
    blog.require(Role::Admin)?;
    let mut ranges: Vec<&str> = Vec::new();
    for range in call.arguments.all("range") {
        if !ranges.contains(&range) {
            ranges.push(range);
        }
    }
    if ranges.is_empty() {
        ranges.push("all");
    }
    let mut counts = Vec::with_capacity(ranges.len());
    for range in ranges {
        let (name, days) = match range {
            "30DAYS" => ("THIRTY_DAYS", Some(30)),
            "7DAYS" => ("SEVEN_DAYS", Some(7)),
            _ => ("ALL_TIME", None),
        };
        let count = count(call.app, blog.id(), days).await?;
        counts.push(json!({"timeRange": name, "count": count.to_string()}));
    }
    let views = json!({"kind": "blogger#page_views", "blogId": blog.id(), "counts": counts});
    Ok(Reply::json(Rope::value(&views)))
}

/// Counts so many views of a blog today.
///
/// # Errors
/// Whatever the store refuses.
pub(super) async fn add(app: &App, blog: &str, views: i64) -> Result<Value, Fault> {
    let space = index::views_space(blog);
    let batch = Batch::new(random::batch_id(), random::tag()).add(space.clone(), EVER, views).add(
        space,
        of_day(app.clock.now_ms().div_euclid(DAY_MS)),
        views,
    );
    app.store.commit(batch).await.map_err(|error| store_fault(&error))?;
    Ok(json!({"blogId": blog, "views": count(app, blog, None).await?}))
}

/// The views of the last so many days, today among them, in UTC; of all days without a number.
async fn count(app: &App, blog: &str, days: Option<i64>) -> Result<i64, Fault> {
    let space = index::views_space(blog);
    let today = app.clock.now_ms().div_euclid(DAY_MS);
    let names: Vec<String> = match days {
        None => vec![EVER.to_owned()],
        Some(days) => (today - days + 1..=today).map(of_day).collect(),
    };
    let mut count = 0;
    for name in names {
        count += app.store.counter(&space, &name).await.map_err(|error| store_fault(&error))?;
    }
    Ok(count)
}

fn of_day(day: i64) -> String {
    format!("{EVER}/{day}")
}
