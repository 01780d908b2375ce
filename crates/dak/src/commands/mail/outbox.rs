//! `dak mail outbox`.

use base64_simd::URL_SAFE;
use serde_json::{Value, json};

use crate::args::MailOutboxArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::folder::{self, Wish};
use crate::output::{Output, print, tell};
use crate::paint::clean;

/// Carries out `dak mail outbox`.
pub(super) fn run(args: &MailOutboxArgs) -> Result<Exit, Error> {
    match (&args.id, args.remove) {
        (Some(id), true) => remove(args, id),
        (Some(id), false) => show(args, id),
        (None, _) => list(&ask(args, "GET", Value::Null)?),
    }
}

fn list(told: &Value) -> Result<Exit, Error> {
    let mails = told["mails"].as_array().map_or(&[][..], Vec::as_slice);
    if mails.is_empty() {
        tell("The outbox is empty.");
    }
    for mail in mails {
        let recipients: Vec<&str> =
            mail["recipients"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let text = |name: &str| clean::line(mail[name].as_str().unwrap_or_default());
        let (id, created, from) = (text("id"), text("created"), text("from"));
        print(format_args!("{id}  {created}  {from} to {}", clean::line(&recipients.join(", "))))?;
    }
    Ok(Exit::Success)
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
    folder::ask(&folder, &Wish { method, desk: "outbox".into(), body, advice: "see dak mail outbox" })
}
