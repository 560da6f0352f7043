//! The arguments of `listen`.

use std::path::PathBuf;

use crate::apps;

/// Receives webhooks, prints each one, and shows them on a page.
///
/// On a terminal it prints a line for people, elsewhere one line of JSON.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(super) apps: apps::Given,

    /// The address that receives webhooks.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    pub(super) listen: String,

    /// The address of the page. It shows all content, so keep it away from others.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4040")]
    pub(super) page: String,

    /// Serves no page.
    #[arg(long, conflicts_with = "page")]
    pub(super) no_page: bool,

    /// Sends each webhook to an app, signed anew, and answers what the app answers. A URL without a
    /// path gets the path of the webhook. An app that is silent for 2 s, for 4.5 s with TRTC's
    /// events, is cut off.
    #[arg(long, value_name = "URL")]
    pub(super) forward_to: Option<String>,

    /// A PEM file with certificates to trust besides the system's, for --forward-to.
    #[arg(long, value_name = "FILE", requires = "forward_to")]
    pub(super) ca: Option<PathBuf>,

    /// Appends the webhooks to a file that `replay` reads, without tokens and signatures.
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,

    /// How many webhooks the page keeps, at most 64 MiB in all.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(super) keep: usize,

    /// Prints JSON on a terminal, too.
    #[arg(long)]
    pub(super) json: bool,

    /// Prints JSON of everything: also what was rejected, probes, and what is not a webhook.
    #[arg(long)]
    pub(super) json_all: bool,

    /// Adds an app of its own and sends itself samples of everything, some of them wrong.
    #[arg(long)]
    pub(super) demo: bool,
}
