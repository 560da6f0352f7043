//! Part B: the signature.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use tower_tencent_webhook::{
    App, Auth, ConfigError,
    outcome::Rejection,
    signature::{SignatureError, sign},
};

use super::{
    case::{Case, Row},
    query,
};
use crate::support::{
    AFTER, APP, NOW, OPEN_APP, OTHER_APP, OTHER_TOKEN, SIGN, TOKEN, probe::after_1970,
};

/// A webhook of the app with a token.
fn to(app: u64, parameters: &str) -> String {
    format!("/?SdkAppid={app}&CallbackCommand={AFTER}{parameters}")
}

fn forbidden(parameters: String, error: SignatureError) -> Case {
    Case::new(parameters.clone(), to(APP, &parameters)).rejected(Rejection::Signature(error))
}

pub(crate) async fn a_missing_or_empty_half_is_forbidden(row: &mut Row) {
    row.check(missing()).await;
}

fn missing() -> impl Iterator<Item = Case> {
    [
        String::new(),
        format!("&Sign={SIGN}"),
        format!("&RequestTime={NOW}"),
        format!("&Sign=&RequestTime={NOW}"),
        format!("&Sign&RequestTime={NOW}"),
        format!("&Sign={SIGN}&RequestTime="),
        format!("&Sign={SIGN}&RequestTime"),
        "&Sign=&RequestTime=".to_owned(),
    ]
    .into_iter()
    .map(|parameters| forbidden(parameters, SignatureError::Missing))
}

pub(crate) async fn a_sign_that_is_not_64_hex_digits_is_forbidden(row: &mut Row) {
    row.check(malformed_signs()).await;
}

fn malformed_signs() -> impl Iterator<Item = Case> {
    [
        "1".to_owned(),
        SIGN[..63].to_owned(),
        format!("{SIGN}0"),
        "z".repeat(64),
        format!("{}g", &SIGN[..63]),
        format!("0x{}", &SIGN[..62]),
        format!("0x{SIGN}"),
        format!("%20{SIGN}"),
        format!("{SIGN}%20"),
        format!("+{}", &SIGN[1..]),
        format!("-{}", &SIGN[1..]),
        // The first digit escaped, with and without the right length.
        format!("%31{}", &SIGN[1..]),
        format!("%31{}", &SIGN[1..62]),
        "F3c7w5pnHXuaqDVFhwTS1qbbk2Clk0Cik7WH1tdg1IQGEXc8OjlnHXuaqDVFhwQ=".to_owned(),
        "é".repeat(32),
        "一".repeat(21) + "1",
    ]
    .into_iter()
    .map(|sign| {
        forbidden(
            format!("&Sign={sign}&RequestTime={NOW}"),
            SignatureError::Malformed,
        )
    })
}

pub(crate) async fn a_sign_in_upper_case_is_accepted(row: &mut Row) {
    let upper = SIGN.to_ascii_uppercase();
    let mixed = format!("{}{}", &upper[..32], &SIGN[32..]);
    row.check([upper, mixed].map(|sign| {
        Case::new(
            sign.clone(),
            to(APP, &format!("&Sign={sign}&RequestTime={NOW}")),
        )
        .handled(|delivery| assert_eq!(delivery.auth(), Auth::Token))
    }))
    .await;
}

pub(crate) async fn a_time_that_is_not_10_raw_digits_is_forbidden(row: &mut Row) {
    row.check(malformed_times()).await;
}

fn malformed_times() -> impl Iterator<Item = Case> {
    [
        "-1669872112",
        "-166987211",
        "+1669872112",
        "+166987211",
        "%2B166987211",
        "%201669872112",
        "1669872112%20",
        "166987211%20",
        "%31669872112",
        "16698721%312",
        "166987211",
        "01669872112",
        "16698721120",
        "1669872112000",
        "16698721120000000000",
        "1669872112.0",
        "1669872112.",
        "1.66987e+9",
        "0x63888DF0",
        "١٦٦٩٨٧٢١١٢",
        "%D9%A1%D9%A6%D9%A6%D9%A9%D9%A8%D9%A7%D9%A2%D9%A1%D9%A1%D9%A2",
        // Ten bytes, but no digits.
        "١٦٦٩٨",
    ]
    .into_iter()
    // Signed with the text as it stands, so that only its form can be wrong.
    .map(|time| {
        let sign = match time.parse() {
            Ok(seconds) if !time.starts_with('+') => sign(TOKEN, seconds),
            _ => SIGN.to_owned(),
        };
        forbidden(
            format!("&Sign={sign}&RequestTime={time}"),
            SignatureError::Malformed,
        )
    })
}

