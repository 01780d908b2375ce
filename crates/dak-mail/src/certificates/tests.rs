use proptest::prelude::*;

use super::{Certificate, is_pkcs12, leaf, of_pkcs7};

/// A certificate of Rina's and the one it was issued with, which stands first.
const CHAIN: &str = include_str!("chain.p7b");
const LEAF: &str = include_str!("leaf.pem");

#[test]
fn a_chain_is_taken_apart() {
    let chain = of_pkcs7(CHAIN).unwrap();
    assert_eq!(chain.len(), 2);
    let leaf = leaf(&chain).unwrap();
    assert_eq!(leaf, &chain[1]);
    assert_eq!(leaf.addresses(), ["me@example.com", "rina@example.com"]);
    assert_eq!(leaf.pem(), LEAF);
    assert!(chain[0].addresses().is_empty());
}

#[test]
fn what_is_no_chain() {
    let with = |text: &str| format!("-----BEGIN PKCS7-----\n{text}\n-----END PKCS7-----\n");
    let cut = CHAIN.lines().skip(1).take(5).collect::<Vec<_>>().join("\n");
    for pem in ["", "text", LEAF, &with(""), &with("MAMCAQM="), &with("not base64"), &with(&cut)] {
        assert_eq!(of_pkcs7(pem), None, "{pem}");
    }
}

#[test]
fn what_looks_like_a_pkcs12() {
    for (bytes, is_one) in [
        (&[0x30, 3, 2, 1, 3][..], true),
        (&[0x30, 0x81, 3, 2, 1, 3], true),
        (&[0x30, 3, 2, 1, 2], false),
        (&[0x31, 3, 2, 1, 3], false),
        (&[0x30, 4, 2, 1, 3], false),
        (&[0x30, 0x80, 2, 1, 3], false),
        (&[0x30, 0x85, 0, 0, 0, 0, 3, 2, 1, 3], false),
        (&[], false),
    ] {
        assert_eq!(is_pkcs12(bytes), is_one, "{bytes:?}");
    }
}

proptest! {
    /// A chain with any bytes changed is read or not, and never more than that.
    #[test]
    fn broken_chains_do_no_harm(changes in prop::collection::vec((0_usize..900, any::<u8>()), 0..20)) {
        let mut bytes = CHAIN.as_bytes().to_vec();
        for (place, byte) in changes {
            bytes[place] = byte & 0x7f;
        }
        let chain = of_pkcs7(&String::from_utf8(bytes).unwrap()).unwrap_or_default();
        prop_assert!(chain.iter().map(Certificate::pem).all(|pem| pem.len() < 10_000));
    }
}
