//! The note beside an unfinished file, which says what that is a part of.
//!
//! It is replaced by a new one, never written over: it is the old one or the new one, never a half. Room for the next is
//! kept on the disk, so that the last one before a full disk can still be written.

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::beside::{NEXT_NOTE, NOTE, beside, create_private, open_note};

/// The most bytes of a note; a URL is the longest thing in it.
const NOTE_BYTES_MAX: u64 = 64 << 10;

/// In what pieces a disk gives room.
const ROOM_GRAIN_BYTES: usize = 4 << 10;

/// How much longer the next note may be: its numbers grow.
const ROOM_SPARE_BYTES: usize = 128;

/// Where the note of one file is, and room for the next.
pub(crate) struct Note {
    path: PathBuf,
    next: PathBuf,
    room: Option<File>,
}

impl Note {
    /// The note of the file that shall be at `target`.
    pub(crate) fn of(target: &Path) -> Note {
        Note { path: beside(target, NOTE), next: beside(target, NEXT_NOTE), room: None }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the next one is made.
    pub(crate) fn next_path(&self) -> &Path {
        &self.next
    }

    /// Whether there is one, be it that it cannot be read: a full disk or a crash may have left it so.
    pub(crate) fn is_there(&self) -> bool {
        open_note(&self.path).is_some()
    }

    /// What it says, if it can be read.
    pub(crate) fn read(&self) -> Option<Value> {
        let mut text = Vec::new();
        open_note(&self.path)?.take(NOTE_BYTES_MAX).read_to_end(&mut text).ok()?;
        let note: Value = serde_json::from_slice(&text).ok()?;
        note.get("url").is_some().then_some(note)
    }

    /// Replaces it, and makes room for one more.
    pub(crate) fn write(&mut self, note: &Value) -> io::Result<()> {
        let text = note.to_string();
        self.replace(&text)?;
        // Where there is none left, the next one finds out.
        self.room = self.make_room(text.len()).ok();
        Ok(())
    }

    /// Replaces it for the last time.
    pub(crate) fn write_last(&mut self, note: &Value) -> io::Result<()> {
        self.replace(&note.to_string())
    }

    /// Removes it. A note without its file says nothing, so it does not matter if it stays.
    pub(crate) fn remove(&mut self) {
        let _ = fs::remove_file(&self.path);
        if self.room.take().is_some() {
            let _ = fs::remove_file(&self.next);
        }
    }

    /// Writes the text beside its place and moves it there.
    fn replace(&mut self, text: &str) -> io::Result<()> {
        let file = match self.room.take() {
            Some(room) => room,
            None => create_private(&self.next)?,
        };
        let written = write_all(&file, text).and_then(|()| fs::rename(&self.next, &self.path));
        if written.is_err() {
            // Where there was no room for all of it, nothing of it stays.
            let _ = fs::remove_file(&self.next);
        }
        written.and_then(|()| sync_folder(&self.path))
    }

    fn make_room(&self, text_bytes: usize) -> io::Result<File> {
        let mut file = create_private(&self.next)?;
        let room = vec![b' '; (text_bytes + ROOM_SPARE_BYTES).next_multiple_of(ROOM_GRAIN_BYTES)];
        let written = file.write_all(&room);
        if written.is_err() {
            let _ = fs::remove_file(&self.next);
        }
        written.map(|()| file)
    }
}

fn write_all(mut file: &File, text: &str) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text.as_bytes())?;
    file.set_len(text.len() as u64)?;
    file.sync_all()
}

/// The name of a file is on disk once its folder is.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
