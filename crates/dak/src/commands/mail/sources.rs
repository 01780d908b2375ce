//! Files with mail, and the mails in them.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use dak_mail::mbox::{Entry, Splitter};
use dak_mail::mime::begins_with_header;
use dak_mail::parcel::Parcel;
use dak_mail::{marks, takeout};

use super::maildir;
use crate::error::Error;

/// The largest mail, in bytes.
const MAIL_BYTES_MAX: usize = 150 << 20;
/// How much of a file is read at a time.
const PIECE_BYTES: usize = 256 << 10;
/// What an mbox file begins with.
const MBOX_START: &[u8] = b"From ";

/// A file with mail.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Source {
    path: PathBuf,
    bytes: u64,
    /// The labels of what is in it, where its folder and name say them.
    labels: Option<Vec<String>>,
    /// Whether it is one mail, whatever is in it.
    is_one: bool,
}

impl Source {
    fn name(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }
}

/// A mail, or what is none.
pub(super) enum Found {
    /// A mail.
    Mail {
        /// The mail with the labels it has where it comes from.
        parcel: Parcel,
        /// Whether that place knows of labels at all.
        is_labelled: bool,
    },
    /// One that is too large, in this file.
    TooLarge(String),
    /// This file, which begins as no mail does.
    NoMail(String),
}

/// The files with mail among these, and in the folders among these, in the order of their names.
///
/// # Errors
/// A path that cannot be read.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<Source>, Error> {
    let mut found = Vec::new();
    for path in paths {
        let known = fs::metadata(path).map_err(|error| Error::reading(&path.to_string_lossy(), &error))?;
        match known.is_dir() {
            true => in_folder(path, &mut found)?,
            false => found.push(Source { path: path.clone(), bytes: known.len(), labels: None, is_one: false }),
        }
    }
    Ok(found)
}

fn in_folder(folder: &Path, found: &mut Vec<Source>) -> Result<(), Error> {
    let is_maildir = ["cur", "new"].iter().all(|name| folder.join(name).is_dir());
    if is_maildir {
        in_maildir(folder, "", found)?;
    }
    for (path, known) in entries(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match known.is_dir() {
            true if is_maildir && name.starts_with('.') => in_maildir(&path, &name, found)?,
            true if is_maildir => {}
            true => in_folder(&path, found)?,
            false if is_named_mail(&path) => {
                let is_one = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml"));
                found.push(Source { path, bytes: known.len(), labels: None, is_one });
            }
            false => {}
        }
    }
    Ok(())
}

