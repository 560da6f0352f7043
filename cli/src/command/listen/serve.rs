//! Serves: the address for webhooks and the one for the page, until it is time to stop.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::Request, routing::get};
use tokio::net::TcpListener;
use tower_tencent_webhook::serve::Server;

use super::{demo::Demo, options::Options};
use crate::{
    output::Hub,
    page::{self, Page},
    receive::Receiver,
    rules::Rules,
    secrets::Secrets,
    stop::Stop,
    terminal::Failure,
};

/// How long clients may take to finish after a signal to stop.
const GRACE: Duration = Duration::from_secs(2);
/// How long a connection may be silent before its first request: browsers open some ahead of time.
const SILENCE: Duration = Duration::from_secs(60);

/// Everything that serves, put together.
pub(super) struct Serve {
    pub(super) receiver: Receiver,
    pub(super) secrets: Secrets,
    pub(super) rules: Arc<Rules>,
    pub(super) hub: Arc<Hub>,
    pub(super) demo: Option<Demo>,
    pub(super) stop: Stop,
}

impl Serve {
    /// Serves until it is time to stop.
    pub(super) async fn run(self, options: &Options) -> Result<(), Failure> {
        let (listener, address) = bind(&options.listen, "--listen").await?;
        tracing::info!("listening on http://{address}");
        let page = if options.no_page {
            None
        } else {
            let (listener, page_address) = bind(&options.page, "--page").await?;
            let page = Page {
                hub: Arc::clone(&self.hub),
                rules: self.rules,
                receiver: self.receiver.clone(),
                secrets: Arc::new(self.secrets.clone()),
                address,
                forward_to: options.forward_to.as_deref().map(page::without_query),
                stop: self.stop.clone(),
            };
            let (router, token) = page::router(page).map_err(Failure::other)?;
            if !page_address.ip().is_loopback() {
                tracing::warn!(
                    "the page is open to the network: whoever has its token can read it"
                );
            }
            let server = match page_address.ip().is_unspecified() {
                true => format!("localhost:{}", page_address.port()), // no browser opens 0.0.0.0
                false => page_address.to_string(),
            };
            let url = format!("http://{server}/?token={}", token.expose());
            tracing::info!("page: {url}");
            Some((listener, router, url))
        };
        if let Some(demo) = self.demo {
            let url = page.as_ref().map(|(.., url)| url.clone());
            tokio::spawn(demo.run(self.receiver.clone(), Arc::clone(&self.hub), url));
        }

        let receiver = self.receiver;
        let receive = async move |request: Request| receiver.receive(request).await;
        let router = Router::new()
            .route("/healthz", get(async || "ok\n").fallback(receive.clone()))
            .fallback(receive);
        let server = Server::new()
            .first_request_timeout(SILENCE)
            .max_age(None) // the page listens to events as long as it is open
            .shutdown_timeout(GRACE);
        let webhooks = server.clone().connections(512);
        let webhooks = webhooks.serve(listener, router, self.stop.stopped());
        let page = async {
            match page {
                // A browser has six connections for each tab or less.
                Some((listener, router, _)) => {
                    let server = server.connections(128);
                    server.serve(listener, router, self.stop.stopped()).await
                }
                None => 0,
            }
        };
        let (webhooks, page) = tokio::join!(webhooks, page);
        if webhooks + page > 0 {
            tracing::warn!("a client did not finish in time");
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Listens on the address that an option names. What cannot be an address is not quoted, since it
/// may be a token in the wrong place.
async fn bind(address: &str, option: &str) -> Result<(TcpListener, SocketAddr), Failure> {
    let addresses: Vec<_> = tokio::net::lookup_host(address)
        .await
        .map_err(|_| Failure::Usage(format!("{option} takes an address, such as 127.0.0.1:3000")))?
        .collect();
    let cannot = |error: io::Error| {
        let address = addresses.first().map(ToString::to_string);
        let address = address.unwrap_or_default();
        Failure::other(format!(
            "cannot listen on {address}: {error}; choose another address with {option}"
        ))
    };
    let listener = TcpListener::bind(&*addresses).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    Ok((listener, address))
}
