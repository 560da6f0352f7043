//! Metrics of webhooks, through the facade of the `metrics` crate.
