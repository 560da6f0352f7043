//! The tool as its users run it: the real binary, spoken to over sockets and pipes. One module
//! per behaviour.

mod api;
mod architecture;
mod check;
mod commands;
mod forward;
#[path = "../../../tests/support/imports.rs"]
mod imports;
mod live;
mod ndjson;
mod page_security;
mod recording;
mod resend;
mod rules;
mod secrets;
mod server;
mod shutdown;
mod support;
#[cfg(unix)]
mod terminal;
mod tls;
mod trigger;
mod trtc;
mod usage;
mod verify;
