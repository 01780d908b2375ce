//! What the fuzz targets have found or should begin with, replayed.

#[path = "../../../fuzz/mail_oracles.rs"]
mod mail_oracles;

use std::path::Path;
use std::{fs, io};

use proptest::prelude::*;

#[test]
fn mail_search() -> io::Result<()> {
    replay("mail_search", mail_oracles::mail_search)
}

#[test]
fn mail() -> io::Result<()> {
    replay("mail", mail_oracles::mail)
}

#[expect(clippy::disallowed_methods, reason = "the corpus is files")]
fn replay(target: &str, oracle: fn(&[u8])) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    for entry in fs::read_dir(folder)? {
        oracle(&fs::read(entry?.path())?);
    }
    Ok(())
}

/// Mail made of what readers stumble over.
fn broken_mail() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "\n",
        "\r\n",
        "--b",
        "--c",
        "--",
        "Content-Type: multipart/mixed; boundary=b\n",
        "Content-Type: message/rfc822\n",
        "Content-Type: multipart/digest; boundary=c\n",
        "Content-Transfer-Encoding: base64\n",
        "=?utf-8?q?",
        "?=",
        "=?",
        "=4",
        "Content-Transfer-Encoding: quoted-printable\n",
        "Content-Type: text/html\n",
        "filename*0*=utf-8''%e0",
        "name*=\"",
        "<",
        "</",
        "<!--",
        "&amp",
        ";",
        "&#x",
        "<style>",
        "From: ",
        "(",
        "\"",
        "\\",
        ",",
        ":",
        " ",
        "\t",
        "é",
        "a@b",
        "Content-Disposition: attachment; filename=\"",
        "<img alt=",
        "e\u{301}",
        "\0",
        "From ",
    ]);
    let piece = prop_oneof![
        4 => pieces.prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// What no fuzzer has found yet.
    #[test]
    fn any_bytes_are_a_mail(raw in broken_mail()) {
        mail_oracles::mail(&raw);
    }
}
