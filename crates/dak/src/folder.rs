//! A data folder: opened by its one owner, or reached through the server that has it open.
//!
//! ```text
//! FOLDER/records.sqlite3   the records
//! FOLDER/media/            the bytes of media, a file for each segment
//! FOLDER/apis.json         the descriptions it was last served with
//! FOLDER/lock              held by the owner, who writes into it how to be reached
//! ```

mod descriptions;
mod desk;
mod owner;
mod upkeep;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dak_api::Api;
use dak_server::services::resources::ServerIndexer;
use dak_server::{App, Settings};
use dak_store::files::Files;
use dak_store::sqlite::{Lock, Options, Refused, Sqlite};
use serde_json::Value;

pub(crate) use descriptions::{Descriptions, described};
pub(crate) use desk::Desk;
pub(crate) use owner::Owner;

use crate::environment;
use crate::error::{Error, reason};

/// What a store made for tests is marked with.
const FOR_TESTS: &str = "test-controls";

/// Where the bytes of media are, in the folder.
const MEDIA: &str = "media";

/// What to do about damaged data.
pub(crate) const REPAIR: &str = "try dak check --rebuild, or restore a backup";

/// A store and what is served over it.
pub(crate) struct Opened {
    /// The store.
    pub(crate) store: Arc<Sqlite>,
    /// The server over it.
    pub(crate) app: Arc<App>,
}

/// The folder that was named, or the usual one.
pub(crate) fn path(named: Option<&Path>) -> Result<PathBuf, Error> {
    named.map_or_else(environment::data_folder, |path| Ok(path.to_owned()))
}

/// Opens a folder to serve it: with these further descriptions, which it remembers.
pub(crate) fn open_to_serve(
    folder: &Path,
    options: Options,
    settings: Settings,
    further: &Descriptions<'_>,
) -> Result<Opened, Error> {
    let apis = descriptions::read(further)?;
    let lock = lock(folder)?;
    let for_tests = settings.test_controls;
    let options = Options { meta: vec![(FOR_TESTS.to_owned(), for_tests.to_string())], ..options };
    let opened = open(lock, folder, &options, &apis, REPAIR)?.served(settings, &apis)?;
    if for_tests
        && opened.store.meta(FOR_TESTS).map_err(|error| refused(folder, &error, REPAIR))?.as_deref() != Some("true")
    {
        return Err(Error::failure(format!(
            "the data in {} was made without --test-controls, which would let callers move its time; \
             use another folder with --data",
            folder.display()
        )));
    }
    descriptions::remember(folder, &apis)?;
    Ok(opened)
}

/// What is asked of the control desk over a folder.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// The HTTP method.
    pub(crate) method: &'static str,
    /// What it is asked of, behind `/_dak/`.
    pub(crate) desk: Cow<'static, str>,
    /// The body.
    pub(crate) body: Value,
    /// What to do if it is refused.
    pub(crate) advice: &'static str,
}

impl Wish {
    /// What to do about damaged data, when this was wished.
    fn repair(&self) -> &'static str {
        if self.body["rebuild"] == true { "restore a backup" } else { REPAIR }
    }
}

/// Asks the control desk over a folder.
pub(crate) fn ask(folder: &Path, wish: &Wish) -> Result<Value, Error> {
    let desk = desk(folder, wish.repair())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::failure(format!("cannot start: {}", reason(&error))))?;
    runtime.block_on(desk.ask(wish))
}

/// The control desk over a folder: that of the server which has it open, or of one made for this. `repair` is what to do
/// about damaged data.
pub(crate) fn desk(folder: &Path, repair: &'static str) -> Result<Desk, Error> {
    if !folder.join(dak_store::sqlite::FILE).exists() {
        let shown = folder.display();
        return Err(Error::failure(format!(
            "there is no data in {shown}; name the folder with --data, or make it with dak serve"
        )));
    }
    match Lock::acquire(folder) {
        Err(Refused::Held { text }) => Desk::of(Owner::parse(&text), folder),
        Err(Refused::Unusable(error)) => Err(unusable(&error)),
        Ok(lock) => {
            let apis = descriptions::remembered(folder)?;
            let opened = open(lock, folder, &Options::default(), &apis, repair)?;
            Ok(Desk::own(opened.served(Settings::default(), &apis)?, folder))
        }
    }
}

fn open(
    lock: Lock,
    folder: &Path,
    options: &Options,
    apis: &[Arc<Api>],
    repair: &'static str,
) -> Result<Unserved, Error> {
    let indexer = Arc::new(ServerIndexer::new(apis));
    let refused = |error| refused(folder, &error, repair);
    let store = Sqlite::open_locked(lock, folder, options, indexer).map_err(refused)?;
    let files = Files::open(&folder.join(MEDIA)).map_err(refused)?;
    Ok(Unserved { store: Arc::new(store), files: Arc::new(files) })
}

/// A store before there is a server over it.
struct Unserved {
    store: Arc<Sqlite>,
    files: Arc<Files>,
}

impl Unserved {
    fn served(self, settings: Settings, apis: &[Arc<Api>]) -> Result<Opened, Error> {
        let Unserved { store, files } = self;
        let upkeep = Arc::new(upkeep::FolderUpkeep { store: Arc::clone(&store), files: Arc::clone(&files) });
        let app = App::new(settings, apis, store.clone(), files, Some(upkeep)).map_err(Error::failure)?;
        Ok(Opened { store, app: Arc::new(app) })
    }
}

fn lock(folder: &Path) -> Result<Lock, Error> {
    Lock::acquire(folder).map_err(|why| match why {
        Refused::Held { text } => Owner::parse(&text).is_serving(folder),
        Refused::Unusable(error) => unusable(&error),
    })
}

/// A folder that cannot be written, and what to do about it.
fn unusable(error: &dak_store::Error) -> Error {
    let sentence = error.to_string();
    Error::failure(format!(
        "{}; check its permissions, or name another folder with --data",
        sentence.trim_end_matches('.')
    ))
}

/// What a store says, as this command says it.
fn refused(folder: &Path, error: &dak_store::Error, repair: &str) -> Error {
    let sentence = error.to_string();
    let sentence = sentence.trim_end_matches('.');
    Error::failure(damage(folder, sentence, repair).unwrap_or_else(|| sentence.to_owned()))
}

/// What to say of a store that SQLite says is damaged; nothing of one that it does not.
fn damage(folder: &Path, sentence: &str, repair: &str) -> Option<String> {
    let is_damage = ["malformed", "is not a database", "disk I/O error"].iter().any(|part| sentence.contains(part));
    is_damage.then(|| {
        format!(
            "the data in {} is damaged ({}); {repair}",
            folder.display(),
            sentence.trim_start_matches("The database failed: ")
        )
    })
}
