use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::Ack};

async fn moderate(_: Delivery<group::BeforeSendMsg>) -> Ack {
    Ack
}

fn main() {
    let _ = Handlers::new().on(moderate);
    let _ = Handlers::new().on(|_: Delivery<group::BeforeSendMsg>| async { Ack });
    let _ = Handlers::new().on(|_: Delivery<group::BeforeSendMsg>| async { Ok::<_, String>(Ack) });
}
