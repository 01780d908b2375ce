//! `dak blog`: of the folder itself, or through the server that has it open.

use serde_json::{Value, json};

use crate::args::{BlogArgs, BlogCommand, BlogCommentArgs, BlogCreateArgs, BlogPlace};
use crate::error::Error;
use crate::exit::Exit;
use crate::folder::{self, Wish};
use crate::output::{print, tell};
use crate::paint::clean;

/// What to do where a blog is not there.
const SEE_BLOGS: &str = "dak blog list shows the blogs";
/// What to do where a post or a comment is not there.
const SEE_POSTS: &str = "dak blog list shows the blogs, and GET /v3/blogs/BLOG/posts the posts of one";
/// What to do where a blog cannot be at an address.
const OTHER_ADDRESS: &str = "name another with --url, or leave it out";

/// Carries out `dak blog`.
pub(crate) fn run(args: BlogArgs) -> Result<Exit, Error> {
    match args.command {
        BlogCommand::Create(args) => create(args),
        BlogCommand::List(args) => list(&ask(&args.place, "GET", "blogs", json!({}), SEE_BLOGS)?),
        BlogCommand::Delete(args) => {
            ask(&args.place, "DELETE", "blogs", json!({"id": args.blog}), SEE_BLOGS)?;
            tell(format_args!("Deleted the blog {}.", one_line(&args.blog)));
            Ok(Exit::Success)
        }
        BlogCommand::Comment(args) => comment(args),
    }
}

/// Makes a blog. Its id alone goes to standard output, so that a script can take it.
fn create(args: BlogCreateArgs) -> Result<Exit, Error> {
    let mut body = json!({"name": args.name, "authors": args.authors});
    for (name, value) in [("description", args.description), ("url", args.url), ("owner", args.owner)] {
        if let Some(value) = value {
            body[name] = value.into();
        }
    }
    let made = ask(&args.place, "POST", "blogs", body, OTHER_ADDRESS)?;
    print(shown(&made, "id"))?;
    tell(format_args!("Blog {} at {}.", shown(&made, "name"), shown(&made, "url")));
    Ok(Exit::Success)
}

fn comment(args: BlogCommentArgs) -> Result<Exit, Error> {
    let mut body = json!({"blogId": args.blog, "postId": args.post, "content": args.content, "status": args.status});
    for (name, value) in [("author", args.author), ("email", args.email), ("inReplyTo", args.in_reply_to)] {
        if let Some(value) = value {
            body[name] = value.into();
        }
    }
    print(shown(&ask(&args.place, "POST", "comments", body, SEE_POSTS)?, "id"))?;
    Ok(Exit::Success)
}

fn list(told: &Value) -> Result<Exit, Error> {
    let blogs = told["blogs"].as_array().map_or(&[][..], Vec::as_slice);
    if blogs.is_empty() {
        tell("There are no blogs; make one with dak blog create --name NAME.");
    }
    for blog in blogs {
        print(format_args!("{}  {}  {}", shown(blog, "id"), shown(blog, "url"), shown(blog, "name")))?;
    }
    Ok(Exit::Success)
}

fn ask(
    place: &BlogPlace,
    method: &'static str,
    desk: &'static str,
    body: Value,
    advice: &'static str,
) -> Result<Value, Error> {
    let folder = folder::path(place.data.as_deref())?;
    folder::ask(&folder, &Wish { method, desk: desk.into(), body, advice })
}

/// A member as it may be shown on a terminal.
fn shown(value: &Value, name: &str) -> String {
    one_line(value[name].as_str().unwrap_or_default())
}

fn one_line(text: &str) -> String {
    clean::text(text).replace('\n', "\\n").replace('\t', "\\t")
}
