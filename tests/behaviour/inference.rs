//! The layer's types are inferred: no turbofish, whatever the service is.

use std::{convert::Infallible, time::Duration};

use tower::{BoxError, ServiceBuilder, service_fn};
use tower_tencent_webhook::{
    App, Apps, ConfigError, Delivery, Handlers, WebhookLayer,
    event::{Event, Undecoded, group},
    reply::{Ack, MessageVerdict, Reply},
};

fn apps() -> Apps {
    Apps::new([App::insecure_unsigned(1_400_000_000)]).expect("one app")
}

async fn moderate(
    _: Delivery<group::BeforeSendMsg>,
) -> Result<MessageVerdict<group::Code>, BoxError> {
    Ok(MessageVerdict::Allow)
}

#[test]
fn handlers_of_functions_and_closures_returning_replies_and_results() {
    let handlers = Handlers::new()
        .on(moderate)
        .on_with(5, |number, _: Delivery<group::AfterSendMsg>| async move {
            assert_eq!(number, 5);
            Ack
        })
        .fallback(|_: Delivery| async { Ack })
        .undecodable(|delivery| async { Err::<Ack, _>(delivery.event.error) });
    let _ = WebhookLayer::new(apps(), handlers).on_failure(|_| Default::default());
    let _ = Handlers::new().fallback(|_| async { Ok::<_, String>(Ack) });
    let _ = Handlers::new().fallback(|_| async { Reply::Pass });
}

#[test]
fn a_closure_service_of_one_event() {
    let service = service_fn(|delivery: Delivery<group::AfterSendMsg>| async move {
        let _: String = delivery.event.group_id;
        Ok::<_, Infallible>(Ack)
    });
    let _ = WebhookLayer::new(apps(), service).into_service();
}

#[test]
fn a_closure_service_of_all_events() {
    let service = service_fn(|delivery: Delivery<Event>| async move {
        Ok::<Reply, Infallible>(match delivery.event {
            Event::GroupBeforeSendMsg(_) => Reply::GroupMessage(MessageVerdict::DropSilently),
            _ => Ack.into(),
        })
    });
    let _ = WebhookLayer::new(apps(), service);
}

#[test]
fn a_stack_of_middleware_over_a_service() {
    let service = ServiceBuilder::new()
        .load_shed()
        .concurrency_limit(64)
        .timeout(Duration::from_secs(1))
        .service_fn(|_: Delivery<Undecoded>| async { Ok::<_, Infallible>(Ack) });
    let _ = WebhookLayer::new(apps(), service);
    let _ = WebhookLayer::new(
        apps(),
        ServiceBuilder::new()
            .concurrency_limit(64)
            .service(Handlers::new()),
    );
}

#[test]
fn a_stacked_pair_in_axum() -> Result<(), ConfigError> {
    let before = WebhookLayer::new(apps(), service_fn(moderate)).path("/im");
    let after = WebhookLayer::new(
        apps(),
        service_fn(|_: Delivery<group::AfterSendMsg>| async { Ok::<_, Infallible>(Ack) }),
    )
    .body_limit(1024);
    let _: axum::Router = axum::Router::new()
        .route("/", axum::routing::get(async || "home"))
        .layer(before.clone())
        .layer(after.clone())
        .route_service(
            "/im",
            WebhookLayer::new(apps(), Handlers::new()).into_service(),
        )
        .layer(ServiceBuilder::new().layer(before).layer(after));
    Ok(())
}
