//! Metrics of webhooks, through the facade of the [`metrics`] crate.
//!
//! Attach [`record`] to [`on_outcome`](crate::WebhookLayer::on_outcome), and call [`in_flight`]
//! where the metrics are scraped. Which exporter is behind the facade is the application's choice;
//! the names are the same with and without the `with_recommended_naming` of
//! `metrics-exporter-prometheus`.
//!
//! | metric | kind | labels |
//! | --- | --- | --- |
//! | `tencent_webhook_requests_total` | counter | `command`, `end`, `reason` |
//! | `tencent_webhook_duration_seconds` | histogram | `command`, `phase` |
//! | `tencent_webhook_verdicts_total` | counter | `command`, `verdict` |
//! | `tencent_webhook_auth_total` | counter | `sdk_app_id`, `auth` |
//! | `tencent_webhook_signature_age_seconds` | histogram | `sdk_app_id` |
//! | `tencent_webhook_body_bytes` | histogram | |
//! | `tencent_webhook_background` | gauge | |
//!
//! Labels come from closed sets: `command` from the tables (or `other`), `end`, `reason`, `phase`,
//! `verdict` and `auth` from [`End::as_str`], [`End::reason`] and the like, `sdk_app_id` from the
//! configured apps. What does not apply is empty; so is the command of a rejection and of the console's
//! check, which a stranger can choose. What is not authenticated has no duration. With ten apps, six
//! [commands of your own](crate::WebhookLayer::declare) and the [buckets](BUCKETS) given here, each metric
//! has fewer than 2,000 series.
//!
//! `docs/grafana.json` in the repository is a dashboard of all of them.
//!
//! # Example
//!
//! ```
//! use axum::{Router, routing::get};
//! use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
//! use tower_tencent_webhook::{App, Handlers, WebhookLayer, observe::metrics};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut prometheus = PrometheusBuilder::new();
//! for (name, buckets) in metrics::BUCKETS {
//!     prometheus = prometheus.set_buckets_for_metric(Matcher::Full((*name).into()), buckets)?;
//! }
//! let prometheus = prometheus.install_recorder()?;
//! metrics::describe();
//!
//! let app = App::signed(1_400_000_000, "token")?;
//! let webhooks = WebhookLayer::new(app, Handlers::new()).on_outcome(metrics::record);
//! let counted = webhooks.clone();
//! let router: Router = Router::new()
//!     .route_service("/im", webhooks.into_service())
//!     .route("/metrics", get(async move || {
//!         metrics::in_flight(counted.in_flight());
//!         prometheus.render()
//!     }));
//! # Ok(())
//! # }
//! ```

use ::metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use crate::{
    app::Auth,
    outcome::{End, FailureKind, Outcome, Rejection},
    reply::Phase,
};

const REQUESTS: &str = "tencent_webhook_requests_total";
const DURATION: &str = "tencent_webhook_duration_seconds";
const VERDICTS: &str = "tencent_webhook_verdicts_total";
const AUTH: &str = "tencent_webhook_auth_total";
const SIGNATURE_AGE: &str = "tencent_webhook_signature_age_seconds";
const BODY: &str = "tencent_webhook_body_bytes";
const BACKGROUND: &str = "tencent_webhook_background";

/// The buckets of each histogram, by its name, for the exporter.
///
/// Durations have edges at 1.5 and 4 seconds, the deadlines of the two protocols, and at 2 and 5,
/// when Tencent stops waiting.
pub const BUCKETS: &[(&str, &[f64])] = &[
    (
        DURATION,
        &[0.005, 0.025, 0.1, 0.5, 1.0, 1.5, 2.0, 4.0, 5.0, 30.0],
    ),
    (
        SIGNATURE_AGE,
        &[
            -60.0, -30.0, -10.0, -5.0, -1.0, 0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0,
        ],
    ),
    (
        BODY,
        &[
            256.0,
            1024.0,
            4096.0,
            16384.0,
            65536.0,
            262_144.0,
            1_048_576.0,
        ],
    ),
];

