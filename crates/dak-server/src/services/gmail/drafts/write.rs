//! Writing, sending and throwing away drafts.

use std::sync::Arc;

use dak_mail::labels;
use dak_proto::fault::Fault;
use serde_json::{Map, Value};

use crate::app::App;
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::change::{self, Change, Plan, Step};
use crate::services::gmail::fault;
use crate::services::gmail::mail::Letter;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::messages::send::Sending;
use crate::services::gmail::messages::{sent, text, version};
use crate::services::gmail::posting::{Answer, Delivery, Draft, Drafting, Posting};
use crate::services::gmail::raw::{Kept, Raw};
use crate::services::idempotency::{self, Repeatable};

/// Makes a draft.
pub(super) async fn create(mut call: Call<'_>) -> Result<Reply, Fault> {
    let repeatable = idempotency::repeatable(&call)?;
    let draft = sent(&mut call);
    write(&call, repeatable.as_ref(), draft, Drafting::Create).await
}

/// Gives a draft another message, with an id of its own.
pub(super) async fn update(mut call: Call<'_>) -> Result<Reply, Fault> {
    let repeatable = idempotency::repeatable(&call)?;
    let draft = sent(&mut call);
    let id = call.arguments.text("id").unwrap_or_default();
    write(&call, repeatable.as_ref(), draft, Drafting::Replace(id)).await
}

/// Sends a draft, as it is or with the content that comes along. It is a draft no more, and the message a new one.
pub(super) async fn send(mut call: Call<'_>) -> Result<Reply, Fault> {
    let repeatable = idempotency::repeatable(&call)?;
    let mailbox = Mailbox::open(&call).await?;
    let mut draft = sent(&mut call);
    let mut message = message(&mut draft);
    let id = named(&draft)?;
    if let Some(repeatable) = &repeatable
        && let Some(answer) = repeatable.answer(&call).await?
    {
        return Ok(answer);
    }
    let brought = Raw::brought(&call, &mut message).await?;
    let sending = |drafting| Sending {
        call: &call,
        repeatable: repeatable.as_ref(),
        mailbox: &mailbox,
        thread_id: text(&message, "threadId"),
        drafting,
    };
    if let Some(raw) = brought {
        return sending(Drafting::Send(id, None)).carry_out(raw).await;
    }
    let found = Draft::find(call.app, &mailbox, id).await?;
    let raw = Raw::of(call.app, &found.message.head, &found.record).await?;
    sending(Drafting::Send(id, Some(&found.message.id))).carry_out(raw).await
}

/// Throws a draft away for good.
pub(super) async fn delete(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    change::carry_out(call.app, &Deletion { call, mailbox: &mailbox }).await?;
    Ok(Reply::NoContent)
}

/// Whether there is this draft, and the request's conditions hold for it.
pub(super) async fn check(call: &Call<'_>, mailbox: &Mailbox, id: &str) -> Result<(), Fault> {
    let draft = Draft::find(call.app, mailbox, id).await?;
    call.check(&version(draft.message.tag)).map(drop)
}

/// The draft that a body names.
///
/// # Errors
/// 400 where it names none.
pub(super) fn named(draft: &Map<String, Value>) -> Result<&str, Fault> {
    text(draft, "id").ok_or_else(|| fault::invalid("Missing draft id"))
}

async fn write(
    call: &Call<'_>,
    repeatable: Option<&Repeatable>,
    mut draft: Map<String, Value>,
    drafting: Drafting<'_>,
) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let mut message = message(&mut draft);
    let raw = Raw::sent(call, &mut message).await?;
    let kept = Kept::of(call, &raw).await?;
    let mut delivery = Delivery::new(&mailbox, Letter::of(&raw.bytes).await?, &raw.bytes, kept).await?;
    delivery.head.label_ids = labels::drafted();
    delivery.head.internal_date_ms = call.app.clock.now_ms();
    delivery.thread_id = text(&message, "threadId").map(str::to_owned);
    let posting =
        Posting { call, repeatable, deliveries: vec![delivery], drafting, outgoing: None, answer: Answer::Draft };
    posting.carry_out().await
}

/// The message in a draft's body, taken out of it.
fn message(draft: &mut Map<String, Value>) -> Map<String, Value> {
    match draft.shift_remove("message") {
        Some(Value::Object(message)) => message,
        _ => Map::new(),
    }
}

/// The end of a draft.
struct Deletion<'a> {
    call: &'a Call<'a>,
    mailbox: &'a Mailbox,
}

impl Change for Deletion<'_> {
    type Made = ();

    async fn plan(&self, app: &Arc<App>) -> Result<(Plan, ()), Fault> {
        let draft = Draft::find(app, self.mailbox, self.call.arguments.text("id").unwrap_or_default()).await?;
        self.call.check(&version(draft.message.tag))?;
        Ok((Plan::of(self.mailbox, vec![Step::Delete(draft.message)]), ()))
    }
}
