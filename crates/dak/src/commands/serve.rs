//! `dak serve`: opens the folder, listens, says where, and serves until it is told to stop.

use std::future::Future;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::time::Duration;

use dak_api::parse_yaml;
use dak_proto::fault::Fault;
use dak_server::settings::AuthorisationMode;
use dak_server::{App, Listening, Settings};
use dak_store::sqlite::Sqlite;
use serde_json::Value;

use crate::args::{LogFormat, ServeArgs};
use crate::error::{Error, reason, without_number};
use crate::exit::Exit;
use crate::folder::{self, Opened, Owner};
use crate::output::{print, tell};
use crate::plan::serve::{settings, store_options};

/// What to do about a seed in which nothing is.
const EXAMPLE: &str = "write into it what to begin with, such as blogs: [{name: Mine}]";

/// How often what came due is carried out, if nothing has an hour of its own.
const TIMER: Duration = Duration::from_secs(30);
/// How often memory that was freed is given back to the system.
const GIVEN_BACK_EVERY: Duration = Duration::from_secs(5);
/// What the allocator takes for large.
const LARGE_BYTES: usize = 1 << 20;

/// Carries out `dak serve`.
pub(crate) fn run(args: ServeArgs) -> Result<Exit, Error> {
    let settings = Settings { seed: args.place.seed.as_deref().map(seed).transpose()?, ..settings(&args)? };
    let temporary = match args.place.ephemeral {
        true => Some(
            tempfile::tempdir().map_err(|error| Error::failure(format!("no temporary folder: {}", reason(&error))))?,
        ),
        false => None,
    };
    let folder = match &temporary {
        Some(temporary) => temporary.path().to_owned(),
        None => folder::path(args.place.data.as_deref())?,
    };
    log(args.operation.log);
    let descriptions =
        folder::Descriptions { paths: &args.place.apis, rules: &args.place.rules, apart: args.place.apart };
    let opened = folder::open_to_serve(&folder, store_options(&args), settings, &descriptions)?;
    let certificate = args.place.tls_cert.zip(args.place.tls_key);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::failure(format!("cannot start threads: {}", reason(&error))))?;
    runtime.block_on(serve(opened, &folder, args.place.seed.as_deref(), certificate))?;
    // The store finishes what is queued before the folder goes.
    drop(runtime);
    drop(temporary);
    Ok(Exit::Success)
}

/// Reads a seed: JSON from a file that is called so, else YAML. What is wrong in it is said when it is planted.
fn seed(path: &Path) -> Result<Value, Error> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Error::reading(&shown, &error))?;
    if text.trim().is_empty() {
        return Err(Error::failure(format!("{shown} is empty; {EXAMPLE}")));
    }
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let parsed = match is_json {
        true => serde_json::from_str(&text).map_err(|error| Error::failure(format!("{shown} is no JSON: {error}"))),
        false => parse_yaml(&text).map_err(|error| Error::failure(format!("{shown} is no YAML: {error}"))),
    };
    match parsed? {
        Value::Null => Err(Error::failure(format!("{shown} says nothing; {EXAMPLE}"))),
        seed => Ok(seed),
    }
}

async fn serve(
    opened: Opened,
    folder: &Path,
    seed: Option<&Path>,
    certificate: Option<(PathBuf, PathBuf)>,
) -> Result<(), Error> {
    let Opened { store, app } = opened;
    app.seed().await.map_err(|fault| unplanted(seed, &fault))?;
    app.recover().await.map_err(|fault| Error::failure(fault.message.trim_end_matches('.')))?;
    let listening = bind(&app, app.settings.listen, certificate).await?;
    let desk = match listening.is_secure() {
        true => Some(bind(&app, ([127, 0, 0, 1], 0).into(), None).await?),
        false => None,
    };
    let desk_url = url(desk.as_ref().unwrap_or(&listening));
    introduce(&store, &app, desk_url)?;
    // Whoever started the server may not listen to it; it serves all the same.
    let _ = print(greeting(&app, &url(&listening), folder));

    let stop = stop_signal()?;
    let timer = tokio::spawn(carry_out_due(Arc::clone(&app)));
    let returns = tokio::spawn(give_memory_back());
    let (stopped, stopping) = tokio::sync::watch::channel(());
    let desk = tokio::spawn(async move {
        if let Some(desk) = desk {
            desk.run(until_closed(stopping)).await;
        }
    });
    listening.run(stop).await;
    timer.abort();
    returns.abort();
    drop(stopped);
    let _ = desk.await;
    Ok(())
}

