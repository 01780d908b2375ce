//! What becomes of a message's labels.

use dak_proto::fault::Fault;

use super::{DRAFT, INBOX, SENT, SPAM, TRASH, UNREAD, invalid, system};

/// The most labels one request may add, and as many again it may remove (the discovery document).
pub const CHANGE_LABELS_MAX: usize = 100;

/// Where a message may be put; a request puts it in one of these places at most.
const PLACES: [&str; 3] = [INBOX, SPAM, TRASH];

/// What a request adds to the labels of messages and what it takes away. It names only labels that are there and may be
/// set by hand, and none of them on both sides. What is put into the trash or among the spam leaves the inbox by that.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Change {
    add: Vec<String>,
    remove: Vec<String>,
}

impl Change {
    /// Reads a request's two lists; `is_user_label` knows the mailbox's own labels by their ids.
    ///
    /// 400 for two empty lists, too many labels, a label on both sides, one that is not there, those that only the
    /// server sets (SENT, DRAFT, CHAT), and for two places.
    pub fn new(add: &[String], remove: &[String], is_user_label: impl Fn(&str) -> bool) -> Result<Change, Fault> {
        if add.is_empty() && remove.is_empty() {
            return Err(refused("No label add or removes specified".into()));
        }
        if add.len().max(remove.len()) > CHANGE_LABELS_MAX {
            return Err(refused(format!("At most {CHANGE_LABELS_MAX} labels may be added or removed in one request")));
        }
        let is_by_hand = |id: &str| system(id).map_or_else(|| is_user_label(id), |label| label.by_hand);
        if let Some(id) = add.iter().chain(remove).find(|id| !is_by_hand(id)) {
            return Err(invalid(id));
        }
        if let Some(id) = add.iter().find(|id| remove.contains(id)) {
            return Err(refused(format!("Cannot both add and remove the same label: {id}")));
        }
        check_places(add)?;
        let inbox = leaves_inbox(add).then(|| INBOX.to_owned());
        Ok(Change { add: add.to_vec(), remove: unique(remove.iter().cloned().chain(inbox)) })
    }

    /// Into the trash: out of the inbox, every other label stays.
    pub fn trash() -> Change {
        Change { add: vec![TRASH.into()], remove: vec![INBOX.into()] }
    }

    /// What is added.
    pub fn added(&self) -> &[String] {
        &self.add
    }

    /// What is taken away.
    pub fn removed(&self) -> &[String] {
        &self.remove
    }

    /// Refuses to label a draft: it carries DRAFT alone until it is sent, though it may be thrown away.
    pub fn check_draft(&self, current: &[String]) -> Result<(), Fault> {
        match self.add.iter().find(|id| *id != TRASH) {
            Some(id) if is_draft(current) => Err(invalid(id)),
            _ => Ok(()),
        }
    }

    /// The labels of a message that had these: those that stay in their order, then the new ones.
    pub fn of(&self, current: &[String]) -> Vec<String> {
        let kept = current.iter().filter(|id| !self.remove.contains(id));
        unique(kept.chain(&self.add).cloned())
    }
}

/// Refuses to put a message into two of the inbox, the spam and the trash.
///
/// # Errors
/// 400 that names the three.
pub fn check_places(labels: &[String]) -> Result<(), Fault> {
    let places = PLACES.iter().filter(|place| labels.iter().any(|id| id == *place)).count();
    match places {
        0 | 1 => Ok(()),
        _ => Err(refused(format!("Can only add one of: {}", PLACES.join(", ")))),
    }
}

/// The labels of a message that had these elsewhere: what is in the trash or among the spam is not in the inbox.
pub fn moved_in(labels: Vec<String>) -> Vec<String> {
    let is_out = leaves_inbox(&labels);
    labels.into_iter().filter(|id| !is_out || id != INBOX).collect()
}

/// Out of the trash, and into the inbox again if the message was there when it was thrown away.
pub fn untrashed(current: &[String], was_in_inbox: bool) -> Vec<String> {
    let inbox = was_in_inbox.then(|| INBOX.to_owned());
    unique(current.iter().filter(|id| *id != TRASH).cloned().chain(inbox))
}

/// The labels of a message that the user sends: one to the user too arrives in the same mailbox.
pub fn sent(to_self: bool) -> Vec<String> {
    match to_self {
        true => [UNREAD, SENT, INBOX].map(str::to_owned).to_vec(),
        false => vec![SENT.to_owned()],
    }
}

/// The labels of a message that comes in from somebody.
pub fn delivered() -> Vec<String> {
    [UNREAD, INBOX].map(str::to_owned).to_vec()
}

/// The labels of a draft.
pub fn drafted() -> Vec<String> {
    vec![DRAFT.to_owned()]
}

/// The labels of an inserted message: those asked for, and SENT if it is from the user; of a draft, none but DRAFT. 400 for
/// what is not there, and for two places.
pub fn inserted(
    asked: &[String],
    is_from_user: bool,
    is_user_label: impl Fn(&str) -> bool,
) -> Result<Vec<String>, Fault> {
    check_new(asked, is_user_label)?;
    if is_draft(asked) {
        return Ok(drafted());
    }
    let sent = is_from_user.then(|| SENT.to_owned());
    Ok(unique(asked.iter().cloned().chain(sent)))
}

/// The labels of an imported message: those asked for. One whose request does not speak of labels comes in as mail does,
/// which the description says import is like; an empty list means none. `is_spam` is a verdict, for requests that
/// did not say `neverMarkSpam`.
pub fn imported(
    asked: Option<&[String]>,
    is_spam: bool,
    is_user_label: impl Fn(&str) -> bool,
) -> Result<Vec<String>, Fault> {
    check_new(asked.unwrap_or_default(), is_user_label)?;
    if asked.is_some_and(is_draft) {
        return Ok(drafted());
    }
    let labels = asked.map_or_else(delivered, <[String]>::to_vec);
    let spam = is_spam.then(|| SPAM.to_owned());
    Ok(unique(labels.into_iter().filter(|id| !is_spam || id != INBOX).chain(spam)))
}

/// A new message may be put among the sent ones and the drafts, as mail that is moved from elsewhere is; but no message
/// is a chat.
fn check_new(asked: &[String], is_user_label: impl Fn(&str) -> bool) -> Result<(), Fault> {
    let is_there = |id: &str| system(id).map_or_else(|| is_user_label(id), |label| label.id != "CHAT");
    match asked.iter().find(|id| !is_there(id)) {
        Some(id) => Err(invalid(id)),
        None if asked.len() > CHANGE_LABELS_MAX => {
            Err(refused(format!("At most {CHANGE_LABELS_MAX} labels may be added in one request")))
        }
        None => check_places(asked),
    }
}

fn leaves_inbox(labels: &[String]) -> bool {
    labels.iter().any(|id| id == SPAM || id == TRASH)
}

fn is_draft(labels: &[String]) -> bool {
    labels.iter().any(|id| id == DRAFT)
}

fn unique(labels: impl Iterator<Item = String>) -> Vec<String> {
    labels.fold(Vec::new(), |mut seen, label| {
        if !seen.contains(&label) {
            seen.push(label);
        }
        seen
    })
}

fn refused(message: String) -> Fault {
    Fault::bad_request("invalidArgument", message)
}
