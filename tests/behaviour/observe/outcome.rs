//! The facts of an outcome, and its place in the response.

use tower_tencent_webhook::{
    Auth, FailureAnswer,
    event::c2c,
    message::MsgBody,
    outcome::{FailureKind, Rejection},
    reply::{
        Ack, FriendResult, FriendVerdict, MemberVerdict, Rewrite, SubscriberVerdict, VerdictKind,
    },
    signature::SignatureError,
};

use super::*;
use crate::support::{AFTER, BEFORE, MESSAGE, services::Blocked};

/// What the response to a request carries.
async fn outcome(layer: &WebhookLayer, request: Request<Script>) -> Outcome {
    let layer = layer.clone().outcome_in_extensions(true);
    let (layer, outcomes) = support::probe::outcomes(layer);
    let response = send(&layer, request).await;
    let carried = *response.extensions().get::<Outcome>().expect("an outcome");
    assert_eq!(outcomes.take(), [carried], "the one that `on_outcome` sees");
    assert_eq!(carried.status, Some(response.status()));
    carried
}

#[tokio::test]
async fn a_response_carries_its_outcome_only_if_that_is_set() {
    let layer = layer(passing());
    let request = || signed(AFTER, TOKEN, 3).body(Script::whole(MESSAGE));
    let response = send(&layer, request()).await;
    assert!(response.extensions().get::<Outcome>().is_none());

    let seen = outcome(&layer, request()).await;
    assert_eq!((seen.command, seen.end), (AFTER, End::Answered));
    assert_eq!((seen.sdk_app_id, seen.auth), (Some(APP), Some(Auth::Token)));
    assert_eq!(seen.signature_age, Some(3));
    assert_eq!(seen.body_len, Some(MESSAGE.len()));
    assert_eq!(seen.verdict, None, "an after-webhook has none");
}

#[tokio::test]
async fn an_acknowledgement_before_the_end_carries_no_outcome() {
    let blocked = Blocked::new();
    let layer = layer(blocked.service())
        .outcome_in_extensions(true)
        .deadline(Duration::from_millis(1));
    let (layer, outcomes) = support::probe::outcomes(layer);
    let request = signed(AFTER, TOKEN, 0).body(Script::whole(MESSAGE));
    let response = send(&layer, request).await;
    assert!(response.extensions().get::<Outcome>().is_none());
    blocked.open();
    outcomes.reaches(1).await;
    let [late] = outcomes.take()[..] else {
        unreachable!("one outcome");
    };
    assert_eq!((late.end, late.status), (End::FinishedLate, None));
    assert_eq!(late.body_len, Some(MESSAGE.len()));
}

#[tokio::test]
async fn a_signature_has_an_age_if_it_is_right() {
    let layer = layer(passing());
    for (age, end) in [
        (60, End::Answered),
        (-60, End::Answered),
        (
            61,
            End::Rejected(Rejection::Signature(SignatureError::Stale)),
        ),
        (
            -3600,
            End::Rejected(Rejection::Signature(SignatureError::Stale)),
        ),
    ] {
        let seen = outcome(&layer, signed(AFTER, TOKEN, age).body(Script::whole("{}1"))).await;
        assert_eq!((seen.signature_age, seen.end), (Some(age), end));
        assert_eq!(seen.sdk_app_id, Some(APP));
        assert_eq!(seen.auth.is_some(), end == End::Answered);
    }
    let wrong = signed(AFTER, "guess", 5).body(Script::untouched());
    let unsigned = WebhookRequest::new(OPEN_APP, AFTER).body(Script::whole(MESSAGE));
    for (request, auth) in [(wrong, None), (unsigned, Some(Auth::Unsigned))] {
        let seen = outcome(&layer, request).await;
        assert_eq!((seen.signature_age, seen.auth), (None, auth));
    }
}