/// Has memory that was freed given back to the system. The allocator does that a second after it was freed, but only when
/// somebody asks it for a large piece: after a crowd has gone that may be long.
async fn give_memory_back() {
    loop {
        tokio::time::sleep(GIVEN_BACK_EVERY).await;
        drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE_BYTES)));
    }
}

/// Why a seed was not planted: what is wrong in it is in its file.
fn unplanted(seed: Option<&Path>, fault: &Fault) -> Error {
    let message = fault.message.trim_end_matches('.');
    match seed.filter(|_| fault.reason == "invalid") {
        Some(seed) => Error::failure(format!("{}: {message}", seed.display())),
        None => Error::failure(message),
    }
}

async fn bind(
    app: &Arc<App>,
    address: std::net::SocketAddr,
    certificate: Option<(PathBuf, PathBuf)>,
) -> Result<Listening, Error> {
    let listening = Listening::bind(Arc::clone(app), address, certificate).await;
    listening.map_err(|error| Error::failure(without_number(&error.to_string())))
}

/// Writes into the folder's lock how this process is reached.
fn introduce(store: &Sqlite, app: &App, desk: String) -> Result<(), Error> {
    let owner = Owner { process: process::id(), desk, token: app.controls.token().to_owned() };
    store.lock().write(&owner.text()).map_err(|error| Error::failure(error.to_string().trim_end_matches('.')))
}

/// Where a server is reached from this machine.
fn url(listening: &Listening) -> String {
    let scheme = if listening.is_secure() { "https" } else { "http" };
    let mut address = listening.address();
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            std::net::IpAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("{scheme}://{address}")
}

fn greeting(app: &App, url: &str, folder: &Path) -> String {
    let apis = shown(app.served.iter().filter(|served| served.listed).map(|served| served.api.id()).collect());
    let base = app.settings.access.public_url.as_deref().unwrap_or(url);
    let tokens = match app.settings.authorisation.mode {
        AuthorisationMode::Open => String::new(),
        AuthorisationMode::Tokens => "Callers need a token: dak token create --user EMAIL --scope SCOPE\n".to_owned(),
    };
    format!(
        "Dak {version}\n\
         Listening on {url}\n\
         Data in {folder}\n\
         Serving {apis}\n\
         Control token {token}\n\
         {tokens}\n\
         Try:\n  \
         dak get {base}/demo/v1 'fields==kind,items(title,characteristics/length)'\n  \
         dak patch {base}/demo/v1/324 title='New title'\n  \
         curl --compressed {base}/demo/v1/324\n",
        version = env!("CARGO_PKG_VERSION"),
        folder = folder.display(),
        token = app.controls.token(),
    )
}

/// The APIs by name; of many only how many more there are.
fn shown(mut ids: Vec<String>) -> String {
    const NAMED_MAX: usize = 20;
    let further = ids.len().saturating_sub(NAMED_MAX);
    ids.truncate(NAMED_MAX);
    let named = ids.join(", ");
    if further == 0 { named } else { format!("{named} and {further} more") }
}

/// Done at Ctrl-C or SIGTERM.
fn stop_signal() -> Result<impl Future<Output = ()>, Error> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen =
        |kind| signal(kind).map_err(|error| Error::failure(format!("cannot wait for signals: {}", reason(&error))));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tell("Stopping: requests in flight are finished first.");
    })
}

async fn until_closed(mut stopping: tokio::sync::watch::Receiver<()>) {
    while stopping.changed().await.is_ok() {}
}

/// Carries out what came due, also while nobody served, again and again.
async fn carry_out_due(app: Arc<App>) {
    loop {
        let carried_out = async {
            app.carry_out_due().await?;
            app.wait_until_due(TIMER).await
        };
        if let Err(fault) = carried_out.await {
            tracing::warn!(message = fault.message, "what came due could not be carried out");
            tokio::time::sleep(TIMER).await;
        }
    }
}

/// Sets up the log: text for a terminal, JSON otherwise. `RUST_LOG` says more precisely what is logged.
fn log(format: Option<LogFormat>) {
    let terminal = std::io::stderr().is_terminal();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).log_internal_errors(false).with_writer(std::io::stderr);
    match format.unwrap_or(if terminal { LogFormat::Text } else { LogFormat::Json }) {
        LogFormat::Off => {}
        LogFormat::Text => builder.with_ansi(terminal).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}
