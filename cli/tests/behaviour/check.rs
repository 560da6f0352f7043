//! `check` against our receiver, and against others with one mistake each.

use std::net::SocketAddr;

use crate::{
    server::{Mistake, receiver},
    support::{Listen, Ran, run},
};

/// All probes, in the order in which they are printed.
const PROBES: [&str; 15] = [
    "good",
    "wrong-token",
    "missing-sign",
    "stale",
    "future",
    "unknown-app",
    "repeated-parameter",
    "gzip",
    "bad-json",
    "slow-body",
    "unknown-command",
    "probe",
    "get",
    "reply-form",
    "reply-time",
];

async fn check(url: &str, app: &str) -> Ran {
    run(&["check", "--to", url, "--app", app]).await
}

/// The probes whose lines begin with `word`.
fn found<'a>(ran: &'a Ran, word: &str) -> Vec<&'a str> {
    ran.stdout
        .lines()
        .filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '))
        .map(|line| line.split(':').next().expect("a name"))
        .collect()
}

async fn findings(address: SocketAddr) -> (Option<i32>, String) {
    let ran = check(&format!("http://{address}/im"), "7:hush").await;
    assert!(!ran.stdout.contains("hush"), "{ran:?}");
    for line in ran.stdout.lines().filter(|line| line.starts_with("BAD ")) {
        let told = line.contains("Tencent") || line.contains("the console");
        assert!(told, "what Tencent does: {line}");
    }
    (ran.code, found(&ran, "BAD").join(" "))
}

#[tokio::test]
async fn ours_passes_every_probe() {
    let listen = Listen::start(&["--app", "7:hush", "--app", "8"]).await;
    let ran = check(&listen.url("/im"), "7:hush").await;
    assert_eq!(found(&ran, "ok"), PROBES, "{ran:?}");
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.stdout
            .starts_with("sends a real event, State.StateChange, of app 7\n")
    );

    let ran = check(&listen.url("/im"), "8").await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(found(&ran, "skip"), PROBES[1..5]);
    assert_eq!(found(&ran, "ok").len(), PROBES.len() - 4);
}

#[tokio::test]
async fn each_planted_mistake_is_found_and_nothing_else() {
    let planted = [
        (Mistake::None, ""),
        (
            Mistake::ChecksNoSignature,
            "wrong-token missing-sign stale future",
        ),
        (Mistake::TakesTimeWithoutSign, "missing-sign"),
        (Mistake::TakesSignWithoutTime, "missing-sign"),
        (Mistake::TakesOtherApps, "unknown-app"),
        (Mistake::TakesTheLastOfTwo, "repeated-parameter"),
        (Mistake::TakesAnyEncoding, "gzip"),
        (Mistake::TakesAnyBody, "bad-json"),
        (Mistake::WaitsForever, "slow-body"),
        (Mistake::IsSlow, "reply-time"),
        (Mistake::FailsUnknownCommands, "unknown-command"),
        (Mistake::FailsEmptyBodies, "probe"),
        (Mistake::AnswersGet, "get"),
        (Mistake::FailsGet, "get"),
        (Mistake::IsSilentToGet, ""),
        (Mistake::AnswersLess, "reply-form"),
    ];
    // At once, since some wait for the patience of `check`.
    let runs = planted.map(|(mistake, bad)| {
        let found = tokio::spawn(async move {
            let address = receiver(7, "hush", mistake).await;
            findings(address).await
        });
        (mistake, bad, found)
    });
    for (mistake, bad, found) in runs {
        let code = i32::from(!bad.is_empty());
        assert_eq!(
            found.await.expect("it ends"),
            (Some(code), bad.to_owned()),
            "{mistake:?}"
        );
    }
}

#[tokio::test]
async fn a_receiver_that_cannot_be_reached_is_bad_and_says_why() {
    let ran = check("http://127.0.0.1:1/", "7:hush").await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.contains("BAD good: no answer"), "{ran:?}");
    assert!(
        ran.stdout.contains("; Tencent counts it as a failure"),
        "{ran:?}"
    );
    assert_eq!(found(&ran, "ok"), [""; 0], "{ran:?}");
    assert_eq!(found(&ran, "skip"), PROBES[1..]);
}
