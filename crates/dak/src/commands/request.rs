//! `dak [METHOD] URL`, `dak get` and its like: one exchange, from the plan to the exit code.

use std::fs;
use std::io::Read;

use dak_client::Retrying;

use crate::args::RequestArgs;
use crate::commands::answer::Unshown;
use crate::commands::failed::{Terms, failed};
use crate::commands::input::{self, Input};
use crate::commands::resend::{Attempts, tell_resend};
use crate::commands::{answer, stop, wire};
use crate::curl;
use crate::environment::Environment;
use crate::error::Error;
use crate::exit::Exit;
use crate::output::{Output, tell};
use crate::paint::head;
use crate::plan::body::Piece;
use crate::plan::{Act, Body, Plan, Request, Sending, Showing, Words, World, secrets};
use crate::printer::Printer;

/// Plans the request, then sends or prints it.
pub(crate) fn run(words: Words, args: &RequestArgs, environment: &Environment) -> Result<Exit, Error> {
    let world = World { environment, read: &|path| fs::read(path), draw: &draw_name };
    let mut plan = Plan::new(words, args, world)?;
    let beginning = take_input(&mut plan.request)?;
    let mut output = Output::stdout();
    let exit = match plan.act {
        Act::Curl => print_curl(&plan, &mut output)?,
        Act::Offline => {
            print_request(&plan.request, &plan.showing, beginning, &mut output)?;
            Exit::Success
        }
        Act::Send => send(plan, beginning, &mut output)?,
    };
    output.flush()?;
    Ok(exit)
}

