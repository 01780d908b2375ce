//! Which way media goes (`U2` to `U4`, `U6`), and what that makes of a URL.

#[cfg(test)]
mod tests;

use url::Url;

/// The longest media that is sent whole unless asked for otherwise: the documents' "5 MB or less" (`U3`), read as
/// 5,000,000 bytes, which is right for both meanings of MB.
pub(crate) const WHOLE_BYTES_MAX: u64 = 5_000_000;

/// The query parameter that names the way.
const UPLOAD_TYPE: &str = "uploadType";

/// How media is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The media alone, in one request (`U3`). After a cut all is sent again: see [`UploadBuilder`](crate::UploadBuilder).
    Simple,
    /// Metadata and media in one request (`U4`). After a cut it is the same as with the simple way.
    Multipart,
    /// A session, in which only what did not arrive is sent again (`U6` to `U10`).
    Resumable,
}

impl Way {
    /// The way of media with this length, if none was asked for.
    pub(crate) fn of(length: Option<u64>, has_metadata: bool) -> Way {
        match length {
            Some(..=WHOLE_BYTES_MAX) if has_metadata => Way::Multipart,
            Some(..=WHOLE_BYTES_MAX) => Way::Simple,
            _ => Way::Resumable,
        }
    }

    /// The way that a URL asks for itself.
    pub(crate) fn in_url(url: &Url) -> Option<Way> {
        let (_, value) = url.query_pairs().find(|(name, _)| name == UPLOAD_TYPE)?;
        [Way::Simple, Way::Multipart, Way::Resumable].into_iter().find(|way| way.upload_type() == value)
    }

    fn upload_type(self) -> &'static str {
        match self {
            Way::Simple => "media",
            Way::Multipart => "multipart",
            Way::Resumable => "resumable",
        }
    }
}

/// The URL to which the media of the method at `url` is sent in this way.
pub(crate) fn upload_url(mut url: Url, way: Way) -> Url {
    url.set_path(&upload_path(url.path()));
    let others: Vec<(String, String)> =
        url.query_pairs().filter(|(name, _)| name != UPLOAD_TYPE).map(|pair| (pair.0.into(), pair.1.into())).collect();
    url.query_pairs_mut().clear().extend_pairs(others).append_pair(UPLOAD_TYPE, way.upload_type());
    url
}

/// The path with `/upload` before it (`U2`); one that is for uploads already stays.
fn upload_path(path: &str) -> String {
    let is_for_uploads = ["/upload/", "/resumable/upload/"].iter().any(|prefix| path.starts_with(prefix));
    if is_for_uploads { path.to_owned() } else { format!("/upload{path}") }
}
