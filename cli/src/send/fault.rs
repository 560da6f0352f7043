//! Faults: one thing that is wrong with a webhook that is sent.

use std::{convert::Infallible, io::Write, time::Duration};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use futures_util::{StreamExt, stream};
use http::{Request, header};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use tower::BoxError;
use tower_tencent_webhook::signature;

use super::{
    client::SendBody,
    outgoing::{Credential, Outgoing},
    target::Target,
};
use crate::{
    exchange::head::Origin,
    protocol::Envelope,
    secrets::{Keys, Secret},
    time,
};

/// How far a time of signing is off.
const HOUR: u64 = 3_600_000;
/// Longer than any body that Tencent sends.
const OVERSIZE: usize = 2 * 1024 * 1024;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Fault {
    /// Signed with another token or key.
    WrongToken,
    /// Not signed.
    MissingSign,
    /// Not signed, but with the time of signing. Of `check` only.
    #[value(skip)]
    TimeAlone,
    /// Signed, but without the time of signing. Of `check` only.
    #[value(skip)]
    SignAlone,
    /// Signed an hour ago.
    Stale,
    /// Signed an hour from now.
    Future,
    /// Of an app with another id.
    UnknownApp,
    /// The id of the app twice.
    RepeatedParameter,
    /// The body breaks off, and the connection with it.
    Truncated,
    /// The body is 2 MiB long.
    Oversize,
    /// The body arrives byte by byte.
    Slow,
    /// The body is compressed.
    Gzip,
    /// The body is not JSON.
    BadJson,
}

/// A webhook that is about to be sent.
#[derive(Debug)]
pub(crate) struct SignedProbe<'a> {
    pub(crate) outgoing: Outgoing,
    pub(crate) keys: &'a Keys,
    pub(crate) target: &'a Target,
    pub(crate) origin: Origin,
}

impl SignedProbe<'_> {
    /// The request, signed now, right or with a fault.
    ///
    /// # Errors
    ///
    /// If the parameters do not make a URL.
    pub(crate) fn request(self, fault: Option<Fault>) -> Result<Request<SendBody>, BoxError> {
        let Self {
            mut outgoing,
            keys,
            target,
            origin,
        } = self;
        let now = time::now();
        let (at, credential) = match fault {
            Some(Fault::WrongToken) => (now, Credential::Other(Secret::new("not-the-token"))),
            Some(Fault::MissingSign | Fault::TimeAlone | Fault::SignAlone) => {
                (now, Credential::None)
            }
            Some(Fault::Stale) => (now - HOUR, Credential::First),
            Some(Fault::Future) => (now + HOUR, Credential::First),
            _ => (now, Credential::First),
        };
        match fault {
            Some(Fault::UnknownApp) => outgoing.set_sdk_app_id(outgoing.sdk_app_id ^ 1),
            Some(Fault::RepeatedParameter) if outgoing.envelope == Envelope::Url => {
                let again = ("SdkAppid".to_owned(), outgoing.sdk_app_id.to_string());
                outgoing.query.push(again);
            }
            Some(Fault::TimeAlone) => {
                let time = ("RequestTime".to_owned(), (now / 1000).to_string());
                outgoing.query.push(time);
            }
            Some(Fault::SignAlone) => outgoing.query.extend(keys.tokens.first().map(|token| {
                let sign = signature::sign(token.expose(), now / 1000);
                ("Sign".to_owned(), sign)
            })),
            _ => {}
        }
        // Before it is signed: a TRTC event signs its body.
        outgoing = outgoing.sent_at(at);
        outgoing.body = match fault {
            Some(Fault::BadJson) => cut(&outgoing.body),
            Some(Fault::Oversize) => pad(&outgoing.body),
            Some(Fault::Gzip) => gzip(&outgoing.body)?,
            _ => outgoing.body,
        };
        let mut request = outgoing.request(target, keys, &credential, at, origin)?;
        match fault {
            Some(Fault::Gzip) => {
                let gzip = header::HeaderValue::from_static("gzip");
                request.headers_mut().insert(header::CONTENT_ENCODING, gzip);
            }
            Some(Fault::RepeatedParameter) if outgoing.envelope == Envelope::Trtc => {
                let id = outgoing.sdk_app_id.into();
                request.headers_mut().append("sdkappid", id);
            }
            Some(Fault::Slow) => *request.body_mut() = slow(outgoing.body),
            Some(Fault::Oversize) => {
                let length = outgoing.body.len().into();
                request.headers_mut().insert(header::CONTENT_LENGTH, length);
                *request.body_mut() = after_the_head(outgoing.body);
            }
            Some(Fault::Truncated) => {
                let length = outgoing.body.len().into();
                request.headers_mut().insert(header::CONTENT_LENGTH, length);
                *request.body_mut() = truncated(&outgoing.body);
            }
            _ => {}
        }
        Ok(request)
    }
}

/// Without its end.
fn cut(body: &Bytes) -> Bytes {
    body.slice(..body.trim_ascii_end().len().saturating_sub(1))
}

/// With white space after it, which changes nothing but the length.
fn pad(body: &Bytes) -> Bytes {
    let mut padded = body.to_vec();
    padded.resize(OVERSIZE.max(padded.len()), b' ');
    padded.into()
}

fn gzip(body: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body)?;
    Ok(encoder.finish()?.into())
}

/// The body some time after its head: if a receiver answers the head and closes, its answer is read
/// before the connection breaks.
fn after_the_head(body: Bytes) -> SendBody {
    let whole = stream::once(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        Ok::<_, Infallible>(Frame::data(body))
    });
    StreamBody::new(whole)
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// Half a second for each byte: no receiver waits for the end.
fn slow(body: Bytes) -> SendBody {
    let bytes = stream::iter(0..body.len()).then(move |at| {
        let byte = body.slice(at..=at);
        async move {
            tokio::time::sleep(Duration::from_millis(500)).await;
            Ok::<_, Infallible>(Frame::data(byte))
        }
    });
    StreamBody::new(bytes)
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// The first half, and some time after it an error, at which the client closes the connection: at
/// once, it would drop what it has not sent yet.
fn truncated(body: &Bytes) -> SendBody {
    let half = Ok(Frame::data(body.slice(..body.len() / 2)));
    let end = stream::once(async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        Err(BoxError::from("the body broke off, on purpose"))
    });
    StreamBody::new(stream::iter([half]).chain(end)).boxed_unsync()
}
