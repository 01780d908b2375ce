//! What the server knows of a post or page, and how it is published, reverted and thrown away.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use dak_proto::fault::Fault;
use serde_json::{Value, json};

use super::kind::Kind;

/// Where a post or page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Published.
    Live,
    /// Not published.
    Draft,
    /// Published when its time comes. Pages are never so.
    Scheduled,
    /// In the trash.
    SoftTrashed,
}

impl Status {
    const ALL: [Status; 4] = [Status::Live, Status::Draft, Status::Scheduled, Status::SoftTrashed];

    /// As the API calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Status::Live => "LIVE",
            Status::Draft => "DRAFT",
            Status::Scheduled => "SCHEDULED",
            Status::SoftTrashed => "SOFT_TRASHED",
        }
    }

    fn parse(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// The head of a post or page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    /// When it was made, in ms.
    pub(super) created_ms: i64,
    /// When it was changed last, in ms.
    pub(super) updated_ms: i64,
    /// When it was or is to be published, in ms. Of a draft it is the date that its author chose, if any.
    pub(super) published_ms: Option<i64>,
    /// When it was put into the trash, in ms.
    pub(super) trashed_ms: Option<i64>,
    /// Where it stands.
    pub(super) status: Status,
    /// Its path in the blog: given when it is published for the first time, and kept.
    pub(super) path: Option<String>,
    /// Who wrote it, by the name borne then: `{"id", "displayName"}`.
    pub(super) author: Value,
    /// How many comments are shown.
    pub(super) replies: i64,
}

impl Head {
    /// The head of a new draft.
    pub(super) fn new(author: Value, now_ms: i64) -> Head {
        Head {
            created_ms: now_ms,
            updated_ms: now_ms,
            published_ms: None,
            trashed_ms: None,
            status: Status::Draft,
            path: None,
            author,
            replies: 0,
        }
    }

    /// Publishes at a date, or at the one its author chose, or now. A post whose date is to come is scheduled.
    pub(super) fn publish(&mut self, kind: Kind, date_ms: Option<i64>, now_ms: i64) {
        let date_ms = date_ms.or(self.published_ms).unwrap_or(now_ms);
        let is_to_come = kind == Kind::Post && date_ms > now_ms;
        self.published_ms = Some(date_ms);
        self.trashed_ms = None;
        self.status = if is_to_come { Status::Scheduled } else { Status::Live };
    }

    /// Makes it a draft. The date of a schedule is kept, that of a publication is not.
    pub(super) fn revert(&mut self) {
        if self.status == Status::Live {
            self.published_ms = None;
        }
        self.trashed_ms = None;
        self.status = Status::Draft;
    }

    /// Puts it into the trash.
    pub(super) fn trash(&mut self, now_ms: i64) {
        self.trashed_ms = Some(now_ms);
        self.status = Status::SoftTrashed;
    }

    /// Sets the date its author chose. What is published or scheduled follows it; it cannot lose its date.
    pub(super) fn date(&mut self, kind: Kind, date_ms: Option<i64>, now_ms: i64) {
        match self.status {
            Status::Live | Status::Scheduled => self.publish(kind, date_ms, now_ms),
            Status::Draft | Status::SoftTrashed => self.published_ms = date_ms,
        }
    }

    /// Whether readers see it.
    pub(super) fn is_live(&self) -> bool {
        self.status == Status::Live
    }

    /// When it is published without further ado, in ms.
    pub(super) fn due_ms(&self) -> Option<i64> {
        self.published_ms.filter(|_| self.status == Status::Scheduled)
    }

    /// Whether this user wrote it.
    pub(super) fn is_by(&self, user: &str) -> bool {
        self.author["id"] == user
    }

    /// As it is stored.
    pub(super) fn to_bytes(&self) -> Bytes {
        let mut head = json!({
            "createdMs": self.created_ms,
            "updatedMs": self.updated_ms,
            "status": self.status.name(),
            "author": self.author,
            "replies": self.replies,
        });
        for (name, time_ms) in [("publishedMs", self.published_ms), ("trashedMs", self.trashed_ms)] {
            if let Some(time_ms) = time_ms {
                head[name] = time_ms.into();
            }
        }
        if let Some(path) = &self.path {
            head["path"] = path.as_str().into();
        }
        head.to_string().into()
    }

    /// Reads what [`Head::to_bytes`] wrote.
    ///
    /// # Errors
    /// 500 for anything else.
    pub(super) fn parse(head: &[u8]) -> Result<Head, Fault> {
        let head: Value = serde_json::from_slice(head).map_err(|_| Fault::internal())?;
        let time = |name: &str| head[name].as_i64().ok_or_else(Fault::internal);
        Ok(Head {
            created_ms: time("createdMs")?,
            updated_ms: time("updatedMs")?,
            published_ms: head["publishedMs"].as_i64(),
            trashed_ms: head["trashedMs"].as_i64(),
            status: head["status"].as_str().and_then(Status::parse).ok_or_else(Fault::internal)?,
            path: head["path"].as_str().map(str::to_owned),
            author: head["author"].clone(),
            replies: head["replies"].as_i64().unwrap_or(0),
        })
    }
}
