//! `dak download`.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use dak_testkit::{Play, Scripted, answer, wait_for};

use crate::command::{Run, dak_in, program_in, shell};

const WHOLE: &str = "123456789";
const TAG: (&str, &str) = ("ETag", "\"a\"");

/// A server that sends [`WHOLE`], its first answer cut after 4 bytes, and then its rest.
fn cut_once(headers: &[(&str, &str)]) -> Scripted {
    Scripted::start([cut(headers), rest()])
}

fn cut(headers: &[(&str, &str)]) -> Play {
    let text = answer(200, headers, WHOLE);
    Play::AnswerAndClose(text[..text.len() - 5].to_vec())
}

fn rest() -> Play {
    Play::new(206, &[("Content-Range", "bytes 4-8/9")], &WHOLE[4..])
}

/// Runs `dak download` in a folder, the words of `line` apart by blanks.
fn download(folder: &Path, url: &str, line: &str) -> Run {
    let words = ["download", url].into_iter().chain(line.split_whitespace());
    dak_in(folder, &words.collect::<Vec<_>>().join("|"))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_file_comes_under_its_name() {
    let named = "attachment; filename=\"a picture.png\"";
    // (what the server calls it, flags, the file's name, what is printed)
    let cases = [
        ("inline", "", "x.png", "x.png\n"),
        (named, "", "a picture.png", "a picture.png\n"),
        (named, "-o y", "y", "y\n"),
        (named, "-o y -q", "y", ""),
        ("inline", "-q", "x.png", ""),
        ("inline", "-q alt==media", "x.png", ""),
    ];
    for (disposition, flags, name, printed) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Scripted::start([Play::new(200, &[("Content-Disposition", disposition)], WHOLE)]);
        let run = download(folder.path(), &server.url("/a/x.png"), flags);
        assert_eq!((run.code, run.text().as_str(), run.complaint.as_str()), (Some(0), printed, ""), "{flags}");
        assert_eq!(names(folder.path()), [name], "{flags}");
        assert_eq!(fs::read_to_string(folder.path().join(name)).expect("a file"), WHOLE, "{flags}");
        let target = if flags.contains("alt") { "/a/x.png?alt=media" } else { "/a/x.png" };
        assert_eq!(server.requests()[0].target, target);
    }
}

#[test]
fn it_goes_to_a_folder_or_to_standard_output() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("sub")).expect("a folder");
    let server = Scripted::start(vec![Play::new(200, &[], WHOLE); 3]);
    let url = server.url("/x");
    assert_eq!(download(folder.path(), &url, "-o sub").text(), "sub/x\n");
    assert_eq!(names(&folder.path().join("sub")), ["x"]);
    assert_eq!(download(folder.path(), &url, "-o -").text(), WHOLE);
    assert_eq!(download(folder.path(), &url, "-o /dev/stdout").text(), WHOLE);
    assert_eq!(names(folder.path()), ["sub"]);
}

#[test]
fn what_is_cut_is_gone_on_with_and_told_when_asked() {
    let cases = [("", ""), ("-v", "dak: the answer broke off: "), ("-q", "")];
    for (flags, told) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let server = cut_once(&[TAG, ("X-Goog-Hash", "crc32c=4waSgw==")]);
        let run = download(folder.path(), &server.url("/x"), flags);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.complaint.starts_with(told) && run.complaint.is_empty() == told.is_empty(), "{run:?}");
        assert_eq!(run.complaint.contains("x is there: 9 B in "), !told.is_empty(), "{run:?}");
        assert_eq!(run.complaint.contains("; its checksum is right"), !told.is_empty(), "{run:?}");
        assert_eq!(server.requests()[1].header("range"), Some("bytes=4-"));
        assert_eq!(names(folder.path()), ["x"]);
    }
}

