//! A layer with what it tells about failures and outcomes.

use http::StatusCode;
use tower::{BoxError, Layer, Service, ServiceExt};
use tower_tencent_webhook::{
    Delivery, FailureAnswer, Outcome, Phase, WebhookLayer,
    event::Payload,
    outcome::{End, FailureKind},
    testing::WebhookRequest,
};

use super::{
    OK, OPEN_APP,
    connection::Answer,
    open_apps,
    probe::{App, Log},
    script::Script,
};

/// What a failure said, kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) kind: FailureKind,
    pub(crate) command: String,
    pub(crate) phase: Option<Phase>,
    pub(crate) sdk_app_id: u64,
    pub(crate) late: bool,
    /// The error and its sources.
    pub(crate) errors: Vec<String>,
}

/// A layer that decides on all failures in one way, and what is told about it.
pub(crate) struct Site<E> {
    pub(crate) layer: WebhookLayer<E>,
    pub(crate) failures: Log<Seen>,
    pub(crate) outcomes: Log<Outcome>,
}

impl<E: Payload> Site<E> {
    pub(crate) fn new<H>(handler: H) -> Self
    where
        H: Service<Delivery<E>, Response: Into<E::Reply>, Error: Into<BoxError>, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        Self::answering(FailureAnswer::HttpError, handler)
    }

    pub(crate) fn answering<H>(answer: FailureAnswer, handler: H) -> Self
    where
        H: Service<Delivery<E>, Response: Into<E::Reply>, Error: Into<BoxError>, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let (failures, outcomes) = (Log::new(), Log::new());
        let (seen, ended) = (failures.clone(), outcomes.clone());
        let layer = WebhookLayer::new(open_apps(), handler)
            .on_failure(move |failure| {
                let mut errors = Vec::new();
                let mut next = failure.error();
                while let Some(error) = next {
                    errors.push(error.to_string());
                    next = error.source();
                }
                seen.push(Seen {
                    kind: failure.kind(),
                    command: failure.command().to_owned(),
                    phase: failure.phase(),
                    sdk_app_id: failure.sdk_app_id(),
                    late: failure.is_late(),
                    errors,
                });
                answer
            })
            .on_outcome(move |outcome| ended.push(*outcome));
        Self {
            layer,
            failures,
            outcomes,
        }
    }

    /// The answer to a webhook, the failures and the end that were reported.
    pub(crate) async fn post(&self, command: &str, body: &'static str) -> (Answer, Vec<Seen>, End) {
        let request = WebhookRequest::new(OPEN_APP, command).body(Script::whole(body));
        let Ok(response) = self.layer.layer(App::new()).oneshot(request).await;
        let answer = Answer::of(response).await;
        let outcomes = self.outcomes.take();
        let [outcome] = outcomes[..] else {
            unreachable!("one outcome for one request: {outcomes:?}");
        };
        assert_eq!(outcome.sdk_app_id, Some(OPEN_APP));
        (answer, self.failures.take(), outcome.end)
    }

    /// A failure that is answered with an HTTP error.
    pub(crate) async fn fails(
        &self,
        command: &str,
        body: &'static str,
        kind: FailureKind,
    ) -> Vec<String> {
        let (answer, failures, end) = self.post(command, body).await;
        assert_eq!(answer.status, kind.status());
        assert_eq!(answer.header("content-type"), Some("text/plain"));
        assert_eq!(Some(answer.text()), kind.status().canonical_reason());
        assert_eq!(end, End::Failed(kind, FailureAnswer::HttpError));
        let [failure] = &failures[..] else {
            unreachable!("one failure: {failures:?}");
        };
        assert!(!failure.late, "somebody waits for the answer");
        assert_eq!(failure.kind, kind);
        assert_eq!(failure.command, command);
        assert_eq!(failure.sdk_app_id, OPEN_APP);
        failure.errors.clone()
    }

    /// A webhook that is handled.
    pub(crate) async fn passes(&self, command: &str, body: &'static str) {
        let (answer, failures, end) = self.post(command, body).await;
        assert_eq!((answer.status, answer.text()), (StatusCode::OK, OK));
        assert_eq!((failures, end), (vec![], End::Answered));
    }
}
