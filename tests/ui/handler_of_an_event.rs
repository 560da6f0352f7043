use tower_tencent_webhook::{Handlers, event::group, reply::Ack};

async fn sent(_: group::AfterSendMsg) -> Ack {
    Ack
}

fn main() {
    let _ = Handlers::new().on(sent);
}
