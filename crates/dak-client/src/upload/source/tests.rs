use std::io::Cursor;

use dak_proto::media::hash::crc32c_append;
use http_body_util::BodyExt;

use super::{Held, Source};

fn reader(length: Option<u64>) -> Source {
    Source::Reader(Held::new(length, Box::new(Cursor::new("0123456789"))))
}

async fn file(bytes: &str) -> (tempfile::NamedTempFile, Source) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let source = Source::open(file.path().to_owned()).await.unwrap();
    (file, source)
}

/// The bytes of a part, `ends N` or the error.
async fn part(source: &mut Source, first: u64, length: u64) -> String {
    match source.part(first, length).await {
        Ok(Ok(body)) => {
            let bytes = body.open().await.unwrap().collect().await.unwrap().to_bytes();
            String::from_utf8(bytes.to_vec()).unwrap()
        }
        Ok(Err(ended)) => format!("ends {ended}"),
        Err(error) => error.to_string(),
    }
}

/// (first, length, what is given), one after the other.
#[tokio::test]
async fn a_reader_holds_what_may_be_needed_again() {
    let mut source = reader(None);
    let parts = [
        (0, 4, "0123"),
        (0, 4, "0123"),
        (2, 4, "2345"),
        (2, 2, "23"),
        (6, 3, "678"),
        (6, 4, "6789"),
        (8, 4, "ends 10"),
        (8, 2, "89"),
        (10, 0, ""),
        (10, 5, "ends 10"),
    ];
    for (first, length, wanted) in parts {
        assert_eq!(part(&mut source, first, length).await, wanted, "{first} {length}");
    }
    assert!(part(&mut source, 0, 4).await.contains("are gone"));
    assert!(part(&mut source, 11, 4).await.contains("are gone"));
    let short = part(&mut reader(Some(12)), 0, 12).await;
    assert_eq!(short, "the reader ended after 10 bytes, and its length was said to be 12");
}

#[tokio::test]
async fn files_and_bytes_give_any_part_at_any_time() {
    let (_file, on_disk) = file("0123456789").await;
    for mut source in [on_disk, Source::Bytes("0123456789".into())] {
        assert_eq!((source.length(), source.is_lasting()), (Some(10), true));
        for (first, length, wanted) in [(3, 4, "3456"), (0, 10, "0123456789"), (10, 0, "")] {
            assert_eq!(part(&mut source, first, length).await, wanted);
        }
    }
    assert_eq!(part(&mut Source::Bytes("0123".into()), 2, 4).await, "ends 4");
}

#[tokio::test]
async fn a_checksum_goes_on_over_any_part() {
    let (_file, on_disk) = file("0123456789").await;
    let mut held = reader(Some(10));
    part(&mut held, 0, 10).await;
    for mut source in [on_disk, Source::Bytes("0123456789".into()), held] {
        let first = crc32c_append(0, b"012");
        assert_eq!(source.crc32c(3, 4, first).await.unwrap(), crc32c_append(0, b"0123456"));
        assert!(source.crc32c(8, 4, 0).await.is_err());
    }
}

#[tokio::test]
async fn a_change_is_taken_once() {
    let (file, mut source) = file("0123456789").await;
    assert_eq!(source.take_change().unwrap(), None);
    std::fs::write(file.path(), "0123").unwrap();
    assert!(source.file().unwrap().check().is_err());
    assert_eq!(source.take_change().unwrap(), Some(4));
    assert_eq!(source.take_change().unwrap(), None);
    drop(file);
    assert!(source.take_change().unwrap_err().to_string().starts_with("cannot read "));
}

#[tokio::test]
async fn what_says_falsely_that_it_is_empty_is_read() {
    let path = std::path::Path::new("/proc/self/stat");
    if path.exists() {
        let mut source = Source::open(path.to_owned()).await.unwrap();
        assert_eq!((source.length(), source.is_lasting()), (None, false));
        assert!(!part(&mut source, 0, 4).await.contains("ends 0"));
    }
    let (_file, source) = file("").await;
    assert_eq!((source.length(), source.is_lasting()), (Some(0), true));
}

#[tokio::test]
async fn what_cannot_be_sent_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (path, why) in [(folder.path().to_owned(), "is a directory"), (folder.path().join("none"), "No such file")] {
        let error = Source::open(path.clone()).await.map(drop).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot read {}: ", path.display())) && error.contains(why), "{error}");
    }
}

/// A file that was deleted is still there for who has it open.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_without_a_name_is_sent_and_not_told_to_another_process() {
    use std::os::fd::AsRawFd;
    let (file, named) = file("0123456789").await;
    assert!(named.file().unwrap().mark().is_some());
    let path = std::path::PathBuf::from(format!("/proc/self/fd/{}", file.as_file().as_raw_fd()));
    // Another file has the name that the link shows.
    let shown = format!("{} (deleted)", file.path().display());
    std::fs::remove_file(file.path()).unwrap();
    for decoy in [false, true] {
        if decoy {
            std::fs::write(&shown, "another").unwrap();
        }
        let mut source = Source::open(path.clone()).await.unwrap();
        assert_eq!((source.length(), source.is_lasting()), (Some(10), true));
        assert!(source.file().unwrap().mark().is_none(), "{decoy}");
        assert_eq!(part(&mut source, 4, 4).await, "4567", "{decoy}");
    }
    std::fs::remove_file(shown).unwrap();
}
