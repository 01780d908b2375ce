//! Checksums of an upload: states that go on in another process, and the headers that say what came out.
//!
//! ```
//! use dak_proto::media::hash::{Hashes, Wanted};
//!
//! let mut hashes = Hashes::new(Wanted { md5: true, sha256: false });
//! hashes.update(b"1234");
//! let mut later = Hashes::from_json(&hashes.to_json()).unwrap();
//! later.update(b"56789");
//! assert_eq!(later.digests().to_string(), "crc32c=4waSgw==,md5=JfnnlDI7RTiF9RgfG2JNCw==");
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use base64_simd::STANDARD;
use crc_fast::CrcAlgorithm;
use http::{HeaderMap, HeaderName, HeaderValue};
use md5::Md5;
use md5::digest::Digest;
use md5::digest::common::hazmat::{SerializableState, SerializedState};
use serde_json::{Map, Value};
use sha2::Sha256;

use crate::fault::Fault;

/// `crc32c=…,md5=…` of the whole: what a client declares and a server answers.
pub const HASH: HeaderName = HeaderName::from_static("x-goog-hash");

/// `crc32c=…` of the bytes kept so far, on every 308.
pub const RUNNING_HASH: HeaderName = HeaderName::from_static("x-goog-running-hash");

/// Hexadecimal MD5 of the bytes kept so far, on the 308 of a session that counts it.
pub const RANGE_MD5: HeaderName = HeaderName::from_static("x-range-md5");

/// MD5 of a request's body (RFC 1864).
pub const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

/// Which checksums are counted beside CRC32C, which costs next to nothing and is always counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// About as slow as a disk.
    pub md5: bool,
    /// About half as fast as a memory copy on machines that have instructions for it, far slower on others.
    pub sha256: bool,
}

/// Checksums on their way through an upload, in order from its first byte.
#[derive(Clone)]
pub struct Hashes {
    crc32c: u32,
    md5: Option<Md5>,
    sha256: Option<Sha256>,
}

impl Hashes {
    /// The checksums of nothing yet.
    pub fn new(wanted: Wanted) -> Hashes {
        let Wanted { md5, sha256 } = wanted;
        Hashes { crc32c: 0, md5: md5.then(Md5::new), sha256: sha256.then(Sha256::new) }
    }

    /// Which ones are counted.
    pub fn wanted(&self) -> Wanted {
        Wanted { md5: self.md5.is_some(), sha256: self.sha256.is_some() }
    }

    /// Goes on over the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.crc32c = crc32c_append(self.crc32c, bytes);
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(bytes);
        }
    }

    /// CRC32C of the bytes so far.
    pub fn crc32c(&self) -> u32 {
        self.crc32c
    }

    /// What the bytes so far come to. More bytes may follow.
    pub fn digests(&self) -> Digests {
        Digests {
            crc32c: Some(self.crc32c),
            md5: self.md5.clone().map(|md5| md5.finalize().into()),
            sha256: self.sha256.clone().map(|sha256| sha256.finalize().into()),
        }
    }

    /// The states, to go on from later: CRC32C as a number, the others in base64 as their crates lay them out.
    pub fn to_json(&self) -> Value {
        let mut states = Map::new();
        states.insert("crc32c".into(), self.crc32c.into());
        if let Some(md5) = &self.md5 {
            states.insert("md5".into(), saved(md5));
        }
        if let Some(sha256) = &self.sha256 {
            states.insert("sha256".into(), saved(sha256));
        }
        states.into()
    }

    /// Reads states back. `None` if they are none of ours: then the bytes must be read again.
    pub fn from_json(states: &Value) -> Option<Hashes> {
        let crc32c = states.get("crc32c")?.as_u64()?;
        let md5 = states.get("md5").map(restored);
        let sha256 = states.get("sha256").map(restored);
        Some(Hashes {
            crc32c: u32::try_from(crc32c).ok()?,
            md5: md5.map_or(Some(None), |md5| md5.map(Some))?,
            sha256: sha256.map_or(Some(None), |sha256| sha256.map(Some))?,
        })
    }
}

impl PartialEq for Hashes {
    fn eq(&self, other: &Hashes) -> bool {
        self.digests() == other.digests()
    }
}

impl Eq for Hashes {}

impl fmt::Debug for Hashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hashes({})", self.digests())
    }
}

fn saved(state: &impl SerializableState) -> Value {
    STANDARD.encode_to_string(state.serialize()).into()
}

fn restored<S: SerializableState>(state: &Value) -> Option<S> {
    let bytes = STANDARD.decode_to_vec(state.as_str()?).ok()?;
    let state: &SerializedState<S> = bytes.as_slice().try_into().ok()?;
    S::deserialize(state).ok()
}

