use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::Ack};

fn main() {
    let _ = Handlers::new().on(|_: Delivery<group::BeforeSendMsg>| async { Ack });
    let _ = Handlers::new().on(|_: Delivery<group::BeforeSendMsg>| async { Ok::<_, String>(Ack) });
}
