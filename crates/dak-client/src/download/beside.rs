//! The files beside one that is not whole yet: what they are called, and how they are opened.
//!
//! The folder may be one in which others write too, so what is found under these names need not be ours: no link is
//! followed, for it could lead to what the user alone may write.

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use dak_proto::media::hash::{Hashes, Wanted};

/// The ending of the bytes so far.
pub(crate) const PART: &str = ".part";

/// The ending of the note that says where they come from.
pub(crate) const NOTE: &str = ".part.json";

/// The ending of the next note.
pub(crate) const NEXT_NOTE: &str = ".part.json.new";

/// The most bytes of a name that file systems take.
const NAME_BYTES_MAX: usize = 255;

/// How much is kept of a name that is too long to have an ending added.
const KEPT_BYTES_MAX: usize = 200;

/// The path beside `target` with this ending. It is always the same one, so that a later run finds it.
pub(crate) fn beside(target: &Path, ending: &str) -> PathBuf {
    let mut name = stem(target);
    name.push(ending);
    target.with_file_name(name)
}

/// The file's name, or where that is too long its beginning with a checksum of the whole.
fn stem(target: &Path) -> OsString {
    let name = target.file_name().unwrap_or_default();
    if name.len() + NEXT_NOTE.len() <= NAME_BYTES_MAX {
        return name.to_owned();
    }
    let mut hashes = Hashes::new(Wanted::default());
    hashes.update(name.as_encoded_bytes());
    let checksum = hashes.digests().crc32c.unwrap_or_default();
    let text = name.to_string_lossy();
    let kept = text.get(..text.floor_char_boundary(KEPT_BYTES_MAX)).unwrap_or_default();
    format!("{kept}~{checksum:08x}").into()
}

/// Opens the bytes so far; none if there are none and none are to be made.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] if something else has that name.
pub(crate) fn open_part(path: &Path, create: bool) -> io::Result<Option<File>> {
    let opened = unfollowed(OpenOptions::new().read(true).write(true).create(create).truncate(false)).open(path);
    match opened {
        Ok(file) if !file.metadata()?.is_file() => Err(in_the_way("it is no file")),
        Ok(file) if is_planted(path, &file)? => Err(in_the_way("it is somebody else's")),
        Ok(file) => Ok(Some(file)),
        Err(cause) if !create && cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => in_the_way("it is a link, which is not followed"),
            Ok(found) if found.is_dir() => in_the_way("it is a folder"),
            _ => cause,
        }),
    }
}

/// Opens a note, if there is one.
pub(crate) fn open_note(path: &Path) -> Option<File> {
    let file = unfollowed(OpenOptions::new().read(true)).open(path).ok()?;
    file.metadata().ok()?.is_file().then_some(file)
}

/// A new file that its owner alone can read: a URL may hold what gives access. What has its name goes.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(cause) if fs::symlink_metadata(path).is_ok() => {
            return Err(io::Error::new(ErrorKind::AlreadyExists, format!("what is there cannot be removed: {cause}")));
        }
        _ => {}
    }
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path)
}

/// Opens no link, and does not wait for the other end of a pipe.
fn unfollowed(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags.cast_signed());
    }
    options
}

/// Whether it can be somebody else's in a folder where everybody may put files, such as `/tmp`: what it holds is not to be
/// gone on with, nor is it to be overwritten where it is also elsewhere.
#[cfg(unix)]
fn is_planted(path: &Path, file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    /// The bit of such a folder.
    const STICKY: u32 = 0o1000;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (found, is_for_all) = (file.metadata()?, fs::metadata(folder)?.mode() & STICKY != 0);
    let is_ours = found.uid() == rustix::process::geteuid().as_raw() && found.nlink() == 1;
    Ok(is_for_all && !is_ours)
}

#[cfg(not(unix))]
fn is_planted(_: &Path, _: &File) -> io::Result<bool> {
    Ok(false)
}

fn in_the_way(what: &str) -> io::Error {
    io::Error::new(ErrorKind::AlreadyExists, what)
}
