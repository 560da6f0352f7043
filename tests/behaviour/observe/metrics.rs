//! A real scrape of the real exporter, and the dashboard that reads it.

use std::collections::BTreeSet;

use axum::{Router, body::Body, routing::get};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use serde_json::Value;
use tower_tencent_webhook::observe::metrics;

use super::*;
use crate::support::{AFTER, BEFORE, MESSAGE, connection, server};

/// The dashboard of the repository.
const DASHBOARD: &str = include_str!("../../../docs/grafana.json");

/// What is scraped over a socket after one webhook of each kind.
async fn scrape(recommended_naming: bool) -> String {
    let mut builder = PrometheusBuilder::new().with_recommended_naming(recommended_naming);
    for (name, buckets) in metrics::BUCKETS {
        let name = Matcher::Full((*name).to_owned());
        builder = builder.set_buckets_for_metric(name, buckets).expect("some");
    }
    let recorder = builder.build_recorder();
    let prometheus = recorder.handle();
    // The runtime of a test has one thread, so all of this is recorded here.
    let _guard = ::metrics::set_default_local_recorder(&recorder);
    metrics::describe();

    let failing = service_fn(|delivery: Delivery| async move {
        if delivery.command() == BEFORE {
            Err("no")
        } else {
            Ok(Reply::Pass)
        }
    });
    let webhooks = layer(failing).on_outcome(metrics::record);
    let counted = webhooks.clone();
    let metrics = get(async move || {
        metrics::in_flight(counted.in_flight());
        prometheus.render()
    });
    let router = Router::new()
        .route_service("/im", webhooks.into_service())
        .route("/metrics", metrics);
    for request in [
        signed(AFTER, TOKEN, 3),
        signed(BEFORE, TOKEN, -2),
        signed(AFTER, "guess", 0),
        signed("Cake.CallbackAfterBake", TOKEN, 0),
        WebhookRequest::new(1, AFTER),
    ] {
        let request = request.path("/im").body(Body::from(MESSAGE));
        let Ok(_) = router.clone().oneshot(request).await;
    }
    let server = server::http1(router).await;
    let request = "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answer = connection::exchange(server.address, request).await;
    assert_eq!(answer.status, 200);
    answer.text().to_owned()
}

#[tokio::test]
async fn a_scrape_has_every_metric_under_either_naming() {
    for recommended_naming in [false, true] {
        let scrape = scrape(recommended_naming).await;
        for line in [
            r#"tencent_webhook_requests_total{command="Group.CallbackAfterSendMsg",end="answered",reason=""} 1"#,
            r#"tencent_webhook_requests_total{command="Group.CallbackBeforeSendMsg",end="failed",reason="handler_error"} 1"#,
            r#"tencent_webhook_requests_total{command="other",end="answered",reason=""} 1"#,
            r#"tencent_webhook_requests_total{command="",end="rejected",reason="wrong_sign"} 1"#,
            r#"tencent_webhook_requests_total{command="",end="rejected",reason="unknown_app"} 1"#,
            r#"tencent_webhook_verdicts_total{command="Group.CallbackBeforeSendMsg",verdict="error"} 1"#,
            r#"tencent_webhook_auth_total{sdk_app_id="1400000000",auth="token"} 3"#,
            r#"tencent_webhook_auth_total{sdk_app_id="1400000000",auth="wrong_sign"} 1"#,
            r#"tencent_webhook_signature_age_seconds_bucket{sdk_app_id="1400000000",le="-1"} 1"#,
            r#"tencent_webhook_signature_age_seconds_bucket{sdk_app_id="1400000000",le="0"} 2"#,
            r#"tencent_webhook_signature_age_seconds_bucket{sdk_app_id="1400000000",le="5"} 3"#,
            r#"tencent_webhook_duration_seconds_count{command="Group.CallbackAfterSendMsg",phase="after"} 1"#,
            r#"tencent_webhook_body_bytes_bucket{le="256"} 3"#,
            "tencent_webhook_background 0",
        ] {
            assert!(
                scrape.lines().any(|found| found == line),
                "{line}\n{scrape}"
            );
        }
        for edge in ["1.5", "2", "4", "5"] {
            let bucket = format!("phase=\"after\",le=\"{edge}\"}}");
            assert!(scrape.contains(&bucket), "{bucket}");
        }
    }
}

/// All names of this crate's metrics in a text.
fn names(text: &str) -> BTreeSet<&str> {
    let in_name = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    text.split(|letter| !in_name(letter))
        .filter(|word| word.starts_with("tencent_webhook_"))
        .collect()
}

#[tokio::test]
async fn the_dashboard_asks_for_metrics_that_are_there() {
    let scrape = scrape(false).await;
    let series: Vec<&str> = scrape
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let there = names(&scrape);
    let dashboard: Value = serde_json::from_str(DASHBOARD).expect("JSON");
    let mut asked = BTreeSet::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        for target in panel["targets"].as_array().expect("targets") {
            let query = target["expr"].as_str().expect("a query");
            if query.contains("tencent_inbox_") {
                continue; // tests of the inbox look at those
            }
            let names = names(query);
            assert_eq!(names.len(), 1, "{query}");
            for name in names {
                assert!(there.contains(name), "{name}");
                // Labels it groups by, or shows, are there too.
                let of_name: Vec<_> = series
                    .iter()
                    .filter(|line| line.starts_with(name))
                    .collect();
                let legend = target["legendFormat"].as_str().expect("a legend");
                for label in legend.split("{{").skip(1) {
                    let label = label.split("}}").next().expect("its end");
                    let shown = format!("{label}=\"");
                    assert!(of_name.iter().all(|line| line.contains(&shown)), "{query}");
                    assert!(query.contains(label), "{query}");
                }
                asked.insert(name.trim_end_matches("_bucket"));
            }
        }
    }
    let described = scrape
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP "));
    let described: BTreeSet<_> = described
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(asked, described, "every metric is on the dashboard");
}