fn signed_at(seconds: u64) -> String {
    format!("&Sign={}&RequestTime={seconds:010}", sign(TOKEN, seconds))
}

pub(crate) async fn a_time_outside_the_window_is_forbidden(row: &mut Row) {
    row.check(stale()).await;
    row.check(
        [NOW - 60, NOW - 59, NOW, NOW + 59, NOW + 60]
            .map(|time| Case::new(time.to_string(), to(APP, &signed_at(time)))),
    )
    .await;
}

fn stale() -> impl Iterator<Item = Case> {
    [NOW - 61, NOW + 61, 1_000_000_000, 9_999_999_999]
        .into_iter()
        .map(|time| forbidden(signed_at(time), SignatureError::Stale))
}

pub(crate) async fn a_clock_that_is_off_makes_signatures_stale(row: &mut Row) {
    let good = Case::new("good", to(APP, &signed_at(NOW)));
    let wrong = to(APP, &format!("&Sign={}&RequestTime={NOW}", "0".repeat(64)));
    let wrong = Case::new("wrong", wrong);
    for way in row.ways() {
        let site = good.site();
        let running = site.start(way, &good).await;
        for time in [
            SystemTime::UNIX_EPOCH - Duration::from_secs(1),
            SystemTime::UNIX_EPOCH - Duration::from_secs(NOW),
            SystemTime::UNIX_EPOCH,
            after_1970(NOW - 61),
            after_1970(NOW + 3600),
            after_1970(1 << 40),
        ] {
            site.clock.set(time);
            for (case, error) in [
                (&good, SignatureError::Stale),
                // A wrong signature is called wrong, however late it is.
                (&wrong, SignatureError::Wrong),
            ] {
                let case = case.clone().rejected(Rejection::Signature(error));
                let answer = running.send(&case).await;
                site.check(&format!("row 15, {way:?}, {time:?}"), &case, &answer);
            }
            // The clock jumps back to the right time, and all is well.
            site.clock.set(after_1970(NOW));
            let answer = running.send(&good).await;
            site.check(&format!("row 15, {way:?}, after {time:?}"), &good, &answer);
        }
    }
}

/// The token and time of the vector, and what anybody can make of their hash without the token.
const VECTOR_TOKEN: &str = "xxxxaaaa";
const VECTOR_SIGN: &str = "b2dd14c11c1d4a81da43176813d6cb31e526cbd56f5ebe9b7bfa284621f4cf1f";
const EXTENDED_SIGN: &str = "b6c1c43d25db580f06ce5809e27ae38ac1374ef56a492b54d7706e14348cdb5e";
const VECTOR_APP: u64 = 1_400_000_003;

pub(crate) async fn an_extended_hash_is_forbidden(row: &mut Row) {
    let at = |sign: &str, time: &str| {
        let target = to(VECTOR_APP, &format!("&Sign={sign}&RequestTime={time}"));
        Case::new(time, target)
    };
    let sound = at(VECTOR_SIGN, "1669872112");
    let extended = at(EXTENDED_SIGN, &extended_time())
        .rejected(Rejection::Signature(SignatureError::Malformed));
    // Only its last digits, which are fresh.
    let tail =
        at(EXTENDED_SIGN, "1795430000").rejected(Rejection::Signature(SignatureError::Wrong));
    for way in row.ways() {
        for (case, now) in [
            (&sound, NOW),
            (&extended, 1_795_430_000),
            (&tail, 1_795_430_000),
        ] {
            let site = case.site();
            let app = App::signed(VECTOR_APP, VECTOR_TOKEN).expect("a token");
            site.apps.replace([app]).expect("one app");
            site.clock.set(after_1970(now));
            let answer = site.start(way, case).await.send(case).await;
            site.check(&format!("row 16, {way:?}"), case, &answer);
        }
    }
}

fn extended_time() -> String {
    format!("1669872112%80{}%901795430000", "%00".repeat(44))
}

fn extended() -> Case {
    forbidden(
        format!("&Sign={EXTENDED_SIGN}&RequestTime={}", extended_time()),
        SignatureError::Malformed,
    )
}

pub(crate) async fn the_token_of_another_app_is_forbidden(row: &mut Row) {
    row.check(of_another_app()).await;
}

fn of_another_app() -> impl Iterator<Item = Case> {
    let other = format!("&Sign={}&RequestTime={NOW}", sign(OTHER_TOKEN, NOW));
    let ours = format!("&Sign={SIGN}&RequestTime={NOW}");
    [(APP, other), (OTHER_APP, ours)]
        .into_iter()
        .map(|(app, parameters)| {
            Case::new(app.to_string(), to(app, &parameters))
                .rejected(Rejection::Signature(SignatureError::Wrong))
        })
}