/// Checksums of a whole: computed, or declared by a client, who need not know them all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digests {
    /// CRC32C (RFC 3720).
    pub crc32c: Option<u32>,
    /// MD5.
    pub md5: Option<[u8; 16]>,
    /// SHA-256. No header bears it; metadata may.
    pub sha256: Option<[u8; 32]>,
}

impl Digests {
    /// None known.
    pub const NONE: Digests = Digests { crc32c: None, md5: None, sha256: None };

    /// What a request declares in `X-Goog-Hash`, which may be repeated and may be a list. Unknown names do not count.
    ///
    /// 400 if the value of a known one is not base64 of its length, or two of one name differ.
    pub fn from_headers(headers: &HeaderMap) -> Result<Digests, Fault> {
        let mut digests = Digests::NONE;
        for value in headers.get_all(HASH) {
            let value = value.to_str().map_err(|_| unreadable(&HASH))?;
            for entry in value.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
                digests = digests.and(entry_of(entry)?).ok_or_else(|| unreadable(&HASH))?;
            }
        }
        Ok(digests)
    }

    /// The MD5 that `Content-MD5` declares of this request's body alone.
    pub fn of_body(headers: &HeaderMap) -> Result<Digests, Fault> {
        let Some(value) = headers.get(CONTENT_MD5) else { return Ok(Digests::NONE) };
        let md5 = value.to_str().ok().and_then(decoded);
        Ok(Digests { md5: Some(md5.ok_or_else(|| unreadable(&CONTENT_MD5))?), ..Digests::NONE })
    }

    /// What metadata declares in its members `crc32c` and `md5Hash`, as a resource bears them.
    ///
    /// 400 if one of them is not base64 of its length.
    pub fn of_metadata(metadata: &Value) -> Result<Digests, Fault> {
        let crc32c: Option<[u8; 4]> = member(metadata, "crc32c")?;
        Ok(Digests { crc32c: crc32c.map(u32::from_be_bytes), md5: member(metadata, "md5Hash")?, sha256: None })
    }

    /// CRC32C in base64, as a resource bears it.
    pub fn crc32c_text(&self) -> Option<String> {
        self.crc32c.map(u32::to_be_bytes).map(encoded)
    }

    /// MD5 in base64, as a resource bears it.
    pub fn md5_text(&self) -> Option<String> {
        self.md5.map(encoded)
    }

    /// Both together; `None` if they contradict each other.
    pub fn and(self, other: Digests) -> Option<Digests> {
        Some(Digests {
            crc32c: either(self.crc32c, other.crc32c)?,
            md5: either(self.md5, other.md5)?,
            sha256: either(self.sha256, other.sha256)?,
        })
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        *self == Digests::NONE
    }

    /// Those whose counterpart is not known.
    #[must_use]
    pub fn without(self, known: &Digests) -> Digests {
        Digests {
            crc32c: self.crc32c.filter(|_| known.crc32c.is_none()),
            md5: self.md5.filter(|_| known.md5.is_none()),
            sha256: self.sha256.filter(|_| known.sha256.is_none()),
        }
    }

    /// Compares what was declared with what was computed; what either does not know is not compared.
    ///
    /// 400 that names the checksum and both its values: nothing may be created then.
    pub fn check(&self, computed: &Digests) -> Result<(), Fault> {
        differs("crc32c", self.crc32c.map(u32::to_be_bytes), computed.crc32c.map(u32::to_be_bytes))?;
        differs("md5", self.md5, computed.md5)?;
        differs("sha256", self.sha256, computed.sha256)
    }

    /// The stored form: those that are known, in base64.
    pub fn to_json(&self) -> Value {
        let mut digests = Map::new();
        let crc32c = self.crc32c.map(|crc32c| encoded(crc32c.to_be_bytes()));
        digests.extend(crc32c.map(|text| ("crc32c".into(), text.into())));
        digests.extend(self.md5.map(|md5| ("md5".into(), encoded(md5).into())));
        digests.extend(self.sha256.map(|sha256| ("sha256".into(), encoded(sha256).into())));
        digests.into()
    }

    /// Reads the stored form. `None` if it is not one.
    pub fn from_json(digests: &Value) -> Option<Digests> {
        let text = |name: &str| digests.get(name).map(|value| value.as_str().unwrap_or_default());
        Some(Digests {
            crc32c: text("crc32c").map(|text| decoded(text).map(u32::from_be_bytes).ok_or(())).transpose().ok()?,
            md5: text("md5").map(|text| decoded(text).ok_or(())).transpose().ok()?,
            sha256: text("sha256").map(|text| decoded(text).ok_or(())).transpose().ok()?,
        })
    }

    /// The value of `X-Goog-Hash`; `None` if there is nothing to say.
    pub fn header_value(&self) -> Option<HeaderValue> {
        let text = self.to_string();
        (!text.is_empty()).then(|| HeaderValue::try_from(text).ok())?
    }
}

