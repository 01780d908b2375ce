//! Getting and listing drafts.

use dak_mail::labels::DRAFT;
use dak_proto::fault::Fault;
use dak_proto::rope::Rope;
use dak_store::{Filter, Record};
use serde_json::json;

use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::messages::list::{Asked, Found};
use crate::services::gmail::messages::version;
use crate::services::gmail::posting::Draft;
use crate::services::gmail::present::{self, Showing};
use crate::services::gmail::stored::Head;
use crate::services::gmail::{index, strips};

/// Gives a draft with its message.
pub(super) async fn get(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let id = call.arguments.text("id").unwrap_or_default();
    let draft = Draft::find(call.app, &mailbox, id).await?;
    let hidden = strips::hidden(call.app, &mailbox).await?;
    let (version, is_lasting) = (version(draft.message.tag), hidden.is_empty());
    if is_lasting && let Some(reply) = call.short_cut(&version)? {
        return Ok(reply);
    }
    let showing = Showing::asked(call, hidden);
    let room = showing.room(call.app, draft.message.head.size).await?;
    let message = present::message(call.app, &draft.record, &showing).await?;
    let rope = Rope::object(vec![("id".into(), Rope::string(id)), ("message".into(), message)]);
    Ok(if is_lasting { Reply::read(rope, version) } else { Reply::json(rope) }.within(room))
}

/// Gives a page of drafts, those written last first.
pub(super) async fn list(call: &Call<'_>) -> Result<Reply, Fault> {
    let mailbox = Mailbox::open(call).await?;
    let asked = Asked::read(call, &mailbox).await?.among(Filter::Tag(index::label_tag(DRAFT)));
    let results = match asked.find(call, &mailbox).await? {
        Found::Answer(reply) => return Ok(reply),
        Found::Results(results) => results,
    };
    let drafts = results.page.records.iter().map(shown).collect::<Result<_, Fault>>()?;
    Ok(asked.reply(call, &mailbox, results, "drafts", drafts))
}

fn shown(message: &Record) -> Result<Rope, Fault> {
    let head = Head::parse(&message.head)?;
    let named = json!({"id": &*message.id, "threadId": head.thread_id});
    Ok(Rope::value(&json!({"id": head.draft, "message": named})))
}
