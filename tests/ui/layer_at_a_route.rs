use axum::Router;
use tower_tencent_webhook::{App, Handlers, WebhookLayer};

fn main() {
    let webhooks = WebhookLayer::new(App::insecure_unsigned(7), Handlers::new());
    let _: Router = Router::new().route_service("/im", webhooks);
}