impl fmt::Display for Digests {
    /// `crc32c=…,md5=…`, as `X-Goog-Hash` has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(crc32c) = self.crc32c {
            write!(f, "crc32c={}", encoded(crc32c.to_be_bytes()))?;
        }
        match (self.crc32c, self.md5) {
            (Some(_), Some(md5)) => write!(f, ",md5={}", encoded(md5)),
            (None, Some(md5)) => write!(f, "md5={}", encoded(md5)),
            (_, None) => Ok(()),
        }
    }
}

/// The headers of a 308 that prove which bytes are kept.
pub fn running(hashes: &Hashes) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers = Vec::new();
    let crc32c = format!("crc32c={}", encoded(hashes.crc32c.to_be_bytes()));
    headers.extend(HeaderValue::try_from(crc32c).ok().map(|value| (RUNNING_HASH, value)));
    let md5 = hashes.digests().md5.map(hexadecimal);
    headers.extend(md5.and_then(|md5| HeaderValue::try_from(md5).ok()).map(|value| (RANGE_MD5, value)));
    headers
}

/// The CRC32C in `X-Goog-Running-Hash` or `X-Goog-Hash`; `None` if it does not stand there or cannot be read.
pub fn crc32c_in(headers: &HeaderMap, name: &HeaderName) -> Option<u32> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let mut entries = values.flat_map(|value| value.split(','));
    let value = entries.find_map(|entry| entry.trim().strip_prefix("crc32c="))?;
    decoded(value).map(u32::from_be_bytes)
}

/// The CRC32C that a resource states of its media, in the member `crc32c`; `None` if it has none that can be read.
pub fn crc32c_of_resource(body: &[u8]) -> Option<u32> {
    let resource: Value = serde_json::from_slice(body).ok()?;
    decoded(resource.get("crc32c")?.as_str()?).map(u32::from_be_bytes)
}

/// Goes on with a CRC32C from where an earlier run ended; 0 is that of nothing.
pub fn crc32c_append(crc32c: u32, bytes: &[u8]) -> u32 {
    // The sum is the register turned over, of which this algorithm has 32 bits.
    let mut digest = crc_fast::Digest::new_with_init_state(CrcAlgorithm::Crc32Iscsi, u64::from(!crc32c));
    digest.update(bytes);
    digest.finalize() as u32
}

fn entry_of(entry: &str) -> Result<Digests, Fault> {
    let (name, value) = entry.split_once('=').ok_or_else(|| unreadable(&HASH))?;
    let bad = || unreadable(&HASH);
    Ok(match name.trim() {
        "crc32c" => Digests { crc32c: Some(decoded(value).map(u32::from_be_bytes).ok_or_else(bad)?), ..Digests::NONE },
        "md5" => Digests { md5: Some(decoded(value).ok_or_else(bad)?), ..Digests::NONE },
        _ => Digests::NONE,
    })
}

fn member<const N: usize>(metadata: &Value, name: &str) -> Result<Option<[u8; N]>, Fault> {
    let Some(value) = metadata.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    let bytes = value.as_str().and_then(decoded);
    bytes.map(Some).ok_or_else(|| {
        Fault::bad_request("invalid", format!("The member \"{name}\" must be base64 of the media's checksum."))
    })
}

fn either<T: PartialEq>(one: Option<T>, other: Option<T>) -> Option<Option<T>> {
    match (one, other) {
        (Some(one), Some(other)) => (one == other).then_some(Some(one)),
        (one, other) => Some(one.or(other)),
    }
}

fn differs<const N: usize>(name: &str, declared: Option<[u8; N]>, computed: Option<[u8; N]>) -> Result<(), Fault> {
    let (Some(declared), Some(computed)) = (declared, computed) else { return Ok(()) };
    if declared == computed {
        return Ok(());
    }
    let (declared, computed) = (encoded(declared), encoded(computed));
    let message = format!("Provided {name} hash \"{declared}\" doesn't match calculated {name} hash \"{computed}\".");
    Err(Fault::bad_request("invalid", message))
}

fn unreadable(header: &HeaderName) -> Fault {
    let held = if *header == HASH { "the checksums of the whole upload" } else { "the MD5 of the body" };
    let message = format!("The {header} header must hold base64 of {held}.");
    Fault::bad_request("invalidHeader", message).at_header(header.as_str())
}

fn encoded<const N: usize>(bytes: [u8; N]) -> String {
    STANDARD.encode_to_string(bytes)
}

fn decoded<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode_to_vec(text.trim()).ok()?.try_into().ok()
}

fn hexadecimal(bytes: [u8; 16]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
