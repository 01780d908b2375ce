//! An upload as it is going to be done: what was asked for, checked and made whole.

use bytes::Bytes;
use dak_proto::media::sender::{Plan, Sender};
use dak_proto::secrets;
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, TRANSFER_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::media_type;
use super::source::{MediaFile, Source};
use super::token::UploadToken;
use super::watch::Watch;
use super::way::{Way, upload_url};
use super::{From, Wishes};
use crate::call::{Call, lasting_url};
use crate::client::Client;
use crate::error::Error;
use crate::uploads::{Entry, Journal};

/// The grain of chunks: Google's servers take no others (`U9`).
pub(super) const CHUNK_GRAIN_BYTES: u64 = 256 * 1024;

/// The chunk of what has to be held until it has arrived.
const CHUNK_BYTES_DEFAULT: u64 = 8 * 1024 * 1024;

/// What to send, where, and how.
pub(super) struct Job {
    /// The request that begins it: its URL, its method, the metadata of a session.
    pub(super) call: Call,
    pub(super) way: Way,
    pub(super) source: Source,
    pub(super) media_type: HeaderValue,
    pub(super) metadata: Option<Bytes>,
    pub(super) chunk_bytes: Option<u64>,
    pub(super) watch: Watch,
    /// What another process would need, but for the state.
    pub(super) token: Option<UploadToken>,
    /// Where that is put away; of media in one request, the session in which it had begun.
    pub(super) entry: Option<Entry>,
    /// The state to go on from.
    pub(super) resumed: Option<Value>,
    /// Whether what was sent from there may be other bytes than these: then it is read again.
    pub(super) recounts: bool,
    /// Why there is one that is of no use.
    pub(super) restarting: Option<String>,
}

impl Job {
    /// The job that was wished for.
    pub(super) async fn new(client: &Client, mut call: Call, wishes: Wishes) -> Result<Job, Error> {
        check_headers(&call.headers)?;
        let media_type = media_type_of(&mut call.headers, &wishes)?;
        let source = open(wishes.from).await?;
        let asked = wishes.way.or_else(|| Way::in_url(&call.url));
        let way = asked.unwrap_or_else(|| match wishes.chunk_bytes {
            Some(_) => Way::Resumable,
            None => Way::of(source.length(), wishes.metadata.is_some()),
        });
        if way == Way::Simple && wishes.metadata.is_some() {
            return Err(Error::usage("metadata cannot be sent the simple way: use multipart or resumable"));
        }
        if way != Way::Resumable && wishes.chunk_bytes.is_some() {
            return Err(Error::usage("only a resumable upload goes in chunks: leave the chunk size out, or the way"));
        }
        call.url = upload_url(call.url, Way::Resumable);
        // A session counts bytes as they are, and most media is compressed already.
        call.body_gzip = false;
        call.settings.carries_media = true;
        let metadata = wishes.metadata;
        let mut job = Job {
            call,
            way,
            chunk_bytes: chunk_bytes(wishes.chunk_bytes, &source)?,
            source,
            media_type,
            metadata,
            watch: wishes.watch,
            token: None,
            entry: None,
            resumed: None,
            recounts: false,
            restarting: None,
        };
        job.token = job.fresh_token(client);
        job.look_up(wishes.journal, wishes.token.as_ref())?;
        let has_begun = job.entry.as_ref().is_some_and(|entry| entry.token().is_ok_and(|token| token.is_some()));
        if asked.is_none() && has_begun {
            // What has begun in a session goes on in it, though the file may be shorter now.
            job.way = Way::Resumable;
        }
        match job.way {
            Way::Resumable => job.prepare_session(wishes.token)?,
            Way::Simple | Way::Multipart => job.call.url = upload_url(job.call.url, job.way),
        }
        Ok(job)
    }

    /// Holds the upload's place in the journal: that of a session, or of one that had begun. A token that was given leads to
    /// the journal from which it came.
    fn look_up(&mut self, journal: Option<Journal>, given: Option<&UploadToken>) -> Result<(), Error> {
        let Some(token) = self.token.take_if(|_| self.source.file().is_some()) else { return Ok(()) };
        let home = given.and_then(|given| Some((given, given.kept_in.as_deref()?)));
        let home = home.filter(|(_, folder)| journal.as_ref().is_none_or(|journal| journal.folder() == *folder));
        let (token, entry) = match (journal, home) {
            (_, Some((given, folder))) => (token.named_as(given), Some(Journal::lock_begun(folder, given)?)),
            (Some(journal), None) if self.way == Way::Resumable && journal.takes_new() || journal.has(&token) => {
                let entry = journal.lock_for(&token)?;
                (token, Some(entry))
            }
            _ => (token, None),
        };
        self.token = Some(match &entry {
            Some(entry) => token.kept_in(entry.folder()),
            None => token,
        });
        self.entry = entry;
        Ok(())
    }

