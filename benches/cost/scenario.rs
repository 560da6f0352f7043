//! What is measured: a stack, and what it is sent.

use tower_tencent_webhook::event::group::AfterSendMsg;

use crate::support::{
    AFTER, Request, Stack, client,
    request::{LARGE, MEDIUM, SMALL, body},
};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Scenario {
    Served(Stack, Request),
    /// The event out of its JSON, without a request.
    Decode(usize),
}

impl Scenario {
    /// All of them, by name.
    const ALL: &[(&str, Self)] = &[
        ("collect", served(Stack::Collect, Request::After(SMALL))),
        ("layer", served(Stack::Layer, Request::After(SMALL))),
        ("layer-4k", served(Stack::Layer, Request::After(MEDIUM))),
        ("layer-64k", served(Stack::Layer, Request::After(LARGE))),
        ("handlers", served(Stack::Handlers, Request::After(SMALL))),
        ("reader", served(Stack::Reader, Request::After(SMALL))),
        ("reader-4k", served(Stack::Reader, Request::After(MEDIUM))),
        ("reader-64k", served(Stack::Reader, Request::After(LARGE))),
        ("by-hand", served(Stack::ByHand, Request::After(SMALL))),
        ("by-hand-4k", served(Stack::ByHand, Request::After(MEDIUM))),
        ("by-hand-64k", served(Stack::ByHand, Request::After(LARGE))),
        (
            "axum-layer",
            served(Stack::AxumLayer, Request::After(SMALL)),
        ),
        ("rewrite", served(Stack::Rewrite, Request::Before(SMALL))),
        ("refuse", served(Stack::Refuse, Request::Forged)),
        ("layer-refuses", served(Stack::Layer, Request::Forged)),
        ("app-get", served(Stack::App, Request::Get)),
        ("app-get-in-layer", served(Stack::AppInLayer, Request::Get)),
        ("app-post", served(Stack::App, Request::Post)),
        (
            "app-post-in-layer",
            served(Stack::AppInLayer, Request::Post),
        ),
        ("decode", Self::Decode(SMALL)),
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name)?;
        Some(found.1)
    }

    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|(name, _)| *name)
    }

    pub(crate) fn run(self, times: usize) {
        match self {
            Self::Served(stack, request) => client::exchange(stack, request, times, || ()),
            Self::Decode(size) => {
                let body = body(AFTER, size);
                for _ in 0..times {
                    let event: AfterSendMsg = serde_json::from_str(&body).expect("decodes");
                    std::hint::black_box(event);
                }
            }
        }
    }
}

const fn served(stack: Stack, request: Request) -> Scenario {
    Scenario::Served(stack, request)
}
