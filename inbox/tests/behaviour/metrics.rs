//! A real scrape of the real exporter, and the dashboard that reads it.

use std::{collections::BTreeSet, time::Duration};

use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::Value;
use tower::ServiceExt;
use tower_tencent_webhook::{App, Delivery, Handlers, reply::Ack, testing::WebhookRequest};
use tower_tencent_webhook_inbox::{
    Inbox, Retry, SqliteStore, Worker,
    store::{
        Admin, Claim, Entry, Filter, Queue, Retention, State, Store, StoreError, StoreErrorKind,
        Stored,
    },
};

use crate::support::{AFTER, PATIENCE, message, put, until};

const APP: u64 = 1_400_000_000;

/// The dashboard of the repository.
const DASHBOARD: &str = include_str!("../../../docs/grafana.json");

/// A store that is down.
#[derive(Clone)]
struct Down;

impl Store for Down {
    async fn put(&self, _: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        Err(StoreError::of(StoreErrorKind::Failed))
    }
}

async fn send(inbox: Inbox<impl Store, Handlers>, command: &str, body: String) {
    let webhooks = inbox.layer(App::insecure_unsigned(APP)).into_service();
    let request = WebhookRequest::new(APP, command).body(axum::body::Body::from(body));
    webhooks.oneshot(request).await.expect("an answer");
}

/// Leaves a delivery that its process has died of once too often, which the next sweep finds.
async fn leave_dying(store: &SqliteStore) {
    put(store, [4]).await;
    let mut claim = Claim::new(1, Duration::ZERO);
    for _ in 0..3 {
        let claimed = store.claim(claim).await.expect("claim");
        assert_eq!(claimed.len(), 1);
        store.sweep(Retention::default()).await.expect("sweep");
        claim = Claim::quarantine(Duration::ZERO);
    }
    store.claim(claim).await.expect("claim");
}

/// What is scraped after webhooks were stored, known, refused, handled and given up.
async fn scrape() -> String {
    let recorder = PrometheusBuilder::new().build_recorder();
    let prometheus = recorder.handle();
    // The runtime of a test has one thread, so all of this is recorded here.
    let _guard = ::metrics::set_default_local_recorder(&recorder);

    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path().join("inbox.db")).await;
    let store = store.expect("a store");
    leave_dying(&store).await;
    let handlers = Handlers::new().fallback(|delivery: Delivery| async move {
        match delivery.command() {
            AFTER => Ok(Ack),
            _ => Err(Retry::never("no cakes")),
        }
    });
    let inbox = Inbox::new(store.clone(), handlers.clone());
    send(inbox.clone(), AFTER, message(1)).await;
    send(inbox.clone(), AFTER, message(1)).await;
    send(inbox, "Cake.CallbackAfterBake", message(2)).await;
    send(Inbox::new(Down, Handlers::new()), AFTER, message(3)).await;

    let running = Worker::new(store.clone(), handlers).start();
    until("both have ended", async || {
        let ended = async |state| store.list(Filter::new().state(state), 0, 9).await;
        let (done, dead) = (ended(State::Done).await, ended(State::Dead).await);
        (done.expect("list").len() == 1 && dead.expect("list").len() == 2).then_some(())
    })
    .await;
    until("it is counted", async || {
        prometheus
            .render()
            .contains("tencent_inbox_waiting")
            .then_some(())
    })
    .await;
    running.stop(PATIENCE).await;
    prometheus.render()
}

#[tokio::test]
async fn a_scrape_has_every_metric() {
    let scrape = scrape().await;
    for line in [
        r#"tencent_inbox_put_total{result="stored"} 2"#,
        r#"tencent_inbox_put_total{result="known"} 1"#,
        r#"tencent_inbox_put_total{result="failed"} 1"#,
        "tencent_inbox_put_seconds_count 4",
        r#"tencent_inbox_handled_total{command="Group.CallbackAfterSendMsg",end="done"} 1"#,
        r#"tencent_inbox_handled_total{command="other",end="dead"} 2"#,
        "tencent_inbox_handle_seconds_count 2",
    ] {
        assert!(
            scrape.lines().any(|found| found == line),
            "{line}\n{scrape}"
        );
    }
    for gauge in ["tencent_inbox_waiting ", "tencent_inbox_oldest_seconds "] {
        assert!(
            scrape.lines().any(|found| found.starts_with(gauge)),
            "{gauge}"
        );
    }
}

/// All names of this crate's metrics in a text.
fn names(text: &str) -> BTreeSet<&str> {
    let in_name = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    text.split(|letter| !in_name(letter))
        .filter(|word| word.starts_with("tencent_inbox_"))
        .collect()
}

#[tokio::test]
async fn the_dashboard_asks_for_metrics_that_are_there() {
    let scrape = scrape().await;
    let there = names(&scrape);
    let dashboard: Value = serde_json::from_str(DASHBOARD).expect("JSON");
    let mut asked = BTreeSet::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        for target in panel["targets"].as_array().expect("targets") {
            let query = target["expr"].as_str().expect("a query");
            for name in names(query) {
                assert!(there.contains(name), "{name}");
                let legend = target["legendFormat"].as_str().expect("a legend");
                if let Some(label) = legend.strip_prefix("{{") {
                    let label = label.trim_end_matches('}');
                    assert!(query.contains(&format!("({label})")), "{query}");
                    assert!(scrape.contains(&format!("{label}=\"")), "{label}");
                }
                asked.insert(name.trim_end_matches("_sum").trim_end_matches("_count"));
            }
        }
    }
    let types = scrape
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "));
    let all: BTreeSet<_> = types.filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(
        (asked.len(), asked),
        (6, all),
        "every metric is on the dashboard"
    );
}

/// All of them, and no others.
#[test]
fn the_docs_name_every_metric() {
    let docs = include_str!("../../src/docs.rs");
    let source = include_str!("../../src/observe/metrics.rs");
    let documented = docs.split("pub mod metrics").next().expect("a chapter");
    for name in names(source) {
        assert!(documented.contains(&format!("| `{name}` |")), "{name}");
    }
    assert_eq!(names(source).len(), 6);
}