pub(crate) async fn a_previous_token_is_told_apart_and_a_removed_one_forbidden(row: &mut Row) {
    let with = |token: &str| {
        let parameters = format!("&Sign={}&RequestTime={NOW}", sign(token, NOW));
        Case::new(token, to(APP, &parameters))
    };
    let by_current = |token| with(token).handled(|got| assert_eq!(got.auth(), Auth::Token));
    let by_previous =
        |token| with(token).handled(|got| assert_eq!(got.auth(), Auth::PreviousToken));
    let wrong = |token| with(token).rejected(Rejection::Signature(SignatureError::Wrong));
    let app = |token| App::signed(APP, token).expect("a token");

    for way in row.ways() {
        let site = with("").site();
        let running = site.start(way, &with("")).await;
        for (step, apps, cases) in [
            (
                "before",
                vec![app("old")],
                vec![by_current("old"), wrong("new")],
            ),
            (
                "during",
                vec![app("new").also_accept("old").expect("a token")],
                vec![by_current("new"), by_previous("old"), wrong("older")],
            ),
            (
                "after",
                vec![app("new")],
                vec![by_current("new"), wrong("old")],
            ),
            (
                "removed",
                vec![App::insecure_unsigned(OPEN_APP)],
                vec![with("new").rejected(Rejection::UnknownApp)],
            ),
        ] {
            site.apps.replace(apps).expect("one app");
            for case in cases {
                let answer = running.send(&case).await;
                site.check(&format!("row 18, {way:?}, {step}"), &case, &answer);
            }
        }
    }
}

pub(crate) async fn everything_forbidden_looks_the_same(row: &mut Row) {
    let cases: Vec<Case> = query::unknown_apps()
        .chain(missing())
        .chain(malformed_signs())
        .chain(malformed_times())
        .chain(stale())
        .chain([extended()])
        .chain(of_another_app())
        .collect();
    for way in row.ways() {
        let mut first = None;
        for case in &cases {
            let site = case.site();
            // Through tower, the body of each panics when it is polled.
            let mut answer = site.start(way, case).await.send(case).await;
            site.check(&format!("row 19, {way:?}"), case, &answer);
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            answer.headers.remove("date");
            // The head is that of the socket, byte for byte.
            assert_eq!(first.get_or_insert(answer.clone()), &answer);
        }
    }
}

pub(crate) async fn a_sign_for_an_unsigned_app_is_ignored(row: &mut Row) {
    row.check(
        [
            format!("&Sign={SIGN}&RequestTime={NOW}"),
            format!("&Sign={SIGN}&RequestTime=1"),
            "&Sign=x&RequestTime=%ff".to_owned(),
            "&Sign".to_owned(),
        ]
        .map(|parameters| {
            Case::new(parameters.clone(), to(OPEN_APP, &parameters))
                .handled(|delivery| assert_eq!(delivery.auth(), Auth::Unsigned))
        }),
    )
    .await;
}

pub(crate) async fn a_token_that_cannot_be_right_is_not_configured(row: &mut Row) {
    row.no_socket("it is found at start-up, before there is a request");
    let long = "secret".repeat(22);
    for (token, wanted) in [
        ("", ConfigError::EmptyToken),
        (" \t\r\n", ConfigError::EmptyToken),
        ("secret\n", ConfigError::PaddedToken),
        ("secret ", ConfigError::PaddedToken),
        (" secret", ConfigError::PaddedToken),
        ("\u{3000}secret", ConfigError::PaddedToken),
        (&long, ConfigError::TokenTooLong),
    ] {
        let sound = App::signed(APP, "sound").expect("a token");
        for refused in [App::signed(APP, token), sound.also_accept(token)] {
            let error = refused.expect_err("refused");
            assert_eq!(error, wanted, "{token:?}");
            assert!(!format!("{error} {error:?}").contains("secret"));
        }
    }
    // The longest that is accepted works.
    let longest = "s".repeat(128);
    let case = Case::new(
        "128 bytes",
        to(
            APP,
            &format!("&Sign={}&RequestTime={NOW}", sign(&longest, NOW)),
        ),
    );
    for way in row.ways() {
        let site = case.site();
        let app = App::signed(APP, longest.clone()).expect("a token");
        site.apps.replace([app]).expect("one app");
        let answer = site.start(way, &case).await.send(&case).await;
        site.check("row 21", &case, &answer);
    }
}
