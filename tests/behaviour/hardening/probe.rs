//! The console's check of the URL: what it may look like, and what passes on.

use http::StatusCode;
use tower::Layer;
use tower_tencent_webhook::{
    App, Apps, Delivery, WebhookLayer,
    event::group,
    outcome::{FailureKind, Rejection},
    reply::Ack,
    signature::{self, SignatureError},
};

use super::{
    case::{Case, Row},
    site::{Site, Web, web},
};
use crate::support::{AFTER, APP, BEFORE, NOW, OPEN_APP, OTHER_TOKEN, SIGN, TOKEN, UNKNOWN};

pub(crate) async fn an_empty_body_is_a_probe(row: &mut Row) {
    let target = |command| format!("/?SdkAppid={OPEN_APP}&CallbackCommand={command}");
    // At a before-webhook nothing at all is most likely a body that was lost.
    for command in [BEFORE, "Sns.CallbackPrevFriendAdd"] {
        row.check_decoding([
            Case::new("empty", target(command))
                .whole("")
                .failed(FailureKind::BodyLost),
            Case::new("chunked", target(command))
                .chunked([""; 0])
                .failed(FailureKind::BodyLost),
            Case::new("blank", target(command))
                .whole(" \r\n\t")
                .failed(FailureKind::BodyLost),
            Case::new("an object", target(command))
                .whole("{}")
                .probed(true),
        ])
        .await;
    }
    for command in [AFTER, UNKNOWN] {
        row.check_decoding([
            Case::new("empty", target(command)).whole("").probed(true),
            Case::new("chunked", target(command))
                .chunked([""; 0])
                .probed(true),
            Case::new("blank", target(command))
                .whole(" \r\n\t")
                .probed(true),
            Case::new("an object", target(command))
                .whole("{}")
                .probed(true),
            Case::new("an object, chunked", target(command))
                .chunked(["{", "", "}\n"])
                .probed(true),
        ])
        .await;
    }
    row.check_decoding([
        Case::new("a list", target(AFTER))
            .whole("[]")
            .failed(FailureKind::Undecodable),
        Case::new("two objects", target(AFTER))
            .whole("{}{}")
            .failed(FailureKind::Undecodable),
    ])
    .await;
}

/// Signed apps only.
fn signed_only(site: &Site) -> Web {
    site.apps
        .replace([
            App::signed(APP, TOKEN).expect("a token"),
            App::signed(OPEN_APP, OTHER_TOKEN).expect("a token"),
        ])
        .expect("two apps");
    site.plain()
}

/// 40 tokens, of which only the first 32 are tried.
fn many(site: &Site) -> Web {
    let apps = (0..39).map(|number| App::signed(number, format!("token {number}")));
    let apps: Result<Vec<App>, _> = apps.chain([App::signed(APP, TOKEN)]).collect();
    site.apps.replace(apps.expect("tokens")).expect("40 apps");
    site.plain()
}

/// A layer of one event, for signed apps.
fn one_event(site: &Site) -> Web {
    let clock = site.clock.clone();
    let outcomes = site.outcomes.clone();
    let handler = tower::service_fn(async |_: Delivery<group::AfterSendMsg>| {
        Ok::<_, std::convert::Infallible>(Ack)
    });
    let apps = Apps::new([App::signed(APP, TOKEN).expect("a token")]).expect("one app");
    let layer = WebhookLayer::new(apps, handler)
        .clock(clock.reader())
        .on_outcome(move |outcome| outcomes.push(*outcome));
    web(layer.layer(site.app.clone()))
}

fn mounted_signed_only(site: &Site) -> Web {
    drop(signed_only(site));
    site.mounted()
}

pub(crate) async fn the_console_can_check_the_url(row: &mut Row) {
    let check = |name: &str, parameters: &str| {
        Case::new(name, format!("/?CallbackCommand={AFTER}{parameters}"))
            .stack(signed_only)
            .whole("{}")
    };
    let sign = |sign: &str, time: u64| format!("&Sign={sign}&RequestTime={time}");
    let good = sign(SIGN, NOW);
    let signed = |seconds| sign(&signature::sign(TOKEN, seconds), seconds);
    // With an app: admitted as ever.
    let with_app =
        |name: &str, parameters: &str| check(name, &format!("&SdkAppid={APP}{parameters}"));
    row.check([
        with_app("signed", &good).probed(true),
        with_app("empty", &good).whole("").probed(true),
        with_app("wrong", &sign(&SIGN.replace('1', "2"), NOW))
            .rejected(Rejection::Signature(SignatureError::Wrong)),
        with_app("unsigned", "").rejected(Rejection::Signature(SignatureError::Missing)),
    ])
    .await;
    // Without one: by any token, unread.
    row.check([
        check("an object", &good).probed(false),
        check("nothing", &good).whole("").probed(false),
        check("two bytes of anything", &good)
            .whole("[]")
            .probed(false),
        check(
            "the other token",
            &sign(&signature::sign(OTHER_TOKEN, NOW), NOW),
        )
        .probed(false),
        check("the edge of the window", &signed(NOW - 60)).probed(false),
        check("other parameters", &format!("{good}&contenttype=json")).probed(false),
        check("mounted", &good)
            .stack(mounted_signed_only)
            .probed(false),
        check("one event", &good).stack(one_event).probed(false),
        check("any command", "")
            .target(format!("/?CallbackCommand={UNKNOWN}{good}"))
            .probed(false),
    ])
    .await;
    // Everything else without an app is the application's.
    row.check([
        check("three bytes", &good).whole("{ }").passed(),
        check("of unknown length", &good).chunked(["{}"]).passed(),
        check("not signed", "").passed(),
        check("half signed", &format!("&Sign={SIGN}")).passed(),
        check("wrong", &sign(&SIGN.replace('1', "2"), NOW)).passed(),
        check("stale", &signed(NOW - 61)).passed(),
        check("ahead", &signed(NOW + 61)).passed(),
        check("signed twice", &format!("{good}&Sign={SIGN}")).passed(),
        check("a GET", &good).method("GET").passed(),
        check("of no command", "")
            .target(format!("/?{}", &good[1..]))
            .passed(),
        check("another command", "")
            .target(format!("/?CallbackCommand={BEFORE}{good}"))
            .stack(one_event)
            .passed(),
        check("a long query", &format!("{good}&x={}", "x".repeat(8192))).passed(),
        check("the 40th token", &good).stack(many).passed(),
        check("mounted, wrong", &sign(&SIGN.replace('1', "2"), NOW))
            .stack(mounted_signed_only)
            .not_a_webhook(StatusCode::BAD_REQUEST),
    ])
    .await;
    // An app that takes unsigned webhooks is checked without a signature, too.
    let open = |name, parameters: &str| check(name, parameters).stack(Site::plain);
    row.check([
        open("unsigned", "").probed(false),
        open("any sign", "&Sign=x").probed(false),
        open("three bytes", "").whole("{ }").passed(),
    ])
    .await;
}
