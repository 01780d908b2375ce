//! `dak upload` and `dak uploads`.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use dak_testkit::{Play, Recorded, Scripted, wait_for};
use tempfile::TempDir;

use crate::command::{Run, dak_in, dak_reading, program_in, shell};

const WHOLE: &str = "123456789";

/// A folder with two files, and a server.
struct Stage {
    folder: TempDir,
    server: Scripted,
}

impl Stage {
    fn new(script: impl IntoIterator<Item = Play>) -> Stage {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a.png", "b.txt"] {
            fs::write(folder.path().join(name), WHOLE).expect("a file");
        }
        Stage { folder, server: Scripted::start(script) }
    }

    /// Runs `dak` with the words of `line`, apart by blanks; `URL` is the server's.
    fn run(&self, line: &str) -> Run {
        dak_in(self.folder.path(), &line.replace("URL", &self.server.url("/demo/v1")).replace(' ', "|"))
    }

    /// The folder of the journal.
    fn uploads(&self) -> PathBuf {
        self.folder.path().join("state/dak/uploads")
    }

    /// The files that are kept of uploads.
    fn kept(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.uploads()) else { return Vec::new() };
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect()
    }

    /// The ids of the uploads that are kept.
    fn ids(&self) -> Vec<String> {
        let id = |path: PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
        self.kept().into_iter().map(id).collect()
    }

    /// Begins a session that is stopped by a signal while the server has 4 bytes and is silent.
    fn stop(&self, signal: &str) -> Run {
        self.stop_sending(signal, &["a.png".as_ref()])
    }

    fn stop_sending(&self, signal: &str, files: &[&OsStr]) -> Run {
        let mut command = program_in(self.folder.path());
        command.arg("upload").args(files).args([&self.server.url("/demo/v1"), "--upload-type", "resumable"]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let child = child.expect("the program starts");
        wait_for("request with the media", || (self.server.requests().len() == 2).then_some(()));
        assert_eq!(shell(&format!("kill -{signal} {}", child.id())).code, Some(0));
        ended(child)
    }

    fn spawn(&self, args: &[&str]) -> Child {
        let mut command = program_in(self.folder.path());
        let command = command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    }

    fn shown(&self) -> Vec<String> {
        self.server.requests().iter().map(shown).collect()
    }
}

fn ended(child: Child) -> Run {
    let ended = child.wait_with_output().expect("the program ends");
    let complaint = String::from_utf8_lossy(&ended.stderr).into_owned();
    Run { out: ended.stdout, complaint, code: ended.status.code() }
}

fn shown(request: &Recorded) -> String {
    let range = request.header("content-range").map(|range| format!(" {range}")).unwrap_or_default();
    format!("{} {}{range}", request.method, request.target)
}

fn session() -> Play {
    Play::new(200, &[("Location", "/session")], "")
}

fn kept(bytes: u64) -> Play {
    Play::new(308, &[("Range", &format!("bytes=0-{}", bytes - 1))], "")
}

fn resource() -> Play {
    Play::new(200, &[("Content-Type", "application/json")], "{\"id\":\"1\"}")
}

fn redirect(status: u16, to: &str) -> Play {
    Play::new(status, &[("Location", to)], "")
}

fn failure(status: u16) -> Play {
    Play::new(status, &[], "")
}

const SIMPLE: &str = "POST /upload/demo/v1?uploadType=media";
const MULTIPART: &str = "POST /upload/demo/v1?uploadType=multipart";
const BEGIN: &str = "POST /upload/demo/v1?uploadType=resumable";
const SEND: &str = "PUT /session bytes 0-8/9";
const ASK: &str = "PUT /session bytes */9";
const REST: &str = "PUT /session bytes 4-8/9";