#[tokio::test]
async fn a_verdict_is_what_the_answer_says() {
    let group = |verdict| Reply::GroupMessage(verdict);
    let friends = |results: [FriendResult; 2]| Reply::Friends(results.into_iter().collect());
    let refused = FriendResult::refuse(
        "lea",
        tower_tencent_webhook::event::sns::Code::new(38_000).expect("a code"),
        "",
    );
    let pair = "Sns.CallbackPrevFriendAdd";
    let invite = "Group.CallbackBeforeInviteJoinGroup";
    let subscribe = "OfficialAccount.CallbackBeforeAddSubscriber";
    let code = c2c::Code::new(120_001).expect("a code");
    for (command, reply, verdict) in [
        (BEFORE, Reply::Pass, VerdictKind::Allow),
        (BEFORE, group(MessageVerdict::Allow), VerdictKind::Allow),
        (BEFORE, group(MessageVerdict::Refuse), VerdictKind::Refuse),
        (
            BEFORE,
            group(MessageVerdict::DropSilently),
            VerdictKind::Drop,
        ),
        (
            BEFORE,
            group(MessageVerdict::rewrite(MsgBody::default())),
            VerdictKind::Rewrite,
        ),
        (
            "C2C.CallbackBeforeSendMsg",
            MessageVerdict::refuse_with(code, "no").into(),
            VerdictKind::Refuse,
        ),
        (
            pair,
            friends([FriendResult::allow("mei"), refused]),
            VerdictKind::Refuse,
        ),
        (
            pair,
            FriendVerdict::new().allow("mei").into(),
            VerdictKind::Allow,
        ),
        (
            invite,
            MemberVerdict::RefuseSome(vec!["mei".into()]).into(),
            VerdictKind::Refuse,
        ),
        // What names nobody and changes nothing lets all pass.
        (
            invite,
            MemberVerdict::RefuseSome(vec![]).into(),
            VerdictKind::Allow,
        ),
        (
            subscribe,
            SubscriberVerdict::RefuseSome(vec![]).into(),
            VerdictKind::Allow,
        ),
        (
            BEFORE,
            group(MessageVerdict::Rewrite(Rewrite::new())),
            VerdictKind::Allow,
        ),
        (
            subscribe,
            SubscriberVerdict::Allow.into(),
            VerdictKind::Allow,
        ),
        // The reply is of another form, so that the answer is an HTTP error.
        (BEFORE, Ack.into(), VerdictKind::Error),
    ] {
        let handler = always(move || Ok(reply.clone()));
        let request = WebhookRequest::new(OPEN_APP, command).body(Script::whole("{\"a\":1}"));
        let seen = outcome(&layer(handler), request).await;
        assert_eq!(seen.verdict, Some(verdict), "{command}");
    }
}

#[tokio::test]
async fn a_failure_has_the_verdict_of_its_answer() {
    for (answer, verdict) in [
        (FailureAnswer::HttpError, VerdictKind::Error),
        (FailureAnswer::Allow, VerdictKind::Allow),
        (FailureAnswer::Refuse, VerdictKind::Refuse),
    ] {
        let failing = layer(always(|| Err("no".into()))).on_failure(move |_| answer);
        let request = || WebhookRequest::new(OPEN_APP, BEFORE).body(Script::whole(MESSAGE));
        let seen = outcome(&failing, request()).await;
        assert_eq!(seen.end, End::Failed(FailureKind::Handler, answer));
        assert_eq!(seen.verdict, Some(verdict));
    }
    // A stranger's request decides nothing; one of Tencent's that is not taken is an error.
    let layer = layer(passing()).body_limit(1);
    let stranger = signed(BEFORE, "guess", 0).body(Script::untouched());
    assert_eq!(outcome(&layer, stranger).await.verdict, None);
    let long = signed(BEFORE, TOKEN, 0).body(Script::whole(MESSAGE));
    assert_eq!(
        outcome(&layer, long).await.verdict,
        Some(VerdictKind::Error)
    );
}