/// Describes the metrics to the recorder that is installed.
pub fn describe() {
    describe_counter!(REQUESTS, "Webhooks, by how they ended.");
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "Time from the head of a webhook to its end."
    );
    describe_counter!(
        VERDICTS,
        "What before-webhooks were answered; error: the console's rule applies."
    );
    describe_counter!(
        AUTH,
        "How webhooks of each app were authenticated, or why not."
    );
    describe_histogram!(
        SIGNATURE_AGE,
        Unit::Seconds,
        "This machine's clock less the time of a right signature."
    );
    describe_histogram!(BODY, Unit::Bytes, "Length of complete bodies.");
    describe_gauge!(BACKGROUND, "After-webhooks that are being handled.");
}

/// Records an outcome: the function for [`on_outcome`](crate::WebhookLayer::on_outcome).
pub fn record(outcome: &Outcome) {
    let reason = outcome.end.reason().unwrap_or_default();
    let end = outcome.end.as_str();
    let command = match outcome.end {
        End::Rejected(_) | End::Probed => "",
        End::Failed(kind, _) | End::FailedLate(kind) if !is_of_the_command(kind) => "",
        _ => outcome.command,
    };
    counter!(REQUESTS, "command" => command, "end" => end, "reason" => reason).increment(1);
    if outcome.auth.is_some() && !matches!(outcome.end, End::Rejected(_) | End::Probed) {
        let phase = outcome.phase.map_or("", Phase::as_str);
        histogram!(DURATION, "command" => command, "phase" => phase).record(outcome.duration);
    }
    if let Some(verdict) = outcome.verdict {
        let (command, verdict) = (outcome.command, verdict.as_str());
        counter!(VERDICTS, "command" => command, "verdict" => verdict).increment(1);
    }
    if let Some(sdk_app_id) = outcome.sdk_app_id {
        let sdk_app_id = sdk_app_id.to_string();
        if let Some(auth) = authentication(outcome) {
            counter!(AUTH, "sdk_app_id" => sdk_app_id.clone(), "auth" => auth).increment(1);
        }
        if let Some(age) = outcome.signature_age {
            let age = i32::try_from(age).unwrap_or(if age < 0 { i32::MIN } else { i32::MAX });
            histogram!(SIGNATURE_AGE, "sdk_app_id" => sdk_app_id).record(age);
        }
    }
    if let Some(length) = outcome.body_len {
        histogram!(BODY).record(u32::try_from(length).unwrap_or(u32::MAX));
    }
}

/// Whether a failure depends on the command: what is wrong with a request, or with the readiness of the
/// service, is the same for all of them, and one series each is enough.
fn is_of_the_command(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::Undecodable
            | FailureKind::Handler
            | FailureKind::Panic
            | FailureKind::WrongReply
            | FailureKind::Overloaded
            | FailureKind::TimedOut
    )
}

/// Sets the gauge of after-webhooks that are being handled, from
/// [`WebhookLayer::in_flight`](crate::WebhookLayer::in_flight).
///
/// An outcome comes only at the end of a webhook, so call this where the metrics are
/// scraped, or now and then.
pub fn in_flight(count: usize) {
    gauge!(BACKGROUND).set(u32::try_from(count).unwrap_or(u32::MAX));
}

