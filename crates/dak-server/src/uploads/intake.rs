//! The body of one request on its way to where bytes are kept.
//!
//! The order is: write, sync, commit the checkpoint, answer. While a long body comes, checkpoints are made beside it: what
//! was written up to some moment is synced and committed while more is written.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dak_proto::fault::Fault;
use dak_proto::media::receiver::Intake;
use dak_proto::media::session::Session;
use dak_store::{BoxFuture, Segment, Tag, Writing};
use tokio::time::{Instant, sleep_until};

use super::record::Stored;
use super::source::Source;
use super::turns::Turn;
use crate::app::App;
use crate::random;

/// A checkpoint is made after so many bytes or so long, whichever comes first; also when no more bytes come.
const CHECKPOINT_BYTES: u64 = 16 << 20;
const CHECKPOINT_TIME: Duration = Duration::from_secs(1);

/// Bytes on their way into an upload.
pub(super) struct Taking {
    app: Arc<App>,
    /// The upload with all bytes that were written; the store has it as of the last checkpoint.
    pub(super) stored: Stored,
    pub(super) turn: Turn,
    pub(super) intake: Intake,
    writer: Option<Box<dyn Writing>>,
    /// Whether the rest can be sent later, so that checkpoints are worth making.
    is_resumable: bool,
    /// The session before the first byte.
    before: Session,
    /// Whether only the end of the body tells if it is right: then none of it is kept before.
    is_proven_last: bool,
    saving: Option<BoxFuture<'static, Tag>>,
    saved_offset: u64,
    saved_at: Instant,
}

/// Why a body was not taken to its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// A newer request has taken over, or the upload was cancelled.
    Overtaken,
    /// The body is no good or broke off. What came is kept.
    Broken(Fault),
    /// More came than the method takes: nothing can become of it.
    TooLarge(Box<Fault>),
    /// The bytes could not be stored.
    Store(dak_store::Error),
}

impl Taking {
    pub(super) fn new(app: Arc<App>, stored: Stored, turn: Turn, intake: Intake, is_resumable: bool) -> Taking {
        let before = stored.upload.session.clone();
        Taking {
            app,
            saved_offset: before.offset,
            before,
            stored,
            turn,
            intake,
            writer: None,
            is_resumable,
            is_proven_last: false,
            saving: None,
            saved_at: Instant::now(),
        }
    }

    /// Keeps nothing of a body with a checksum of its own (`Content-MD5`, or that of gzip, RFC 1952 2.3.1) before all of it
    /// was seen to be right.
    pub(super) fn proven_last(mut self, is_proven_last: bool) -> Taking {
        self.is_proven_last = is_proven_last;
        self
    }

    /// Takes the whole body and makes it last. Whatever happens, what came and is good is kept up to a checkpoint.
    pub(super) async fn take(&mut self, source: &mut Source) -> Result<(), Stop> {
        let taken = self.receive(source).await;
        match taken {
            Err(Stop::Store(_)) => {
                self.let_go().await;
                return taken;
            }
            Err(_) if !self.is_resumable => return taken,
            // What cannot be proven any more is not kept either.
            Err(_) if self.is_proven_last => {
                self.let_go().await;
                return taken;
            }
            _ => {}
        }
        let synced = self.settle().await;
        if synced.is_err() {
            self.let_go().await;
        }
        match (taken, synced) {
            (Ok(()), synced) => synced,
            (Err(stop), Err(error)) => {
                tracing::warn!(?error, "what came before a body broke off could not be kept");
                Err(stop)
            }
            (Err(stop), Ok(())) => self.checkpoint().await.map_or(Err(Stop::Overtaken), |()| Err(stop)),
        }
    }

    async fn receive(&mut self, source: &mut Source) -> Result<(), Stop> {
        loop {
            let is_saving = self.saving.is_some();
            let (has_unsaved, due) = (self.has_unsaved(), self.saved_at + CHECKPOINT_TIME);
            tokio::select! {
                biased;
                () = self.turn.is_over() => return Err(Stop::Overtaken),
                saved = next(&mut self.saving), if is_saving => {
                    self.saved(saved)?;
                    self.save_beside();
                }
                piece = source.next() => match piece {
                    Ok(Some(piece)) => {
                        self.keep(&piece).await?;
                        // There is nothing to wait for: it ends here, before it can be cut and looks like a right one.
                        if self.intake.is_overrun() {
                            return Ok(());
                        }
                    }
                    Ok(None) => return Ok(()),
                    Err(fault) => return Err(Stop::Broken(fault)),
                },
                () = sleep_until(due), if has_unsaved && !is_saving => self.save_beside(),
            }
        }
    }

