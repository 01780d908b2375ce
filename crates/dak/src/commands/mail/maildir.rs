//! Maildir: a file for each mail, what is known of it in the file's name and the folder's.

#[cfg(test)]
mod tests;

use dak_mail::labels::{DRAFT, INBOX, SENT, SPAM, STARRED, TRASH, UNREAD};

/// What stands before the flags in a file's name.
const INFO: &str = ":2,";

/// The labels of the mails in a folder of a Maildir, by its name: `.Work.To do` is the label `Work/To do`; the top, which has
/// no name, is the inbox.
pub(super) fn folder_labels(name: &str) -> Vec<String> {
    let name = name.strip_prefix('.').unwrap_or(name);
    let name = name.strip_prefix("INBOX.").unwrap_or(name);
    let label = match name.to_lowercase().as_str() {
        "" | "inbox" => INBOX,
        "sent" | "sent mail" | "sent items" | "sent messages" => SENT,
        "drafts" => DRAFT,
        "trash" | "deleted" | "deleted items" | "deleted messages" => TRASH,
        "spam" | "junk" | "junk e-mail" => SPAM,
        "archive" | "all mail" => return Vec::new(),
        _ => return vec![name.replace('.', "/")],
    };
    vec![label.to_owned()]
}

/// The labels that the flags in a file's name stand for.
pub(super) fn flag_labels(file: &str) -> Vec<&'static str> {
    let flags = file.rsplit_once(INFO).map_or("", |(_, flags)| flags);
    let marks = [('F', STARRED), ('T', TRASH), ('D', DRAFT)];
    let mut labels: Vec<&str> =
        marks.iter().filter(|(flag, _)| flags.contains(*flag)).map(|(_, label)| *label).collect();
    if !flags.contains('S') {
        labels.push(UNREAD);
    }
    labels
}

/// The name of a file for a mail with these labels.
pub(super) fn file_name(number: u64, date_ms: i64, labels: &[String]) -> String {
    let has = |label: &str| labels.iter().any(|has| has == label);
    // In the order of the alphabet, as the flags must be.
    let flags = [('D', has(DRAFT)), ('F', has(STARRED)), ('S', !has(UNREAD)), ('T', has(TRASH))];
    let flags: String = flags.iter().filter(|(_, is_set)| *is_set).map(|(flag, _)| *flag).collect();
    format!("{}.{number}.dak{INFO}{flags}", date_ms.div_euclid(1000))
}
