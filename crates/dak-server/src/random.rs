//! Random values: version tags, ids, tokens. The only place that asks the system for randomness.

use dak_store::Tag;

/// A new version tag (96 random bits), so that a tag never repeats.
#[must_use]
pub(crate) fn tag() -> Tag {
    Tag(bytes())
}

/// A new batch id.
#[must_use]
pub(crate) fn batch_id() -> [u8; 16] {
    bytes()
}

/// What the boundary of a batch's answer is made of.
#[must_use]
pub(crate) fn boundary() -> u128 {
    u128::from_be_bytes(bytes())
}

/// A number from 1 to this.
#[must_use]
pub(crate) fn number(max: u64) -> u64 {
    u64::from_be_bytes(bytes()) % max.max(1) + 1
}

/// What an upload's session is opened by: 128 bits as URL-safe text.
#[must_use]
pub(crate) fn upload_id() -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes::<16>())
}

/// The name of a new segment: 128 bits in hexadecimal.
#[must_use]
pub(crate) fn segment_name() -> String {
    format!("{:032x}", u128::from_be_bytes(bytes()))
}

/// A secret of 256 bits as URL-safe text, of which a command line takes none for a flag: it begins with no hyphen.
#[must_use]
pub(crate) fn secret() -> String {
    loop {
        let secret = base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes::<32>());
        if !secret.starts_with('-') {
            return secret;
        }
    }
}

/// `N` random bytes. The system's generator failing is not a thing a server can go on from.
#[allow(clippy::expect_used, reason = "without randomness no tag, id or token may be made")]
fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives no random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_secret_looks_like_a_flag() {
        // Of random text one in 64 begins with a hyphen.
        assert!((0..2_000).all(|_| !super::secret().starts_with('-')));
    }
}