#[test]
fn how_it_ends_is_told() {
    let refused = |status| vec![Play::new(status, &[], "")];
    let damaged = vec![Play::new(200, &[("X-Goog-Hash", "crc32c=AAAAAA==")], WHOLE)];
    // (what the server does, flags, exit code, the complaint, what is left)
    let cases = [
        (refused(404), "", 4, "the server answered 404 Not Found; check the URL", "there"),
        (
            refused(407),
            "",
            4,
            "the server answered 407 Proxy Authentication Required; give the proxy's credentials ",
            "there",
        ),
        (refused(499), "", 4, "the server answered 499; correct the request", "there"),
        (refused(500), "--retries 0", 5, "the server answered 500", "there"),
        (refused(302), "--max-redirects 0", 6, "the server answered 302", "there"),
        (vec![Play::Close], "--retries 0", 1, "the connection broke", "there"),
        (
            vec![cut(&[TAG])],
            "--retries 0",
            8,
            "stopped at 4 of 9 B: the answer broke off: ",
            "there x.part x.part.json",
        ),
        (
            vec![cut(&[TAG]), Play::new(200, &[("Content-Type", "text/html")], "log in")],
            "",
            8,
            "stopped at 4 of 9 B: the server answered with text/html where something without a type was begun; the same \
             command goes on",
            "there x.part x.part.json",
        ),
        (vec![cut(&[])], "--retries 0", 1, "the answer broke off: ", "there"),
        (damaged, "", 1, "what came is not what the server has: ", "there"),
        (vec![], "-o there", 1, "there is there already; --force replaces it", "there"),
        (vec![], "-o new/", 1, "there is no folder new/; make it first", "there"),
        (vec![], "-o new/x", 1, "there is no folder new; make it first", "there"),
        (vec![], "--output=", 64, "-o wants a file or a folder", "there"),
        (vec![], "a=b", 64, "a download sends no body", "there"),
    ];
    for (script, flags, code, complaint, left) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("there"), "mine").expect("a file");
        let server = Scripted::start(script);
        let run = download(folder.path(), &server.url("/x"), flags);
        assert_eq!((run.code, run.text().as_str()), (Some(code), ""), "{run:?}");
        assert!(run.complaint.starts_with(&format!("dak: {complaint}")), "{run:?}");
        assert_eq!(run.complaint.lines().count(), 1, "{run:?}");
        assert_eq!(names(folder.path()).join(" "), left, "{run:?}");
    }
}

#[test]
fn what_is_in_the_way_is_told_and_no_link_is_followed() {
    // (what is beside the file, what it is, the complaint)
    let cases = [
        ("x.part", "a link", "./x.part: it is a link, which is not followed; move it away, or take another name"),
        ("x.part", "a folder", "./x.part: it is a folder; move it away, or take another name"),
        ("x.part.json.new", "a link", ""),
        ("x.part.json.new", "a folder", "./x.part.json.new: what is there cannot be removed: "),
        ("x.part.json", "a link", ""),
    ];
    for (name, what, complaint) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        fs::write(folder.path().join("precious"), "{\"url\": \"mine\"}").expect("a file");
        match what {
            "a link" => std::os::unix::fs::symlink("precious", &path).expect("a link"),
            _ => fs::create_dir(&path).expect("a folder"),
        }
        let server = Scripted::start([Play::new(200, &[TAG], WHOLE)]);
        let run = download(folder.path(), &server.url("/x"), "");
        let told = if complaint.is_empty() { String::new() } else { format!("dak: {complaint}") };
        assert!(run.complaint.starts_with(&told) && run.complaint.is_empty() == told.is_empty(), "{name} {run:?}");
        assert_eq!(run.code, Some(i32::from(!told.is_empty())), "{name} {run:?}");
        assert_eq!(fs::read_to_string(folder.path().join("precious")).expect("a file"), "{\"url\": \"mine\"}");
        assert!(!folder.path().join("x").is_symlink(), "{name}");
    }
}