#[test]
fn media_goes_in_the_way_that_was_asked_for() {
    // (script, line, what was sent)
    let cases = [
        (vec![resource()], "upload a.png URL", vec![SIMPLE]),
        (vec![resource()], "upload a.png URL title=A", vec![MULTIPART]),
        (vec![resource()], "upload --method put a.png URL/1", vec!["PUT /upload/demo/v1/1?uploadType=media"]),
        (
            vec![resource()],
            "upload a.png URL q==1 --fields id",
            vec!["POST /upload/demo/v1?q=1&fields=id&uploadType=media"],
        ),
        (vec![session(), resource()], "upload a.png URL --upload-type resumable", vec![BEGIN, SEND]),
        (vec![session(), resource()], "upload a.png URL --chunk-size 256KiB", vec![BEGIN, SEND]),
        (vec![resource(), resource()], "upload a.png b.txt URL", vec![SIMPLE, SIMPLE]),
        (
            vec![session(), Play::Close, kept(4), failure(503), kept(4), resource()],
            "upload a.png URL --upload-type resumable",
            vec![BEGIN, SEND, ASK, REST, ASK, REST],
        ),
    ];
    for (script, line, sent) in cases {
        let stage = Stage::new(script);
        let run = stage.run(line);
        assert_eq!((run.code, run.complaint.as_str()), (Some(0), ""), "{line}");
        assert_eq!(run.text(), "{\"id\":\"1\"}".repeat(if line.contains("b.txt") { 2 } else { 1 }), "{line}");
        assert_eq!(stage.shown(), sent, "{line}");
        assert!(stage.kept().is_empty(), "{line}");
    }
}

#[test]
fn the_media_and_what_is_told_of_it_arrive() {
    let stage = Stage::new([resource(), session(), resource(), session(), resource()]);
    assert_eq!(stage.run("upload a.png URL X-A:b --bearer t").code, Some(0));
    assert_eq!(stage.run("upload b.txt URL n:=1.50 --type image/x --upload-type resumable").code, Some(0));
    let url = stage.server.url("/demo/v1");
    let piped = dak_reading(WHOLE.as_bytes(), ["upload", "-", &url]);
    assert_eq!((piped.code, piped.complaint.as_str()), (Some(0), ""));
    let sent = stage.server.requests();
    let header = |at: usize, name| sent[at].header(name);
    assert_eq!((header(0, "content-type"), header(0, "x-a")), (Some("image/png"), Some("b")));
    assert_eq!((header(0, "authorization"), header(0, "content-length")), (Some("Bearer t"), Some("9")));
    assert_eq!((header(1, "x-upload-content-type"), &sent[1].body[..]), (Some("image/x"), &b"{\"n\":1.50}"[..]));
    assert_eq!((header(4, "content-range"), &sent[4].body[..]), (Some("bytes 0-8/9"), WHOLE.as_bytes()));
    for at in [0, 2] {
        assert_eq!(sent[at].body, WHOLE.as_bytes());
    }
}

#[test]
fn how_it_ends_is_told() {
    let gone = || vec![session(), failure(404)];
    let refusal = || Play::json(413, &serde_json::json!({"error": {"code": 413, "message": "Too long."}}));
    // (script, line, exit code, the complaint)
    let cases = [
        (
            vec![refusal()],
            "upload a.png URL -q",
            4,
            "the server answered 413 Payload Too Large: Too long; correct the request",
        ),
        (
            vec![session(), refusal()],
            "upload a.png URL -q --upload-type resumable",
            4,
            "the server answered 413 Payload Too Large: Too long",
        ),
        (vec![Play::Close], "upload a.png URL --retries 0", 1, "the connection broke: "),
        (vec![failure(503), failure(503)], "upload a.png URL --retries 1", 8, "the server answered 503"),
        (
            vec![session(), Play::Close],
            "upload a.png URL --upload-type resumable --retries 0",
            8,
            "stopped after sending 9 of 9 B: the connection broke: ",
        ),
        (vec![Play::Close, Play::Close], "upload a.png URL --retries 1 -q", 8, "the connection broke: "),
        (
            vec![session(), failure(401)],
            "upload a.png URL --upload-type resumable",
            4,
            "stopped after sending 9 of 9 B: the server answered 401 Unauthorized; give a token with --bearer or DAK_TOKEN; \
             the same command goes on, as does dak uploads resume ",
        ),
        (
            [gone(), gone(), gone(), gone()].concat(),
            "upload a.png URL --upload-type resumable -q",
            4,
            "the upload had to begin again too often: the server answered 404 Not Found; try again",
        ),
        (
            vec![Play::new(308, &[], "")],
            "upload a.png URL --upload-type resumable",
            3,
            "the server answered 308 Permanent Redirect and does not say where to; tell whoever runs it",
        ),
        (
            vec![session(), Play::json(200, &serde_json::json!({"size": "5", "mimeType": "image/png"}))],
            "upload a.png URL --upload-type resumable",
            1,
            "the item is there and wrong: the server has 5 bytes, which is not what was sent; delete it and send it again",
        ),
        (vec![], "upload gone.png URL", 1, "cannot read gone.png: no such file or directory"),
        (vec![], "upload a.png", 64, "say where to"),
        (vec![], "upload a.png URL t=1 --upload-type media", 64, "--upload-type media sends no metadata"),
        (vec![], "uploads resume", 1, "no upload is unfinished"),
        (vec![], "uploads forget 00", 1, "no unfinished upload has the id \"00\""),
    ];
    for (script, line, code, complaint) in cases {
        fails(script, line, code, complaint);
    }
}

