//! Part A: the query.

use std::net::IpAddr;

use tower_tencent_webhook::{outcome::Rejection, value::Platform};

use super::{
    case::{Case, Row, Way},
    site::Running,
};
use crate::support::{
    AFTER, APP, NOW, OPEN_APP, SIGN,
    connection::{self, Connection},
};

/// A webhook of the app without a token, with more parameters.
fn open(more: &str) -> String {
    format!("/?SdkAppid={OPEN_APP}&CallbackCommand={AFTER}{more}")
}

pub(crate) async fn a_parameter_twice_is_malformed(row: &mut Row) {
    let signed = format!("/?SdkAppid={APP}&CallbackCommand={AFTER}&Sign={SIGN}&RequestTime={NOW}");
    row.check(
        [
            format!("SdkAppid={APP}"),
            format!("SdkAppid={OPEN_APP}"),
            format!("sdkappid={APP}"),
            format!("%53dkAppid={APP}"),
            format!("CallbackCommand={AFTER}"),
            "CallbackCommand=Group.CallbackBeforeSendMsg".to_owned(),
            "CallbackCommand=".to_owned(),
            format!("Callback%43ommand={AFTER}"),
            format!("callback%63ommand={AFTER}"),
            format!("Sign={SIGN}"),
            "sign=".to_owned(),
            "%53ign".to_owned(),
            format!("RequestTime={NOW}"),
            "requesttime=1".to_owned(),
        ]
        .into_iter()
        .flat_map(|twice| {
            let before = signed.replacen("/?", &format!("/?{twice}&"), 1);
            [before, format!("{signed}&{twice}")]
        })
        .map(|target| Case::new(target.clone(), target).rejected(Rejection::MalformedQuery)),
    )
    .await;
}

