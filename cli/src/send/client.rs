//! The client: http and https, one exchange at a time.

use std::{
    fmt,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Limited, combinators::UnsyncBoxBody};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use tower::BoxError;

use super::target::Target;

/// The longest answer that is read, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// What came back.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
    pub(crate) took: Duration,
}

/// The connection is open, and there is no answer.
#[derive(Debug)]
pub(crate) struct NoAnswer(Duration);

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no answer within {} s", self.0.as_secs())
    }
}

impl std::error::Error for NoAnswer {}

/// Whether there is nobody at the address, so that nothing was sent.
pub(crate) fn is_unreachable(error: &BoxError) -> bool {
    error
        .downcast_ref::<legacy::Error>()
        .is_some_and(legacy::Error::is_connect)
}

/// A body to send: whole, or with a fault.
pub(crate) type SendBody = UnsyncBoxBody<Bytes, BoxError>;

/// A client of one kind of target.
#[derive(Clone, Debug)]
pub(crate) struct Client(legacy::Client<HttpsConnector<HttpConnector>, SendBody>);

/// Whether connections are reused, as Tencent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connections {
    Reused,
    OneEach,
}

impl Client {
    /// A client for `target`. For https it trusts the roots of the system, and those in the PEM
    /// file `ca`.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or holds no certificate.
    pub(crate) fn new(
        target: &Target,
        ca: Option<&Path>,
        connections: Connections,
    ) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        if target.uri().scheme_str() == Some("https") {
            // What cannot be read from the system's store is not trusted.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        if let Some(ca) = ca {
            let unreadable = |error: &dyn std::fmt::Display| {
                format!(
                    "--ca: cannot read certificates from {}: {error}",
                    ca.display()
                )
            };
            let mut found = 0;
            for certificate in
                CertificateDer::pem_file_iter(ca).map_err(|error| unreadable(&error))?
            {
                let certificate = certificate.map_err(|error| unreadable(&error))?;
                roots.add(certificate).map_err(|error| unreadable(&error))?;
                found += 1;
            }
            if found == 0 {
                return Err(unreadable(&"there is none"));
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1()
            .build();
        let mut client = legacy::Client::builder(TokioExecutor::new());
        if connections == Connections::OneEach {
            client.pool_max_idle_per_host(0);
        }
        Ok(Self(client.build(connector)))
    }

    /// Sends the request and reads the whole answer.
    ///
    /// # Errors
    ///
    /// If there is none after `timeout`, or the connection fails.
    pub(crate) async fn send(
        &self,
        request: Request<SendBody>,
        timeout: Duration,
    ) -> Result<Received, BoxError> {
        let sent = Instant::now();
        let exchange = async {
            let answer = self.0.request(request).await?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), MAX_ANSWER)
                .collect()
                .await?
                .to_bytes();
            Ok::<_, BoxError>(Received {
                status,
                body,
                took: sent.elapsed(),
            })
        };
        tokio::time::timeout(timeout, exchange)
            .await
            .map_err(|_| NoAnswer(timeout))?
    }
}
