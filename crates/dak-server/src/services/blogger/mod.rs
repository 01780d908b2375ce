//! Blogger v3: blogs with posts, pages and comments.
//!
//! A blog and all that is in it is one space, so that a list's version and the blog's hang on one number; the blogs
//! themselves are in another, to be listed by their members. A record's body is what its author sent; its head holds
//! what the server sets: times, status, path, author, how many comments are shown.

mod blog;
mod comments;
pub(crate) mod desk;
mod draft;
mod entries;
mod founding;
mod head;
mod html;
pub(crate) mod index;
mod kind;
mod labels;
mod paging;
pub mod retired;
pub(crate) mod seed;
mod slug;
mod user;
mod views;

use std::future::Future;
use std::pin::Pin;

use dak_api::Method;
use dak_proto::fault::Fault;

use self::comments::moderate::{self, Verdict};
use self::entries::{read, write};
use self::kind::Kind;
use super::{Call, Service};
use crate::reply::Reply;

pub(crate) use self::entries::schedule::{carry_out_due, next_due_ms};

/// The API that has this behaviour.
pub const API: &str = "blogger:v3";

/// The scope for what only reads.
const READING: &str = "https://www.googleapis.com/auth/blogger.readonly";

/// The service behind [`API`].
#[derive(Debug)]
pub struct Blogger;

impl Service for Blogger {
    fn call<'a>(&'a self, call: Call<'a>) -> Pin<Box<dyn Future<Output = Result<Reply, Fault>> + Send + 'a>> {
        Box::pin(carry_out(call))
    }

    /// What is public may be read by anyone with a key: it is what the scope for reading is for.
    fn takes_key(&self, method: &Method) -> bool {
        method.scopes.iter().any(|scope| scope == READING)
    }
}

async fn carry_out(call: Call<'_>) -> Result<Reply, Fault> {
    match call.method.id.strip_prefix("blogger.").unwrap_or_default() {
        "blogUserInfos.get" => blog::user_info(&call).await,
        "blogs.get" => blog::get(&call).await,
        "blogs.getByUrl" => blog::by_url(&call).await,
        "blogs.listByUser" => blog::list_by_user(&call).await,
        "comments.approve" => moderate::carry_out(&call, Verdict::Approve).await,
        "comments.delete" => moderate::carry_out(&call, Verdict::Delete).await,
        "comments.get" => comments::read::get(&call).await,
        "comments.list" => comments::read::list(&call).await,
        "comments.listByBlog" => comments::read::list_by_blog(&call).await,
        "comments.markAsSpam" => moderate::carry_out(&call, Verdict::MarkAsSpam).await,
        "comments.removeContent" => moderate::carry_out(&call, Verdict::RemoveContent).await,
        "pageViews.get" => views::get(&call).await,
        "pages.delete" => write::delete(&call, Kind::Page).await,
        "pages.get" => read::get(&call, Kind::Page).await,
        "pages.insert" => write::insert(call, Kind::Page).await,
        "pages.list" => read::list(&call, Kind::Page).await,
        "pages.patch" => write::patch(call, Kind::Page).await,
        "pages.publish" => write::publish(&call, Kind::Page).await,
        "pages.revert" => write::revert(&call, Kind::Page).await,
        "pages.update" => write::update(call, Kind::Page).await,
        "postUserInfos.get" => read::user_info(&call).await,
        "postUserInfos.list" => read::list_user_infos(&call).await,
        "posts.delete" => write::delete(&call, Kind::Post).await,
        "posts.get" => read::get(&call, Kind::Post).await,
        "posts.getByPath" => read::by_path(&call).await,
        "posts.insert" => write::insert(call, Kind::Post).await,
        "posts.list" => read::list(&call, Kind::Post).await,
        "posts.patch" => write::patch(call, Kind::Post).await,
        "posts.publish" => write::publish(&call, Kind::Post).await,
        "posts.revert" => write::revert(&call, Kind::Post).await,
        "posts.search" => read::search(&call).await,
        "posts.update" => write::update(call, Kind::Post).await,
        "users.get" => user::get(&call).await,
        unknown => Err(Fault::not_implemented(format!("Nothing is known of what blogger.{unknown} does."))),
    }
}
