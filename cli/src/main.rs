//! Receives, shows, explains and sends again Tencent's webhooks.

fn main() {}
