//! The layer, as an application would write it.

use std::{convert::Infallible, hint::black_box};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tower::service_fn;
use tower_tencent_webhook::{
    App, Apps, Delivery, Handlers, WebhookLayer,
    event::group::{AfterSendMsg, BeforeSendMsg, Code},
    message::{Content, Element},
    observe::metrics,
    reply::{Ack, MessageVerdict},
    trtc::room::EnterRoom,
};

use super::{APP, KEY, Look, TOKEN};

fn apps() -> Apps {
    Apps::new([App::signed(APP, TOKEN).expect("a token")]).expect("an app")
}

/// With handlers of webhooks and of events of TRTC, one of which is the one that comes.
pub(crate) fn both() -> WebhookLayer {
    both_of(1)
}

/// The same with this many apps, the last of which is the one that comes.
pub(crate) fn both_of(count: u64) -> WebhookLayer {
    let app = |id, key| App::signed(id, TOKEN).and_then(|app| app.event_key(key));
    // No two apps may share a key.
    let others = (1..count).map(|n| app(APP - n, format!("{KEY}{n}")));
    let apps = others.chain([app(APP, KEY.to_owned())]);
    let apps = Apps::new(apps.map(|app| app.expect("a token and a key")));
    let handlers = Handlers::new()
        .on(|delivery: Delivery<AfterSendMsg>| async {
            black_box(delivery);
            Ack
        })
        .on(|delivery: Delivery<EnterRoom>| async {
            black_box(delivery);
            Ack
        });
    WebhookLayer::new(apps.expect("apps"), handlers)
}

/// With a log of everything that goes nowhere.
pub(crate) fn logged() -> WebhookLayer<AfterSendMsg> {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(std::io::sink)
        .init();
    bare(Look::Ignored)
}

/// With metrics, recorded for Prometheus.
pub(crate) fn measured() -> WebhookLayer<AfterSendMsg> {
    let mut prometheus = PrometheusBuilder::new();
    for (name, buckets) in metrics::BUCKETS {
        prometheus = prometheus
            .set_buckets_for_metric(Matcher::Full((*name).to_owned()), buckets)
            .expect("buckets");
    }
    prometheus.install_recorder().expect("the only recorder");
    bare(Look::Ignored).on_outcome(metrics::record)
}

/// With a service of one event.
pub(crate) fn bare(look: Look) -> WebhookLayer<AfterSendMsg> {
    let service = service_fn(move |delivery: Delivery<AfterSendMsg>| async move {
        look.at(&delivery.event.msg_body);
        black_box(delivery);
        Ok::<_, Infallible>(Ack)
    });
    WebhookLayer::new(apps(), service)
}

impl Look {
    fn at(self, message: &[Element]) {
        match self {
            Self::Ignored => {}
            Self::Moderate => {
                for element in message {
                    black_box(element.as_text());
                }
            }
            Self::Read => {
                for element in message {
                    black_box(element.content());
                }
            }
        }
    }
}

/// With handlers of a few events, one of which is the one that comes.
pub(crate) fn handlers() -> WebhookLayer {
    let handlers = Handlers::new()
        .on(|_: Delivery<BeforeSendMsg>| async { MessageVerdict::Allow })
        .on(|delivery: Delivery<AfterSendMsg>| async {
            black_box(delivery);
            Ack
        });
    WebhookLayer::new(apps(), handlers)
}

/// With a handler that masks a word in every text, so that the whole message goes back.
pub(crate) fn rewrite() -> WebhookLayer {
    WebhookLayer::new(apps(), Handlers::new().on(mask))
}

async fn mask(delivery: Delivery<BeforeSendMsg>) -> MessageVerdict<Code> {
    let elements = delivery.event.msg_body.into_iter();
    let masked = elements.map(|element| match element.content() {
        Content::Text(text) => Element::text(text.text.replace("packet", "******")),
        _ => element,
    });
    MessageVerdict::rewrite(masked.collect())
}
