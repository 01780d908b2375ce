//! One copy of a mail for one mailbox.

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_store::Key;

use crate::app::App;
use crate::ids;
use crate::services::gmail::change::New;
use crate::services::gmail::mail::{self, Letter};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::messages::threading;
use crate::services::gmail::raw::Kept;
use crate::services::gmail::stored::Head;

/// One copy of a mail for one mailbox.
pub(in crate::services::gmail) struct Delivery {
    /// Where.
    pub(in crate::services::gmail) mailbox: Mailbox,
    /// What is known of the mail.
    pub(in crate::services::gmail) letter: Letter,
    /// The head but for thread and draft.
    pub(in crate::services::gmail) head: Head,
    /// The body of its record.
    pub(in crate::services::gmail) body: Bytes,
    /// Where its bytes are.
    pub(in crate::services::gmail) kept: Kept,
    /// The thread that its request puts it into.
    pub(in crate::services::gmail) thread_id: Option<String>,
    /// Labels of the user's own that it bears.
    pub(in crate::services::gmail) user_labels: Vec<Key>,
}

impl Delivery {
    /// A copy with these bytes.
    ///
    /// # Errors
    /// 500 where nobody could read them.
    pub(in crate::services::gmail) async fn new(
        mailbox: &Mailbox,
        letter: Letter,
        raw: &Bytes,
        kept: Kept,
    ) -> Result<Delivery, Fault> {
        let head = Head { size: raw.len() as u64, segments: kept.segments.clone(), ..Head::default() };
        let body = mail::body(&letter, raw, &kept).await?;
        Ok(Delivery { mailbox: mailbox.clone(), letter, head, body, kept, thread_id: None, user_labels: Vec::new() })
    }

    /// The message that it becomes, with an id of its own: in the thread that was asked for, else that of the draft it was,
    /// else that of a mail it answers, else in one of its own.
    pub(super) async fn message(
        &self,
        app: &App,
        draft_thread: Option<&str>,
        draft: Option<&str>,
    ) -> Result<New, Fault> {
        let asked = self.thread_id.as_deref().filter(|asked| Some(*asked) != draft_thread);
        let thread = match (asked, draft_thread) {
            (None, Some(thread)) => Some(thread.to_owned()),
            (asked, _) => threading::thread(app, &self.mailbox, &self.letter, asked).await?,
        };
        let id = ids::next_hex();
        let thread_id = thread.unwrap_or_else(|| id.clone());
        Ok(New {
            id: id.into(),
            head: Head { thread_id, draft: draft.map(str::to_owned), ..self.head.clone() },
            body: self.body.clone(),
            snippet: self.letter.facts.snippet.clone(),
        })
    }
}