/// How a webhook of a configured app was authenticated, or why it was not.
fn authentication(outcome: &Outcome) -> Option<&'static str> {
    match (outcome.auth, outcome.end) {
        (Some(auth), _) => Some(Auth::as_str(auth)),
        (None, End::Rejected(Rejection::Signature(error))) => Some(error.as_str()),
        (None, End::Failed(kind @ FailureKind::Stale, _)) => Some(kind.as_str()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};

    use super::*;
    use crate::{
        event::COMMANDS, outcome::FailureAnswer, reply::VerdictKind, signature::SignatureError,
        trtc::EVENTS,
    };

    const FAILURES: [FailureKind; 13] = [
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
    ];

    const SIGNATURES: [SignatureError; 5] = [
        SignatureError::NoSecret,
        SignatureError::Missing,
        SignatureError::Malformed,
        SignatureError::Wrong,
        SignatureError::Stale,
    ];

    /// Every end of a webhook of this phase that was not rejected.
    fn ends(phase: Phase) -> Vec<End> {
        let mut ends = vec![End::Answered, End::Probed, End::Abandoned];
        for kind in FAILURES {
            let of_the_request = rejections()
                .iter()
                .any(|rejection| rejection.as_failure() == Some(kind));
            if phase == Phase::After && (of_the_request || kind == FailureKind::BodyLost) {
                continue; // a rejection, or the console's check
            }
            ends.push(End::Failed(kind, FailureAnswer::HttpError));
            // What is decoded late is decoded.
            if phase == Phase::After && kind != FailureKind::Undecodable {
                ends.push(End::FailedLate(kind));
            }
        }
        if phase == Phase::After {
            ends.push(End::FinishedLate);
        }
        ends
    }

    fn rejections() -> Vec<Rejection> {
        let mut rejections = vec![
            Rejection::MalformedQuery,
            Rejection::MalformedHeader,
            Rejection::QueryTooLong,
            Rejection::UnknownApp,
            Rejection::EncodedBody,
            Rejection::BodyTooLarge,
            Rejection::BodyUnreadable,
            Rejection::BodyTimedOut,
        ];
        rejections.extend(SIGNATURES.map(Rejection::Signature));
        rejections
    }

    fn record_all() {
        let known = COMMANDS.iter().chain(EVENTS);
        let known = known.map(|row| (row.command, row.phase()));
        let own = ["A.A", "A.B", "A.C", "A.D", "A.E", "A.F"].map(|own| (own, Phase::After));
        let others = [("other", Phase::Before), ("other", Phase::After)];
        let commands = known.chain(own).chain(others);
        for (command, phase) in commands {
            let mut outcome = Outcome::new(command, Some(phase));
            outcome.body_len = Some(7);
            outcome.auth = Some(Auth::Token);
            for end in ends(phase) {
                outcome.finish(end, Duration::from_millis(7));
                record(&outcome);
            }
            for verdict in [
                VerdictKind::Allow,
                VerdictKind::Refuse,
                VerdictKind::Drop,
                VerdictKind::Rewrite,
                VerdictKind::Error,
            ] {
                outcome.verdict = (phase == Phase::Before).then_some(verdict);
                record(&outcome);
            }
            for rejection in rejections() {
                outcome.finish(End::Rejected(rejection), Duration::ZERO);
                record(&outcome);
            }
        }
        for app in 0..10 {
            let mut outcome = Outcome::new("other", None);
            outcome.sdk_app_id = Some(app);
            outcome.signature_age = Some(-3);
            for error in SIGNATURES {
                outcome.finish(End::Rejected(Rejection::Signature(error)), Duration::ZERO);
                record(&outcome);
            }
            for auth in [Auth::Token, Auth::PreviousToken, Auth::Unsigned] {
                outcome.auth = Some(auth);
                record(&outcome);
            }
        }
        in_flight(7);
    }

    #[test]
    fn all_there_can_be_is_under_two_thousand_series_each_and_named_alike() {
        let mut names = Vec::new();
        for recommended in [false, true] {
            let mut builder = PrometheusBuilder::new().with_recommended_naming(recommended);
            for (name, buckets) in BUCKETS {
                builder = builder
                    .set_buckets_for_metric(Matcher::Full((*name).to_owned()), buckets)
                    .expect("buckets");
            }
            let recorder = builder.build_recorder();
            ::metrics::with_local_recorder(&recorder, || {
                describe();
                record_all();
            });
            let scrape = recorder.handle().render();
            for name in [
                REQUESTS,
                DURATION,
                VERDICTS,
                AUTH,
                SIGNATURE_AGE,
                BODY,
                BACKGROUND,
            ] {
                let series = scrape.lines().filter(|line| line.starts_with(name)).count();
                assert!((1..2000).contains(&series), "{name}: {series}");
            }
            let described = scrape
                .lines()
                .filter_map(|line| line.strip_prefix("# HELP "));
            let described = described.filter_map(|line| line.split(' ').next());
            let mut described: Vec<String> = described.map(str::to_owned).collect();
            described.sort();
            names.push(described);
        }
        assert_eq!(names[0].len(), 7);
        assert_eq!(names[0], names[1]);
    }
}
