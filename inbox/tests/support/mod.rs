//! What the tests and the harnesses of this package share.

#![allow(dead_code, unused_imports, reason = "each binary uses a part of it")]

pub(crate) mod bouncer;
pub(crate) mod cluster;
pub(crate) mod receiver;

use std::time::Duration;

use tower_tencent_webhook::EventKey;
use tower_tencent_webhook::testing;
use tower_tencent_webhook_inbox::store::{Claim, Claimed, Entry, Queue, Stored};

/// How long a test waits for what has to happen. Long enough for a busy machine: it only bounds
/// a test that fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The command of the deliveries, unless a test says otherwise.
pub(crate) const AFTER: &str = "Group.CallbackAfterSendMsg";

/// A lease that no test outlives.
pub(crate) const LEASE: Duration = Duration::from_mins(10);

/// Awaits what has to happen soon.
pub(crate) async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.expect(what)
}

/// Looks again and again until `look` finds something.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    soon(what, found).await
}

/// The key number `n` of a test.
pub(crate) fn key(n: u32) -> EventKey {
    let mut bytes = [7; 32];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    EventKey::from(bytes)
}

/// A group message with the key number `n` and that number as its `MsgSeq`.
pub(crate) fn entry(n: u32) -> Entry {
    entry_of(n, AFTER, message(n))
}

pub(crate) fn entry_of(n: u32, command: &str, body: impl Into<bytes::Bytes>) -> Entry {
    let delivery = testing::undecoded(command, body);
    Entry::new(Some(key(n)), delivery.to_record()).expect("an entry")
}

/// The body of a group message.
pub(crate) fn message(n: u32) -> String {
    format!(
        r#"{{"GroupId":"@TGS#A","Type":"Public","From_Account":"mei","MsgSeq":{n},"MsgBody":[]}}"#
    )
}

/// Puts the entries with these numbers, all of them new.
pub(crate) async fn put(store: &impl Queue, numbers: impl IntoIterator<Item = u32>) {
    let entries: Vec<_> = numbers.into_iter().map(entry).collect();
    let count = entries.len();
    let stored = store.put(entries).await.expect("a store that takes");
    assert_eq!(stored, vec![Stored::New; count]);
}

/// All that is due, claimed in one go.
pub(crate) async fn claim_all(store: &impl Queue) -> Vec<Claimed> {
    let claim = Claim::new(1000, LEASE);
    store.claim(claim).await.expect("a store that hands out")
}
