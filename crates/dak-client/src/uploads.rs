//! Uploads that have begun, kept in a folder, so that another process can go on with them.
//!
//! ```no_run
//! use dak_client::{blocking, uploads};
//!
//! let client = blocking::Client::new();
//! let journal = uploads::Journal::open("/home/me/.local/state/my-program/uploads")?;
//! // The same line again goes on where it stopped: after an error, a crash, a reboot.
//! client.upload("http://127.0.0.1:7070/demo/v1").file("holiday.mp4").journal(&journal).send()?;
//!
//! // So does this, for all that has begun and is not done.
//! for upload in journal.pending()? {
//!     match upload.token {
//!         // A token from a journal knows it: the upload is held while it is sent, and goes from the journal when it is done.
//!         Some(token) if !upload.is_running => {
//!             println!("{:?}: {} of {:?} bytes", token.file(), token.offset(), token.length());
//!             client.resume_upload(token).send()?;
//!         }
//!         Some(_) => println!("{}: another process is at it", upload.id),
//!         None => println!("{}: damaged", upload.id),
//!     }
//! }
//! # Ok::<(), dak_client::Error>(())
//! ```
//!
//! # Without a journal
//!
//! A token is text for any other place, such as a database: [`on_token`](crate::UploadBuilder::on_token) gives it while the
//! upload is under way, [`Error::upload_token`] when it has stopped.
//!
//! ```no_run
//! use dak_client::{UploadToken, blocking};
//!
//! let client = blocking::Client::new();
//! let upload = client.upload("http://127.0.0.1:7070/demo/v1").file("holiday.mp4");
//! upload.on_token(|token| drop(std::fs::write("upload.json", token.to_json()))).send()?;
//!
//! // In another process:
//! let text = std::fs::read_to_string("upload.json")?;
//! let token = UploadToken::from_json(&text)?;
//! client.resume_upload(token).progress(|progress| eprintln!("{} bytes", progress.kept)).send()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is not in the text is given again: credentials, which are those of the client or set with
//! [`bearer`](crate::UploadBuilder::bearer); those who watch (`progress`, `on_token`); timeouts and retries; and the bytes, if
//! they came from memory: `resume_upload(token).bytes(bytes)`. They are read again and compared with the checksum of what was
//! sent; where they are others the upload begins anew. What came from a reader has no token.
//!
//! # Whose upload it is
//!
//! An upload is known by its file, its URL with the query but without credentials, its method, its metadata and its media
//! type: where one of them is another it is another upload, and begins anew. Credentials do not count, as tokens change every
//! hour: where one URL means another place for each user, such as Google's `users/me`, each user needs a journal, or the
//! session of the first goes on for the second. The folder is readable for its owner alone:
//! whoever has the URI of a session can write to it. Nothing here reads the environment; the caller names the folder.

mod folder;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::upload::UploadToken;

/// A folder of uploads that have begun. Clones are of the same folder; any number of processes may share it.
#[derive(Clone, Debug)]
pub struct Journal {
    folder: PathBuf,
    /// Whether uploads are taken in that have not begun.
    takes_new: bool,
}

/// An upload that has begun and is not done.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Pending {
    /// Its name in the journal: 16 hexadecimal digits.
    pub id: String,
    /// Whether a process is at it.
    pub is_running: bool,
    /// What to go on with; none if its file in the journal is damaged.
    pub token: Option<UploadToken>,
}

/// An upload's place in the journal, held by this process.
#[derive(Debug)]
pub struct Entry {
    folder: PathBuf,
    id: String,
    /// Locked as long as it is open.
    _lock: File,
}

impl Journal {
    /// The journal in this folder, which is made if there is none, for its owner alone.
    ///
    /// # Errors
    /// [`Error::Journal`] if it cannot be made.
    pub fn open(folder: impl AsRef<Path>) -> Result<Journal, Error> {
        let folder = folder.as_ref().to_owned();
        folder::create(&folder).map_err(|error| unusable(&folder, &error))?;
        // What is left lying there harms nobody.
        let _ = folder::sweep(&folder);
        Ok(Journal { folder, takes_new: true })
    }

    /// The same journal for uploads that have begun, and for no others: for a disk that is full or can only be read. They
    /// go on from where they were put away last, and are kept from other processes; how far they come is put away where
    /// that can be done.
    #[must_use]
    pub fn without_new(self) -> Journal {
        Journal { takes_new: false, ..self }
    }

    /// Makes sure that an upload can be put away here, by writing a little.
    ///
    /// # Errors
    /// [`Error::Journal`] if it cannot: then [`Journal::without_new`] still serves those that have begun.
    pub fn check(&self) -> Result<(), Error> {
        let unwritable =
            |error| format!("the journal of uploads in {} cannot be written: {error}", self.folder.display());
        folder::try_write(&self.folder).map_err(|error| Error::Journal(unwritable(error)))
    }

