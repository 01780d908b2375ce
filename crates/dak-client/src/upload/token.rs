//! An upload as something to put away: enough to go on in another process.

#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dak_proto::media::sender::Sender;
use dak_proto::retry::Policy;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::error::Error;

/// An upload that has begun, as plain data: what to send where, how far it is, and which file it comes from.
///
/// It can be written and read with `serde`. It holds the URL, the headers and the metadata, but none of the credentials
/// that are known as such: the headers of [`secrets::HEADERS`](crate::secrets::HEADERS) and the query's parameters of
/// [`secrets::PARAMETERS`](crate::secrets::PARAMETERS). A secret under another name stays in it. The URI of the
/// session is in it, and that is a secret too: whoever has it can write to the upload. Debug output leaves it out.
///
/// One that was read from a journal, or is of an upload with one, remembers that journal; its text does not.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadToken {
    pub(super) method: String,
    pub(super) method_override: bool,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) metadata: Option<String>,
    pub(super) media_type: String,
    pub(super) file: Option<FileMark>,
    pub(super) began_s: u64,
    /// The stored form of the machine that knows how far it is.
    pub(super) sender: Value,
    /// The folder of the journal in which it is put away.
    #[serde(skip)]
    pub(super) kept_in: Option<PathBuf>,
}

/// A file, and what tells it from others and from what it was or will be.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileMark {
    pub(super) path: PathBuf,
    pub(super) fingerprint: Fingerprint,
}

/// What changes when a file does.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fingerprint {
    /// In bytes.
    pub(super) length: u64,
    /// Nanoseconds since 1970, where the system knows.
    modified_ns: Option<u64>,
    /// Where there are such numbers.
    inode: Option<u64>,
}

impl UploadToken {
    /// Reads what [`UploadToken::to_json`] wrote.
    ///
    /// # Errors
    /// [`Error::Usage`] if it is something else.
    pub fn from_json(text: &str) -> Result<UploadToken, Error> {
        let token: UploadToken = serde_json::from_str(text)
            .map_err(|error| Error::usage(format!("this is no token of an upload: {error}")))?;
        match Sender::from_json(&token.sender, Policy::none()) {
            Some(sender) if sender.uri().is_none_or(is_http_url) => Ok(token),
            _ => Err(Error::usage("this token of an upload is damaged")),
        }
    }

    /// The token as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Its members are strings, numbers and JSON; a path that is not Unicode is never put into one.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The URL of the method, with `/upload` and `uploadType`; not that of the session.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The method the upload was begun with.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The metadata that goes with it, as JSON.
    #[must_use]
    pub fn metadata(&self) -> Option<&str> {
        self.metadata.as_deref()
    }

    /// The media's type.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// The file that is sent, with an absolute path; none if the bytes came from memory.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_ref().map(|file| file.path.as_path())
    }

    /// How many bytes the server had when the token was made; it may have more by now.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.sender.get("offset").and_then(Value::as_u64).unwrap_or_default()
    }

    /// How many bytes had been given to the connection when the token was made. What was sent in one request the server has
    /// for the most part, though it has not said so yet.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sender.get("sent").and_then(Value::as_u64).unwrap_or_default().max(self.offset())
    }

    /// The length of the whole, if it is known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.sender.get("length").and_then(Value::as_u64)
    }

    /// When the session began.
    #[must_use]
    pub fn began(&self) -> SystemTime {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.began_s)).unwrap_or(UNIX_EPOCH)
    }

    /// The same token under the other's name, which it keeps though what is asked for is a little different now.
    pub(super) fn named_as(self, other: &UploadToken) -> UploadToken {
        UploadToken { file: self.file, began_s: self.began_s, sender: self.sender, ..other.clone() }
    }

    /// The same token, as one that is put away in this folder.
    pub(crate) fn kept_in(self, folder: &Path) -> UploadToken {
        UploadToken { kept_in: Some(folder.to_owned()), ..self }
    }

    /// Whether both are of one upload: the same media to the same place.
    pub(crate) fn is_same_upload(&self, other: &UploadToken) -> bool {
        self.identity() == other.identity()
    }

    /// Whether both are of one session.
    pub(crate) fn is_same_session(&self, other: &UploadToken) -> bool {
        self.sender.get("uri") == other.sender.get("uri")
    }

    /// What tells one upload from another. The credentials do not: with new ones it is the same upload.
    pub(crate) fn identity(&self) -> [&str; 5] {
        let path = self.file().and_then(Path::to_str).unwrap_or_default();
        [&self.method, &self.url, self.metadata.as_deref().unwrap_or_default(), &self.media_type, path]
    }
}

impl PartialEq for UploadToken {
    /// Where they are put away does not count.
    fn eq(&self, other: &UploadToken) -> bool {
        self.to_json() == other.to_json()
    }
}

fn is_http_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()))
}

impl fmt::Debug for UploadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadToken")
            .field("method", &self.method)
            .field("url", &self.url.split(['?', '#']).next())
            .field("file", &self.file())
            .field("offset", &self.offset())
            .field("length", &self.length())
            .finish_non_exhaustive()
    }
}

impl FileMark {
    /// Whether the other may be of the same bytes: only what is around them has changed, as after a copy.
    pub(super) fn may_be(&self, other: &FileMark) -> bool {
        self.path == other.path && self.fingerprint.length == other.fingerprint.length
    }
}

impl Fingerprint {
    pub(super) fn of(metadata: &Metadata) -> Fingerprint {
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Fingerprint {
            length: metadata.len(),
            modified_ns: modified.and_then(|since| u64::try_from(since.as_nanos()).ok()),
            inode: inode(metadata),
        }
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::ino(metadata))
}

#[cfg(not(unix))]
fn inode(_metadata: &Metadata) -> Option<u64> {
    None
}