/// A name of 128 random bits, for idempotency keys and the boundaries of forms.
pub(crate) fn draw_name() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::failure(format!("the system gives no random numbers: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Looks at standard input where it may be the body. What was read of one that is long is returned.
fn take_input(request: &mut Request) -> Result<Vec<u8>, Error> {
    if request.body != Body::Stdin {
        return Ok(Vec::new());
    }
    match Input::read()? {
        Input::Empty => request.without_stdin(),
        Input::Whole(bytes) => request.body = Body::Bytes(bytes),
        Input::Beginning(bytes) => return Ok(bytes),
    }
    Ok(Vec::new())
}

fn print_curl(plan: &Plan, output: &mut Output) -> Result<Exit, Error> {
    let shown = curl::command(&plan.request, &plan.sending, &plan.showing)?;
    if let Some(difference) = curl::difference(&plan.request, &plan.sending) {
        tell(format_args!("dak: {difference}"));
    }
    let open = Showing { secrets: true, ..plan.showing.clone() };
    if shown != curl::command(&plan.request, &plan.sending, &open)? {
        tell("dak: secrets are left out of the command; add --show-secrets to print them");
    }
    output.write(shown.as_bytes())?;
    output.write(b"\n")?;
    Ok(Exit::Success)
}

/// Prints the parts of the request that are to be shown; an offline one also streams what standard input still holds.
fn print_request(request: &Request, showing: &Showing, beginning: Vec<u8>, output: &mut Output) -> Result<(), Error> {
    if showing.parts.request_head {
        output.write(request_head(request, showing).as_bytes())?;
    }
    if !showing.parts.request_body || request.body == Body::None {
        return Ok(());
    }
    let content_type = request.headers.get("content-type").and_then(|value| value.to_str().ok());
    let mut printer = Printer::new(showing, content_type);
    let mut print = |reader: &mut dyn Read, name: &str| print_reader(reader, name, &mut printer, output);
    match &request.body {
        Body::None => {}
        Body::Bytes(bytes) => print(&mut bytes.as_slice(), "the body")?,
        Body::File(path) => print(&mut wire::open(path)?, path)?,
        Body::Pieces(pieces) => {
            for piece in pieces {
                match piece {
                    Piece::Bytes(bytes) => print(&mut bytes.as_slice(), "the body")?,
                    Piece::File(path) => print(&mut wire::open(path)?, path)?,
                }
            }
        }
        Body::Stdin => print(&mut input::rest(beginning), "standard input")?,
    }
    let mut out = Vec::new();
    let is_open = printer.finish(&mut out);
    // Where an answer follows, an empty line sets it apart.
    if showing.parts.answer_head {
        out.extend_from_slice(if is_open { b"\n\n" } else { b"\n" });
    }
    output.write(&out)
}

fn print_reader(reader: &mut dyn Read, name: &str, printer: &mut Printer, output: &mut Output) -> Result<(), Error> {
    let mut piece = vec![0; 64 << 10];
    let mut out = Vec::new();
    loop {
        let read = reader.read(&mut piece).map_err(|error| Error::reading(name, &error))?;
        if read == 0 {
            return Ok(());
        }
        printer.feed(&piece[..read], &mut out);
        output.write(&out)?;
        out.clear();
    }
}

fn request_head(request: &Request, showing: &Showing) -> String {
    let mut headers = vec![("host".to_owned(), request.target.authority.clone())];
    headers.extend(request.wire_headers());
    headers.extend(wire::framing(request));
    let mut target = request.target.path_and_query.clone();
    if !showing.secrets {
        target = secrets::url(&target);
        for (name, value) in &mut headers {
            *value = secrets::header(name, value);
        }
    }
    head::request(request.wire_method().as_str(), &target, &headers, showing.palette)
}

/// Sends the request and shows the answer; Ctrl-C or SIGTERM ends it and leaves no file behind.
fn send(plan: Plan, beginning: Vec<u8>, output: &mut Output) -> Result<Exit, Error> {
    stop::unless_stopped(exchange(plan, beginning, output))?.unwrap_or_else(|| Err(Error::new(Exit::Interrupted, "")))
}

async fn exchange(plan: Plan, beginning: Vec<u8>, output: &mut Output) -> Result<Exit, Error> {
    let Plan { request, sending, showing, .. } = plan;
    show_request(&request, &showing, output)?;
    let client = wire::client(&sending, tell_retries(&showing))?;
    let authority = request.target.authority.clone();
    let mut call = wire::call(&client, request, beginning)?;
    let terms = Terms { refuses_redirects: sending.refuses_redirects, ..Terms::of(&call, sending.retries) };
    let mut attempts = Attempts::new(terms, sending.timeout, !showing.is_silent());
    loop {
        let answer = client.send_streaming(call.clone()).await.map_err(|error| match &error {
            dak_client::Error::Connect(_) => failed(&error, &terms).about(&authority),
            _ => failed(&error, &terms),
        })?;
        attempts.add(answer.attempts());
        let status = answer.status().as_u16();
        let is_head = call.method == dak_client::Method::HEAD;
        match answer::show(answer, &showing, &terms, is_head, output).await {
            Ok(said) => {
                said.iter().for_each(|said| tell(format_args!("dak: {said}")));
                return Ok(exit(status, &sending, attempts.made()));
            }
            Err(Unshown::Hidden(cut)) if attempts.again(&mut call, &cut).await => {}
            Err(unshown) => return Err(unshown.into_error(&terms, attempts.made())),
        }
    }
}

/// Told unless nothing but errors is wanted.
fn tell_retries(showing: &Showing) -> impl Fn(&Retrying) + Send + Sync + 'static {
    let is_silent = showing.is_silent();
    move |retrying| {
        if !is_silent {
            tell_resend(&retrying.why, retrying.wait);
        }
    }
}

fn show_request(request: &Request, showing: &Showing, output: &mut Output) -> Result<(), Error> {
    if request.body == Body::Stdin && showing.parts.request_body {
        // It can be read once only, and then it is sent.
        let shown = Showing { parts: showing.parts.without_request_body(), ..showing.clone() };
        print_request(request, &shown, Vec::new(), output)?;
        output.write(b"(the body is streamed from standard input and not shown)\n\n")?;
    } else {
        print_request(request, showing, Vec::new(), output)?;
    }
    output.flush()
}

pub(crate) fn exit(status: u16, sending: &Sending, attempts: u32) -> Exit {
    match status {
        408 | 429 | 500..=599 if sending.retries > 0 && attempts > sending.retries => Exit::Unfinished,
        300..=399 if sending.refuses_redirects => Exit::TooManyRedirects,
        _ => Exit::of_status(status),
    }
}
