use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::Ack};

struct Busy;

async fn sent(_: Delivery<group::AfterSendMsg>) -> Result<Ack, Busy> {
    Err(Busy)
}

fn main() {
    let _ = Handlers::new().on(sent);
}
