//! Members that say when an item was made and when it was changed last (`D84`).

#[cfg(test)]
mod tests;

use crate::scalar::Scalar;
use crate::schema::wording::Wording;

/// Names by which descriptions call the time of an item's creation.
const CREATED: [&str; 18] = [
    "created",
    "createDate",
    "createTime",
    "createTimestamp",
    "createdAt",
    "createdDate",
    "createdTime",
    "createdTimestamp",
    "created_at",
    "creationDate",
    "creationTime",
    "creationTimestamp",
    "dateCreated",
    "insertTime",
    "published",
    "publishedAt",
    "timeCreated",
    "uploadTime",
];
/// Names by which they call the time of its last change.
const CHANGED: [&str; 22] = [
    "dateModified",
    "dateUpdated",
    "lastModificationTime",
    "lastModified",
    "lastModifiedAt",
    "lastModifiedDate",
    "lastModifiedTime",
    "lastModifyTime",
    "lastUpdateDate",
    "lastUpdateTime",
    "lastUpdated",
    "lastUpdatedTime",
    "modifiedDate",
    "modifiedTime",
    "modifyTime",
    "timeUpdated",
    "updateDate",
    "updateTime",
    "updateTimestamp",
    "updated",
    "updatedAt",
    "updationTime",
];
/// Those that are the server's whether or not a description says so (`D13`).
const CONVENTIONAL: [&str; 4] = ["created", "createTime", "updated", "updateTime"];

/// A member that says when something was done to its item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeMember {
    /// Its name.
    pub name: String,
    /// What was done.
    pub event: Event,
    /// How the time is written.
    pub form: TimeForm,
    /// Whether a request may say it: the time it says is then kept.
    pub may_be_given: bool,
}

/// What is done to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is made.
    Created,
    /// It is made, or changed.
    Changed,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeForm {
    /// RFC 3339.
    Text,
    /// Milliseconds since 1970, as a string of digits.
    Milliseconds,
    /// Seconds since 1970, as a string of digits.
    Seconds,
}

impl TimeMember {
    /// What a member is by its name and its type; `None` for one that is no time of its item.
    pub(super) fn of(name: &str, scalar: &Scalar, read_only: bool, wording: Wording<'_>) -> Option<TimeMember> {
        let event = match () {
            () if CREATED.contains(&name) => Event::Created,
            () if CHANGED.contains(&name) => Event::Changed,
            () => return None,
        };
        let form = match () {
            () if scalar.is_time() || scalar.is_free_text() => TimeForm::Text,
            () if scalar.is_integer() && !scalar.is_json_number() && wording.counts_seconds() => TimeForm::Seconds,
            () if scalar.is_integer() && !scalar.is_json_number() => TimeForm::Milliseconds,
            () => return None,
        };
        let may_be_given = !read_only && !CONVENTIONAL.contains(&name);
        Some(TimeMember { name: name.to_owned(), event, form, may_be_given })
    }
}
