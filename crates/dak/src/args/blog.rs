//! `dak blog`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::token::email;

/// What Blogger's API has no way for: making and deleting blogs, and writing comments.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  dak blog create --name 'Rina writes' --url http://rina.example.com/ --owner rina@example.com
  dak blog list
  dak blog comment 1001 2001 'Well said' --author Rina
  dak blog delete 1001

All of it counts at once, also for a running server.")]
pub(crate) struct BlogArgs {
    #[command(subcommand)]
    pub(crate) command: BlogCommand,
}

/// What to do with blogs.
#[derive(Debug, Subcommand)]
pub(crate) enum BlogCommand {
    /// Make a blog and print its id
    Create(BlogCreateArgs),
    /// List the blogs
    List(BlogListArgs),
    /// Delete a blog: its address is free, and nobody sees it any more
    Delete(BlogDeleteArgs),
    /// Write a comment on a post and print its id
    Comment(BlogCommentArgs),
}

/// `dak blog create`.
#[derive(Args, Debug)]
pub(crate) struct BlogCreateArgs {
    #[command(flatten)]
    pub(crate) place: BlogPlace,
    /// What the blog is called
    #[arg(long, value_name = "TEXT", value_parser = words)]
    pub(crate) name: String,
    /// What the blog is about
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// The address that the blog's posts have, which no other blog has [default: one made from its id]
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Who may do everything there [default: the server's default user]
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    pub(crate) owner: Option<String>,
    /// Who else may write posts there; may be given again
    #[arg(long = "author", value_name = "EMAIL", value_parser = email)]
    pub(crate) authors: Vec<String>,
}

/// `dak blog list`.
#[derive(Args, Debug)]
pub(crate) struct BlogListArgs {
    #[command(flatten)]
    pub(crate) place: BlogPlace,
}

/// `dak blog delete`.
#[derive(Args, Debug)]
pub(crate) struct BlogDeleteArgs {
    #[command(flatten)]
    pub(crate) place: BlogPlace,
    /// The blog's id, as `dak blog list` prints it
    #[arg(value_name = "BLOG")]
    pub(crate) blog: String,
}

/// `dak blog comment`.
#[derive(Args, Debug)]
pub(crate) struct BlogCommentArgs {
    #[command(flatten)]
    pub(crate) place: BlogPlace,
    /// The blog's id
    #[arg(value_name = "BLOG")]
    pub(crate) blog: String,
    /// The post's id
    #[arg(value_name = "POST")]
    pub(crate) post: String,
    /// The comment
    #[arg(value_name = "TEXT", value_parser = words)]
    pub(crate) content: String,
    /// The name of who writes it [default: Anonymous]
    #[arg(long, value_name = "NAME")]
    pub(crate) author: Option<String>,
    /// Which user writes it
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    pub(crate) email: Option<String>,
    /// The comment that it answers
    #[arg(long, value_name = "COMMENT")]
    pub(crate) in_reply_to: Option<String>,
    /// Where it stands at first
    #[arg(long, value_name = "STATUS", value_parser = ["live", "pending", "spam"], default_value = "live")]
    pub(crate) status: String,
}

/// Where the blogs are.
#[derive(Args, Debug)]
pub(crate) struct BlogPlace {
    /// The data folder [default: dak in the user's data folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// Text of which something is to be seen.
fn words(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("write some text".to_owned()) } else { Ok(text.to_owned()) }
}
