//! Unfinished uploads as they are shown, each told from the others.

use std::time::SystemTime;

use dak_client::UploadToken;
use dak_client::uploads::Pending;

use crate::error::Error;
use crate::exit::Exit;
use crate::output::print;
use crate::paint::clean;
use crate::progress;

/// How much of an upload's metadata is shown, in characters.
const METADATA_CHARS_MAX: usize = 60;

/// A line for each.
pub(super) fn list(pending: &[Pending]) -> Result<Exit, Error> {
    let now = SystemTime::now();
    for upload in pending {
        print(described(upload, pending, now))?;
    }
    Ok(Exit::Success)
}

/// What an upload is called: its file's name, or all that there is to tell it from another of that name.
pub(super) fn name(upload: &Pending, pending: &[Pending]) -> String {
    let named = |upload: &Pending| upload.token.as_ref()?.file()?.file_name().map(ToOwned::to_owned);
    let Some(name) = named(upload) else { return upload.id.clone() };
    let is_only = pending.iter().all(|other| other.id == upload.id || named(other).as_ref() != Some(&name));
    match upload.token.as_ref().and_then(UploadToken::file) {
        Some(path) if !is_only => format!("{} ({})", clean::line(&path.to_string_lossy()), upload.id),
        _ => clean::line(&name.to_string_lossy()),
    }
}

/// One line: id, how far it is, how old, the file, where to, and what for.
fn described(upload: &Pending, pending: &[Pending], now: SystemTime) -> String {
    let Some(token) = &upload.token else {
        return format!("{}  damaged; remove it with dak uploads forget {}", upload.id, upload.id);
    };
    let percent =
        token.length().filter(|length| *length > 0).map(|length| u128::from(token.sent()) * 100 / u128::from(length));
    let percent = percent.map_or("  ? %".to_owned(), |percent| format!("{percent:>3} %"));
    let age = progress::age(now.duration_since(token.began()).unwrap_or_default());
    let file = token.file().map_or("(no file)".to_owned(), |path| clean::line(&path.to_string_lossy()));
    let others = pending.iter().filter(|other| other.id != upload.id).filter_map(|other| other.token.as_ref());
    let is_twin = others.into_iter().any(|other| other.file() == token.file());
    let media_type = if is_twin { format!("  {}", clean::line(token.media_type())) } else { String::new() };
    let running = if upload.is_running { "  (under way)" } else { "" };
    format!(
        "{}  {percent} of {} sent  {age}  {file}  {}{media_type}{running}",
        upload.id,
        token.length().map_or("?".to_owned(), progress::amount),
        clean::line(&aim(token)),
    )
}

/// Where to and what for: the method unless it is POST, the URL as it was given, the metadata.
fn aim(token: &UploadToken) -> String {
    let (url, query) = token.url().split_once('?').unwrap_or((token.url(), ""));
    let query: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("uploadType=")).collect();
    let method = if token.method() == "POST" { String::new() } else { format!("{} ", token.method()) };
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let metadata = token.metadata().map(|metadata| format!("  {}", shortened(metadata))).unwrap_or_default();
    format!("{method}{url}{query}{metadata}")
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(METADATA_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
