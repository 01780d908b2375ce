//! `dak mail outbox`.

use std::borrow::Cow;

use base64_simd::URL_SAFE;
use serde_json::{Value, json};

use crate::args::MailOutboxArgs;
use crate::commands::stop;
use crate::error::Error;
use crate::exit::Exit;
use crate::folder::{self, Desk, Wish};
use crate::output::{Output, print, tell};
use crate::paint::clean;

/// Carries out `dak mail outbox`.
pub(super) fn run(args: &MailOutboxArgs) -> Result<Exit, Error> {
    match (&args.id, args.remove) {
        (Some(id), true) => remove(args, id),
        (Some(id), false) => show(args, id),
        (None, _) => list(args),
    }
}

fn list(args: &MailOutboxArgs) -> Result<Exit, Error> {
    let desk = folder::desk(&folder::path(args.data.as_deref())?, folder::REPAIR)?;
    let listed = stop::unless_stopped(print_pages(&desk))?;
    listed.unwrap_or_else(|| Err(Error::new(Exit::Interrupted, "stopped; run it again to see all mail")))
}

/// Prints the mails while their pages come.
async fn print_pages(desk: &Desk) -> Result<Exit, Error> {
    let mut page = desk.ask(&wish("GET", "outbox", Value::Null)).await?;
    if page["mails"].as_array().is_none_or(Vec::is_empty) {
        tell("The outbox is empty.");
    }
    print_page(&page)?;
    while let Some(token) = page["nextPageToken"].as_str() {
        page = desk.ask(&wish("GET", format!("outbox?pageToken={token}"), Value::Null)).await?;
        print_page(&page)?;
    }
    Ok(Exit::Success)
}

fn print_page(page: &Value) -> Result<(), Error> {
    for mail in page["mails"].as_array().into_iter().flatten() {
        let recipients: Vec<&str> =
            mail["recipients"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let text = |name: &str| clean::line(mail[name].as_str().unwrap_or_default());
        let (id, created, from) = (text("id"), text("created"), text("from"));
        print(format_args!("{id}  {created}  {from} to {}", clean::line(&recipients.join(", "))))?;
    }
    Ok(())
}

/// Writes a mail as it would go out.
fn show(args: &MailOutboxArgs, id: &str) -> Result<Exit, Error> {
    let mail = ask(args, "POST", json!({ "id": id }))?;
    let raw = URL_SAFE.decode_to_vec(mail["raw"].as_str().unwrap_or_default());
    let raw = raw.map_err(|_| Error::failure("the mail cannot be read"))?;
    let mut output = Output::stdout();
    output.write(&raw)?;
    output.flush()?;
    Ok(Exit::Success)
}

fn remove(args: &MailOutboxArgs, id: &str) -> Result<Exit, Error> {
    ask(args, "DELETE", json!({ "id": id }))?;
    tell(format_args!("Removed {} from the outbox.", clean::line(id)));
    Ok(Exit::Success)
}

fn ask(args: &MailOutboxArgs, method: &'static str, body: Value) -> Result<Value, Error> {
    let folder = folder::path(args.data.as_deref())?;
    folder::ask(&folder, &wish(method, "outbox", body))
}

fn wish(method: &'static str, desk: impl Into<Cow<'static, str>>, body: Value) -> Wish {
    Wish { method, desk: desk.into(), body, advice: "see dak mail outbox" }
}
