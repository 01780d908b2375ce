//! Page tokens (`P6`): opaque to clients, and of use only with the list they came from.

#[cfg(test)]
mod tests;

use base64_simd::URL_SAFE_NO_PAD;

use crate::fault::Fault;
use crate::params;

/// The longest token that is looked at.
pub const TOKEN_CHARS_MAX: usize = 8192;

/// The parameters that say where in a list and how much of it: they may change from page to page.
const PAGE_PARAMETERS: [&str; 3] = ["pageToken", "maxResults", "pageSize"];

/// The first byte of a token; a new layout gets a new one.
const VERSION: u8 = 1;

/// Where the next page of a list begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The store's own bytes for the place: a keyset cursor, so that it survives inserts. Nothing keeps a client from
    /// making one up, so the store must take any bytes.
    pub cursor: Vec<u8>,
    /// The [`fingerprint`] of the list and its filters.
    pub filter: u64,
}

impl Token {
    /// The token as URL-safe text: base64url of version, filter, cursor and a checksum.
    pub fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(1 + 8 + self.cursor.len() + 8);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.filter.to_be_bytes());
        bytes.extend_from_slice(&self.cursor);
        bytes.extend_from_slice(&hash(HASH_START, &bytes).to_be_bytes());
        URL_SAFE_NO_PAD.encode_to_string(bytes)
    }

    /// Reads a token that came back with a list whose fingerprint is `filter`.
    ///
    /// 400 `Invalid Value` if it is none of ours or belongs to another list or other filters.
    pub fn decode(text: &str, filter: u64) -> Result<Token, Fault> {
        let token = Token::parse(text).ok_or_else(invalid)?;
        if token.filter != filter {
            return Err(invalid());
        }
        Ok(token)
    }

    fn parse(text: &str) -> Option<Token> {
        if text.len() > TOKEN_CHARS_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode_to_vec(text).ok()?;
        let (signed, checksum) = bytes.split_last_chunk()?;
        if hash(HASH_START, signed) != u64::from_be_bytes(*checksum) {
            return None;
        }
        let (filter, cursor) = signed.strip_prefix(&[VERSION])?.split_first_chunk()?;
        Some(Token { cursor: cursor.to_vec(), filter: u64::from_be_bytes(*filter) })
    }
}

/// A stable number for a list and its filters, whatever their order: pages of one list share it.
///
/// The pairs are the request's parameters and whatever else names the list, e.g. `("", path)`. Where in the list
/// (`pageToken`), how much of it (`maxResults`, `pageSize`) and the standard parameters do not count.
pub fn fingerprint<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> u64 {
    let mut filters: Vec<(&str, &str)> = pairs.into_iter().filter(is_filter).collect();
    filters.sort_by_key(|(name, _)| *name);
    let texts = filters.iter().flat_map(|(name, value)| [name, value]);
    // No byte of UTF-8 is 0xff, so one text cannot run into the next.
    texts.fold(HASH_START, |start, text| hash(hash(start, text.as_bytes()), &[0xff]))
}

fn is_filter((name, _): &(&str, &str)) -> bool {
    !PAGE_PARAMETERS.contains(name) && !params::is_standard(name)
}

fn invalid() -> Fault {
    Fault::bad_request("invalid", "Invalid Value").at_parameter("pageToken")
}

const HASH_START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, 64 bits: it finds accidents, not attacks; a forged token only moves the forger about in a list of their own.
fn hash(start: u64, bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(PRIME);
    bytes.iter().fold(start, mix)
}
