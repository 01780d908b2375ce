//! TLS, set up when the first `https` connection is made: loading the system's roots takes ten milliseconds.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

/// Whom to believe.
#[derive(Clone, Debug, Default)]
pub(crate) enum Trust {
    /// What the system trusts; `SSL_CERT_FILE` counts.
    #[default]
    System,
    /// The certificates in this PEM file, and no others.
    File(PathBuf),
    /// Anyone.
    Anyone,
}

/// A connector for `https` that is made at its first use.
#[derive(Debug)]
pub(crate) struct LazyTls {
    trust: Trust,
    connector: OnceLock<Result<HttpsConnector<HttpConnector>, TlsUnusable>>,
}

/// Why there can be no TLS at all.
#[derive(Clone, Debug)]
pub(crate) struct TlsUnusable(String);

/// The configuration with the system's roots, shared by all clients of the process.
static SYSTEM: OnceLock<Result<ClientConfig, TlsUnusable>> = OnceLock::new();

impl LazyTls {
    pub(crate) fn new(trust: Trust) -> LazyTls {
        LazyTls { trust, connector: OnceLock::new() }
    }

    /// The connector over `tcp`, or why there cannot be one.
    pub(crate) fn connector(&self, tcp: &HttpConnector) -> Result<HttpsConnector<HttpConnector>, TlsUnusable> {
        self.connector.get_or_init(|| self.connect_over(tcp.clone())).clone()
    }

    fn connect_over(&self, mut tcp: HttpConnector) -> Result<HttpsConnector<HttpConnector>, TlsUnusable> {
        tcp.enforce_http(false);
        let builder = HttpsConnectorBuilder::new().with_tls_config(self.config()?);
        Ok(builder.https_only().enable_http1().enable_http2().wrap_connector(tcp))
    }

    fn config(&self) -> Result<ClientConfig, TlsUnusable> {
        match &self.trust {
            Trust::System => SYSTEM.get_or_init(system_config).clone(),
            Trust::File(path) => file_config(path),
            Trust::Anyone => {
                let provider = provider();
                with_verifier(&provider, Arc::new(Unverified(provider.clone())))
            }
        }
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn system_config() -> Result<ClientConfig, TlsUnusable> {
    let provider = provider();
    let verifier = rustls_platform_verifier::Verifier::new(provider.clone())
        .map_err(|error| TlsUnusable(format!("the system's certificates cannot be loaded: {error}")))?;
    with_verifier(&provider, Arc::new(verifier))
}

fn file_config(path: &PathBuf) -> Result<ClientConfig, TlsUnusable> {
    let unreadable = |error: &dyn fmt::Display| TlsUnusable(format!("no certificates in {}: {error}", path.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))? {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        roots.add(certificate).map_err(|error| unreadable(&error))?;
    }
    if roots.is_empty() {
        return Err(unreadable(&"it holds none in PEM (-----BEGIN CERTIFICATE-----)"));
    }
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    Ok(builder?.with_root_certificates(roots).with_no_client_auth())
}

fn with_verifier(
    provider: &Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Result<ClientConfig, TlsUnusable> {
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = builder?;
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

impl From<rustls::Error> for TlsUnusable {
    fn from(error: rustls::Error) -> TlsUnusable {
        TlsUnusable(error.to_string())
    }
}

impl fmt::Display for TlsUnusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TlsUnusable {}

/// Accepts any certificate, for servers under test; signatures are still checked.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
