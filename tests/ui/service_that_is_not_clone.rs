use tower::{ServiceExt, util::BoxService};
use tower_tencent_webhook::{App, Handlers, WebhookLayer};

fn main() {
    let service = BoxService::new(Handlers::new().map_err(|error| error));
    let _ = WebhookLayer::new(App::insecure_unsigned(7), service);
}