/// What it is told with, in one line, and its exit code.
fn fails(script: Vec<Play>, line: &str, code: i32, complaint: &str) {
    let stage = Stage::new(script);
    let run = stage.run(line);
    assert_eq!((run.code, run.text().as_str()), (Some(code), ""), "{line}: {run:?}");
    let said = run.complaint.replace(&stage.server.url("/"), "http://HOST/");
    assert!(said.starts_with(&format!("dak: {complaint}")), "{line}: {run:?}");
    assert_eq!(run.complaint.lines().count(), 1, "{line}: {run:?}");
}

#[test]
fn a_redirect_that_is_not_followed_is_one() {
    // (script, line, exit code, the complaint)
    let cases = [
        (
            vec![redirect(303, "/b")],
            "upload a.png URL",
            3,
            "the server answered the upload with 303 See Other to http://HOST/b, where no media is taken; \
             look there whether it arrived\n",
        ),
        (
            vec![redirect(303, "/b")],
            "upload a.png URL --upload-type resumable",
            3,
            "the server answered the upload with 303 See Other to http://HOST/b, where no media is taken; \
             give the URL to which they lead\n",
        ),
        (
            vec![redirect(302, "file:///b")],
            "upload a.png URL --upload-type resumable",
            3,
            "the server redirects to \"file:///b\", and file is not followed; give the URL to which they lead\n",
        ),
        (
            vec![redirect(307, "/b"), redirect(307, "/c")],
            "upload a.png URL --max-redirects 1",
            6,
            "the server redirects more than 1 times; ",
        ),
    ];
    for (script, line, code, complaint) in cases {
        fails(script, line, code, complaint);
    }
}

