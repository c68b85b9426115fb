//! TLS for both servers: the web's usual roots, or the certificates of a file in their place.

use crate::settings::Server;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// Sets up TLS for the IMAP connection.
///
/// # Errors
/// A sentence for the operator, if the file can't be used.
pub(crate) fn config(server: &Server) -> Result<Arc<ClientConfig>, String> {
    let Some(certificates) = certificates(server)? else {
        return groupdesk_kit::tls().map(Arc::new);
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots.add(certificate).map_err(|error| wrong(server, error))?;
    }
    groupdesk_kit::tls_with_roots(roots).map(Arc::new)
}

/// Sets up TLS for lettre.
///
/// # Errors
/// A sentence for the operator, if the file can't be used.
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

/// Returns the remedy for a connection that TLS refused, derived from the error text; `None` if TLS is not the cause. `part` is
/// the part of the settings (`smtp`, `imap`).
pub(crate) fn advice(part: &str, server: &Server, error: &str) -> Option<String> {
    let lower = error.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let (host, port) = (&server.host, server.port);
    if says(&[
        "unknownissuer",
        "unknown issuer",
        "causedasendentity",
        "ca used as end entity",
        "self-signed",
        "self signed",
        "badsignature",
    ]) {
        let trusted = match &server.ca {
            Some(file) => format!("`{part}.ca` ({}) does not hold who signed it", file.display()),
            None => format!("if it is your own server's, name the PEM file of who signed it in `{part}.ca`"),
        };
        return Some(format!(
            "the certificate of {host}:{port} is signed by nobody we trust: {trusted}"
        ));
    }
    if says(&[
        "notvalidforname",
        "not valid for name",
        "certificate not valid for",
    ]) {
        return Some(format!(
            "the certificate of {host}:{port} is for another name: write the name that stands in it as `{part}.host`"
        ));
    }
    if says(&["expired", "notvalidyet", "not valid yet"]) {
        return Some(format!(
            "the certificate of {host}:{port} is out of date, or this machine's clock is wrong; the server's admin must renew it"
        ));
    }
    if says(&[
        "invalidcontenttype",
        "corrupt message",
        "corruptmessage",
        "wrong version",
        "received fatal alert: protocolversion",
    ]) {
        return Some(format!(
            "{host}:{port} does not begin with TLS: write `{part}.security: starttls`, or another `{part}.port`"
        ));
    }
    if says(&["starttls"]) {
        return Some(format!(
            "{host}:{port} does not do STARTTLS: write `{part}.security: tls` with the port for it, or another `{part}.port`"
        ));
    }
    says(&["invalid peer certificate", "certificate"]).then(|| {
        format!("the certificate of {host}:{port} is not taken; `{part}.ca` names others to trust, `{part}.security` how to connect")
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use serde_json::json;

    fn server(ca: Option<&str>) -> Server {
        let mut smtp = json!({"host": "smtp.example.com", "security": "tls"});
        if let Some(ca) = ca {
            smtp["ca"] = json!(ca);
        }
        let settings =
            json!({"smtp": smtp, "from": "desk@example.com", "targets": {"a": {"to": ["b@example.com"]}}});
        let settings: Settings = serde_json::from_value(settings).unwrap();
        settings.smtp.server
    }

    #[test]
    fn what_tls_refuses_is_told_with_the_key_to_set() {
        let own = server(Some("/etc/desk/ca.pem"));
        let usual = server(None);
        // As rustls and lettre word it, beside what the programs before them did.
        for (server, error, told) in [
            (
                &usual,
                "invalid peer certificate: UnknownIssuer",
                "name the PEM file of who signed it in `imap.ca`",
            ),
            (
                &own,
                "invalid peer certificate: UnknownIssuer",
                "`imap.ca` (/etc/desk/ca.pem) does not hold who signed it",
            ),
            (
                &usual,
                "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
                "`imap.ca`",
            ),
            (
                &usual,
                "invalid peer certificate: certificate not valid for name \"smtp.example.com\"",
                "as `imap.host`",
            ),
            (
                &usual,
                "invalid peer certificate: certificate expired: verification time 1",
                "out of date",
            ),
            (
                &usual,
                "received corrupt message of type InvalidContentType",
                "`imap.security: starttls`",
            ),
            (
                &usual,
                "the server does not know STARTTLS",
                "`imap.security: tls`",
            ),
            (
                &usual,
                "invalid peer certificate: BadEncoding",
                "`imap.ca` names others to trust",
            ),
        ] {
            let advice = advice("imap", server, error).unwrap_or_default();
            assert!(
                advice.contains(told) && advice.contains("smtp.example.com:465"),
                "{error}: {advice}"
            );
        }
        for other in ["connection refused", "535 authentication failed", "timed out"] {
            assert_eq!(advice("smtp", &usual, other), None, "{other}");
        }
    }
}
