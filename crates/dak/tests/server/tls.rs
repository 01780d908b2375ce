//! TLS with a certificate made for the test.

use std::fs;
use std::path::{Path, PathBuf};

use dak_testkit::Server;
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, KeyPair};
use tempfile::TempDir;

use crate::support::{dak, dak_ok, refusal, run, serve, skip, text};

/// A certificate for localhost, and its key.
struct Certified {
    folder: TempDir,
}

impl Certified {
    fn new() -> Certified {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]);
        let made = made.expect("a certificate can be made");
        Certified::of(&made.cert, &made.signing_key)
    }

    fn of(certificate: &Certificate, key: &KeyPair) -> Certified {
        let folder = TempDir::new().expect("a temporary folder");
        fs::write(folder.path().join("chain.pem"), certificate.pem()).expect("a file");
        fs::write(folder.path().join("key.pem"), key.serialize_pem()).expect("a file");
        Certified { folder }
    }

    fn chain(&self) -> PathBuf {
        self.folder.path().join("chain.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    fn serve(&self) -> Server {
        serve(&["--tls-cert", text(&self.chain()), "--tls-key", text(&self.key())])
    }
}

#[test]
fn who_knows_the_certificate_is_served() {
    let certified = Certified::new();
    let server = certified.serve();
    let url = server.url("/demo/v1/324");
    assert!(url.starts_with("https://"));
    let item = dak_ok(&["get", &url, "--cacert", text(&certified.chain())]);
    assert!(item.contains("First title"), "{item}");
    let stranger = dak(&["get", &url]);
    assert!(stranger.code == Some(1) && stranger.complaint.contains("certificate"), "{stranger:?}");
}

/// What `openssl req -x509` makes unless it is told otherwise.
#[test]
fn a_certificate_of_an_authority_is_refused_with_advice() {
    let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let certified = Certified::of(&params.self_signed(&key).expect("a certificate"), &key);
    let server = certified.serve();
    let run = dak(&["get", &server.url("/demo/v1/324"), "--cacert", text(&certified.chain())]);
    assert!(run.code == Some(1) && run.complaint.contains("-addext basicConstraints=critical,CA:FALSE"), "{run:?}");
}

/// A command of this machine reaches the server beside TLS, where only this machine can.
#[test]
fn commands_reach_a_server_behind_tls() {
    let server = Certified::new().serve();
    let said = dak_ok(&["check", "--data", text(server.data())]);
    assert!(said.contains("Nothing is wrong."), "{said}");
}

#[test]
fn http_2_is_negotiated() {
    if !run("curl", &["--version"]).out.contains("HTTP2") {
        return skip("curl cannot speak HTTP/2");
    }
    let certified = Certified::new();
    let server = certified.serve();
    let url = server.url("/demo/v1/324");
    let cacert = certified.chain();
    for (wish, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
        let told = run(
            "curl",
            &["-sS", wish, "--cacert", text(&cacert), "-o", "/dev/null", "-w", "%{http_version} %{http_code}", &url],
        );
        assert_eq!(told.out, format!("{version} 200"), "{told:?}");
    }
}

#[test]
fn files_that_are_not_what_they_should_be_are_named() {
    let (certified, other) = (Certified::new(), Certified::new());
    let garbage = certified.folder.path().join("garbage.pem");
    fs::write(&garbage, "not a key").expect("a file");
    let missing = Path::new("/nowhere/key.pem").to_path_buf();
    let data = TempDir::new().expect("a temporary folder");
    for (chain, key, named) in [
        (certified.chain(), missing.clone(), &missing),
        (certified.chain(), garbage.clone(), &garbage),
        (certified.chain(), certified.chain(), &certified.chain()),
        (missing.clone(), certified.key(), &missing),
        (garbage.clone(), certified.key(), &garbage),
        (certified.chain(), other.key(), &other.key()),
    ] {
        let data = text(data.path());
        let listen = ["--listen", "127.0.0.1:0", "--data", data, "--tls-cert", text(&chain), "--tls-key", text(&key)];
        let said = refusal(&listen);
        assert!(said.contains(text(named)), "{said}");
    }
}
