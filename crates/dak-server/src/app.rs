//! The server as a value: what is served, by whom, over which store, at what time.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use dak_api::{Api, Conflict, Router};
use dak_proto::fault::Fault;
use dak_store::{Batch, Blobs, Direction, ErrorKind, Filter, Key, Query, Records, time_key};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::control::Controls;
use crate::http::Arrivals;
use crate::metrics::Metrics;
use crate::room::Room;
use crate::services::blogger::retired::{self, Retired};
use crate::services::blogger::{self, Blogger};
use crate::services::discovery::{self, Discovery};
use crate::services::free_form::{self, FreeForm};
use crate::services::gmail::{self, Gmail};
use crate::services::resources::{Resources, seed};
use crate::services::{Service, store_fault};
use crate::settings::Settings;
use crate::shelf::Shelf;
use crate::upkeep::Upkeep;
use crate::uploads::{Turns, sweep};
use crate::{random, system};

/// How many expired records one sweep deletes at a time.
const SWEPT_AT_ONCE: usize = 1000;
/// What is no larger takes no room. Bodies may come slowly, from as many connections as there may be.
const BODY_FREE_BYTES_MAX: usize = 64 << 10;
/// The same for what the server makes in no time, and answers that may be kept for the next request.
const ANSWER_FREE_BYTES_MAX: usize = 1 << 20;

/// A server, but for its connections.
pub struct App {
    /// What the operator chose.
    pub settings: Settings,
    /// The APIs, in the order the router knows them by.
    pub served: Vec<Served>,
    /// Finds methods by path.
    pub router: Router,
    /// Where records are kept.
    pub store: Arc<dyn Records>,
    /// Where the bytes of media are kept.
    pub blobs: Arc<dyn Blobs>,
    /// Which uploads are being written.
    pub(crate) turns: Turns,
    /// The bodies that arrive now.
    pub(crate) arrivals: Arc<Arrivals>,
    /// What only the engine itself can do; absent over an engine that has no folder.
    pub upkeep: Option<Arc<dyn Upkeep>>,
    /// Finished answers.
    pub shelf: Shelf,
    /// Room for batches, whose parts may need room of their own.
    pub batch_room: Room,
    /// Room for what else comes and must be in memory whole.
    pub room: Room,
    /// The same for what these say, of which there may be much more.
    pub tree_room: Room,
    /// The same for mails that are read again to be taken in or sent: what brought them may have room of its own.
    pub mail_room: Room,
    /// The same for what goes: who reads slowly does not keep others from writing.
    pub answer_room: Room,
    /// What Gmail knows beside its records.
    pub(crate) gmail: gmail::State,
    /// The time.
    pub clock: Clock,
    /// Rung when something was given an hour.
    pub(crate) alarm: Notify,
    /// What was done.
    pub metrics: Metrics,
    /// The control desk.
    pub controls: Controls,
}

/// An API and what carries out its methods.
pub struct Served {
    /// The description.
    pub api: Arc<Api>,
    /// The behaviour.
    pub service: Arc<dyn Service>,
    /// Whether it stands in the list of APIs; those of the server itself do not.
    pub listed: bool,
}

