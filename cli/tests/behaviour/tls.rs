//! https targets, against a TLS server of our own.

use std::sync::Arc;

use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::{AFTER, Listen, MESSAGE, OK, run};

/// A server for `localhost`, its port, and its certificate as PEM.
async fn server() -> (u16, String) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("a certificate that fits its key");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not trust us breaks off here.
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let answer = service_fn(async |_: http::Request<Incoming>| {
                    Ok::<_, std::convert::Infallible>(http::Response::new(
                        Full::<bytes::Bytes>::from(OK),
                    ))
                });
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer)
                    .await;
            });
        }
    });
    (port, cert.pem())
}

#[tokio::test]
async fn an_https_target_is_trusted_by_its_own_root_only() {
    let (port, pem) = server().await;
    let directory = tempfile::tempdir().expect("a directory");
    let ca = directory.path().join("ca.pem");
    std::fs::write(&ca, pem).expect("written");
    let ca = ca.to_str().expect("UTF-8");
    let url = format!("https://localhost:{port}/im");

    let trusted = run(&[
        "trigger", AFTER, "--to", &url, "--app", "7:hush", "--ca", ca,
    ])
    .await;
    assert_eq!(trusted.code, Some(0), "{trusted:?}");
    assert!(trusted.stdout.starts_with("200 OK\n"), "{trusted:?}");
    let unknown = run(&["trigger", AFTER, "--to", &url, "--app", "7:hush"]).await;
    assert_eq!((unknown.code, &*unknown.stdout), (Some(1), ""));
    assert!(unknown.stderr.contains("certificate"), "{unknown:?}");
    let other_name = format!("https://127.0.0.1:{port}/im");
    let other = run(&[
        "trigger",
        AFTER,
        "--to",
        &other_name,
        "--app",
        "7:hush",
        "--ca",
        ca,
    ])
    .await;
    assert_eq!(other.code, Some(1), "{other:?}");

    let recording = directory.path().join("recording.ndjson");
    let line = format!(
        r#"{{"v":1,"id":1,"received":0,"envelope":"url","sdk_app_id":7,"command":"{AFTER}","query":[],"body":"x"}}"#
    );
    std::fs::write(&recording, line).expect("written");
    let recording = recording.to_str().expect("UTF-8");
    for arguments in [&["replay", recording][..], &["check"]] {
        let to = ["--to", &url, "--app", "7:hush"];
        let unknown = run(&[arguments, &to].concat()).await;
        assert_eq!(unknown.code, Some(1), "{unknown:?}");
        assert!(unknown.stdout.contains("certificate"), "{unknown:?}");
        let trusted = run(&[arguments, &to, &["--ca", ca]].concat()).await;
        let told = trusted.stdout.contains(": 200 OK") || trusted.stdout.contains("ok good");
        assert!(told, "{trusted:?}");
    }

    let listen = Listen::start(&["--app", "7", "--forward-to", &url, "--ca", ca]).await;
    assert_eq!(listen.deliver(7, AFTER, MESSAGE).await.body, OK);
}

#[tokio::test]
async fn a_file_without_certificates_is_a_usage_error() {
    let directory = tempfile::tempdir().expect("a directory");
    let empty = directory.path().join("empty.pem");
    std::fs::write(&empty, "nothing").expect("written");
    let empty = empty.to_str().expect("UTF-8");
    let ran = run(&[
        "trigger",
        AFTER,
        "--to",
        "https://localhost:1/",
        "--app",
        "7",
        "--ca",
        empty,
    ])
    .await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("--ca"), "{ran:?}");
}
