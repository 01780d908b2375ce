use std::ffi::OsString;

use super::*;
use crate::args::{self, Typed};

/// Plans a command line (words apart by `|`) in a world of one token, three files and no chance.
pub(crate) fn planned(line: &str, environment: &Environment) -> Result<Plan, Error> {
    let argv: Vec<OsString> = ["dak"].into_iter().chain(line.split('|')).map(OsString::from).collect();
    let (words, args) = match args::parse(argv).expect(line) {
        Typed::Call(call) => (Words::Free(call.words), call.request),
        Typed::Command(args::Command::Get(args)) => named(dak_client::Method::GET, args),
        Typed::Command(args::Command::Post(args)) => named(dak_client::Method::POST, args),
        Typed::Command(args::Command::Patch(args)) => named(dak_client::Method::PATCH, args),
        Typed::Command(args::Command::Delete(args)) => named(dak_client::Method::DELETE, args),
        Typed::Command(other) => panic!("{other:?}"),
    };
    let world = World { environment, read: &read, draw: &|| Ok("drawn".to_owned()) };
    Plan::new(words, &args, world)
}

fn named(method: dak_client::Method, args: args::MethodArgs) -> (Words, RequestArgs) {
    (Words::Named { method, url: args.url, items: args.items }, args.request)
}

fn read(path: &str) -> io::Result<Vec<u8>> {
    match path {
        "text" => Ok(b"a text\n".to_vec()),
        "json" => Ok(b" {n: 1}\n".to_vec()),
        "list" => Ok(b" [1, 2.50]\n".to_vec()),
        "binary" => Ok(vec![0xff]),
        _ => Err(io::ErrorKind::NotFound.into()),
    }
}

/// At a terminal, with nothing set.
pub(crate) fn terminal() -> Environment {
    Environment { stdin_is_terminal: true, stdout_is_terminal: true, ..Environment::default() }
}

#[test]
fn how_to_send_comes_from_flags_then_the_environment() {
    let around = Environment { retries: Some("4".into()), ..terminal() };
    let sending = |line: &str| planned(line, &around).expect(line).sending;
    assert_eq!(sending(":1").retries, 4);
    assert_eq!(sending(":1|--retries|0").retries, 0);
    assert_eq!(sending(":1").redirects_max, 0);
    assert_eq!(sending(":1|-F").redirects_max, REDIRECTS_MAX);
    assert_eq!(sending(":1|--max-redirects|3").redirects_max, 3);
    assert_eq!(sending(":1|--timeout|2s").timeout, Some(Duration::from_secs(2)));
    let around = Environment { retries: Some("many".into()), ..terminal() };
    assert!(planned(":1", &around).expect_err("many").to_string().contains("DAK_RETRIES"));
}

#[test]
fn what_to_do_is_send_unless_told() {
    let act = |line: &str| planned(line, &terminal()).expect(line).act;
    assert_eq!(act(":1"), Act::Send);
    assert_eq!(act(":1|--offline"), Act::Offline);
    assert_eq!(act(":1|--curl"), Act::Curl);
}
