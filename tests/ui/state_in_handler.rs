use axum::extract::State;
use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::Ack};

async fn sent(_: State<u32>, _: Delivery<group::AfterSendMsg>) -> Ack {
    Ack
}

fn main() {
    let _ = Handlers::new().on(sent);
}
