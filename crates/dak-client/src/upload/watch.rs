//! What is told of an upload while it is under way, and what is put away.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dak_proto::media::sender::{Sender, Step};

use super::progress::{UploadPhase, UploadProgress};
use super::token::UploadToken;
use crate::client::Client;
use crate::error::Error;
use crate::uploads::Entry;

/// Who wants to know.
#[derive(Clone, Default)]
pub(super) struct Watch {
    #[allow(clippy::type_complexity, reason = "a name for it would be used once")]
    pub(super) progress: Option<Arc<dyn Fn(&UploadProgress) + Send + Sync>>,
    #[allow(clippy::type_complexity, reason = "a name for it would be used once")]
    pub(super) on_token: Option<Arc<dyn Fn(&UploadToken) + Send + Sync>>,
}

impl Watch {
    pub(super) fn tell(&self, progress: &UploadProgress) {
        if let Some(observer) = &self.progress {
            observer(progress);
        }
    }
}

/// An upload's state, shared by the loop and the body on its way.
pub(super) struct Shared {
    client: Client,
    watch: Watch,
    state: Mutex<State>,
}

struct State {
    sender: Sender,
    /// The token but for the sender's part; none if nothing can be had again in another process.
    token: Option<UploadToken>,
    entry: Option<Entry>,
    phase: UploadPhase,
    retries: u32,
    /// The number of the request that bytes belong to. Those of one that was given up count no more.
    request: u64,
    /// When the token was put away last, in seconds since 1970.
    saved_s: Option<u64>,
}

impl Shared {
    pub(super) fn new(
        client: Client,
        watch: Watch,
        sender: Sender,
        token: Option<UploadToken>,
        entry: Option<Entry>,
    ) -> Shared {
        let phase = UploadPhase::Starting;
        let state = State { sender, token, entry, phase, retries: 0, request: 0, saved_s: None };
        Shared { client, watch, state: Mutex::new(state) }
    }

    pub(super) fn step(&self) -> Step {
        self.lock().sender.step()
    }

    /// Looks at the machine.
    pub(super) fn seen<T>(&self, look: impl FnOnce(&Sender) -> T) -> T {
        look(&self.lock().sender)
    }

    /// Tells the machine what happened.
    pub(super) fn told(&self, tell: impl FnOnce(&mut Sender)) {
        tell(&mut self.lock().sender);
    }

    /// Changes the token for good.
    pub(super) fn change_token(&self, change: impl FnOnce(&mut UploadToken)) {
        self.lock().token.as_mut().map(change);
    }

    /// Something else is being done now.
    pub(super) fn enter(&self, phase: UploadPhase) {
        let progress = {
            let mut state = self.lock();
            state.retries += u32::from(matches!(phase, UploadPhase::Waiting { .. }));
            state.phase = phase;
            state.progress()
        };
        self.watch.tell(&progress);
    }

    /// Begins a request, and gives its number.
    pub(super) fn begin_request(&self) -> u64 {
        let mut state = self.lock();
        state.request += 1;
        state.request
    }

    /// The request is over: what is left of it may still be read, but is not passed.
    pub(super) fn end_request(&self) {
        self.lock().request += 1;
    }

    /// A piece of the request's body is given to the connection.
    pub(super) fn passed(&self, request: u64, piece: &[u8]) {
        let progress = {
            let mut state = self.lock();
            if state.request != request {
                return;
            }
            state.sender.passed(piece);
            state.progress()
        };
        self.watch.tell(&progress);
        // Before the last byte goes out it stands there that it does: only then an end can be believed later (`U16`).
        let when = if progress.length == Some(progress.passed) { When::Now } else { When::Seldom };
        // What cannot be put away now stands there as it was a while ago, and that is enough to go on.
        let _ = self.put_away(when);
    }

    /// Puts the token away, and gives it to who wants it. An error only if nothing is put away of this upload.
    pub(super) fn put_away(&self, when: When) -> Result<(), Error> {
        let now_s = self.client.engine().now_s();
        let token = {
            let mut state = self.lock();
            let is_due = when == When::Now || state.saved_s.is_none_or(|saved_s| saved_s != now_s);
            let Some(token) = state.token().filter(|_| is_due) else { return Ok(()) };
            state.saved_s = Some(now_s);
            state.save(&token)?;
            token
        };
        if let Some(observer) = &self.watch.on_token {
            observer(&token);
        }
        Ok(())
    }

    /// The token as it is now; before there is a new session, that of the last one if it was put away.
    pub(super) fn token(&self) -> Option<UploadToken> {
        let state = self.lock();
        state.token().or_else(|| state.entry.as_ref()?.token().ok()?)
    }

    /// Whether an earlier session is put away still, and the upload would begin again with a new one.
    pub(super) fn is_between_sessions(&self) -> bool {
        let state = self.lock();
        state.sender.uri().is_none() && state.entry.as_ref().is_some_and(Entry::is_begun)
    }

    /// Lets go of what was put away.
    pub(super) fn forget(&self) {
        if let Some(entry) = self.lock().entry.take() {
            // What cannot be removed is found by the next process, and its session is gone.
            let _ = entry.remove();
        }
    }

    /// Lets another go on from as far as this one came, and tells how far that is.
    pub(super) fn release(&self) {
        let token = {
            let mut state = self.lock();
            let (Some(entry), Some(token)) = (state.entry.take(), state.token()) else { return };
            // What was put away before is there still, and a little less.
            let _ = entry.save(&token);
            token
        };
        if let Some(observer) = &self.watch.on_token {
            observer(&token);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When to put a token away.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// It says something new.
    Now,
    /// Once a second: that costs little and loses little.
    Seldom,
}

impl State {
    fn progress(&self) -> UploadProgress {
        let is_done = self.phase == UploadPhase::Done;
        UploadProgress {
            kept: self.sender.length().filter(|_| is_done).unwrap_or(self.sender.offset()),
            passed: self.sender.passed_offset(),
            length: self.sender.length(),
            retries: self.retries,
            phase: self.phase.clone(),
        }
    }

    /// Puts the token away. Where that cannot be done, what stands there of the same session is enough to find out how far
    /// it is; what stands there of an earlier one goes, for who finds it would send all again.
    fn save(&mut self, token: &UploadToken) -> Result<(), Error> {
        let Some(entry) = &self.entry else { return Ok(()) };
        let Err(error) = entry.save(token) else { return Ok(()) };
        match entry.token() {
            Ok(Some(saved)) if saved.is_same_session(token) => Ok(()),
            Ok(None) if !entry.is_begun() => Err(error),
            _ => self.entry.take().map_or(Ok(()), Entry::remove).map_err(|_| stays(&error)),
        }
    }

    fn token(&self) -> Option<UploadToken> {
        self.sender.uri()?;
        Some(UploadToken { sender: self.sender.to_json(), ..self.token.clone()? })
    }
}

/// What cannot be noted or removed must not begin again: it would be made twice.
fn stays(error: &Error) -> Error {
    Error::Journal(format!("the upload cannot begin again, for its entry would stay and begin once more: {error}"))
}
