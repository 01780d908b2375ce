//! The commands that send nothing.

use std::fs;
use std::path::Path;

use dak_testkit::Launch;

use crate::command::{dak, dak_reading, shell};

#[test]
fn fields_filters_standard_input_and_files() {
    let list = b"{\"kind\": \"demo\", \"items\": [{\"id\": 1, \"x\": 2}, {\"id\": 2}]}";
    let piped = dak_reading(list, ["fields", "items/id"]);
    assert_eq!((piped.text().as_str(), piped.code), ("{\"items\":[{\"id\":1},{\"id\":2}]}\n", Some(0)));
    let pretty = dak_reading(list, ["fields", "kind", "-", "--pretty"]);
    assert_eq!(pretty.text(), "{\n  \"kind\": \"demo\"\n}\n");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("list.json");
    fs::write(&path, list).expect("a file");
    let file = dak(["fields", "kind", path.to_str().expect("a path")]);
    assert_eq!(file.text(), "{\"kind\":\"demo\"}\n");
}

#[test]
fn fields_refuses_what_it_cannot_read() {
    let cases: [(&[u8], &[&str], &str); 4] = [
        (b"{}", &["fields", "a(b"], "Invalid field selection a(b"),
        (b"{\"a\":", &["fields", "a"], "standard input cannot be read: Invalid JSON"),
        (b"{\"a\":1} {", &["fields", "a"], "Invalid JSON"),
        (b"", &["fields", "a", "/no/such/file"], "cannot read /no/such/file: no such file or directory"),
    ];
    for (input, line, part) in cases {
        let run = dak_reading(input, line.iter().copied());
        assert_eq!((run.code, run.text().as_str()), (Some(1), ""), "{run:?}");
        assert!(run.complaint.starts_with("dak: ") && run.complaint.contains(part), "{run:?}");
    }
}

#[test]
fn several_megabytes_are_no_burden() {
    let item = "{\"id\": 1, \"title\": \"A title\", \"text\": \"0123456789012345678901234567890123456789\"}";
    let list = format!("[{}]", vec![item; 60_000].join(",\n"));
    let run = dak_reading(list.as_bytes(), ["fields", "title"]);
    assert_eq!(run.out.len(), 60_000 * (r#"{"title":"A title"},"#.len()) + 2);
}

#[test]
fn help_is_there_for_everything() {
    for line in [
        "--help",
        "-h",
        "help",
        "help get",
        "get --help",
        "help serve",
        "serve --help",
        ":1 --help",
        "upload --help",
        "download -h",
        "uploads -h",
    ] {
        let run = dak(line.split(' '));
        assert_eq!(run.code, Some(0), "{line}");
        assert!(run.text().len() > 500, "{line}: {}", run.text());
    }
    for line in ["--help", "get --help", ":1 --help"] {
        assert!(dak(line.split(' ')).text().contains("141  the reader of the output went away"), "{line}");
    }
    let version = dak(["--version"]).text();
    assert_eq!(version, concat!("dak ", env!("CARGO_PKG_VERSION"), "\n"));
}

/// Makes data in a folder, without a server on it afterwards.
fn data(folder: &Path) -> String {
    let name = folder.join("data").to_str().expect("a path").to_owned();
    let made = dak(["token", "list", "--data", &name]);
    assert!(made.complaint.contains("there is no data in"), "{made:?}");
    let mut server = Launch::new(env!("CARGO_BIN_EXE_dak")).arguments(&["--log", "off"]).data(Path::new(&name)).start();
    assert!(server.stop().success());
    name
}

#[test]
fn what_cannot_be_done_with_the_data_is_said_with_what_to_do() {
    let place = tempfile::tempdir().expect("a folder");
    let data = data(place.path());
    let inside = format!("{data}/copy");
    let ask = |line: &[&str]| dak(line.iter().copied().chain(["--data", &data]));
    let cases: [(&[&str], i32, &str); 6] = [
        (&["backup", &inside], 1, "is inside the data folder"),
        (&["backup", "/proc/none"], 1, "; name a new folder that can be made"),
        (&["token", "revoke", "nope"], 1, "There is no token \"nope\"; see dak token list"),
        (&["token", "create", "--user", "a b@c"], 64, "write an e-mail address"),
        (&["token", "create", "--user", "a@b", "--scope", "a b"], 64, "write one scope"),
        (&["check"], 0, ""),
    ];
    for (line, code, said) in cases {
        let run = ask(line);
        assert_eq!(run.code, Some(code), "{line:?}: {run:?}");
        assert!(run.complaint.contains(said), "{line:?}: {run:?}");
    }
    let file = format!("{data}/records.sqlite3");
    let mut bytes = fs::read(&file).expect("the records");
    bytes[4096..].fill(0x5a);
    fs::write(&file, bytes).expect("the records");
    for (line, said) in [(&["check"][..], "dak check --rebuild"), (&["check", "--rebuild"], "; restore a backup")] {
        let run = ask(line);
        assert_eq!((run.code, run.complaint.lines().count()), (Some(1), 1), "{line:?}: {run:?}");
        assert!(run.complaint.contains("is damaged") && run.complaint.contains(said), "{line:?}: {run:?}");
    }
}

#[test]
fn completions_are_scripts_of_their_shells() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = dak(["completions", shell]);
        assert_eq!(run.code, Some(0));
        let text = run.text();
        assert!(text.contains("if-match") && text.contains("serve"), "{shell}");
    }
    let check = shell("\"$DAK\" completions bash | bash -n");
    assert_eq!((check.code, check.complaint.as_str()), (Some(0), ""));
}

#[test]
fn the_manual_holds_every_command() {
    let page = dak(["man"]).text();
    for part in [
        ".TH dak 1",
        "DAK SERVE",
        "DAK TOKEN CREATE",
        "DAK FIELDS",
        "DAK UPLOADS RESUME",
        "chunk\\-size",
        "head\\-bytes\\-max",
        "if\\-match",
        "Exit codes",
    ] {
        assert!(page.contains(part), "{part}");
    }
}
