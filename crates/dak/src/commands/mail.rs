//! `dak mail`: a mailbox's mail in and out, and mail for others, by the folder itself or through the server that has it open.

mod export;
mod import;
mod maildir;
mod outbox;
mod sources;

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::args::{MailArgs, MailCommand};
use crate::environment::Environment;
use crate::error::Error;
use crate::exit::Exit;
use crate::folder::Wish;

/// Carries out `dak mail`.
pub(crate) fn run(args: &MailArgs, environment: &Environment) -> Result<Exit, Error> {
    match &args.command {
        MailCommand::Import(args) => import::run(args, environment),
        MailCommand::Export(args) => export::run(args, environment),
        MailCommand::Outbox(args) => outbox::run(args),
    }
}

/// What is asked of the desk about a user's mail.
fn wish(method: &'static str, user: &str) -> Wish {
    let desk = Cow::Owned(format!("mail?user={}", utf8_percent_encode(user, NON_ALPHANUMERIC)));
    Wish { method, desk, body: Value::Null, advice: "see dak user list" }
}
