//! What comes in: a copy for a mailbox, sorted by its filters.

use bytes::Bytes;
use dak_mail::compose;
use dak_mail::labels;
use dak_proto::fault::Fault;

use super::envelope::{Envelope, Receiver};
use crate::app::App;
use crate::services::gmail::mail::Letter;
use crate::services::gmail::messages::sorting;
use crate::services::gmail::posting::Delivery;
use crate::services::gmail::raw::Kept;

/// The copy of a mail that somebody here gets.
pub(super) async fn copy(
    app: &App,
    receiver: &Receiver,
    envelope: &Envelope,
    letter: &Letter,
    is_apart: bool,
) -> Result<Delivery, Fault> {
    let raw = Bytes::from(compose::with(&envelope.receivers_copy, "Delivered-To", &receiver.address));
    let kept = Kept::apart(app, &raw, is_apart).await?;
    let mut copy = Delivery::new(&receiver.mailbox, letter.clone(), &raw, kept).await?;
    copy.head.internal_date_ms = app.clock.now_ms();
    copy.head.label_ids = labels::delivered();
    sorting::sort(app, &mut copy, &raw, true).await?;
    Ok(copy)
}
