//! Encryption by rustls: certificates in, an acceptor out.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{Error, ServerConfig};
use tokio_rustls::TlsAcceptor;

use super::StartError;

/// Reads a certificate chain and its key (PEM) and offers HTTP/2 and HTTP/1.1.
pub(super) fn acceptor(chain: &Path, key: &Path) -> Result<TlsAcceptor, StartError> {
    let failed = |path: &Path, what: String| StartError::Certificate(path.to_owned(), what);
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect)
        .map_err(|error| failed(chain, error.to_string()))?;
    if certificates.is_empty() {
        return Err(failed(chain, "it holds no certificate".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| failed(key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(chain, error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(certificates, private)
        .map_err(|error| failed(key, unfit(&error, chain)))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Why a key cannot serve for a certificate.
fn unfit(error: &Error, chain: &Path) -> String {
    match error {
        Error::InconsistentKeys(_) => format!("it is not the key of the certificate in {}", chain.display()),
        other => other.to_string(),
    }
}