    /// Writes the part of a piece that is new.
    async fn keep(&mut self, piece: &Bytes) -> Result<(), Stop> {
        self.turn.count(piece.len());
        self.app.metrics.count_received(piece.len());
        let new = self.intake.take(piece).map_err(|fault| Stop::TooLarge(Box::new(fault)))?;
        if new.is_empty() {
            return Ok(());
        }
        let new = piece.slice_ref(new);
        if self.writer.is_none() {
            self.writer = Some(self.open().await?);
        }
        if let Some(writer) = &mut self.writer {
            writer.write(&new).await.map_err(Stop::Store)?;
        }
        let upload = &mut self.stored.upload;
        upload.session.append(&new);
        if let Some(segment) = upload.segments.last_mut() {
            segment.length += new.len() as u64;
        }
        self.save_beside();
        Ok(())
    }

    /// Goes on with the last segment, or with a new one, which is named in the record before it is there.
    async fn open(&mut self) -> Result<Box<dyn Writing>, Stop> {
        let blobs = Arc::clone(&self.app.blobs);
        let segments = &mut self.stored.upload.segments;
        if !segments.last().is_some_and(|last| blobs.is_appendable(last)) {
            segments.push(new_segment());
            self.checkpoint().await?;
        }
        match self.stored.upload.segments.last() {
            Some(last) => blobs.append(last).await.map_err(Stop::Store),
            None => Err(Stop::Overtaken),
        }
    }

    /// Begins a checkpoint if it is time for one and none is being made.
    fn save_beside(&mut self) {
        let is_due = self.unsaved_bytes() >= CHECKPOINT_BYTES || self.saved_at.elapsed() >= CHECKPOINT_TIME;
        if !self.has_unsaved() || !is_due || self.saving.is_some() {
            return;
        }
        let Some(writer) = &mut self.writer else { return };
        self.saved_offset = self.stored.upload.session.offset;
        self.saved_at = Instant::now();
        let synced = writer.sync();
        let batch = self.stored.save(self.stored.batch());
        let (app, tag) = (Arc::clone(&self.app), batch.tag);
        self.saving = Some(Box::pin(async move {
            synced.await?;
            app.store.commit(batch).await.map(|_| tag)
        }));
    }

    /// Whether there is something to make a checkpoint of.
    fn has_unsaved(&self) -> bool {
        self.is_resumable && !self.is_proven_last && self.unsaved_bytes() > 0
    }

    fn unsaved_bytes(&self) -> u64 {
        self.stored.upload.session.offset - self.saved_offset
    }

    fn saved(&mut self, saved: Result<Tag, dak_store::Error>) -> Result<(), Stop> {
        self.saving = None;
        self.stored.tag = saved.map_err(stop)?;
        Ok(())
    }

    /// Waits for the checkpoint that is being made, then makes all bytes last.
    async fn settle(&mut self) -> Result<(), Stop> {
        if self.saving.is_some() {
            let saved = next(&mut self.saving).await;
            self.saved(saved)?;
        }
        match &mut self.writer {
            Some(writer) => writer.sync().await.map_err(Stop::Store),
            None => Ok(()),
        }
    }

    /// Gives back the room of what was written and cannot be kept: on a full disk nothing else would come to an end.
    async fn let_go(&mut self) {
        self.writer = None;
        // A checkpoint that is being made may yet take effect, and then its bytes count.
        if self.saving.is_some() {
            let _ = next(&mut self.saving).await;
            self.saving = None;
        }
        let Ok(Some(stored)) = Stored::find(&*self.app.store, &self.stored.key).await else { return };
        if let Some(last) = stored.upload.segments.last()
            && let Err(error) = self.app.blobs.cut(last).await
        {
            tracing::warn!(%error, "what an upload could not keep is still there");
        }
    }

    /// Keeps nothing of the body: it is not what was said of it.
    pub(super) async fn undo(&mut self) -> Result<(), Stop> {
        let upload = &mut self.stored.upload;
        // All of it was written to the last segment.
        if let Some(segment) = upload.segments.last_mut() {
            segment.length -= upload.session.offset - self.before.offset;
        }
        upload.session = self.before.clone();
        self.checkpoint().await?;
        self.let_go().await;
        Ok(())
    }

    /// Stores how far the upload has come; its bytes were synced before.
    pub(super) async fn checkpoint(&mut self) -> Result<(), Stop> {
        let batch = self.stored.save(self.stored.batch());
        let tag = batch.tag;
        self.app.store.commit(batch).await.map_err(stop)?;
        self.stored.tag = tag;
        Ok(())
    }
}

/// A segment that is not there yet.
pub(super) fn new_segment() -> Segment {
    Segment { name: random::segment_name(), length: 0 }
}

async fn next(saving: &mut Option<BoxFuture<'static, Tag>>) -> Result<Tag, dak_store::Error> {
    match saving {
        Some(saving) => saving.await,
        None => std::future::pending().await,
    }
}

/// An upload that is not what it was, was taken over.
fn stop(error: dak_store::Error) -> Stop {
    match error.kind() {
        dak_store::ErrorKind::Conflict => Stop::Overtaken,
        _ => Stop::Store(error),
    }
}