    /// What has begun and is not done, the oldest first; what is damaged at the end. The tokens know this journal:
    /// `resume_upload` of a client holds their entries, and removes what is done.
    ///
    /// # Errors
    /// [`Error::Journal`] if the folder cannot be read.
    pub fn pending(&self) -> Result<Vec<Pending>, Error> {
        let ids = folder::ids(&self.folder).map_err(|error| unusable(&self.folder, &error))?;
        let mut pending: Vec<Pending> = ids.into_iter().map(|id| self.look(id)).collect();
        pending.sort_by_key(|upload| upload.token.as_ref().map_or((true, None), |token| (false, Some(token.began()))));
        Ok(pending)
    }

    /// Holds the upload with this id, so that no other process goes on with it or removes it.
    ///
    /// # Errors
    /// [`Error::Journal`] if there is none, or it is being sent.
    pub fn lock(&self, id: &str) -> Result<Entry, Error> {
        if !folder::is_id(id) || !folder::token_path(&self.folder, id).exists() {
            return Err(Error::Journal(format!("no upload that has begun has the id {id:?}")));
        }
        self.hold(id.to_owned())
    }

    /// The id under which an upload is kept.
    #[must_use]
    pub fn id_of(token: &UploadToken) -> String {
        // FNV-1a: it has to be the same in every version, and nobody attacks it.
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        let parts = token.identity();
        let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
        bytes.for_each(|byte| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        format!("{hash:016x}")
    }

    /// Whether this upload has begun and is not done.
    #[must_use]
    pub fn has(&self, token: &UploadToken) -> bool {
        folder::token_path(&self.folder, &Journal::id_of(token)).exists()
    }

    /// The folder it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether uploads are taken in that have not begun.
    pub(crate) fn takes_new(&self) -> bool {
        self.takes_new
    }

    /// The place of this upload, whether it has begun or not.
    pub(crate) fn lock_for(&self, token: &UploadToken) -> Result<Entry, Error> {
        self.hold(Journal::id_of(token))
    }

    /// The place of the upload whose token was read from this folder. One that is no more there would be made twice.
    pub(crate) fn lock_begun(folder: &Path, token: &UploadToken) -> Result<Entry, Error> {
        let entry = Journal { folder: folder.to_owned(), takes_new: false }.lock_for(token)?;
        let is_begun = entry.is_begun();
        let gone =
            || Error::Journal("this upload is not in its journal any more: it is done, or was forgotten".to_owned());
        is_begun.then_some(entry).ok_or_else(gone)
    }

    fn hold(&self, id: String) -> Result<Entry, Error> {
        match folder::lock(&self.folder, &id).map_err(|error| unusable(&self.folder, &error))? {
            Some(lock) => Ok(Entry { folder: self.folder.clone(), id, _lock: lock }),
            None => Err(Error::Journal("this upload is being sent already".to_owned())),
        }
    }

    fn look(&self, id: String) -> Pending {
        let token = folder::read(&self.folder, &id).ok().and_then(|text| UploadToken::from_json(&text).ok());
        let token = token.map(|token| token.kept_in(&self.folder));
        Pending { is_running: folder::is_locked(&self.folder, &id), id, token }
    }
}

impl Entry {
    /// Its name in the journal.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The folder it is in.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether anything was put away.
    pub(crate) fn is_begun(&self) -> bool {
        folder::token_path(&self.folder, &self.id).exists()
    }

    /// What was put away; none if nothing was, or if it is damaged.
    ///
    /// # Errors
    /// [`Error::Journal`] if it cannot be read.
    pub fn token(&self) -> Result<Option<UploadToken>, Error> {
        match folder::read(&self.folder, &self.id) {
            Ok(text) => Ok(UploadToken::from_json(&text).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unusable(&self.folder, &error)),
        }
    }

    /// Puts a token away, whole or not at all: it is on disk when this returns.
    ///
    /// # Errors
    /// [`Error::Journal`] if it cannot be written; what stood there before still does.
    pub fn save(&self, token: &UploadToken) -> Result<(), Error> {
        folder::write(&self.folder, &self.id, &token.to_json()).map_err(|error| unusable(&self.folder, &error))
    }

    /// Removes it from the journal. What the server has of it stays there until its session ends.
    ///
    /// # Errors
    /// [`Error::Journal`] if it cannot be removed: the next process finds it then.
    pub fn remove(self) -> Result<(), Error> {
        folder::remove(&self.folder, &self.id).map_err(|error| unusable(&self.folder, &error))
    }
}

impl Drop for Entry {
    /// Leaves no lock behind where nothing was put away.
    fn drop(&mut self) {
        folder::tidy(&self.folder, &self.id);
    }
}

/// What has begun and is not done in the journal that is this folder; nothing if there is no such folder.
///
/// Each token goes to `resume_upload` of a client, which needs nothing more: see [the loop](crate::uploads).
///
/// # Errors
/// [`Error::Journal`] if the folder cannot be read.
pub fn pending(folder: impl AsRef<Path>) -> Result<Vec<Pending>, Error> {
    Journal { folder: folder.as_ref().to_owned(), takes_new: false }.pending()
}

fn unusable(folder: &Path, error: &std::io::Error) -> Error {
    Error::Journal(format!("the journal of uploads in {} cannot be used: {error}", folder.display()))
}
