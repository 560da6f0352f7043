use tower_tencent_webhook::{Delivery, Handlers, event::group, reply::Ack};

fn main() {
    let _ = Handlers::new().on(|_: Delivery<group::AfterSendMsg>| async {
        "7".parse::<u32>()?;
        Ok(Ack)
    });
}