#[test]
fn what_is_read_once_cannot_go_on() {
    let stage = Stage::new([session(), Play::Close]);
    let run = dak_reading(WHOLE.as_bytes(), ["upload", "-", &stage.server.url("/demo/v1"), "--retries", "0"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.complaint.ends_with("; check whether it arrived before you send it again; a file would go on\n"),
        "{run:?}"
    );
}

#[test]
fn one_file_that_fails_does_not_keep_the_others_back() {
    let stage = Stage::new([failure(404), resource()]);
    let run = stage.run("upload a.png b.txt URL");
    assert_eq!((run.code, run.text().as_str()), (Some(4), "{\"id\":\"1\"}"), "{run:?}");
    assert_eq!(run.complaint, "dak: a.png: the server answered 404 Not Found; check the URL\n");

    let stage = Stage::new([Play::Close, resource()]);
    let run = stage.run("upload a.png b.txt URL --retries 0");
    assert_eq!((run.code, run.text().as_str()), (Some(1), "{\"id\":\"1\"}"), "{run:?}");
    assert!(run.complaint.starts_with("dak: a.png: the connection broke: "), "{run:?}");
}

#[test]
fn an_interrupt_leaves_an_upload_that_goes_on() {
    for (signal, again) in [("INT", "upload a.png URL --upload-type resumable"), ("TERM", "uploads resume")] {
        let stage = Stage::new([session(), Play::Hang, kept(4), resource()]);
        let run = stage.stop(signal);
        let id = id(&stage);
        let expected =
            format!("dak: stopped after sending 9 of 9 B; the same command goes on, as does dak uploads resume {id}\n");
        assert_eq!((run.code, run.text().as_str(), run.complaint), (Some(8), "", expected));

        let listed = stage.run("uploads");
        let path = fs::canonicalize(stage.folder.path()).expect("a folder").join("a.png");
        let url = stage.server.url("/upload/demo/v1");
        assert!(listed.text().starts_with(&format!("{id}  ")), "{listed:?}");
        assert!(listed.text().ends_with(&format!(" ago  {}  {url}\n", path.display())), "{listed:?}");
        assert!(listed.text().contains(" % of 9 B sent  "), "{listed:?}");

        let run = stage.run(again);
        assert_eq!((run.code, run.text().as_str(), run.complaint.as_str()), (Some(0), "{\"id\":\"1\"}", ""));
        assert_eq!(stage.shown(), [BEGIN, SEND, ASK, REST]);
        let listed = stage.run("uploads");
        assert_eq!((listed.text().as_str(), listed.complaint.as_str()), ("", "No upload is unfinished.\n"));
    }
}

#[test]
fn a_path_that_no_journal_holds_is_told_when_it_is_stopped() {
    let name = OsStr::from_bytes(b"\xff.png");
    let told = "stopped; its path is not UTF-8, so the same command begins anew";
    // (the files, the complaint)
    let cases = [
        (vec![name], format!("dak: {told}\n")),
        (vec![name, "a.png".as_ref()], format!("dak: \u{fffd}.png: {told}\ndak: not begun: a.png\n")),
        (vec!["-".as_ref()], String::new()),
    ];
    for (files, complaint) in cases {
        let stage = Stage::new([session(), Play::Hang]);
        fs::write(stage.folder.path().join(name), WHOLE).expect("a file");
        let run = stage.stop_sending("INT", &files);
        assert_eq!((run.code, run.complaint), (Some(130), complaint), "{files:?}");
        assert!(stage.kept().is_empty());
    }
}

#[test]
fn to_list_creates_nothing() {
    let stage = Stage::new([]);
    let listed = stage.run("uploads");
    assert_eq!((listed.code, listed.complaint.as_str()), (Some(0), "No upload is unfinished.\n"));
    assert!(!stage.folder.path().join("state").exists());
}

#[test]
fn an_upload_needs_no_place_to_note_where_it_stands() {
    for (flags, told) in [("", "dak: the journal of uploads in "), (" -q", "")] {
        let stage = Stage::new([session(), resource()]);
        fs::write(stage.folder.path().join("state"), "in the way").expect("a file");
        let run = stage.run(&format!("upload a.png URL --upload-type resumable{flags}"));
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.complaint.starts_with(told) && run.complaint.is_empty() == told.is_empty(), "{run:?}");
        assert_eq!(run.complaint.contains("; set XDG_STATE_HOME to a folder of yours\n"), !told.is_empty(), "{run:?}");
        assert_eq!(stage.shown(), [BEGIN, SEND]);
    }
}

#[test]
fn what_is_told_stays_on_one_line() {
    let stage = Stage::new([Play::Close, resource()]);
    let name = "a\nb\u{1b}.png";
    fs::write(stage.folder.path().join(name), WHOLE).expect("a file");
    let url = stage.server.url("/demo/v1");
    let run = dak_in(stage.folder.path(), &format!("upload|{name}|b.txt|{url}|--retries|0"));
    assert!(run.complaint.starts_with("dak: a\\nb\\u001b.png: the connection broke: "), "{run:?}");
    assert_eq!(run.complaint.lines().count(), 1, "{run:?}");
}

#[test]
fn an_upload_can_be_given_up() {
    // (what the server says to it, what is told)
    let cases =
        [(failure(499), ""), (failure(404), ""), (failure(500), "dak: the server keeps it until its session ends")];
    for (answer, told) in cases {
        let stage = Stage::new([session(), Play::Hang, answer]);
        stage.stop("INT");
        let id = id(&stage);
        let run = stage.run(&format!("uploads forget {}", &id[..4]));
        assert_eq!((run.code, run.text()), (Some(0), format!("Forgot {id}  a.png\n")), "{run:?}");
        assert!(run.complaint.starts_with(told) && run.complaint.is_empty() == told.is_empty(), "{run:?}");
        assert_eq!(stage.shown()[2], "DELETE /session");
        assert!(stage.kept().is_empty());
    }
}

