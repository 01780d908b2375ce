//! Whom a mail is from and for, and the copies of it that they get.

use std::borrow::Cow;

use bytes::Bytes;
use dak_mail::compose;
use dak_mail::mime::{Address, AddressField, Limits, Mail};
use dak_proto::fault::Fault;

use crate::app::App;
use crate::random;
use crate::services::gmail::fault;
use crate::services::gmail::item::Item;
use crate::services::gmail::mailbox::{Mailbox, is_address};
use crate::services::gmail::settings::send_as;

/// The most recipients of one mail.
const RECIPIENTS_MAX: usize = 500;
/// The headers that say whom a mail is for.
const RECIPIENTS: [AddressField; 3] = [AddressField::To, AddressField::Cc, AddressField::Bcc];

/// A mail that is ready to go.
pub(super) struct Envelope {
    /// As its sender keeps it: with all recipients.
    pub(super) sender_copy: Bytes,
    /// As everybody else gets it.
    pub(super) receivers_copy: Bytes,
    /// Those of the recipients who have a mailbox here, without the sender.
    pub(super) receivers: Vec<Receiver>,
    /// The addresses of the others.
    pub(super) others: Vec<String>,
    /// Whether it is to the sender as well.
    pub(super) is_to_self: bool,
}

/// Somebody who has a mailbox here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Receiver {
    /// The mailbox.
    pub(super) mailbox: Mailbox,
    /// The address by which it was named.
    pub(super) address: String,
}

impl Envelope {
    /// Makes a mail ready: it is from an address of the sender's, and has a date and an id.
    ///
    /// # Errors
    /// 400 for mail to nobody, to too many, or to what is no address.
    pub(super) async fn seal(app: &App, sender: &Mailbox, raw: &[u8]) -> Result<Envelope, Fault> {
        let recipients = recipients(raw)?;
        let from = from(app, sender, raw).await?;
        let sealed =
            complete(app, sender, from.map_or(Cow::Borrowed(raw), |from| compose::with_from(raw, &from).into()));
        let mut envelope = Envelope {
            receivers_copy: compose::without_bcc(&sealed).into(),
            sender_copy: Bytes::from(sealed.into_owned()),
            receivers: Vec::new(),
            others: Vec::new(),
            is_to_self: false,
        };
        for address in recipients {
            match here(app, &address).await? {
                Some(mailbox) => envelope.add(sender, Receiver { mailbox, address }),
                None => envelope.others.push(address),
            }
        }
        Ok(envelope)
    }

    /// Who is named twice gets one copy.
    fn add(&mut self, sender: &Mailbox, receiver: Receiver) {
        if receiver.mailbox == *sender {
            self.is_to_self = true;
        } else if self.receivers.iter().all(|known| known.mailbox != receiver.mailbox) {
            self.receivers.push(receiver);
        }
    }
}

/// Whom a mail is for, each once, in lower case.
fn recipients(raw: &[u8]) -> Result<Vec<String>, Fault> {
    let mail = Mail::parse(raw, &Limits::default());
    let mut recipients: Vec<String> = Vec::new();
    for field in RECIPIENTS {
        for Address { address, .. } in mail.addresses(field) {
            if !is_address(&address) {
                return Err(fault::invalid(format!("Invalid {} header", field.name())));
            }
            let address = address.to_lowercase();
            if !recipients.contains(&address) {
                recipients.push(address);
            }
        }
    }
    match recipients.len() {
        0 => Err(fault::invalid("Recipient address required")),
        1..=RECIPIENTS_MAX => Ok(recipients),
        _ => Err(fault::invalid(format!("A mail may have at most {RECIPIENTS_MAX} recipients"))),
    }
}

/// Whom the mail will be from, unless it is from an address that the sender may use.
async fn from(app: &App, sender: &Mailbox, raw: &[u8]) -> Result<Option<Address>, Fault> {
    let addresses = send_as::all(app, sender).await?;
    let usable: Vec<&Item> = addresses.iter().filter(|address| send_as::is_usable(address)).collect();
    let from = Mail::parse(raw, &Limits::default()).addresses(AddressField::From);
    let is_own = |from: &Address| usable.iter().any(|own| own.text("sendAsEmail").eq_ignore_ascii_case(&from.address));
    if let [from] = from.as_slice()
        && is_own(from)
    {
        return Ok(None);
    }
    let default = usable.iter().find(|own| own.value["isDefault"] == true).or(usable.first());
    let of = |own: &&Item| Address { name: own.text("displayName").into(), address: own.text("sendAsEmail").into() };
    Ok(Some(default.map(of).unwrap_or_else(|| Address { name: String::new(), address: sender.address.to_string() })))
}

/// The mail with a date and an id.
fn complete<'a>(app: &App, sender: &Mailbox, raw: Cow<'a, [u8]>) -> Cow<'a, [u8]> {
    let host = sender.address.rsplit('@').next().unwrap_or_default();
    let missing =
        [("Date", compose::date(app.clock.now_ms())), ("Message-ID", format!("<{}@{host}>", random::upload_id()))];
    missing.into_iter().fold(raw, |raw, (name, value)| match compose::is_there(&raw, name) {
        true => raw,
        false => compose::with(&raw, name, &value).into(),
    })
}

/// The mailbox of an address, if it is here: what stands behind a plus sign before the `@` does not count.
async fn here(app: &App, address: &str) -> Result<Option<Mailbox>, Fault> {
    let plain = address.split_once('@').and_then(|(name, host)| Some((name.split_once('+')?.0, host)));
    let plain = plain.filter(|(name, _)| !name.is_empty()).map(|(name, host)| format!("{name}@{host}"));
    for address in std::iter::once(address).chain(plain.as_deref()) {
        let mailbox = Mailbox::of(address);
        if mailbox.is_there(app).await? {
            return Ok(Some(mailbox));
        }
    }
    Ok(None)
}
