//! Gmail v1: mailboxes that last, with their messages, threads, labels, history and settings.
//!
//! A mailbox is one space, so that its history, its lists' versions and its counters hang on one sequence; who has a
//! mailbox stands in another. Mail itself is understood by [`dak_mail`]; here it is kept and shown.

mod aliases;
mod change;
pub(crate) mod desk;
mod drafts;
mod fault;
mod history;
pub(crate) mod index;
mod item;
mod labels;
mod mail;
mod mailbox;
mod messages;
mod outbox;
mod paging;
mod posting;
mod present;
mod quota;
mod raw;
mod recount;
mod scopes;
mod search;
pub(crate) mod seed;
mod settings;
mod sizes;
mod state;
mod stored;
mod strips;
mod threads;
mod users;
mod watch;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use dak_api::Method;
use dak_proto::fault::Fault;
use serde_json::{Map, Value};

use self::mailbox::Mailbox;
pub use self::recount::recount;
pub(crate) use self::state::State;

use super::{Call, Service};
use crate::app::App;
use crate::pipeline::authorise::Refusal;
use crate::reply::Reply;

/// The API that has this behaviour.
pub const API: &str = "gmail:v1";

/// The service behind [`API`].
#[derive(Debug)]
pub struct Gmail;

impl Service for Gmail {
    fn call<'a>(&'a self, call: Call<'a>) -> Pin<Box<dyn Future<Output = Result<Reply, Fault>> + Send + 'a>> {
        Box::pin(carry_out(call))
    }

    fn check_upload<'a>(&'a self, call: &'a Call<'a>) -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>> {
        Box::pin(check_upload(call))
    }

    fn refuse(&self, refusal: Refusal, method: &Method) -> Fault {
        scopes::refused(refusal, method)
    }
}

async fn check_upload(call: &Call<'_>) -> Result<(), Fault> {
    quota::spend(call)?;
    let name = call.method.id.strip_prefix("gmail.users.").unwrap_or_default();
    match name.rsplit_once('.') {
        Some(("drafts", verb)) => drafts::check_upload(call, verb).await,
        Some(("messages", verb)) => messages::check_upload(call, verb).await,
        _ => Err(unknown(call)),
    }
}

/// The mailbox that an upload is for, and what is said of its media.
async fn check_metadata(call: &Call<'_>) -> Result<(Mailbox, Map<String, Value>), Fault> {
    let mailbox = Mailbox::open(call).await?;
    let metadata = call.body.clone().map(|body| call.api.accept_body(call.method, body)).transpose()?;
    match metadata {
        Some(Value::Object(members)) => Ok((mailbox, members)),
        _ => Ok((mailbox, Map::new())),
    }
}

/// Carries out what came due.
///
/// # Errors
/// Whatever the store refuses.
pub(crate) async fn carry_out_due(app: &Arc<App>) -> Result<(), Fault> {
    history::carry_out_due(app).await?;
    strips::carry_out_due(app).await
}

/// Methods are found by their noun, then by their verb: `gmail.users.messages.list` is `list` of `messages`.
async fn carry_out(call: Call<'_>) -> Result<Reply, Fault> {
    scopes::check(&call)?;
    quota::spend(&call)?;
    let call = accepted(call)?;
    let name = call.method.id.strip_prefix("gmail.users.").unwrap_or_default();
    let (noun, verb) = name.rsplit_once('.').unwrap_or(("", name));
    match noun {
        "" => users::carry_out(call, verb).await,
        "drafts" => drafts::carry_out(call, verb).await,
        "history" => history::carry_out(call, verb).await,
        "labels" => labels::carry_out(call, verb).await,
        "messages" => messages::carry_out(call, verb).await,
        "messages.attachments" => messages::attachments::carry_out(call, verb).await,
        "threads" => threads::carry_out(call, verb).await,
        _ => settings::carry_out(call, noun.strip_prefix("settings.").unwrap_or_default(), verb).await,
    }
}

/// The call with its body checked against the description and in canonical form (D8).
fn accepted(mut call: Call<'_>) -> Result<Call<'_>, Fault> {
    if let Some(body) = call.body.take() {
        call.body = Some(call.api.accept_body(call.method, body)?);
    }
    Ok(call)
}

/// 501 for a method that is described and of which nothing is known.
fn unknown(call: &Call<'_>) -> Fault {
    Fault::not_implemented(format!("Nothing is known of what {} does.", call.method.id))
}
