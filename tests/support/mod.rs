//! What the tests of this crate share.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod capture;
pub(crate) mod connection;
pub(crate) mod imports;
pub(crate) mod probe;
pub(crate) mod script;
pub(crate) mod server;
pub(crate) mod services;
pub(crate) mod time;
pub(crate) mod watched;

use std::time::Duration;

use tower_tencent_webhook::{App, Apps};

/// The app whose webhooks are signed with [`TOKEN`].
pub(crate) const APP: u64 = 1_400_000_000;
/// The token of the vendor's own example, so that its signature at [`NOW`] is a documented one.
pub(crate) const TOKEN: &str = "xxxxyyyy";
/// What the clock of a test shows, unless it is set.
pub(crate) const NOW: u64 = 1_669_872_112;
/// The signature of [`TOKEN`] at [`NOW`].
pub(crate) const SIGN: &str = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061";
/// Another app, with a token of its own.
pub(crate) const OTHER_APP: u64 = 1_400_000_001;
pub(crate) const OTHER_TOKEN: &str = "another token";
/// An app that takes unsigned webhooks.
pub(crate) const OPEN_APP: u64 = 1_400_000_002;

/// The key of the events of [`APP`], and that of [`OTHER_APP`].
pub(crate) const KEY: &str = "TheKeyOfTheEvents7";
pub(crate) const OTHER_KEY: &str = "AnotherKey8";

pub(crate) const AFTER: &str = "Group.CallbackAfterSendMsg";
pub(crate) const BEFORE: &str = "Group.CallbackBeforeSendMsg";

/// A command of no table.
pub(crate) const UNKNOWN: &str = "Cake.CallbackAfterBake";

/// The shortest body of a group message.
pub(crate) const MESSAGE: &str =
    r#"{"GroupId":"g","Type":"Live","From_Account":"mei","MsgBody":[]}"#;

/// The three fields that let an action pass, or acknowledge it.
pub(crate) const OK: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;
/// The answer to an event of TRTC.
pub(crate) const EVENT_OK: &str = r#"{"code":0}"#;
/// The three fields that refuse a message.
pub(crate) const DENIED: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":1}"#;

/// Only the app that takes unsigned webhooks.
pub(crate) fn open_apps() -> Apps {
    Apps::new([App::insecure_unsigned(OPEN_APP)]).expect("one app")
}

/// How long a test waits for what has to happen. Long enough for a busy machine: it only bounds
/// a test that fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Awaits what has to happen soon.
pub(crate) async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.expect(what)
}

/// Polls once.
pub(crate) async fn polled_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|cx| {
        std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(cx) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        })
    })
    .await
}
