//! TLS for both servers: the web's usual roots, or the certificates of a file in their place.

use crate::settings::Server;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// TLS as the IMAP connection takes it.
///
/// # Errors
/// Words for the operator, when the file can't be used.
pub(crate) fn config(server: &Server) -> Result<Arc<ClientConfig>, String> {
    let Some(certificates) = certificates(server)? else {
        return groupdesk_http::tls().map(Arc::new);
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots.add(certificate).map_err(|error| wrong(server, error))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// TLS as lettre takes it.
///
/// # Errors
/// Words for the operator, when the file can't be used.
pub(crate) fn parameters(server: &Server) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(server.host.clone());
    match certificates(server)? {
        None => builder = builder.certificate_store(CertificateStore::WebpkiRoots),
        Some(certificates) => {
            builder = builder.certificate_store(CertificateStore::None);
            for certificate in certificates {
                let certificate =
                    Certificate::from_der(certificate.to_vec()).map_err(|error| wrong(server, error))?;
                builder = builder.add_root_certificate(certificate);
            }
        }
    }
    builder
        .build_rustls()
        .map_err(|error| format!("TLS for {} cannot be set up: {error}", server.host))
}

fn certificates(server: &Server) -> Result<Option<Vec<CertificateDer<'static>>>, String> {
    let Some(file) = &server.ca else {
        return Ok(None);
    };
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = read.map_err(|error| wrong(server, error))?;
    if certificates.is_empty() {
        return Err(wrong(server, "no certificate is in it"));
    }
    Ok(Some(certificates))
}

fn wrong(server: &Server, error: impl std::fmt::Display) -> String {
    let file = server
        .ca
        .as_ref()
        .map(|file| file.display().to_string())
        .unwrap_or_default();
    format!("`ca` {file} can't be used: {error}")
}
