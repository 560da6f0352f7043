//! What the API works on.

use std::{net::SocketAddr, sync::Arc};

use crate::{output::Hub, receive::Receiver, rules::Rules, secrets::Secrets, stop::Stop};

/// All that the page shows and changes.
#[derive(Clone)]
pub(crate) struct Page {
    pub(crate) hub: Arc<Hub>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) receiver: Receiver,
    pub(crate) secrets: Arc<Secrets>,
    /// Where webhooks are received.
    pub(crate) address: SocketAddr,
    /// Where they are forwarded to, without the query, which may hold a secret.
    pub(crate) forward_to: Option<String>,
    pub(crate) stop: Stop,
}