#[test]
fn what_is_kept_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::new([session(), Play::Hang]);
    stage.stop("INT");
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&stage.kept()[0]), 0o600);
    assert_eq!(mode(&stage.folder.path().join("state/dak/uploads")), 0o700);
}

/// Begins a session that stays in the journal.
fn begin(stage: &Stage, line: &str) {
    let run = stage.run(line);
    assert_eq!(run.code, Some(8), "{run:?}");
}

#[test]
fn what_differs_in_anything_is_shown_so() {
    let stage = Stage::new((0..5).flat_map(|_| [session(), Play::Close]));
    let tail = "--upload-type resumable --retries 0";
    for line in [
        "upload a.png URL",
        "upload a.png URL title=A",
        "upload a.png URL?lang=en",
        "upload a.png URL --type image/x",
        "upload --method put a.png URL",
    ] {
        begin(&stage, &format!("{line} {tail}"));
    }
    let listed = stage.run("uploads").text();
    let url = stage.server.url("/upload/demo/v1");
    let aims: Vec<&str> = listed.lines().map(|line| line.split_once("/a.png  ").expect("a file").1).collect();
    assert_eq!(
        aims.into_iter().collect::<BTreeSet<_>>(),
        BTreeSet::from([
            format!("{url}  image/png").as_str(),
            format!("{url}  {{\"title\":\"A\"}}  image/png").as_str(),
            format!("{url}?lang=en  image/png").as_str(),
            format!("{url}  image/x").as_str(),
            format!("PUT {url}  image/png").as_str(),
        ])
    );
}

/// One that cannot be forgotten, here because it is sent, does not keep the others back, and none is named twice.
#[test]
fn those_that_can_be_forgotten_are() {
    let stage = Stage::new([session(), Play::Close, session(), Play::Close, failure(499)]);
    begin(&stage, "upload a.png URL --upload-type resumable --retries 0");
    let busy = id(&stage);
    begin(&stage, "upload b.txt URL --upload-type resumable --retries 0");
    let other = stage.ids().into_iter().find(|id| *id != busy).expect("another");
    fs::create_dir(stage.uploads().join("0123456789abcdef.json")).expect("a folder");
    let lock = fs::File::open(stage.uploads().join(format!("{busy}.lock"))).expect("a lock");
    lock.lock().expect("locked");
    let run = stage.run("uploads forget --all");
    let complaint = format!("dak: {busy} a.png: this upload is being sent already\n");
    assert_eq!((run.code, run.text(), run.complaint), (Some(1), format!("Forgot {other}  b.txt\n"), complaint));
    drop(lock);
    let run = stage.run(&format!("uploads forget {busy} {}", &busy[..6]));
    assert_eq!((run.code, run.text()), (Some(0), format!("Forgot {busy}  a.png\n")), "{run:?}");
    for line in ["uploads resume --all", "uploads forget --all"] {
        let run = stage.run(line);
        assert_eq!((run.code, run.complaint.as_str()), (Some(0), "No upload is unfinished.\n"), "{line}");
    }
}

/// What another process ends or forgets while the first of several is sent is not begun again.
#[test]
fn what_another_process_did_is_done() {
    let script = [session(), Play::Close, session(), Play::Close, failure(503), resource()];
    let stage = Stage::new(script);
    for name in ["a.png", "b.txt"] {
        begin(&stage, &format!("upload {name} URL --upload-type resumable --retries 0"));
    }
    let child = stage.spawn(&["uploads", "resume", "--all"]);
    // It asks again after a second.
    wait_for("question about the first", || (stage.server.requests().len() == 5).then_some(()));
    let lock = |id: &String| fs::File::open(stage.uploads().join(format!("{id}.lock"))).expect("a lock");
    let idle = stage.ids().into_iter().find(|id| lock(id).try_lock().is_ok()).expect("one that waits");
    fs::remove_file(stage.uploads().join(format!("{idle}.json"))).expect("forgotten");
    let run = ended(child);
    assert_eq!((run.code, run.text().as_str()), (Some(0), "{\"id\":\"1\"}"), "{run:?}");
    assert!(run.complaint.ends_with(": nothing to do: it is done, or was forgotten, meanwhile\n"), "{run:?}");
    assert_eq!(stage.server.requests().len(), 6);
}