pub(crate) async fn what_is_not_printable_ascii_is_malformed(row: &mut Row) {
    let bad = [
        "%",
        "%z",
        "%zz",
        "%4",
        "%ff",
        "%c3%28",
        "%00",
        "%0a",
        "%7f",
        "%e4%ba%91",
        "云",
    ];
    row.check(bad.iter().flat_map(|bad| {
        [
            format!("/?SdkAppid={OPEN_APP}{bad}&CallbackCommand={AFTER}"),
            format!("/?SdkAppid={OPEN_APP}&CallbackCommand={AFTER}{bad}"),
            format!("/?SdkAppid={OPEN_APP}&CallbackCommand={bad}{AFTER}"),
        ]
        .map(|target| Case::new(target.clone(), target).rejected(Rejection::MalformedQuery))
    }))
    .await;

    // In a name it makes another name, so the request is not ours.
    row.check(bad.iter().map(|bad| {
        let target = format!("/?SdkAppid={OPEN_APP}&CallbackCommand{bad}={AFTER}");
        Case::new(target.clone(), target).passed()
    }))
    .await;

    // Bytes that are not UTF-8 cannot be in an `http::Uri`: the server refuses them by itself.
    let case = Case::new("raw bytes", open(""));
    let site = case.site();
    let Running::Socket(server) = site.start(Way::Socket, &case).await else {
        unreachable!("a socket was asked for");
    };
    let mut connection = Connection::open(server.address).await;
    let mut bytes = format!("POST {}", open("")).into_bytes();
    bytes.extend(b"\xff HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(connection.exchange(bytes).await.status, 400);
    assert_eq!(site.recorder.deliveries.len(), 0);
    let sound = connection::exchange(
        server.address,
        connection::request("POST", &open(""), "", "[]"),
    )
    .await;
    assert_eq!(sound.status, 400, "the server lives: {sound:?}");
    assert_eq!(site.outcomes.len(), 1);
}

pub(crate) async fn an_app_id_that_is_no_plain_decimal_is_malformed(row: &mut Row) {
    row.check(
        [
            "",
            "+1400000002",
            "%2B1400000002",
            "-1400000002",
            "01400000002",
            "0x53724E02",
            "1400000002.0",
            "1.4e9",
            "1_400_000_002",
            "%201400000002",
            "1400000002%20",
            "１４００００００02",
            "%EF%BC%91400000002",
            "18446744073709551616",
            "99999999999999999999999999",
        ]
        .map(|id| {
            Case::new(id, format!("/?SdkAppid={id}&CallbackCommand={AFTER}"))
                .rejected(Rejection::MalformedQuery)
        }),
    )
    .await;
}

pub(crate) async fn an_app_that_is_not_configured_is_forbidden(row: &mut Row) {
    row.check(unknown_apps()).await;
}

/// Row 4, also part of row 19.
pub(crate) fn unknown_apps() -> impl Iterator<Item = Case> {
    ["0", "1", "140000000", "14000000000", "18446744073709551615"]
        .into_iter()
        .map(|id| {
            let target =
                format!("/?SdkAppid={id}&CallbackCommand={AFTER}&Sign={SIGN}&RequestTime={NOW}");
            Case::new(id, target).rejected(Rejection::UnknownApp)
        })
}

pub(crate) async fn contenttype_is_ignored(row: &mut Row) {
    row.check(
        [
            "",
            "&contenttype=json",
            "&contenttype=xml",
            "&contenttype",
            "&contenttype=%ff",
            "&contenttype=json&contenttype=xml",
        ]
        .map(|more| Case::new(more, open(more))),
    )
    .await;
}

pub(crate) async fn an_odd_address_or_platform_decides_nothing(row: &mut Row) {
    for address in [
        "",
        "home",
        "%ff",
        "127.0.0.1:80",
        "256.0.0.1",
        "127.0.0.1%00",
        "云",
    ] {
        let case = Case::new(address, open(&format!("&ClientIP={address}")));
        row.check([case.handled(|delivery| assert_eq!(delivery.client_ip(), None))])
            .await;
    }
    for address in ["::1", "%3A%3A1"] {
        let case = Case::new(address, open(&format!("&ClientIP={address}")));
        row.check([case.handled(|delivery| {
            assert_eq!(delivery.client_ip(), "::1".parse::<IpAddr>().ok());
        })])
        .await;
    }
    for platform in ["iOS", "IOS", "iOs", "%69OS"] {
        let case = Case::new(platform, open(&format!("&OptPlatform={platform}")));
        row.check([case.handled(|delivery| {
            assert_eq!(delivery.platform(), Some(&Platform::Ios));
        })])
        .await;
    }
    for platform in ["Mac", "macOS", "MACOS"] {
        let case = Case::new(platform, open(&format!("&OptPlatform={platform}")));
        row.check([case.handled(|delivery| {
            assert_eq!(delivery.platform(), Some(&Platform::Mac));
        })])
        .await;
    }
    for platform in [String::new(), "Toaster".to_owned(), "x".repeat(4000)] {
        let case = Case::new("unknown", open(&format!("&OptPlatform={platform}")));
        row.check([case.handled(|delivery| {
            assert!(matches!(delivery.platform(), Some(Platform::Unknown(_))));
        })])
        .await;
    }
}

pub(crate) async fn a_query_over_8_kib_is_too_long(row: &mut Row) {
    const LONGEST: usize = 8 * 1024;
    let of_length = |length: usize| {
        let target = open("&x=");
        let padding = length - (target.len() - "/?".len());
        target + &"x".repeat(padding)
    };
    row.check([
        Case::new("8 KiB", of_length(LONGEST)),
        Case::new("one more", of_length(LONGEST + 1)).rejected(Rejection::QueryTooLong),
        Case::new("60 KiB", of_length(60 * 1024)).rejected(Rejection::QueryTooLong),
        // Too long comes before malformed.
        Case::new("and twice", of_length(LONGEST + 1) + "&SdkAppid=1")
            .rejected(Rejection::QueryTooLong),
        Case::new("not ours", format!("/?{}", "x".repeat(LONGEST + 1))).passed(),
    ])
    .await;
}

pub(crate) async fn a_query_of_many_parameters_is_not_walked(row: &mut Row) {
    const LONG: usize = 60 * 1024;
    let behind = |padding: &str| {
        let padding = padding.repeat(LONG / padding.len());
        format!("/?{padding}&SdkAppid={OPEN_APP}&CallbackCommand={AFTER}")
    };
    // What it costs is measured in `resources`.
    row.check(
        ["&", "a=1&", "SdkAppid=1&", "%53dkAppid=1&"]
            .map(|padding| Case::new(padding, behind(padding)).passed()),
    )
    .await;
    row.check([
        Case::new("in front", open(&"&".repeat(LONG))).rejected(Rejection::QueryTooLong),
        Case::new("repeated", open(&"&Sign=1".repeat(LONG / 8))).rejected(Rejection::QueryTooLong),
        Case::new("128 parameters", open(&"&a".repeat(126))),
        Case::new("129 parameters", open(&"&a".repeat(127))).rejected(Rejection::QueryTooLong),
    ])
    .await;
}

pub(crate) async fn other_parameters_and_any_order_are_accepted(row: &mut Row) {
    row.check(
        [
            open("&RequestID=5f2b-11"),
            open("&RequestID=1&RequestID=2&&=&%&%zz=%zz&a=b=c"),
            format!("/?RequestID=1&CallbackCommand={AFTER}&OptPlatform=Web&SdkAppid={OPEN_APP}"),
            format!("/im/hook?callbackcommand={AFTER}&SDKAPPID={OPEN_APP}"),
            format!(
                "/?RequestTime={NOW}&Sign={SIGN}&ClientIP=1.2.3.4&CallbackCommand={AFTER}&SdkAppid={APP}"
            ),
        ]
        .map(|target| Case::new(target.clone(), target)),
    )
    .await;
}

pub(crate) async fn a_command_that_nobody_knows_is_an_event(row: &mut Row) {
    let to = |command: &str| format!("/?SdkAppid={OPEN_APP}&CallbackCommand={command}");
    row.check([
        Case::new("empty", to("")).handled(|delivery| assert_eq!(delivery.command(), "")),
        Case::new("unknown", to("Cake.CallbackAfterBake"))
            .handled(|delivery| assert_eq!(delivery.command(), "Cake.CallbackAfterBake")),
        Case::new("unknown, no JSON", to("A%20B"))
            .whole("\u{feff}<xml/>")
            .handled(|delivery| {
                assert_eq!(delivery.command(), "A B");
                assert_eq!(delivery.body(), "\u{feff}<xml/>".as_bytes());
            }),
    ])
    .await;
}
