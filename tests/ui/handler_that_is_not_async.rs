use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::Ack};

fn sent(_: Delivery<group::AfterSendMsg>) -> Ack {
    Ack
}

fn main() {
    let _ = Handlers::new().on(sent);
}
