//! `verify`: which checks a pasted URL passes.

use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tower_tencent_webhook::signature::sign;

use crate::{
    server::now,
    support::{AFTER, Ran, run, soon, tool},
};

const APP: [&str; 2] = ["--app", "7:hush"];

pub(crate) fn url(time: u64, token: &str) -> String {
    let sign = sign(token, time);
    format!(
        "https://im.example/hook?SdkAppid=7&CallbackCommand={AFTER}&Sign={sign}&RequestTime={time}"
    )
}

/// The first words of the lines, such as `ok app`.
fn lines(ran: &Ran) -> Vec<&str> {
    ran.stdout
        .lines()
        .map(|line| line.split(':').next().expect("a line"))
        .collect()
}

#[tokio::test]
async fn each_check_passes_or_says_why_not() {
    let now = now();
    for (url, code, found, told) in [
        (
            url(now, "hush"),
            0,
            ["ok app", "ok sign", "ok time", "ok command"],
            "",
        ),
        (
            url(now, "guess"),
            1,
            ["ok app", "BAD sign", "ok time", "ok command"],
            "not the one in the console",
        ),
        (
            url(now - 3 * 3600, "hush"),
            1,
            ["ok app", "ok sign", "BAD time", "ok command"],
            "3 h ago",
        ),
        (
            url(now + 7300, "hush"),
            1,
            ["ok app", "ok sign", "BAD time", "ok command"],
            "from now",
        ),
        (
            url(now, "hush").replace("=7&", "=9&"),
            1,
            ["BAD app", "skip sign", "skip time", "ok command"],
            "app 9",
        ),
        (
            url(now, "hush").replace("SdkAppid", "Other"),
            1,
            ["BAD app", "skip sign", "skip time", "ok command"],
            "SdkAppid is missing",
        ),
        (
            url(now, "hush").replace("CallbackCommand", "Other"),
            1,
            ["ok app", "ok sign", "ok time", "BAD command"],
            "CallbackCommand is missing",
        ),
        (
            url(now, "hush") + "&sign=x",
            1,
            ["ok app", "BAD sign", "ok time", "ok command"],
            "twice",
        ),
        (
            url(now, "hush").replace("Sign=", "Sign=x"),
            1,
            ["ok app", "BAD sign", "ok time", "ok command"],
            "documented form",
        ),
    ] {
        let ran = run(&["verify", &url, APP[0], APP[1]]).await;
        assert_eq!(
            (ran.code, lines(&ran)),
            (Some(code), found.to_vec()),
            "{ran:?}"
        );
        assert!(ran.stdout.contains(told), "{told}: {ran:?}");
        let sign = sign("hush", now);
        assert!(
            !ran.stdout.contains("hush") && !ran.stdout.contains(&sign),
            "{ran:?}"
        );
    }
    let unsigned = run(&["verify", &url(now, "hush"), "--app", "7"]).await;
    assert_eq!(
        lines(&unsigned),
        ["ok app", "skip sign", "skip time", "ok command"]
    );
    assert_eq!(unsigned.code, Some(0));
}

#[tokio::test]
async fn the_token_may_come_on_stdin() {
    for (input, code) in [("hush\n", 0), ("hush\r\n", 0), ("guess\n", 1), ("", 2)] {
        // Also if there is a key, but for the other envelope.
        for more in [
            &[][..],
            &["--event-key", "7:key"],
            &["--event-key", "9:key"],
        ] {
            let mut command = tool(&["verify", &url(now(), "hush")]);
            let mut child = command
                .args(more)
                .stdin(Stdio::piped())
                .spawn()
                .expect("it runs");
            let mut stdin = child.stdin.take().expect("piped");
            stdin.write_all(input.as_bytes()).await.expect("open");
            drop(stdin);
            let output = soon("the end", child.wait_with_output())
                .await
                .expect("it ends");
            assert_eq!(output.status.code(), Some(code), "{more:?} {output:?}");
        }
    }
}

#[tokio::test]
async fn a_signature_that_nothing_can_check_is_bad() {
    let with_key = ["--event-key", "7:key"];
    let other = ["--app", "8:hush"];
    let url = url(now(), "guess");
    let ran = run(&[&["verify", &url][..], &with_key, &other].concat()).await;
    assert_eq!(
        (ran.code, lines(&ran)),
        (Some(1), vec!["ok app", "BAD sign", "ok time", "ok command"]),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("no token"), "{ran:?}");

    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&file, r#"{"EventType":101,"CallbackTs":0}"#).expect("written");
    let event = ["verify", "--event", file.path().to_str().expect("UTF-8")];
    let sign = ["--sign", "c2lnbg==", "--sdk-app-id", "7"];
    for app in ["7:hush", "7"] {
        let ran = run(&[&event[..], &sign, &["--app", app]].concat()).await;
        assert_eq!(ran.code, Some(1));
        assert!(
            ran.stdout.contains("BAD sign: the app has no event key"),
            "{ran:?}"
        );
    }
}

#[tokio::test]
async fn an_unknown_command_is_told_with_the_nearest_names() {
    let signed = url(now(), "hush");
    for (name, told) in [
        (
            "State.StteChange",
            "ok command: unknown to this release, did you mean State.StateChange",
        ),
        ("Qqqq", "ok command: unknown to this release\n"),
    ] {
        let url = signed.replace(AFTER, name);
        let ran = run(&["verify", &url, APP[0], APP[1]]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stdout.contains(told), "{ran:?}");
    }
}
