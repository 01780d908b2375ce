//! A request to a session: bytes, a question, the end of it.

use std::sync::Arc;

use dak_proto::encoding::{Coding, content_coding};
use dak_proto::fault::Fault;
use dak_proto::media::hash::Digests;
use dak_proto::media::receiver::{self, Answer as Told, Dialect, Ending, Receiver, Request as Asked, Verdict};
use dak_proto::media::start;
use http::header;
use http::{HeaderMap, HeaderName, Method};

use super::finish::{self, Arrived};
use super::intake::{Stop, Taking};
use super::record::{self, Stored};
use super::source::Source;
use super::{answers, sweep};
use crate::app::App;
use crate::body::{Body, Pieces};
use crate::lasting::Lasting;
use crate::media;
use crate::pipeline::route;
use crate::reply::Answer;
use crate::services::store_fault;

/// A request to a session.
pub(super) struct Request {
    /// The secret that opens it.
    pub(super) upload_id: String,
    /// The HTTP method after an override.
    pub(super) method: Method,
    /// The header fields.
    pub(super) headers: HeaderMap,
    /// The body.
    pub(super) body: Body,
}

/// Answers a request to a session.
///
/// It goes on when its connection is gone: what came is then kept, and what had begun is ended.
pub(super) async fn answer(app: &Arc<App>, request: Request) -> Answer {
    let app = Arc::clone(app);
    let answered = Lasting::new(async move {
        let dialect = receiver::dialect(&request.headers);
        serve(&app, request).await.unwrap_or_else(|fault| answers::refused(dialect, fault))
    });
    answered.await
}

async fn serve(app: &Arc<App>, request: Request) -> Result<Answer, Fault> {
    let key = record::key(&request.upload_id);
    let found = find(app, &key).await?;
    let receiver = receiver(app, found.as_ref());
    let asked = match Asked::parse(&request.method, &request.headers, &receiver) {
        Ok(asked) => asked,
        Err(told) => {
            let session = found.as_ref().map(|found| &found.upload.session);
            let told = receiver::unread(session, receiver::dialect(&request.headers), told, app.clock.now_s());
            return Ok(answers::shown(told));
        }
    };
    // A question waits for nobody, nor does what is wrong in any case; whatever changes the session waits until it is nobody
    // else's turn.
    let Some(found) = found else { return Ok(receive_by(&receiver, None, asked, app)) };
    if let Some(told) = receiver.refusal(&found.upload.session, asked, app.clock.now_s()) {
        return Ok(answers::shown(told));
    }
    if asked.is_question(&found.upload.session) {
        let mut session = found.upload.session;
        return Ok(receive_by(&receiver, Some(&mut session), asked, app));
    }
    let Some(turn) = app.turns.take(&key).await else {
        return Ok(answers::shown(Told::overtaken(asked.dialect())));
    };
    let Some(mut stored) = find(app, &key).await? else { return Ok(receive_by(&receiver, None, asked, app)) };
    match receiver.receive(Some(&mut stored.upload.session), asked, app.clock.now_s()) {
        Verdict::Answer(told) => Ok(answers::shown(told)),
        Verdict::Cancel(told) => cancel(app, stored, told).await,
        Verdict::Receive(intake) => {
            if let Err(fault) = settle_type(app, &mut stored, &request.headers).and_then(|()| has_length(&request)) {
                return Ok(answers::refused(intake.dialect(), fault));
            }
            let taking = Taking::new(Arc::clone(app), stored, turn, intake, true);
            receive(taking, receiver, app, request).await
        }
    }
}

/// What is answered where nothing changes.
fn receive_by(
    receiver: &Receiver,
    session: Option<&mut dak_proto::media::session::Session>,
    asked: Asked,
    app: &App,
) -> Answer {
    match receiver.receive(session, asked, app.clock.now_s()) {
        Verdict::Answer(told) | Verdict::Cancel(told) => answers::shown(told),
        Verdict::Receive(intake) => answers::shown(Told::overtaken(intake.dialect())),
    }
}

async fn receive(taking: Taking, receiver: Receiver, app: &Arc<App>, request: Request) -> Result<Answer, Fault> {
    let coding = content_coding(request.headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()))?;
    let said = Digests::of_body(&request.headers)?;
    let pieces = Pieces::new(request.body, coding, &app.settings.limits).proven(said);
    let mut source = Source::Plain(Box::new(pieces));
    let dialect = taking.intake.dialect();
    let mut taking = taking.proven_last(coding == Coding::Gzip || !said.is_empty());
    match taking.take(&mut source).await {
        Ok(()) => ended(taking, receiver, app).await,
        Err(Stop::Broken(fault)) => Ok(answers::refused(dialect, fault)),
        // More than the method takes came: nothing can become of it.
        Err(Stop::TooLarge(fault)) => refuse(taking, &fault, app).await,
        Err(stop) => Ok(answers::stopped(stop, dialect)),
    }
}

