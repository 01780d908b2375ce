//! An answer, printed or saved while it arrives.

use dak_client::retry::Repeat;
use dak_client::{HeaderMap, StatusCode, Streaming};
use dak_proto::fault::Fault;

use crate::commands::failed::{Errand, Terms, failed};
use crate::commands::save::Save;
use crate::error::Error;
use crate::output::Output;
use crate::paint::{clean, head};
use crate::plan::Showing;
use crate::printer::Printer;

/// How much of an error's body is looked at for its message.
const FAULT_BYTES_MAX: usize = 64 << 10;

/// Why an answer was not shown to its end.
#[derive(Debug)]
pub(crate) enum Unshown {
    /// It was cut before any of it was to be seen, so that it may be fetched anew.
    Hidden(dak_client::Error),
    /// It was cut after a part was to be seen.
    Begun(dak_client::Error),
    /// It is not the answer that failed.
    Other(Error),
}

impl Unshown {
    /// The error that ends the run after so many attempts.
    pub(crate) fn into_error(self, terms: &Terms, attempts: u32) -> Error {
        match self {
            Unshown::Other(error) => error,
            Unshown::Begun(cut) => failed(&cut, &Terms { attempts, is_begun: true, ..*terms }),
            Unshown::Hidden(cut) => failed(&cut, &Terms { attempts, ..*terms }),
        }
    }
}

impl From<Error> for Unshown {
    fn from(error: Error) -> Unshown {
        Unshown::Other(error)
    }
}

/// Prints what is to be shown of the answer; with `-o` a 2xx body goes to the file. Returned is what is still to be told of an
/// error status, where nothing printed tells it.
pub(crate) async fn show(
    mut answer: Streaming,
    showing: &Showing,
    terms: &Terms,
    is_head: bool,
    output: &mut Output,
) -> Result<Option<String>, Unshown> {
    let before = output.count();
    if showing.parts.answer_head {
        output.write(answer_head(&answer, showing).as_bytes())?;
        output.flush()?;
    }
    let status = answer.status();
    match &showing.save {
        Some(path) if status.is_success() && !is_head => return save(answer, path).await.map(|()| None),
        _ => {}
    }
    let beginning = print_body(&mut answer, showing, output).await.map_err(|unshown| match unshown {
        Unshown::Begun(cut) if output.count() == before => Unshown::Hidden(cut),
        other => other,
    })?;
    output.flush()?;
    let is_told = status.is_redirection() || status.is_client_error() || status.is_server_error();
    let is_told = is_told && showing.tells_status;
    Ok(is_told.then(|| sentence(status, answer.headers(), &beginning, terms)))
}

/// Prints the body, if it is wanted; of an error's body the beginning is returned.
async fn print_body(answer: &mut Streaming, showing: &Showing, output: &mut Output) -> Result<Vec<u8>, Unshown> {
    let mut beginning = Vec::new();
    let keeps = showing.tells_status && !answer.status().is_success();
    if !showing.parts.answer_body && !keeps {
        return Ok(beginning);
    }
    let mut printer = Printer::new(showing, header(answer, "content-type"));
    let mut out = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(Unshown::Begun)? {
        if keeps {
            beginning.extend_from_slice(&piece[..piece.len().min(FAULT_BYTES_MAX - beginning.len())]);
        }
        if showing.parts.answer_body {
            printer.feed(&piece, &mut out);
            output.write(&out)?;
            output.flush()?;
            out.clear();
        } else if beginning.len() == FAULT_BYTES_MAX {
            break;
        }
    }
    if showing.parts.answer_body {
        printer.finish(&mut out);
        output.write(&out)?;
    }
    Ok(beginning)
}

async fn save(mut answer: Streaming, path: &str) -> Result<(), Unshown> {
    let mut file = Save::create(path)?;
    let is_hidden = file.is_hidden();
    let cut = |error| if is_hidden { Unshown::Hidden(error) } else { Unshown::Begun(error) };
    while let Some(piece) = answer.chunk().await.map_err(cut)? {
        file.write(&piece)?;
    }
    Ok(file.finish()?)
}

fn answer_head(answer: &Streaming, showing: &Showing) -> String {
    let status = answer.status();
    let headers: Vec<(String, String)> = answer
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let version = format!("{:?}", answer.version());
    let reason = status.canonical_reason().unwrap_or_default();
    head::answer(&version, status.as_u16(), reason, &headers, showing.palette)
}

/// What an error status says and asks for; the headers and the beginning of the body came with it.
pub(crate) fn sentence(status: StatusCode, headers: &HeaderMap, body: &[u8], terms: &Terms) -> String {
    let answered = format!("the server answered {}", Fault::told_status(status.as_u16()));
    if status.is_redirection() {
        let location = headers.get("location").and_then(|location| location.to_str().ok());
        return match location {
            Some(location) => {
                let advice = match terms.errand {
                    _ if terms.refuses_redirects => "raise --max-redirects to go there",
                    Errand::Request => "add --follow to go there",
                    Errand::Upload | Errand::Download => "give that URL",
                };
                format!("{answered} to {}; {advice}", clean::line(location))
            }
            None if matches!(status.as_u16(), 301..=303 | 307 | 308) => {
                format!("{answered} and does not say where to; tell whoever runs it")
            }
            None => answered,
        };
    }
    let fault = Fault::from_answer(status.as_u16(), headers, body);
    let message = clean::text(fault.own_message().unwrap_or_default().trim().trim_end_matches('.'));
    let message = if message.is_empty() { message } else { format!(": {}", message.replace('\n', " ")) };
    format!("{answered}{message}; {}", advice(status.as_u16(), terms))
}

fn advice(status: u16, terms: &Terms) -> &'static str {
    match status {
        401 => "give a token with --bearer or DAK_TOKEN",
        403 => "ask for the right to do this, or use another token",
        404 | 410 => "check the URL",
        407 => "give the proxy's credentials with the item Proxy-Authorization:VALUE",
        405 if terms.errand == Errand::Download => "check the URL",
        405 => "use one of the methods that `-h` shows under allow",
        409 => "fetch the newest version and try again",
        412 => "fetch the newest etag and try again",
        428 if terms.errand == Errand::Download => "correct the request",
        428 => "name the version you mean with --if-match",
        429 | 503 if terms.retries > 0 || terms.repeat == Repeat::Never => "try again later",
        429 | 503 => "try again later, or with --retries 5",
        408 | 502 | 504 => terms.advice(),
        501 => "use another method; this one stays so",
        500..=599 if terms.repeat != Repeat::Safe => "look into the server's log",
        500..=599 => "try again, or look into the server's log",
        _ => "correct the request",
    }
}

fn header<'a>(answer: &'a Streaming, name: &str) -> Option<&'a str> {
    answer.headers().get(name)?.to_str().ok()
}
