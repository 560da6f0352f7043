//! A durable inbox for Tencent's webhooks: what is acknowledged is stored.