/// What the end of the body means, now that all of it is durable.
async fn ended(mut taking: Taking, receiver: Receiver, app: &Arc<App>) -> Result<Answer, Fault> {
    let dialect = taking.intake.dialect();
    match receiver.ended(&taking.intake, &taking.stored.upload.session, app.clock.now_s()) {
        Ending::Answer(told) => Ok(after(taking.checkpoint().await, told, dialect)),
        Ending::Undo(told) => Ok(after(taking.undo().await, told, dialect)),
        Ending::Refuse(fault) => refuse(taking, &fault, app).await,
        Ending::Finish { unchecked } => match finish(&taking.stored, dialect, &unchecked, app).await {
            Ok(answer) => Ok(answer),
            Err(fault) => end(taking, fault, app).await,
        },
    }
}

/// What was decided on, once that is stored.
fn after(stored: Result<(), Stop>, told: Told, dialect: Dialect) -> Answer {
    match stored {
        Ok(()) => answers::shown(told),
        Err(stop) => answers::stopped(stop, dialect),
    }
}

/// All bytes are there: they become what the upload was begun for.
async fn finish(stored: &Stored, dialect: Dialect, unchecked: &Digests, app: &Arc<App>) -> Result<Answer, Fault> {
    let upload = &stored.upload;
    let mut digests = upload.session.hashes.digests();
    if !unchecked.is_empty() {
        let computed = finish::read_again(app, &upload.segments, unchecked).await?;
        digests = digests.and(computed).unwrap_or(digests);
    }
    let declared = upload.session.declared.content_type.clone();
    let content_type = declared.unwrap_or_else(|| start::CONTENT_TYPE_UNKNOWN.to_owned());
    let (metadata, _room) = stored.metadata(app).await?;
    let arrived = Arrived::new(stored.clone(), metadata, Some(dialect), content_type, digests);
    let finished = finish::carry_out(app, &upload.begun, &arrived, None).await?;
    let mut stored = stored.clone();
    let told = receiver::finished(&mut stored.upload.session, dialect, finished.last, app.clock.now_s());
    if !finished.is_used {
        give_up(app, stored).await?;
    }
    Ok(answers::shown(told))
}

/// A fault at the end: one that may pass leaves all bytes where they are, so that the end can be tried again.
async fn end(mut taking: Taking, fault: Fault, app: &Arc<App>) -> Result<Answer, Fault> {
    if !finish::is_passing(&fault) {
        return refuse(taking, &fault, app).await;
    }
    let dialect = taking.intake.dialect();
    Ok(after(taking.checkpoint().await, Told::refused(dialect, fault), dialect))
}

/// Ends the upload for good without a resource.
async fn refuse(taking: Taking, fault: &Fault, app: &Arc<App>) -> Result<Answer, Fault> {
    let dialect = taking.intake.dialect();
    let mut stored = taking.stored.clone();
    let told = receiver::refused(&mut stored.upload.session, dialect, fault, app.clock.now_s());
    give_up(app, stored).await?;
    Ok(answers::shown(told))
}

async fn cancel(app: &Arc<App>, stored: Stored, told: Told) -> Result<Answer, Fault> {
    give_up(app, stored).await?;
    Ok(answers::shown(told))
}

/// Stores that the upload has ended, and throws its bytes away.
async fn give_up(app: &Arc<App>, mut stored: Stored) -> Result<(), Fault> {
    let segments = std::mem::take(&mut stored.upload.segments);
    let batch = media::discard(stored.batch(), &segments, app.clock.now_ms());
    app.store.commit(stored.save(batch)).await.map_err(|error| store_fault(&error))?;
    sweep::soon(app, &segments);
    Ok(())
}

/// A body that may be the whole upload must be there for sure: a length that was forgotten would end the upload empty.
fn has_length(request: &Request) -> Result<(), Fault> {
    let says_where = [header::CONTENT_LENGTH, header::CONTENT_RANGE, HeaderName::from_static("x-goog-upload-command")];
    let is_said = says_where.iter().any(|name| request.headers.contains_key(name));
    if is_said || request.body.announced() != Some(0) { Ok(()) } else { Err(super::length_required()) }
}

/// The media type that was left to the data: the first of them says it, else it is bytes.
fn settle_type(app: &App, stored: &mut Stored, headers: &HeaderMap) -> Result<(), Fault> {
    let declared = &mut stored.upload.session.declared.content_type;
    if declared.is_some() {
        return Ok(());
    }
    let content_type = start::content_type(headers);
    if let Some(upload) = upload_of(app, &stored.upload.begun) {
        upload.limits().check_type(content_type)?;
    }
    *declared = Some(content_type.to_owned());
    Ok(())
}

async fn find(app: &App, key: &dak_store::Key) -> Result<Option<Stored>, Fault> {
    Stored::find(&*app.store, key).await.map_err(|error| store_fault(&error))
}

/// What holds for a session: its method's limit, and whose rules.
fn receiver(app: &App, stored: Option<&Stored>) -> Receiver {
    let upload = stored.and_then(|stored| upload_of(app, &stored.upload.begun));
    Receiver { length_max: upload.and_then(|upload| upload.bytes_max), rules: app.settings.uploads.rules }
}

fn upload_of<'a>(app: &'a App, begun: &record::Begun) -> Option<&'a dak_api::MediaUpload> {
    let path = begun.target.split('?').next().unwrap_or_default();
    route::find(app, &begun.method, path).ok()?.method.media_upload.as_ref()
}