/// The mails of a Maildir's folder of this name.
fn in_maildir(folder: &Path, name: &str, found: &mut Vec<Source>) -> Result<(), Error> {
    for part in ["cur", "new"] {
        let part = folder.join(part);
        if !part.is_dir() {
            continue;
        }
        for (path, known) in entries(&part)?.into_iter().filter(|(_, known)| known.is_file()) {
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let mut labels = maildir::folder_labels(name);
            labels.extend(maildir::flag_labels(&file).into_iter().map(str::to_owned));
            found.push(Source { path, bytes: known.len(), labels: Some(labels), is_one: true });
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<(PathBuf, fs::Metadata)>, Error> {
    let read = || -> std::io::Result<Vec<(PathBuf, fs::Metadata)>> {
        fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .map(|path| {
                let path = path?;
                fs::metadata(&path).map(|known| (path, known))
            })
            .collect()
    };
    let mut entries = read().map_err(|error| Error::reading(&folder.to_string_lossy(), &error))?;
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(entries)
}

fn is_named_mail(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    matches!(extension.as_str(), "eml" | "mbox") || path.file_name().is_some_and(|name| name == "mbox")
}

/// All mails of these files, one after the other.
pub(super) struct Mails {
    waiting: VecDeque<Source>,
    total_bytes: u64,
    /// Bytes of the files that are done.
    done_bytes: u64,
    open: Option<Open>,
}

/// A file that is being read.
struct Open {
    source: Source,
    file: File,
    is_mail: bool,
    splitter: Option<Splitter>,
    found: VecDeque<Entry>,
    read_bytes: u64,
}

impl Mails {
    pub(super) fn new(sources: Vec<Source>) -> Mails {
        let total_bytes = sources.iter().map(|source| source.bytes).sum();
        Mails { waiting: sources.into(), total_bytes, done_bytes: 0, open: None }
    }

    /// How many bytes all files have.
    pub(super) fn total_bytes(&self) -> u64 {
        self.total_bytes
    }

    /// How many of them were read.
    pub(super) fn read_bytes(&self) -> u64 {
        self.done_bytes + self.open.as_ref().map_or(0, |open| open.read_bytes)
    }

    /// The next mail; none behind the last.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(super) fn next(&mut self) -> Result<Option<Found>, Error> {
        loop {
            let Some(open) = &mut self.open else {
                let Some(source) = self.waiting.pop_front() else { return Ok(None) };
                let open = self.open.insert(Open::new(source)?);
                if !open.is_mail {
                    return Ok(Some(Found::NoMail(open.source.name())));
                }
                continue;
            };
            if let Some(entry) = open.next()? {
                return Ok(Some(found(&open.source, entry)));
            }
            self.done_bytes += open.source.bytes;
            self.open = None;
        }
    }
}

impl Open {
    fn new(source: Source) -> Result<Open, Error> {
        let file = File::open(&source.path).map_err(|error| reading(&source, &error))?;
        let mut open = Open { source, file, is_mail: true, splitter: None, found: VecDeque::new(), read_bytes: 0 };
        let start = open.read()?;
        if start.is_empty() {
            return Ok(open);
        }
        if open.source.is_one || !start.starts_with(MBOX_START) {
            open.is_mail = begins_with_header(&start);
            if !open.is_mail {
                return Ok(open);
            }
            let mail = open.whole(start)?;
            open.found.push_back(mail);
        } else {
            let mut splitter = Splitter::new(MAIL_BYTES_MAX);
            open.found.extend(splitter.push(&start));
            open.splitter = Some(splitter);
        }
        Ok(open)
    }

    fn next(&mut self) -> Result<Option<Entry>, Error> {
        while self.found.is_empty() {
            let Some(mut splitter) = self.splitter.take() else { return Ok(None) };
            let piece = self.read()?;
            match piece.is_empty() {
                true => self.found.extend(splitter.finish()),
                false => {
                    self.found.extend(splitter.push(&piece));
                    self.splitter = Some(splitter);
                }
            }
        }
        Ok(self.found.pop_front())
    }

    /// The file as one mail.
    fn whole(&mut self, mut start: Vec<u8>) -> Result<Entry, Error> {
        let range = 0..self.source.bytes;
        loop {
            let piece = self.read()?;
            if piece.is_empty() {
                return Ok(Entry { range, date_ms: None, raw: Some(start) });
            }
            if start.len() + piece.len() > MAIL_BYTES_MAX {
                return Ok(Entry { range, date_ms: None, raw: None });
            }
            start.extend(piece);
        }
    }

    fn read(&mut self) -> Result<Vec<u8>, Error> {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        let limit = PIECE_BYTES as u64;
        let read =
            (&mut self.file).take(limit).read_to_end(&mut piece).map_err(|error| reading(&self.source, &error))?;
        self.read_bytes += read as u64;
        Ok(piece)
    }
}

/// A mail with what its file says of it. When Takeout says a mail was received, that is its place in the mailbox; elsewhere
/// the line before a mail tells this or that, and counts only for one without a date of its own.
fn found(source: &Source, entry: Entry) -> Found {
    let date_ms_of_undated = entry.date_ms_of_undated();
    let Some(raw) = entry.raw else { return Found::TooLarge(source.name()) };
    if let Some(takeout::Opened { labels, thread, mail }) = takeout::open(&raw) {
        return Found::Mail { parcel: Parcel { labels, thread, date_ms: entry.date_ms, raw: mail }, is_labelled: true };
    }
    let marked = || marks::labels(&raw).into_iter().map(str::to_owned).collect();
    let labels = source.labels.clone().unwrap_or_else(marked);
    let parcel = Parcel { labels, date_ms: date_ms_of_undated, thread: None, raw: raw.into() };
    Found::Mail { parcel, is_labelled: source.labels.is_some() }
}

fn reading(source: &Source, error: &std::io::Error) -> Error {
    Error::reading(&source.path.to_string_lossy(), error)
}
