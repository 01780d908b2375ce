//! Real and broken mail, as Dak reads it and as Python's `email` package does.
//!
//! The mails are those that two other readers are tested with: the crate `mail-parser`, whose package lies where cargo
//! keeps what it built from, and CPython. Each is read as it is and with the other line end. Where the readers differ,
//! docs/mail.md says why, mail by mail; a difference that is not there fails, and so does one that is there and is not.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use dak_mail::mime::{Body, Limits, Mail, Part};
use dak_testkit::{Call, Launch};
use serde_json::{Value, json};
use tempfile::TempDir;

const PROGRAM: &str = "mails.py";

#[test]
fn mails_as_python_reads_them() {
    let Some(python) = env::var_os("DAK_TEST_PYTHON") else { return super::skip("DAK_TEST_PYTHON", PROGRAM) };
    let Some(mails) = all_mails() else { return super::skip("DAK_TEST_MAILS", PROGRAM) };
    let found = differences(&python, &mails);
    let page = include_str!("../../../../docs/mail.md");
    let explained: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let unexplained: Vec<&str> = found.lines().filter(|line| !explained.contains(line)).collect();
    assert!(unexplained.is_empty(), "docs/mail.md does not explain:\n{}", unexplained.join("\n"));
    let gone: Vec<&&str> = explained.iter().filter(|line| !found.lines().any(|other| other == **line)).collect();
    assert!(gone.is_empty(), "docs/mail.md explains what is not there:\n{gone:?}");
}

/// G20, G25: each is taken by the whole program, comes back byte for byte, and is shown as it was read.
#[test]
fn mails_go_in_and_come_back() {
    let Some(mails) = all_mails() else { return super::skip("DAK_TEST_MAILS", PROGRAM) };
    let server = Launch::new(env!("CARGO_BIN_EXE_dak")).arguments(&["--log", "off"]).ephemeral().start();
    let messages = "/gmail/v1/users/me/messages";
    for (name, form, raw) in mails.iter().flat_map(forms) {
        let body = json!({"raw": base64_simd::URL_SAFE.encode_to_string(&raw)});
        let made = server.send(&Call::new("POST", messages).json(&body)).expect(200).json();
        let path = format!("{messages}/{}", made["id"].as_str().expect("a message has an id"));
        let kept = server.get(&format!("{path}?format=raw")).expect(200).json();
        assert_eq!((&kept["raw"], &kept["sizeEstimate"]), (&body["raw"], &json!(raw.len())), "{name}, {form}");
        let shown = server.get(&format!("{path}?format=full")).expect(200).json();
        assert_eq!(outline(&shown["payload"]), outline(&tree(&raw)), "{name}, {form}");
    }
}

/// The ids, types and names of a part and those in it.
fn outline(part: &Value) -> Value {
    let parts = part["parts"].as_array().into_iter().flatten().map(outline).collect::<Vec<_>>();
    json!([part["partId"], part["mimeType"], part["filename"], parts])
}

/// Every mail; none if those of CPython are not there.
fn all_mails() -> Option<Vec<Sample>> {
    let folder = env::var_os("DAK_TEST_MAILS")?;
    let mut found = mails(&mail_parser(), "eml", "mail-parser");
    found.extend(mails(Path::new(&folder), "txt", "cpython"));
    assert!(found.len() >= 150, "only {} mails were found", found.len());
    Some(found)
}

/// The folder of the crate's package.
fn mail_parser() -> PathBuf {
    let compiler = printed_by("RUSTC", "rustc", &["-vV"]);
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host");
    // Packages of other systems are not there, and nothing is to be fetched.
    let words = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host];
    let metadata: Value = serde_json::from_str(&printed_by("CARGO", "cargo", &words)).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let package = packages.iter().find(|package| package["name"] == "mail-parser").expect("Dak builds on it");
    let manifest = Path::new(package["manifest_path"].as_str().expect("a path"));
    manifest.parent().expect("a manifest lies in a folder").join("resources/eml")
}

fn printed_by(variable: &str, program: &str, words: &[&str]) -> String {
    let program = env::var_os(variable).unwrap_or(program.into());
    let output = Command::new(program).args(words).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    String::from_utf8(output.expect("it can be started").stdout).expect("it prints UTF-8")
}

/// A mail and what it is called: where it is from, the folder there and the file.
struct Sample {
    name: String,
    raw: Vec<u8>,
}

/// The mails in a folder that is called `name`, and in those within it.
fn mails(folder: &Path, extension: &str, name: &str) -> Vec<Sample> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let name = format!("{name}/{}", path.file_stem().expect("a name").to_string_lossy());
        if path.is_dir() {
            found.extend(mails(&path, extension, &name));
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(Sample { name, raw: fs::read(path).expect("the file can be read") });
        }
    }
    found
}

/// What the readers differ in, a line each.
fn differences(python: &OsString, mails: &[Sample]) -> String {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("mails.json");
    let forms = mails
        .iter()
        .flat_map(forms)
        .map(|(name, form, raw)| json!({"name": name, "form": form, "raw": letters(&raw), "root": tree(&raw)}));
    fs::write(&path, Value::Array(forms.collect()).to_string()).expect("the file can be written");
    let output = Command::new(python).arg(super::path_of(PROGRAM)).arg(&path).output();
    let output = output.expect("the interpreter can be started");
    assert!(output.status.success(), "{}", super::printed(&output));
    // Shown if the test fails: what each reader sees.
    println!("{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the program prints UTF-8")
}

/// A mail with either line end: its name, which one, and the bytes.
fn forms(Sample { name, raw }: &Sample) -> [(&str, &'static str, Vec<u8>); 2] {
    let bare = without_returns(raw);
    let full = with_returns(&bare);
    [(name, "lf", bare), (name, "crlf", full)]
}

fn without_returns(raw: &[u8]) -> Vec<u8> {
    raw.iter().copied().filter(|byte| *byte != b'\r').collect()
}

fn with_returns(raw: &[u8]) -> Vec<u8> {
    raw.split_inclusive(|byte| *byte == b'\n')
        .flat_map(|line| match line {
            [text @ .., b'\n'] => [text, b"\r\n"].concat(),
            text => text.to_vec(),
        })
        .collect()
}

fn tree(raw: &[u8]) -> Value {
    let mail = Mail::parse(raw, &Limits::default());
    assert_eq!(mail.size(), raw.len());
    assert!(mail.snippet().chars().count() <= 201);
    part(&mail, &mail.root)
}

fn part(mail: &Mail<'_>, shown: &Part<'_>) -> Value {
    let headers: Vec<Value> = shown.headers.iter().map(|header| json!([header.name, header.value])).collect();
    let parts: Vec<Value> = shown.parts.iter().map(|part| self::part(mail, part)).collect();
    let (bytes, text) = match &shown.body {
        Body::Container => (Value::Null, Value::Null),
        Body::Inline { size, text } => {
            let bytes = shown.decoded();
            assert_eq!(bytes.len(), *size);
            (letters(&bytes).into(), text.as_ref().into())
        }
        Body::Attachment { size } => {
            let bytes = mail.attachment(&shown.part_id).expect("it is an attachment");
            assert_eq!(bytes.len(), *size);
            (letters(&bytes).into(), Value::Null)
        }
    };
    json!({"partId": shown.part_id, "mimeType": shown.mime_type, "filename": shown.filename, "headers": headers,
        "bytes": bytes, "text": text, "parts": parts})
}

/// Bytes as letters of Latin-1, one each.
fn letters(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
