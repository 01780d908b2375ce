//! Whom a mail is from and for, and the copies of it that they get.

use std::borrow::Cow;

use bytes::Bytes;
use dak_mail::compose;
use dak_mail::mime::{Address, AddressField, Limits, Mail};
use dak_proto::fault::Fault;

use crate::app::App;
use crate::random;
use crate::services::gmail::item::Item;
use crate::services::gmail::mailbox::{self, Mailbox, is_address};
use crate::services::gmail::settings::send_as;
use crate::services::gmail::{aliases, fault, mail};

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
    pub(super) async fn seal(app: &App, sender: &Mailbox, raw: Bytes) -> Result<Envelope, Fault> {
        let (mail, length) = (raw.clone(), raw.len());
        let (recipients, said) = mail::work(length, move || people(&mail)).await?;
        let recipients = recipients?;
        let from = from(app, sender, &said).await?;
        let (own, now_ms) = (sender.clone(), app.clock.now_ms());
        let [sender_copy, receivers_copy] = mail::work(length, move || copies(&raw, from, &own, now_ms)).await?;
        let mut envelope =
            Envelope { sender_copy, receivers_copy, receivers: Vec::new(), others: Vec::new(), is_to_self: false };
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

/// Whom a mail is for, and whom it says it is from.
fn people(raw: &[u8]) -> (Result<Vec<String>, Fault>, Vec<Address>) {
    let mail = Mail::parse(compose::split(raw).0, &Limits::default());
    (recipients(&mail), mail.addresses(AddressField::From))
}

/// Whom a mail is for, each once, in lower case.
fn recipients(mail: &Mail<'_>) -> Result<Vec<String>, Fault> {
    let mut recipients: Vec<String> = Vec::new();
    for field in RECIPIENTS {
        for named in mail.addresses(field) {
            if !is_address(&named.address) || named.is_encoded() {
                return Err(fault::invalid(format!("Invalid {} header", field.name())));
            }
            let address = named.address.to_lowercase();
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

/// Whom the mail will be from, unless it is said to be from an address that the sender may use.
async fn from(app: &App, sender: &Mailbox, said: &[Address]) -> Result<Option<Address>, Fault> {
    let addresses = send_as::all(app, sender).await?;
    let usable: Vec<&Item> = addresses.iter().filter(|address| send_as::is_usable(address)).collect();
    let is_own = |from: &Address| usable.iter().any(|own| own.text("sendAsEmail").eq_ignore_ascii_case(&from.address));
    if let [from] = said
        && is_own(from)
    {
        return Ok(None);
    }
    let default = usable.iter().find(|own| own.value["isDefault"] == true).or(usable.first());
    let of = |own: &&Item| Address { name: own.text("displayName").into(), address: own.text("sendAsEmail").into() };
    Ok(Some(default.map(of).unwrap_or_else(|| Address { name: String::new(), address: sender.address.to_string() })))
}

/// The mail as its sender keeps it, from this address if from another, and as everybody else gets it.
///
/// Most mail is in memory once then: only its head is written anew, and nobody is blind.
fn copies(raw: &Bytes, from: Option<Address>, sender: &Mailbox, now_ms: i64) -> [Bytes; 2] {
    let (head, rest) = compose::split(raw);
    let own = from.map_or(Cow::Borrowed(head), |from| compose::with_from(head, &from).into());
    let own = complete(sender, own, now_ms);
    let sender_copy = if *own == *head { raw.clone() } else { Bytes::from([&own, rest].concat()) };
    drop(own);
    let (head, rest) = compose::split(&sender_copy);
    let is_blind = compose::BCC.iter().any(|name| compose::is_there(head, name));
    let receivers_copy = match is_blind {
        true => Bytes::from([&compose::without_bcc(head), rest].concat()),
        false => sender_copy.clone(),
    };
    [sender_copy, receivers_copy]
}

/// The head of a mail with a date and an id.
fn complete<'a>(sender: &Mailbox, raw: Cow<'a, [u8]>, now_ms: i64) -> Cow<'a, [u8]> {
    let host = sender.address.rsplit('@').next().unwrap_or_default();
    let missing = [("Date", compose::date(now_ms)), ("Message-ID", format!("<{}@{host}>", random::upload_id()))];
    missing.into_iter().fold(raw, |raw, (name, value)| match compose::is_there(&raw, name) {
        true => raw,
        false => compose::with(&raw, name, &value).into(),
    })
}

/// The mailbox that mail to an address comes into, if it is here: that of the address, else of the one user who may send
/// from it.
async fn here(app: &App, address: &str) -> Result<Option<Mailbox>, Fault> {
    if let Some(own) = Mailbox::at(app, address).await? {
        return Ok(Some(own));
    }
    for address in std::iter::once(address).chain(mailbox::plain(address).as_deref()) {
        if let Some(owner) = aliases::owner(app, address).await? {
            return Ok(Some(owner));
        }
    }
    Ok(None)
}
