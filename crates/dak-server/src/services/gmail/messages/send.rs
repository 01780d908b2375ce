//! Sending: the sender's copy, those of everybody who has a mailbox here, and what is kept for others.

mod envelope;
mod receive;

use dak_mail::labels;
use dak_proto::fault::Fault;

use self::envelope::Envelope;
use super::{sent, sorting, text};
use crate::reply::Reply;
use crate::services::Call;
use crate::services::gmail::mail::{Letter, body};
use crate::services::gmail::mailbox::Mailbox;
use crate::services::gmail::outbox::Outgoing;
use crate::services::gmail::posting::{Answer, Delivery, Drafting, Posting};
use crate::services::gmail::raw::{Kept, Raw};
use crate::services::idempotency::{self, Repeatable};

/// How many bytes all copies may have together that stand in their records: what has more is in segments.
const COPIES_BYTES_MAX: usize = 64 << 20;

/// Sends a mail.
pub(super) async fn send(mut call: Call<'_>) -> Result<Reply, Fault> {
    let repeatable = idempotency::repeatable(&call)?;
    let mailbox = Mailbox::open(&call).await?;
    let mut message = sent(&mut call);
    let raw = Raw::sent(&call, &mut message).await?;
    let sending = Sending {
        call: &call,
        repeatable: repeatable.as_ref(),
        mailbox: &mailbox,
        thread_id: text(&message, "threadId"),
        drafting: Drafting::Nothing,
    };
    sending.carry_out(raw).await
}

/// A mail to be sent.
pub(in crate::services::gmail) struct Sending<'a> {
    /// The request.
    pub(in crate::services::gmail) call: &'a Call<'a>,
    /// Its key, if it may be repeated.
    pub(in crate::services::gmail) repeatable: Option<&'a Repeatable>,
    /// Who sends.
    pub(in crate::services::gmail) mailbox: &'a Mailbox,
    /// The thread that it is to join.
    pub(in crate::services::gmail) thread_id: Option<&'a str>,
    /// The draft that it was.
    pub(in crate::services::gmail) drafting: Drafting<'a>,
}

impl Sending<'_> {
    /// Sends this mail.
    ///
    /// # Errors
    /// 400 for mail to nobody, or to what is no address; whatever the store refuses.
    pub(in crate::services::gmail) async fn carry_out(self, raw: Raw) -> Result<Reply, Fault> {
        let app = self.call.app;
        // The bytes go once there are copies of them; these need the room.
        let Raw { bytes, room: _room } = raw;
        let envelope = Envelope::seal(app, self.mailbox, bytes).await?;
        let letter = Letter::of(&envelope.sender_copy).await?;
        let copies = 1 + envelope.receivers.len() + usize::from(!envelope.others.is_empty());
        let is_apart = envelope.sender_copy.len().saturating_mul(copies) > COPIES_BYTES_MAX;
        let mut posting = Posting {
            call: self.call,
            repeatable: self.repeatable,
            deliveries: Vec::with_capacity(copies),
            drafting: self.drafting.clone(),
            outgoing: None,
            answer: Answer::Message,
        };
        let made = self.copies(&envelope, &letter, is_apart, &mut posting).await;
        match made {
            Ok(()) => posting.carry_out().await,
            Err(fault) => {
                posting.give_up().await;
                Err(fault)
            }
        }
    }

    async fn copies(
        &self,
        envelope: &Envelope,
        letter: &Letter,
        is_apart: bool,
        posting: &mut Posting<'_>,
    ) -> Result<(), Fault> {
        let app = self.call.app;
        let mut own = self.own(envelope, letter, is_apart).await?;
        own.thread_id = self.thread_id.map(str::to_owned);
        posting.deliveries.push(own);
        for receiver in &envelope.receivers {
            posting.deliveries.push(receive::copy(app, receiver, envelope, letter, is_apart).await?);
        }
        if !envelope.others.is_empty() {
            let raw = &envelope.receivers_copy;
            let kept = Kept::apart(app, raw, is_apart).await?;
            posting.outgoing = Some(Outgoing {
                from: self.mailbox.address.clone(),
                recipients: envelope.others.clone(),
                size: raw.len() as u64,
                body: body(letter, raw, &kept).await?,
                kept,
            });
        }
        Ok(())
    }

    /// The sender's copy; what is sent to oneself arrives as well.
    async fn own(&self, envelope: &Envelope, letter: &Letter, is_apart: bool) -> Result<Delivery, Fault> {
        let (app, raw) = (self.call.app, &envelope.sender_copy);
        let kept = Kept::apart(app, raw, is_apart).await?.leaving(self.call);
        let mut own = Delivery::new(self.mailbox, letter.clone(), raw, kept).await?;
        own.head.internal_date_ms = app.clock.now_ms();
        own.head.label_ids = labels::sent(envelope.is_to_self);
        if envelope.is_to_self {
            sorting::sort(app, &mut own, raw, true).await?;
        }
        Ok(own)
    }
}