    fn prepare_session(&mut self, given: Option<UploadToken>) -> Result<(), Error> {
        if let Some(metadata) = &self.metadata {
            self.call.body = metadata.clone().into();
            self.call.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=UTF-8"));
        }
        let saved = match (&self.entry, &self.token) {
            (Some(entry), Some(token)) => entry.token()?.filter(|saved| saved.is_same_upload(token)),
            _ => None,
        };
        // What stands in the journal is no older than what was read from it.
        if let Some(begun) = saved.or(given) {
            self.go_on(begun);
        }
        Ok(())
    }

    /// Goes on from there if it may be the same bytes. Of a file that nobody has touched it is known, of others what was sent
    /// is compared by its checksum.
    fn go_on(&mut self, begun: UploadToken) {
        let mark = self.source.file().and_then(MediaFile::mark);
        let may_be_same = match (&begun.file, &mark) {
            (Some(was), Some(is)) => was.may_be(is),
            (None, None) => begun.length().is_none_or(|length| self.source.length() == Some(length)),
            _ => false,
        };
        if may_be_same {
            self.recounts = mark.is_none() || begun.file != mark;
            self.token = self.token.take().map(|token| UploadToken { began_s: begun.began_s, ..token });
            self.resumed = Some(begun.sender);
        } else {
            let what = if begun.file.is_some() { "the file has" } else { "the bytes have" };
            self.restarting = Some(format!("{what} changed since the upload began"));
        }
    }

    /// A token of this upload as it begins; none if what is sent cannot be had again.
    fn fresh_token(&self, client: &Client) -> Option<UploadToken> {
        if !self.source.is_lasting() {
            return None;
        }
        let file = match self.source.file() {
            Some(file) => Some(file.mark()?),
            None => None,
        };
        let plan = Plan { length: self.source.length(), chunk_bytes: self.chunk_bytes };
        let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
        Some(UploadToken {
            method: self.call.method.to_string(),
            method_override: self.call.method_override,
            url: lasting_url(&self.call.url),
            headers: lasting_headers(&self.call.headers),
            metadata: self.metadata.as_ref().map(text),
            media_type: self.media_type.to_str().unwrap_or(media_type::UNKNOWN).to_owned(),
            file,
            began_s: client.engine().now_s(),
            sender: Sender::new(plan, self.call.settings.retry).to_json(),
            kept_in: None,
        })
    }
}

/// What an upload's requests say of their bodies follows from what is sent; anything else would cut it, or be refused.
fn check_headers(headers: &HeaderMap) -> Result<(), Error> {
    match [CONTENT_LENGTH, CONTENT_RANGE, TRANSFER_ENCODING].into_iter().find(|name| headers.contains_key(name)) {
        Some(name) => Err(Error::usage(format!("the client itself sets the header {name} of an upload"))),
        None => Ok(()),
    }
}

async fn open(from: From) -> Result<Source, Error> {
    match from {
        From::Nothing => Err(Error::usage("there is nothing to upload: name a file, bytes or a reader")),
        From::File(path) => Source::open(path).await,
        From::Bytes(bytes) => Ok(Source::Bytes(bytes)),
        From::Reader(held) => Ok(Source::Reader(held)),
    }
}

/// The media's type: the one that was asked for, or the request's, or what the file's name tells.
fn media_type_of(headers: &mut HeaderMap, wishes: &Wishes) -> Result<HeaderValue, Error> {
    let given = headers.remove(CONTENT_TYPE);
    let media_type = match (&wishes.media_type, given, &wishes.from) {
        (Some(media_type), _, _) => crate::builder::header_value(&CONTENT_TYPE, media_type),
        (None, Some(given), _) => Ok(given),
        (None, None, From::File(path)) => Ok(HeaderValue::from_static(media_type::of_path(path))),
        _ => Ok(HeaderValue::from_static(media_type::UNKNOWN)),
    };
    media_type.and_then(|media_type| match media_type::is_one(media_type.as_bytes()) {
        true => Ok(media_type),
        false => Err(Error::usage(format!("{media_type:?} is no media type: it has to be like image/png"))),
    })
}

fn chunk_bytes(wish: Option<u64>, source: &Source) -> Result<Option<u64>, Error> {
    match wish {
        Some(bytes) if bytes == 0 || !bytes.is_multiple_of(CHUNK_GRAIN_BYTES) => Err(Error::usage(format!(
            "the chunk size must be a multiple of {CHUNK_GRAIN_BYTES} bytes, and {bytes} is not"
        ))),
        None if !source.is_lasting() => Ok(Some(CHUNK_BYTES_DEFAULT)),
        wish => Ok(wish),
    }
}

/// The headers that a session's beginning needs in another process too: not the client's own, and no credentials.
fn lasting_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let is_own = |name: &HeaderName| [USER_AGENT, ACCEPT_ENCODING].contains(name);
    let is_lasting = |name: &HeaderName| !is_own(name) && !secrets::is_header(name.as_str());
    let lasting = headers.iter().filter(|(name, value)| is_lasting(name) && !value.is_sensitive());
    lasting.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned()))).collect()
}