impl Served {
    /// The description.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.api
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl App {
    /// Puts a server together. `apis` are served by the [resources](crate::services::resources) service, but for those
    /// with a behaviour of their own.
    ///
    /// # Errors
    /// One sentence, when two descriptions claim the same method and path.
    pub fn new(
        settings: Settings,
        apis: &[Arc<Api>],
        store: Arc<dyn Records>,
        blobs: Arc<dyn Blobs>,
        upkeep: Option<Arc<dyn Upkeep>>,
    ) -> Result<App, String> {
        let served = serve(apis)?;
        check_names(&served)?;
        let described: Vec<Arc<Api>> = served.iter().map(|served| Arc::clone(&served.api)).collect();
        let apart = |conflict: Conflict| match conflict.is_within_one() {
            true => format!("{conflict}; leave one of the two out of the document"),
            false => format!("{conflict}; leave one of the two out, or serve them with --apart"),
        };
        let router = Router::new(&described).map_err(apart)?;
        let room_bytes_max = settings.limits.room_bytes_max;
        let token = settings.control_token.clone().unwrap_or_else(random::secret);
        Ok(App {
            shelf: Shelf::new(settings.limits.cache_bytes_max),
            batch_room: Room::new(room_bytes_max, BODY_FREE_BYTES_MAX),
            room: Room::new(room_bytes_max, BODY_FREE_BYTES_MAX),
            tree_room: Room::new(room_bytes_max, ANSWER_FREE_BYTES_MAX),
            mail_room: Room::new(room_bytes_max, ANSWER_FREE_BYTES_MAX),
            answer_room: Room::new(room_bytes_max, ANSWER_FREE_BYTES_MAX),
            gmail: gmail::State::default(),
            controls: Controls::new(token, settings.test_controls),
            served,
            router,
            store,
            blobs,
            turns: Turns::default(),
            arrivals: Arc::default(),
            upkeep,
            clock: Clock::default(),
            alarm: Notify::new(),
            metrics: Metrics::default(),
            settings,
        })
    }

    /// Gives a new store the data that the documents' examples speak of.
    ///
    /// # Errors
    /// Whatever the store refuses.
    pub async fn seed(self: &Arc<App>) -> Result<(), Fault> {
        gmail::seed::check(self)?;
        seed::write(self).await?;
        blogger::seed::write(self).await?;
        gmail::seed::write(self).await
    }

    /// What comes before the first request: what an earlier process left behind when it was killed goes, and posts
    /// whose hour came while nobody served are published.
    ///
    /// # Errors
    /// Whatever the store refuses.
    pub async fn recover(&self) -> Result<(), Fault> {
        sweep::drop_left_behind(self).await?;
        blogger::carry_out_due(self).await?;
        sweep::carry_out_due(self).await
    }

    /// Makes everything as new: the store's data, the time, the control desk's faults and requests.
    ///
    /// # Errors
    /// 501 over an engine that cannot be emptied, and whatever the store refuses.
    pub async fn reset(self: &Arc<App>) -> Result<(), Fault> {
        let upkeep = self.upkeep()?;
        blocking(move || upkeep.clear()).await?;
        self.clock.go();
        self.controls.faults.clear();
        self.controls.requests.clear();
        self.seed().await
    }

    /// Copies the store into a folder that a server can be started on.
    ///
    /// # Errors
    /// 400 for a folder that cannot be written or is not empty.
    pub async fn backup(&self, folder: PathBuf) -> Result<Value, Fault> {
        let upkeep = self.upkeep()?;
        blocking(move || upkeep.backup(&folder)).await.map(|()| json!({}))
    }

    /// Checks the store, after making its indexes again when asked to.
    ///
    /// # Errors
    /// Whatever the store refuses.
    pub async fn check(&self, rebuild: bool) -> Result<Value, Fault> {
        let upkeep = self.upkeep()?;
        blocking(move || {
            if rebuild {
                upkeep.rebuild()?;
            }
            upkeep.check()
        })
        .await
    }

    /// Waits until the hour of a post has come, though no longer than `at_most`; or until another was given one.
    ///
    /// # Errors
    /// Whatever the store refuses.
    pub async fn wait_until_due(&self, at_most: Duration) -> Result<(), Fault> {
        let until = |due_ms: i64| Duration::from_millis(u64::try_from(due_ms - self.clock.now_ms()).unwrap_or(0));
        let wait = blogger::next_due_ms(self).await?.map_or(at_most, |due_ms| until(due_ms).min(at_most));
        // Whether it was rung or time ran out: either way it is time to look again.
        let _ = tokio::time::timeout(wait, self.alarm.notified()).await;
        Ok(())
    }

    /// Carries out what came due: posts are published, what expired is deleted.
    ///
    /// # Errors
    /// Whatever the store refuses.
    pub async fn carry_out_due(self: &Arc<App>) -> Result<(), Fault> {
        blogger::carry_out_due(self).await?;
        gmail::carry_out_due(self).await?;
        sweep::carry_out_due(self).await?;
        let until = time_key(self.clock.now_ms()).to_vec();
        loop {
            let expired = Filter::Range {
                order: system::EXPIRES.to_owned(),
                from: Some(time_key(1).to_vec()),
                to: Some(until.clone()),
            };
            let query = Query {
                filter: expired,
                limit: SWEPT_AT_ONCE,
                direction: Direction::Ascending,
                ..Query::new(system::SPACE, system::ANSWERS, system::EXPIRES)
            };
            let page = self.store.query(&query).await.map_err(|error| store_fault(&error))?;
            if page.records.is_empty() {
                return Ok(());
            }
            let mut batch = Batch::new(random::batch_id(), random::tag());
            for record in page.records {
                batch = batch.delete(Key::new(system::SPACE, system::ANSWERS, record.id));
            }
            self.store.commit(batch).await.map_err(|error| store_fault(&error))?;
        }
    }

    fn upkeep(&self) -> Result<Arc<dyn Upkeep>, Fault> {
        self.upkeep.clone().ok_or_else(|| Fault::not_implemented("This store has no folder to look after."))
    }
}

/// Runs what takes its time away from the workers that serve requests.
async fn blocking<T, F>(work: F) -> Result<T, Fault>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, dak_store::Error> + Send + 'static,
{
    let done = tokio::task::spawn_blocking(work).await.map_err(|_| Fault::internal())?;
    done.map_err(|error| match error.kind() {
        // Who may look after the store may also know what is wrong with it.
        ErrorKind::Unavailable | ErrorKind::Full => Fault::new(500, "storeUnusable", error.to_string()),
        _ => store_fault(&error),
    })
}

/// The described APIs, then the server's own.
fn serve(apis: &[Arc<Api>]) -> Result<Vec<Served>, String> {
    let mut served: Vec<Served> =
        apis.iter().map(|api| Served { api: Arc::clone(api), service: service(api), listed: true }).collect();
    if apis.iter().any(|api| api.id() == blogger::API) {
        served.push(Served { api: own(retired::DOCUMENT)?, service: Arc::new(Retired), listed: false });
    }
    served.push(Served { api: own(free_form::DOCUMENT)?, service: Arc::new(FreeForm), listed: false });
    served.push(Served { api: own(discovery::DOCUMENT)?, service: Arc::new(Discovery), listed: false });
    Ok(served)
}

/// What carries out the methods of an API.
fn service(api: &Api) -> Arc<dyn Service> {
    match api.id().as_str() {
        blogger::API => Arc::new(Blogger),
        gmail::API => Arc::new(Gmail),
        _ => Arc::new(Resources),
    }
}

/// Each description is found by its name and version.
fn check_names(served: &[Served]) -> Result<(), String> {
    let mut known = std::collections::BTreeSet::new();
    let mut listed = served.iter().filter(|served| served.listed);
    match listed.find(|served| !known.insert(served.api.id())) {
        Some(again) => Err(format!("two descriptions are both {}; leave one out", again.api.id())),
        None => Ok(()),
    }
}

fn own(document: &[u8]) -> Result<Arc<Api>, String> {
    Api::parse(document).map(Arc::new).map_err(|error| error.to_string())
}
