//! The layer, as an application would write it.

use std::convert::Infallible;

use tower::{Service, service_fn};
use tower_tencent_webhook::{
    App, Apps, Delivery, Handlers, WebhookLayer,
    event::group::{AfterSendMsg, BeforeSendMsg, Code},
    message::{Content, Element},
    reply::{Ack, MessageVerdict},
};

use super::{APP, TOKEN};

fn apps() -> Apps {
    Apps::new([App::signed(APP, TOKEN).expect("a token")]).expect("an app")
}

/// With a service of one event, which does not look into the message.
pub(crate) fn bare() -> WebhookLayer<
    impl Service<Delivery<AfterSendMsg>, Response = Ack, Error = Infallible, Future: Send>
    + Clone
    + Send
    + Sync
    + 'static,
    AfterSendMsg,
> {
    let service = service_fn(|delivery: Delivery<AfterSendMsg>| async {
        std::hint::black_box(delivery);
        Ok(Ack)
    });
    WebhookLayer::new(apps(), service)
}

/// With handlers that decode every element of the message.
pub(crate) fn reader() -> WebhookLayer<Handlers> {
    let handlers = Handlers::new().on(|delivery: Delivery<AfterSendMsg>| async move {
        for element in &delivery.event.msg_body {
            std::hint::black_box(element.content());
        }
        Ack
    });
    WebhookLayer::new(apps(), handlers)
}

/// With handlers of a few events, one of which is the one that comes.
pub(crate) fn handlers() -> WebhookLayer<Handlers> {
    let handlers = Handlers::new()
        .on(|_: Delivery<BeforeSendMsg>| async { MessageVerdict::Allow })
        .on(|delivery: Delivery<AfterSendMsg>| async {
            std::hint::black_box(delivery);
            Ack
        });
    WebhookLayer::new(apps(), handlers)
}

/// With a handler that masks a word in every text, so that the whole message goes back.
pub(crate) fn rewrite() -> WebhookLayer<Handlers> {
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
