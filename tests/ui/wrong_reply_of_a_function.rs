use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::Ack};

async fn moderate(_: Delivery<group::BeforeSendMsg>) -> Ack {
    Ack
}

fn main() {
    let _ = Handlers::new().on(moderate);
}
