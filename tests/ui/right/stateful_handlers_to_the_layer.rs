use tower_tencent_webhook::{App, Delivery, Handlers, WebhookLayer, event::group, reply::Ack};

async fn sent(_: u32, _: Delivery<group::AfterSendMsg>) -> Ack {
    Ack
}

fn main() {
    let handlers = Handlers::with_state(7).on(sent);
    let _ = WebhookLayer::new(App::insecure_unsigned(7), handlers);
}
