use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{CONTENT_MD5, Digests, HASH, Hashes, RANGE_MD5, RUNNING_HASH, Wanted, crc32c_in, running};

const ALL: Wanted = Wanted { md5: true, sha256: true };

fn hashed(wanted: Wanted, bytes: &[u8]) -> Hashes {
    let mut hashes = Hashes::new(wanted);
    hashes.update(bytes);
    hashes
}

fn headers(values: &[&'static str]) -> HeaderMap {
    values.iter().map(|value| (HASH, HeaderValue::from_static(value))).collect()
}

/// RFC 3720 B.4 and the usual check value: (bytes, CRC32C)
const CRC32C: &[(&[u8], u32)] =
    &[(b"", 0), (b"123456789", 0xe306_9283), (&[0; 32], 0x8a91_36aa), (&[0xff; 32], 0x62a8_ab43)];

#[test]
fn crc32c_is_as_the_rfc_has_it() {
    for (bytes, wanted) in CRC32C {
        assert_eq!(hashed(Wanted::default(), bytes).crc32c(), *wanted);
    }
}

#[test]
fn md5_and_sha256_are_as_their_rfcs_have_them() {
    let digests = hashed(ALL, b"abc").digests();
    assert_eq!(digests.md5.unwrap()[..4], [0x90, 0x01, 0x50, 0x98]);
    assert_eq!(digests.sha256.unwrap()[..4], [0xba, 0x78, 0x16, 0xbf]);
}

/// Stored states outlive a release: another layout must not pass unseen.
#[test]
fn the_layout_of_saved_states_is_the_one_in_stores() {
    let saved = json!({
        "crc32c": 910_901_175,
        // State, count of blocks, and the last block with how much of it is filled.
        "md5": format!("ASNFZ4mrze/+3LqYdlQyEAAAAAAAAAAAA2FiYw{}==", "A".repeat(80)),
        "sha256": format!("Z+YJaoWuZ7ty8248OvVPpX9SDlGMaAWbq9mDHxnN4FsAAAAAAAAAAANhYmM{}=", "A".repeat(80)),
    });
    assert_eq!(hashed(ALL, b"abc").to_json(), saved);
    assert_eq!(Hashes::from_json(&saved).unwrap(), hashed(ALL, b"abc"));
}

#[test]
fn what_is_no_state_is_refused() {
    let good = hashed(ALL, b"abc").to_json();
    let with = |name: &str, value: Value| {
        let mut states = good.clone();
        states[name] = value;
        states
    };
    let cases = [
        json!(null),
        json!({}),
        with("crc32c", json!("7")),
        with("crc32c", json!(1_u64 << 32)),
        with("md5", json!(null)),
        with("md5", json!("AAAA")),
        with("sha256", json!("?")),
        // The position in the last block, beyond it.
        with("md5", json!(base64_simd::STANDARD.encode_to_string([0xff; 88]))),
    ];
    for states in cases {
        assert_eq!(Hashes::from_json(&states), None, "{states}");
    }
}

/// (values of `X-Goog-Hash`, what it declares, written again; `None`: 400)
const DECLARED: &[(&[&str], Option<&str>)] = &[
    (&[], Some("")),
    (&[""], Some("")),
    (&["crc32c=4waSgw=="], Some("crc32c=4waSgw==")),
    (&["md5=JfnnlDI7RTiF9RgfG2JNCw=="], Some("md5=JfnnlDI7RTiF9RgfG2JNCw==")),
    (&["crc32c=4waSgw==,md5=JfnnlDI7RTiF9RgfG2JNCw=="], Some("crc32c=4waSgw==,md5=JfnnlDI7RTiF9RgfG2JNCw==")),
    (&["md5=JfnnlDI7RTiF9RgfG2JNCw== , crc32c=4waSgw=="], Some("crc32c=4waSgw==,md5=JfnnlDI7RTiF9RgfG2JNCw==")),
    (&["crc32c=4waSgw==", "md5=JfnnlDI7RTiF9RgfG2JNCw=="], Some("crc32c=4waSgw==,md5=JfnnlDI7RTiF9RgfG2JNCw==")),
    (&["crc32c=4waSgw==", "crc32c=4waSgw=="], Some("crc32c=4waSgw==")),
    (&["crc64=AAAAAAAAAAA="], Some("")),
    (&["crc32c=4waSgw==", "crc32c=AAAAAA=="], None),
    (&["crc32c=AAAA"], None),
    (&["crc32c=?"], None),
    (&["md5=4waSgw=="], None),
    (&["crc32c"], None),
];

#[test]
fn declared_checksums_are_read_from_any_number_of_headers() {
    for (values, wanted) in DECLARED {
        let read = Digests::from_headers(&headers(values)).map(|digests| digests.to_string());
        match wanted {
            Some(wanted) => assert_eq!(read.as_deref(), Ok(*wanted), "{values:?}"),
            None => assert_eq!(read.unwrap_err().code, 400, "{values:?}"),
        }
    }
}

#[test]
fn content_md5_is_read_or_refused() {
    let mut headers = HeaderMap::new();
    assert_eq!(Digests::of_body(&headers), Ok(Digests::NONE));
    headers.insert(CONTENT_MD5, HeaderValue::from_static("JfnnlDI7RTiF9RgfG2JNCw=="));
    assert_eq!(Digests::of_body(&headers).unwrap().md5, hashed(ALL, b"123456789").digests().md5);
    headers.insert(CONTENT_MD5, HeaderValue::from_static("JfnnlDI7RTiF9Rgf"));
    assert_eq!(Digests::of_body(&headers).unwrap_err().location.unwrap().name, "content-md5");
}

#[test]
fn a_checksum_that_differs_is_named_and_one_that_is_unknown_passes() {
    let computed = hashed(ALL, b"123456789").digests();
    let other = hashed(ALL, b"123456780").digests();
    let only_crc32c = Digests { crc32c: other.crc32c, ..Digests::NONE };
    assert_eq!(computed.check(&computed), Ok(()));
    assert_eq!(Digests::NONE.check(&computed), Ok(()));
    assert_eq!(only_crc32c.check(&Digests { crc32c: None, ..computed }), Ok(()));
    let fault = only_crc32c.check(&computed).unwrap_err();
    assert!(fault.message.contains("crc32c") && fault.message.contains("4waSgw=="), "{}", fault.message);
    assert!(Digests { crc32c: None, ..other }.check(&computed).unwrap_err().message.contains("md5"));
    assert!(Digests { sha256: other.sha256, ..Digests::NONE }.check(&computed).is_err());
}

#[test]
fn what_no_state_was_counted_for_is_left_to_be_read_again() {
    let declared = hashed(ALL, b"x").digests();
    let counted = hashed(Wanted::default(), b"x").digests();
    assert_eq!(declared.without(&counted), Digests { crc32c: None, ..declared });
    assert!(declared.without(&declared).is_empty());
}

#[test]
fn the_running_checksums_prove_what_is_kept() {
    let map: HeaderMap = running(&hashed(ALL, b"123456789")).into_iter().collect();
    assert_eq!(map[RUNNING_HASH], "crc32c=4waSgw==");
    assert_eq!(map[RANGE_MD5], "25f9e794323b453885f5181f1b624d0b");
    assert_eq!(crc32c_in(&map, &RUNNING_HASH), Some(0xe306_9283));
    assert_eq!(crc32c_in(&map, &HASH), None);
    assert_eq!(running(&hashed(Wanted::default(), b"")).len(), 1);
}

proptest! {
    #[test]
    fn a_saved_state_goes_on_where_it_was(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(bytes.len() + 1);
        let mut later = Hashes::from_json(&hashed(ALL, &bytes[..cut]).to_json()).unwrap();
        later.update(&bytes[cut..]);
        prop_assert_eq!(later.digests(), hashed(ALL, &bytes).digests());
        prop_assert_eq!(later.wanted(), ALL);
    }
}

#[test]
fn metadata_declares_checksums_as_a_resource_bears_them() {
    let cases = [
        (json!({}), Some("")),
        (json!({ "crc32c": null, "md5Hash": null }), Some("")),
        (json!({ "crc32c": "4waSgw==" }), Some("crc32c=4waSgw==")),
        (json!({ "md5Hash": "JfnnlDI7RTiF9RgfG2JNCw==" }), Some("md5=JfnnlDI7RTiF9RgfG2JNCw==")),
        (json!({ "md5Hash": "JfnnlDI7" }), None),
        (json!({ "crc32c": 7 }), None),
    ];
    for (metadata, expected) in cases {
        let found = Digests::of_metadata(&metadata).ok().map(|digests| digests.to_string());
        assert_eq!(found.as_deref(), expected, "{metadata}");
    }
}
