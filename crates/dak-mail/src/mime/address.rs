//! Addresses of fields (RFC 5322 3.4): read in linear time, and written.

use std::error;
use std::fmt;
use std::str::FromStr;

use super::encoded_word;

/// Whose addresses a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressField {
    /// `From`.
    From,
    /// `Sender`.
    Sender,
    /// `Reply-To`.
    ReplyTo,
    /// `To`.
    To,
    /// `Cc`.
    Cc,
    /// `Bcc`.
    Bcc,
    /// `Delivered-To`, which the mailbox's own server writes.
    DeliveredTo,
}

impl AddressField {
    /// The name of the field.
    pub fn name(self) -> &'static str {
        match self {
            AddressField::From => "From",
            AddressField::Sender => "Sender",
            AddressField::ReplyTo => "Reply-To",
            AddressField::To => "To",
            AddressField::Cc => "Cc",
            AddressField::Bcc => "Bcc",
            AddressField::DeliveredTo => "Delivered-To",
        }
    }
}

/// One address of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// The name before it or in a comment behind it, decoded; empty if there is none.
    pub name: String,
    /// `local@domain` as it was written, never empty; it may lack the `@`, as broken mail does.
    pub address: String,
}

impl Address {
    /// Whether there is an encoded word in the address, which stands for no letters there (RFC 2047 5).
    pub fn is_encoded(&self) -> bool {
        encoded_word::decode(&self.address) != self.address
    }

    /// The address as a field has it: `Name <address>`, the name quoted or encoded where it must be. What would end the
    /// field is left out.
    pub fn to_field(&self) -> String {
        let [name, address] = [&self.name, &self.address].map(|text| text.replace(char::is_control, ""));
        let is_atom = |letter: char| letter.is_ascii_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(letter);
        if name.is_empty() {
            address
        } else if !encoded_word::is_plain(&name) {
            format!("{} <{address}>", encoded_word::encode(&name))
        } else if name.chars().all(is_atom) {
            format!("{name} <{address}>")
        } else {
            format!("\"{}\" <{address}>", name.replace('\\', "\\\\").replace('"', "\\\""))
        }
    }
}

/// One address as people write it: `local@domain`, or `Name <local@domain>` with the name in quotes if they like.
impl FromStr for Address {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Address, NoAddress> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => (name.trim(), address.trim()),
            None => ("", text),
        };
        let is_plain = |part: &str| !part.is_empty() && !part.contains([' ', '\t', ',', '<', '>', '"']);
        let is_address = address.split_once('@').is_some_and(|(local, domain)| is_plain(local) && is_plain(domain));
        if !is_address || name.contains(char::is_control) {
            return Err(NoAddress);
        }
        let quoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
        let name = quoted.map_or_else(|| name.to_owned(), |name| name.replace("\\\"", "\"").replace("\\\\", "\\"));
        Ok(Address { name, address: address.to_owned() })
    }
}

/// What is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAddress;

impl fmt::Display for NoAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write an address, such as rina@example.com or Rina <rina@example.com>")
    }
}

impl error::Error for NoAddress {}

/// Adds the addresses of a field's value, unfolded, to `found`, as long as there are less than `count_max`. The names
/// of groups are passed over.
pub(crate) fn read(value: &str, found: &mut Vec<Address>, count_max: usize) {
    let mut reader = Reader::default();
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if found.len() >= count_max {
            return;
        }
        match (letter, reader.place) {
            ('\\', Place::Quotes | Place::Comment) => reader.push(letters.next().unwrap_or('\\')),
            ('"', Place::Name) => reader.place = Place::Quotes,
            ('"', Place::Quotes) => reader.place = Place::Name,
            ('(', Place::Name | Place::Comment) => reader.open_comment(),
            (')', Place::Comment) => reader.close_comment(),
            ('<', Place::Name) => reader.place = Place::Angle,
            ('>', Place::Angle) => reader.place = Place::Name,
            (',' | ';', Place::Name) => found.extend(reader.take()),
            // What stood before it was the name of a group.
            (':', Place::Name) => drop(reader.take()),
            _ => reader.push(letter),
        }
    }
    found.extend(reader.take());
}

#[derive(Debug, Clone, Copy, Default)]
enum Place {
    #[default]
    Name,
    Quotes,
    Comment,
    Angle,
}

/// One address while it is read.
#[derive(Debug, Default)]
struct Reader {
    place: Place,
    depth: usize,
    name: String,
    comment: String,
    angle: String,
}

impl Reader {
    fn push(&mut self, letter: char) {
        match self.place {
            Place::Name | Place::Quotes => self.name.push(letter),
            Place::Comment => self.comment.push(letter),
            Place::Angle => self.angle.push(letter),
        }
    }

    fn open_comment(&mut self) {
        if self.depth > 0 {
            self.comment.push('(');
        }
        self.depth += 1;
        self.place = Place::Comment;
    }

    fn close_comment(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            self.place = Place::Name;
        } else {
            self.comment.push(')');
        }
    }

    /// The address that was read; what follows begins another.
    fn take(&mut self) -> Option<Address> {
        let Reader { name, comment, angle, .. } = std::mem::take(self);
        let angle = without_route(angle.trim());
        let (name, address) = match angle {
            "" => (comment.trim(), name.trim()),
            _ if name.trim().is_empty() => (comment.trim(), angle),
            _ => (name.trim(), angle),
        };
        let name = encoded_word::decode(name).trim().to_owned();
        (!address.is_empty()).then(|| Address { name, address: address.into() })
    }
}

/// The address without the hosts it was once to pass (RFC 5322 4.4).
fn without_route(address: &str) -> &str {
    let route = address.strip_prefix('@').and_then(|_| address.split_once(':'));
    route.map_or(address, |(_, address)| address)
}
