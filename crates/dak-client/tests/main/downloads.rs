//! Downloads: what is asked for, what becomes of cuts, and what is left behind.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use dak_client::{Downloaded, Error, blocking};
use dak_testkit::{Play, Scripted, answer};
use tempfile::TempDir;

use crate::support::impatient;

const WHOLE: &str = "123456789";

/// CRC32C of [`WHOLE`].
const HASH: (&str, &str) = ("X-Goog-Hash", "crc32c=4waSgw==");
const TAG: (&str, &str) = ("ETag", "\"a\"");

fn whole(headers: &[(&str, &str)]) -> Play {
    Play::new(200, headers, WHOLE)
}

/// An answer that says it is whole and ends after so many bytes.
fn cut(headers: &[(&str, &str)], bytes: usize) -> Play {
    let text = answer(200, headers, WHOLE);
    Play::AnswerAndClose(text[..text.len() - WHOLE.len() + bytes].to_vec())
}

fn part(first: usize, last: usize, headers: &[(&str, &str)]) -> Play {
    let range = format!("bytes {first}-{last}/{}", WHOLE.len());
    let headers = [headers, &[("Content-Range", range.as_str())]].concat();
    Play::new(206, &headers, &WHOLE[first..=last])
}

/// A download of `/x` to the file `out` in a folder of its own.
struct Stage {
    folder: TempDir,
    server: Scripted,
}

