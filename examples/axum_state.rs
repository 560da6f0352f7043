//! Webhooks whose handlers use the state of an axum application, and an extractor of axum on the
//! head of the request.
//!
//! ```sh
//! export TOKEN=secret # the token that the Tencent console has for the app
//! cargo run --example axum_state
//! ```
//!
//! Then, in a shell with the same `TOKEN`, what Tencent would send:
//!
//! ```sh
//! NOW=$(date +%s) && SIGN=$(printf %s "$TOKEN$NOW" | sha256sum | cut -d' ' -f1)
//! curl "http://127.0.0.1:3000/eu/im?SdkAppid=1400000000&CallbackCommand=Group.CallbackAfterSendMsg&Sign=$SIGN&RequestTime=$NOW" \
//!     -d '{"GroupId":"@TGS#1","Type":"Live","From_Account":"mei","MsgBody":[]}'
//! curl http://127.0.0.1:3000/eu
//! ```

use std::{
    collections::BTreeMap,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::{FromRequestParts, Path, State},
    routing::get,
};
use tokio::net::TcpListener;
use tower_tencent_webhook::{
    App, Apps, Delivery, Handlers, WebhookLayer, event::group, reply::Ack,
};

/// How many messages each region has seen. An application has a pool of connections here.
#[derive(Debug, Clone, Default)]
pub struct AppState {
    messages: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl AppState {
    fn count(&self, region: &str) -> u64 {
        let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.get(region).copied().unwrap_or_default()
    }

    fn increment(&self, region: String) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        *messages.entry(region).or_default() += 1;
    }
}

/// A handler takes the state that it was registered with, not axum's `State`.
///
/// An extractor runs by hand on the parts of the request: axum has put into their extensions what
/// it knows of the route.
async fn count(
    state: AppState,
    delivery: Delivery<group::AfterSendMsg>,
) -> Result<Ack, Box<dyn Error + Send + Sync>> {
    let mut parts = delivery.parts().clone();
    let Path(region) = Path::<String>::from_request_parts(&mut parts, &state).await?;
    state.increment(region);
    Ok(Ack)
}

async fn show(State(state): State<AppState>, Path(region): Path<String>) -> String {
    state.count(&region).to_string()
}

/// The app: a number for each region at `/{region}`, its webhooks at `/{region}/im`.
pub fn app(apps: Apps, state: AppState) -> Router {
    let handlers = Handlers::with_state(state.clone()).on(count);
    let webhooks = WebhookLayer::new(apps, handlers);
    Router::new()
        .route("/{region}", get(show))
        .route_service("/{region}/im", webhooks.into_service())
        .with_state(state)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt::init();
    let token = std::env::var("TOKEN").map_err(|_| "set TOKEN to the token of the app")?;
    let app = app(
        App::signed(1_400_000_000, token)?.into(),
        AppState::default(),
    );
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app).await?;
    Ok(())
}
