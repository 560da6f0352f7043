use bytes::Bytes;
use tower_tencent_webhook::FailureAnswer;

use super::*;
use crate::exchange::{Answer, head::Head, head::Origin};

fn exchange(envelope: Envelope, end: End) -> Exchange {
    let (parts, ()) = http::Request::new(()).into_parts();
    let mut exchange = Exchange::new(Head::of(&parts), Origin::Network, 0);
    exchange.envelope = Some(envelope);
    exchange.fate = Some(Fate::Webhook(end));
    exchange
}

#[test]
fn a_time_that_is_ahead_is_not_called_old() {
    let told = |signed: u64| {
        let url = format!("/?RequestTime={signed}");
        let (parts, ()) = http::Request::get(url)
            .body(())
            .expect("a URL")
            .into_parts();
        let mut exchange = exchange(
            Envelope::Url,
            End::Rejected(Rejection::Signature(SignatureError::Stale)),
        );
        exchange.head = Head::of(&parts);
        exchange.received = 10_000_000;
        of(&exchange).expect("advice")
    };
    assert!(told(6400).en.starts_with("stale by 60 min"));
    let ahead = told(13_600);
    assert!(ahead.en.starts_with("signed 60 min ahead"), "{ahead:?}");
    assert!(ahead.zh.contains("60 分钟"), "{ahead:?}");
}

#[test]
fn nothing_is_called_acknowledged_that_nobody_waited_for() {
    let mut exchange = exchange(Envelope::Url, End::FinishedLate);
    let told = of(&exchange).expect("advice");
    assert!(told.en.starts_with("the sender closed"), "{told:?}");
    exchange.answer = Some(Answer {
        status: 200,
        body: Bytes::new(),
    });
    let told = of(&exchange).expect("advice");
    assert!(told.en.starts_with("acknowledged"), "{told:?}");
}

#[test]
fn chinese_has_a_space_only_beside_a_number() {
    for id in [None, Some(7)] {
        for error in [SignatureError::Missing, SignatureError::Wrong] {
            let cause = Rejection::Signature(error);
            let mut exchange = exchange(Envelope::Url, End::Rejected(cause));
            exchange.sdk_app_id = id;
            let told = of(&exchange).expect("advice").zh;
            let app = if id.is_some() {
                "应用 7 "
            } else {
                "该应用"
            };
            assert!(!told.contains("为 ") && told.contains(app), "{told}");
            assert!(!told.contains("该应用 "), "{told}");
        }
    }
}

#[test]
fn every_cause_of_a_rejection_has_advice_of_its_own() {
    let signatures = [
        SignatureError::NoSecret,
        SignatureError::Missing,
        SignatureError::Malformed,
        SignatureError::Wrong,
        SignatureError::Stale,
    ];
    let causes = [
        Rejection::MalformedQuery,
        Rejection::MalformedHeader,
        Rejection::QueryTooLong,
        Rejection::UnknownApp,
        Rejection::EncodedBody,
        Rejection::BodyTooLarge,
        Rejection::BodyUnreadable,
        Rejection::BodyTimedOut,
    ];
    let causes = signatures
        .map(Rejection::Signature)
        .into_iter()
        .chain(causes);
    for envelope in [Envelope::Url, Envelope::Trtc] {
        let mut told: Vec<String> = Vec::new();
        for cause in causes.clone() {
            let advice = of(&exchange(envelope, End::Rejected(cause))).expect("advice");
            assert!(!advice.en.contains("all that is known"), "{cause:?}");
            assert!(!told.contains(&advice.en), "{cause:?}: {}", advice.en);
            told.push(advice.en);
        }
    }
}

#[test]
fn tencents_patience_is_that_of_the_envelope() {
    for (envelope, limit) in [(Envelope::Url, "for 2 s"), (Envelope::Trtc, "for 5 s")] {
        let told = of(&exchange(envelope, End::Abandoned)).expect("advice");
        assert!(told.en.contains(limit), "{told:?}");
    }
}

#[test]
fn every_failure_has_advice() {
    for kind in [
        FailureKind::BodyLate,
        FailureKind::BodyBroken,
        FailureKind::BodyTooLarge,
        FailureKind::BodyEncoded,
        FailureKind::BodyLost,
        FailureKind::Stale,
        FailureKind::Undecodable,
        FailureKind::NotReady,
        FailureKind::Handler,
        FailureKind::Panic,
        FailureKind::WrongReply,
        FailureKind::Overloaded,
        FailureKind::TimedOut,
    ] {
        let failed = End::Failed(kind, FailureAnswer::HttpError);
        for end in [failed, End::FailedLate(kind)] {
            assert!(of(&exchange(Envelope::Url, end)).is_some(), "{end:?}");
        }
    }
}