impl Stage {
    fn new(script: impl IntoIterator<Item = Play>) -> Stage {
        Stage { folder: tempfile::tempdir().unwrap(), server: Scripted::start(script) }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn run(&self) -> Result<Downloaded, Error> {
        self.run_from("/x")
    }

    fn run_from(&self, target: &str) -> Result<Downloaded, Error> {
        let client = impatient().0.build().unwrap();
        client.download(self.server.url(target)).to(self.path()).send()
    }

    /// `Range` of `If-Range`, for each request.
    fn asked(&self) -> Vec<String> {
        let header = |request: &dak_testkit::Recorded, name| request.header(name).unwrap_or("-").to_owned();
        let asked = self.server.requests().into_iter().map(|request| {
            assert_eq!(header(&request, "accept-encoding"), "identity");
            format!("{} {}", header(&request, "range"), header(&request, "if-range"))
        });
        asked.collect()
    }

    /// The names in the folder, in order.
    fn names(&self) -> Vec<String> {
        names(self.folder.path())
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const PLAIN: &str = "- -";
const REST: &str = "bytes=4- \"a\"";

#[test]
fn what_is_cut_is_gone_on_with() {
    let busy = || Play::new(503, &[], "");
    let cases: [(Vec<Play>, &[&str]); 10] = [
        (vec![whole(&[])], &[PLAIN]),
        (vec![whole(&[TAG, HASH])], &[PLAIN]),
        (vec![busy(), busy(), whole(&[TAG])], &[PLAIN, PLAIN, PLAIN]),
        (vec![cut(&[TAG], 4), part(4, 8, &[TAG, HASH])], &[PLAIN, REST]),
        (vec![cut(&[TAG], 4), busy(), Play::Close, part(4, 8, &[])], &[PLAIN, REST, REST, REST]),
        (vec![cut(&[TAG], 4), part(4, 5, &[]), part(6, 8, &[])], &[PLAIN, REST, "bytes=6- \"a\""]),
        // Another version, a part that does not fit, no version: from the beginning.
        (vec![cut(&[TAG], 4), whole(&[("ETag", "\"b\"")])], &[PLAIN, REST]),
        (vec![cut(&[TAG], 4), part(3, 8, &[]), whole(&[])], &[PLAIN, REST, PLAIN]),
        (vec![cut(&[], 4), whole(&[])], &[PLAIN, PLAIN]),
        (vec![Play::new(302, &[("Location", "/y")], ""), cut(&[TAG], 4), part(4, 8, &[])], &[PLAIN, PLAIN, REST]),
    ];
    for (at, (script, asked)) in cases.into_iter().enumerate() {
        let requests = script.len() as u32;
        let stage = Stage::new(script);
        let done = stage.run().unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!((done.length, done.attempts, done.resumed_at), (9, requests, 0), "{at}");
        assert_eq!(fs::read_to_string(stage.path()).unwrap(), WHOLE, "{at}");
        assert_eq!(
            (stage.names(), stage.asked()),
            (vec!["out".to_owned()], asked.iter().map(|&line| line.to_owned()).collect()),
            "{at}"
        );
    }
}

#[test]
fn a_later_run_goes_on() {
    let stage = Stage::new([
        cut(&[TAG, HASH], 4),
        Play::Close,
        Play::Close,
        Play::Close,
        Play::Close,
        Play::Close,
        part(4, 8, &[]),
    ]);
    let error = stage.run().unwrap_err();
    assert!(matches!(&error, Error::Broken(failure) if failure.attempts == 6), "{error:?}");
    assert_eq!(stage.names(), ["out.part", "out.part.json"]);
    assert_eq!(fs::read_to_string(stage.folder.path().join("out.part")).unwrap(), "1234");
    let note = fs::read_to_string(stage.folder.path().join("out.part.json")).unwrap();
    assert!(note.contains("/x") && note.contains("\\\"a\\\""), "{note}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(stage.folder.path().join("out.part.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    let done = stage.run().unwrap();
    assert_eq!((done.resumed_at, done.length, done.is_verified), (4, 9, true));
    assert_eq!(stage.names(), ["out"]);
    assert_eq!(stage.asked().last().unwrap(), REST);
}

#[test]
fn with_new_credentials_it_is_the_same_download() {
    let stage = Stage::new([cut(&[TAG], 4), Play::new(401, &[], ""), part(4, 8, &[])]);
    stage.run_from("/x?alt=media&token=hidden").unwrap_err();
    let note = fs::read_to_string(stage.folder.path().join("out.part.json")).unwrap();
    assert!(note.contains("/x?alt=media\"") && !note.contains("hidden"), "{note}");
    assert_eq!(stage.run_from("/x?alt=media&token=new").unwrap().resumed_at, 4);
}

#[test]
fn bytes_that_the_note_does_not_speak_of_do_not_count() {
    // (a file, what somebody makes of it, what the next run asks for)
    let cases = [
        // The process was killed after more had come.
        ("out.part", Some("1234?????"), REST),
        // Less is there than was written down, or nothing; a note of something else, or none.
        ("out.part", Some("12"), PLAIN),
        ("out.part", None, PLAIN),
        // As much is there, but something else.
        ("out.part", Some("12?4"), PLAIN),
        ("out.part.json", Some("{\"url\":\"http://h/\"}"), PLAIN),
        ("out.part.json", Some("{\"url\":1,\"fetch\":[]}"), PLAIN),
        ("out.part.json", Some("{\"url\":"), PLAIN),
        ("out.part.json", Some(""), PLAIN),
    ];
    for (at, (name, content, asked)) in cases.into_iter().enumerate() {
        let last = if asked == REST { part(4, 8, &[]) } else { whole(&[]) };
        let stage = Stage::new([cut(&[TAG], 4), Play::new(404, &[], ""), last]);
        let error = stage.run().unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(404), "{error}");
        let path = stage.folder.path().join(name);
        match content {
            Some(content) => fs::write(path, content).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
        stage.run().unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!(stage.asked().last().unwrap(), asked, "{at}");
        assert_eq!(fs::read_to_string(stage.path()).unwrap(), WHOLE, "{at}");
        assert_eq!(stage.names(), ["out"], "{at}");
    }
}

#[test]
fn what_is_not_what_was_declared_is_deleted() {
    let declared = [
        ("X-Goog-Hash", "crc32c=AAAAAA=="),
        ("X-Goog-Hash", "md5=AAAAAAAAAAAAAAAAAAAAAA=="),
        ("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="),
    ];
    for header in declared {
        let stage = Stage::new([whole(&[TAG, header])]);
        let error = stage.run().unwrap_err().to_string();
        assert!(error.starts_with("what came is not what the server has: "), "{error}");
        assert!(stage.names().is_empty());
    }
}

/// On the whole `Content-MD5` is the file's; on a part it is that part's, and on what is coded that of the coded bytes.
#[test]
fn content_md5_is_of_the_body_it_stands_at() {
    let right = ("Content-MD5", "JfnnlDI7RTiF9RgfG2JNCw==");
    let other = ("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==");
    let cases = [
        (vec![whole(&[right])], true),
        (vec![cut(&[TAG, right], 4), part(4, 8, &[other])], true),
        (vec![cut(&[TAG], 4), part(4, 8, &[other])], false),
        (vec![whole(&[other, ("Content-Encoding", "br")])], false),
        (vec![whole(&[("Content-MD5", "unreadable")])], false),
    ];
    for (at, (script, is_verified)) in cases.into_iter().enumerate() {
        let done = Stage::new(script).run().unwrap();
        assert_eq!((done.length, done.is_verified), (9, is_verified), "{at}");
    }
}

#[test]
fn a_coding_that_stays_is_told() {
    let cases =
        [(None, None), (Some("br"), Some("br")), (Some("identity"), None), (Some(" Zstd, br"), Some("Zstd, br"))];
    for (sent, told) in cases {
        let headers: Vec<_> = sent.map(|coding| ("Content-Encoding", coding)).into_iter().collect();
        assert_eq!(Stage::new([whole(&headers)]).run().unwrap().coding.as_deref(), told, "{sent:?}");
    }
}

#[test]
fn a_file_that_is_there_is_left_alone() {
    let stage = Stage::new([whole(&[])]);
    fs::write(stage.path(), "mine").unwrap();
    let error = stage.run().unwrap_err();
    assert!(matches!(&error, Error::File { cause, .. } if cause.kind() == io::ErrorKind::AlreadyExists), "{error:?}");
    assert!(stage.asked().is_empty());
    assert_eq!(fs::read_to_string(stage.path()).unwrap(), "mine");

    let client = blocking::Client::new();
    client.download(stage.server.url("/x")).to(stage.path()).overwrite(true).send().unwrap();
    assert_eq!(fs::read_to_string(stage.path()).unwrap(), WHOLE);
}

#[test]
fn a_stranger_s_part_is_left_alone() {
    let stage = Stage::new([whole(&[])]);
    fs::write(stage.folder.path().join("out.part"), "mine").unwrap();
    let error = stage.run().unwrap_err().to_string();
    assert!(error.ends_with("out.part: it is there already, and not from a download"), "{error}");
    assert_eq!(fs::read_to_string(stage.folder.path().join("out.part")).unwrap(), "mine");
}

#[test]
fn two_at_once_do_not_mix() {
    let stage = Stage::new([cut(&[TAG], 4), Play::new(404, &[], "")]);
    stage.run().unwrap_err();
    let held = fs::File::open(stage.folder.path().join("out.part")).unwrap();
    held.lock().unwrap();
    let error = stage.run().unwrap_err().to_string();
    assert!(error.ends_with("out.part: another download is writing it"), "{error}");
}

#[test]
fn the_server_s_name_is_taken_if_it_is_one() {
    let cases = [
        (None, "picture.png"),
        (Some("attachment; filename=\"../there.png\""), "there.png"),
        (Some("attachment; filename=\"..\""), "picture.png"),
    ];
    for (disposition, name) in cases {
        let headers: Vec<(&str, &str)> = disposition.map(|value| ("Content-Disposition", value)).into_iter().collect();
        let headers = [headers.as_slice(), &[TAG]].concat();
        let stage = Stage::new([cut(&headers, 4), Play::new(404, &[], ""), part(4, 8, &[])]);
        let client = blocking::Client::builder().retries(0).build().unwrap();
        let url = stage.server.url("/a/picture.png?alt=media");
        let run = || client.download(&url).to_folder(stage.folder.path()).send();
        run().unwrap_err();
        assert_eq!(stage.names(), ["picture.png.part", "picture.png.part.json"]);
        run().unwrap_err();
        let done = run().unwrap();
        assert_eq!((done.path, stage.names()), (Some(stage.folder.path().join(name)), vec![name.to_owned()]));
    }
}

#[test]
fn a_writer_goes_on_within_a_run() {
    let cases = [
        (vec![cut(&[TAG], 4), part(4, 8, &[HASH])], Ok(WHOLE)),
        (vec![cut(&[TAG], 4), whole(&[])], Err("the server cannot go on where the answer broke off")),
        (vec![cut(&[], 4), whole(&[])], Err("the server cannot go on where the answer broke off")),
    ];
    for (script, wanted) in cases {
        let server = Scripted::start(script);
        let written = Written::default();
        let client = impatient().0.build().unwrap();
        let done = client.download(server.url("/")).to_writer(written.clone()).send();
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        match (done, wanted) {
            (Ok(_), Ok(whole)) => assert_eq!(text, whole),
            (Err(error), Err(message)) => assert!(error.to_string().starts_with(message) && text == "1234", "{error}"),
            (done, _) => panic!("{done:?}"),
        }
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn progress_is_told_with_what_was_there() {
    let stage = Stage::new([cut(&[TAG], 4), Play::new(404, &[], ""), part(4, 8, &[])]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let run = || {
        let observer = seen.clone();
        let client = impatient().0.build().unwrap();
        client
            .download(stage.server.url("/x"))
            .to(stage.path())
            .progress(move |progress| {
                observer.lock().unwrap().push((progress.bytes, progress.length, progress.is_resumable))
            })
            .send()
    };
    run().unwrap_err();
    run().unwrap();
    let nine = Some(9);
    assert_eq!(
        *seen.lock().unwrap(),
        [(0, nine, false), (4, nine, true), (4, nine, true), (4, nine, true), (9, nine, true)]
    );
}

#[test]
fn another_version_replaces_what_is_there_and_a_stranger_s_page_does_not() {
    const FILM: (&str, &str) = ("Content-Type", "video/mp4");
    const PAGE: (&str, &str) = ("Content-Type", "text/html");
    let stage = Stage::new([
        cut(&[TAG, FILM], 4),
        Play::new(404, &[], ""),
        whole(&[PAGE]),
        Play::new(404, &[], ""),
        whole(&[FILM, ("ETag", "\"b\"")]),
    ]);
    let dropped = Arc::new(Mutex::new(0));
    let run = || {
        let observer = dropped.clone();
        let download = impatient().0.build().unwrap().download(stage.server.url("/x")).to(stage.path());
        download.progress(move |progress| *observer.lock().unwrap() = progress.dropped).send()
    };
    run().unwrap_err();
    let error = run().unwrap_err();
    assert!(matches!(error, Error::Broken(_)) && error.to_string().contains("text/html where video/mp4"), "{error:?}");
    assert_eq!((stage.names(), *dropped.lock().unwrap()), (vec!["out.part".into(), "out.part.json".into()], 0));
    run().unwrap_err();
    assert_eq!(stage.asked().last().unwrap(), REST);

    let done = run().unwrap();
    assert_eq!((done.resumed_at, done.length, *dropped.lock().unwrap()), (0, 9, 4));
    assert_eq!(stage.names(), ["out"]);
}

#[test]
fn a_download_that_is_dropped_leaves_what_it_has() {
    let text = answer(200, &[TAG], WHOLE);
    let stage = Stage::new([Play::Answer(text[..text.len() - 5].to_vec()), part(4, 8, &[])]);
    let (began, begins) = tokio::sync::mpsc::unbounded_channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut begins = begins;
        let client = dak_client::Client::new();
        let download = client.download(stage.server.url("/x")).to(stage.path()).progress(move |progress| {
            if progress.bytes == 4 {
                began.send(()).unwrap();
            }
        });
        tokio::select! {
            done = download.send() => panic!("{done:?}"),
            _ = begins.recv() => {}
        }
    });
    assert_eq!(stage.names(), ["out.part", "out.part.json"]);
    assert_eq!(stage.run().unwrap().resumed_at, 4);
}

#[test]
fn only_a_get_of_the_whole_is_a_download() {
    let client = blocking::Client::new();
    for request in [client.post("http://h/"), client.get("http://h/").header("Range", "bytes=0-1")] {
        assert!(matches!(request.download().send(), Err(Error::Usage(_))));
    }
}
