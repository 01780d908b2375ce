//! https with certificates made for the test, and HTTP/2.

use std::io::Write;
use std::sync::Arc;
use std::thread::JoinHandle;

use dak_client::{Error, blocking};
use rcgen::{CertifiedKey, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::{answer, one_connection, read_head};

/// A server for one https connection, with its URL and the certificate in PEM.
fn https() -> (String, tempfile::NamedTempFile, JoinHandle<()>) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let mut pem = tempfile::NamedTempFile::new().unwrap();
    pem.write_all(certified.cert.pem().as_bytes()).unwrap();
    let config = config(&certified);
    let (url, server) = one_connection(move |stream| {
        let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
        // A client that does not trust the certificate goes away within the handshake.
        if stream.conn.complete_io(&mut stream.sock).is_ok() {
            read_head(&mut stream);
            answer(&mut stream, "secret");
        }
    });
    (url.replace("http://127.0.0.1", "https://localhost"), pem, server)
}

fn config(certified: &CertifiedKey<KeyPair>) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    Arc::new(builder.with_single_cert(vec![certified.cert.der().clone()], key).unwrap())
}

#[test]
fn a_certificate_that_is_named_is_trusted() {
    let (url, pem, server) = https();
    let client = blocking::Client::builder().root_certificates(pem.path()).build().unwrap();
    assert_eq!(client.get(url).send().unwrap().text().unwrap(), "secret");
    server.join().unwrap();
}

#[test]
fn insecure_trusts_any() {
    let (url, _pem, server) = https();
    let client = blocking::Client::builder().insecure(true).build().unwrap();
    assert_eq!(client.get(url).send().unwrap().text().unwrap(), "secret");
    server.join().unwrap();
}

#[test]
fn another_certificate_is_refused() {
    let (url, _pem, server) = https();
    let (_, other, _) = https();
    let client = blocking::Client::builder().root_certificates(other.path()).build().unwrap();
    let error = client.get(url).send().unwrap_err();
    assert!(matches!(&error, Error::Connect(failure) if failure.message.contains("certificate")), "{error}");
    assert_eq!((error.attempts(), error.is_retryable()), (1, false));
    server.join().unwrap();
}

#[test]
fn a_file_without_certificates_is_named_at_the_first_use() {
    let mut text = tempfile::NamedTempFile::new().unwrap();
    text.write_all(b"hello").unwrap();
    for (path, why) in
        [("/no/such.pem".as_ref(), ""), (text.path(), "it holds none in PEM (-----BEGIN CERTIFICATE-----)")]
    {
        let client = blocking::Client::builder().root_certificates(path).build().unwrap();
        let (url, _pem, _server) = https();
        let error = client.get(url).send().unwrap_err();
        let told = format!("no certificates in {}: {why}", path.display());
        assert!(error.to_string().contains(&told), "{error}");
        assert_eq!((error.attempts(), error.is_retryable()), (1, false));
    }
}