#[test]
fn files_of_one_name_are_told_apart() {
    let stage = Stage::new((0..2).flat_map(|_| [session(), Play::Close]));
    for folder in ["x", "y"] {
        fs::create_dir(stage.folder.path().join(folder)).expect("a folder");
        fs::write(stage.folder.path().join(folder).join("n"), WHOLE).expect("a file");
    }
    let run = stage.run("upload x/n y/n URL --upload-type resumable --retries 0");
    assert!(
        run.complaint.starts_with("dak: x/n: stopped ") && run.complaint.contains("\ndak: y/n: stopped "),
        "{run:?}"
    );
    let ids = stage.ids();
    let forgot = stage.run("uploads forget --all").text();
    assert!(["x", "y"].iter().all(|folder| forgot.contains(&format!("/{folder}/n ("))), "{forgot}");
    assert!(ids.len() == 2 && ids.iter().all(|id| forgot.contains(&format!("({id})\n"))), "{forgot}");
}

/// `--timeout` is for all of them together.
#[test]
fn the_time_is_for_all_files() {
    let stage = Stage::new([session(), Play::Hang]);
    let run = stage.run("upload a.png b.txt URL --upload-type resumable --timeout 300ms");
    assert_eq!(run.code, Some(8), "{run:?}");
    assert!(run.complaint.starts_with("dak: a.png: stopped after sending 9 of 9 B: the time of --timeout is over; "));
    assert!(run.complaint.ends_with("\ndak: not begun: b.txt\n"), "{run:?}");
    assert_eq!(stage.shown(), [BEGIN, SEND]);
}

/// What costs sending it again is told, and why.
#[test]
fn a_new_beginning_is_told() {
    let stage = Stage::new([session(), Play::Close, session(), resource()]);
    begin(&stage, "upload a.png URL --upload-type resumable --retries 0");
    fs::write(stage.folder.path().join("a.png"), "987654321").expect("other bytes");
    let run = stage.run("uploads resume");
    assert_eq!((run.code, run.complaint.as_str()), (Some(0), "dak: beginning again: the file has changed\n"));
    assert_eq!(stage.shown(), [BEGIN, SEND, BEGIN, SEND]);
}

#[test]
fn what_is_damaged_is_told_with_the_way_out() {
    let stage = Stage::new([session(), Play::Close]);
    begin(&stage, "upload a.png URL --upload-type resumable --retries 0");
    let (id, kept) = (id(&stage), stage.kept().remove(0));
    let text = fs::read_to_string(&kept).expect("a token");
    fs::write(&kept, text.replace(&stage.server.url("/session"), "nonsense")).expect("written");
    let run = stage.run("uploads resume");
    let complaint = format!("dak: {id}: what was kept of it is damaged; remove it with dak uploads forget {id}\n");
    assert_eq!((run.code, run.complaint), (Some(1), complaint));
}

/// A proxy without a server behind it says 404 to everything.
#[test]
fn who_says_that_all_is_gone_is_not_believed_for_good() {
    let stage = Stage::new([session(), Play::Close, failure(404), failure(404), kept(4), resource()]);
    begin(&stage, "upload a.png URL --upload-type resumable --retries 0");
    let run = stage.run("uploads resume -q");
    let go_on =
        format!("the server answered 404 Not Found; check the URL; go on with dak uploads resume {}\n", id(&stage));
    assert!(run.code == Some(4) && run.complaint.ends_with(&go_on), "{run:?}");
    assert_eq!(stage.run("uploads resume").code, Some(0));
    assert_eq!(stage.shown()[4..], [ASK, REST]);
}

/// The id of the one upload that is kept.
fn id(stage: &Stage) -> String {
    let mut ids = stage.ids();
    assert_eq!(ids.len(), 1, "{ids:?}");
    ids.remove(0)
}