#[test]
fn a_name_may_be_as_long_as_the_file_system_takes() {
    for (letters, code) in [(255, 0), (256, 1)] {
        let folder = tempfile::tempdir().expect("a folder");
        let name = "k".repeat(letters);
        let server = cut_once(&[TAG]);
        let run = download(folder.path(), &server.url("/x"), &format!("-o {name}"));
        assert_eq!(run.code, Some(code), "{run:?}");
        assert_eq!(run.complaint.contains("give a shorter one with -o"), code == 1, "{run:?}");
        assert_eq!(names(folder.path()).concat(), if code == 0 { name } else { String::new() });
    }
}

#[test]
fn what_is_given_up_for_another_version_is_told() {
    for (flags, told) in
        [("", "dak: the server has another version or cannot go on, so 4 B were given up\n"), ("-q", "")]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Scripted::start([cut(&[TAG]), Play::new(200, &[("ETag", "\"b\"")], WHOLE)]);
        let run = download(folder.path(), &server.url("/x"), flags);
        assert_eq!((run.code, run.complaint.as_str()), (Some(0), told), "{run:?}");
    }
}

#[test]
fn a_coding_that_nobody_asked_for_is_told() {
    for (flags, told) in [("", "dak: it is kept in the coding br, as the server sent it unasked\n"), ("-q", "")] {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Scripted::start([Play::new(200, &[("Content-Encoding", "br")], WHOLE)]);
        let run = download(folder.path(), &server.url("/x"), flags);
        assert_eq!((run.code, run.complaint.as_str()), (Some(0), told), "{run:?}");
    }
}

#[test]
fn force_replaces_what_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("there"), "mine").expect("a file");
    let server = Scripted::start([Play::new(200, &[], WHOLE)]);
    assert_eq!(download(folder.path(), &server.url("/x"), "-o there --force").code, Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("there")).expect("a file"), WHOLE);
}

#[test]
fn an_interrupt_leaves_what_can_be_gone_on_with() {
    for signal in ["INT", "TERM"] {
        let folder = tempfile::tempdir().expect("a folder");
        // A head and a first piece, and never the rest.
        let begun = answer(200, &[TAG], WHOLE);
        let server = Scripted::start([Play::Answer(begun[..begun.len() - 5].to_vec()), rest()]);
        let path = folder.path().join("out");
        let mut command = program_in(folder.path());
        command.args(["download", &server.url("/"), "-o"]).arg(&path).stdin(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().expect("the program starts");
        let part = folder.path().join("out.part");
        let has_come = || fs::metadata(&part).is_ok_and(|found| found.len() == 4).then_some(());
        wait_for("part of the file", has_come);
        assert_eq!(shell(&format!("kill -{signal} {}", child.id())).code, Some(0));
        let ended = child.wait_with_output().expect("the program ends");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(
            (ended.status.code(), said.as_str()),
            (Some(8), "dak: stopped at 4 of 9 B; the same command goes on\n")
        );

        let run = download(folder.path(), &server.url("/"), "-o out");
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_eq!(server.requests()[1].header("if-range"), Some("\"a\""));
        assert_eq!(names(folder.path()), ["out"]);
    }
}

#[test]
fn a_terminal_sees_a_line_that_is_wiped_out() {
    if shell("command -v script").code != Some(0) {
        eprintln!("skipped: there is no program `script` here to play a terminal");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    // A wait of a second, in which the line is drawn.
    let server = Scripted::start([cut(&[TAG]), rest()]);
    let inner = format!("stty cols 100; cd {}; \"$DAK\" download {} -o out", folder.path().display(), server.url("/"));
    let run = shell(&format!("script -qec '{inner}' /dev/null"));
    let text = run.text();
    assert!(text.contains("\rout   44%  4 of 9 B  1 retry  waiting 1 s: the answer broke off"), "{text:?}");
    assert!(text.contains("\u{1b}[K\r\u{1b}[Kdak: "), "{text:?}");
    assert!(text.contains("dak: out is there: 9 B in "), "{text:?}");
}
