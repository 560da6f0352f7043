//! Alarms about the app's use of the REST API.
//!
//! # Example
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, event::alert, reply::Ack, testing};
//!
//! /// How many more requests a second the interface takes.
//! fn room_left(alarm: &alert::RequestOverLimit) -> Option<u64> {
//!     Some(alarm.limit?.saturating_sub(alarm.request?))
//! }
//!
//! let handlers = Handlers::new().on(|delivery: Delivery<alert::RequestOverLimit>| async move {
//!     let alarm = delivery.event;
//!     if let Some(left) = room_left(&alarm) {
//!         eprintln!("{}.{} takes {left} more a second", alarm.service_name, alarm.command);
//!     }
//!     Ack
//! });
//! // The sample has 167 of 200.
//! assert_eq!(room_left(&testing::sample()), Some(33));
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("Alert.RequestOverLimit").unwrap();
//! # let delivery = testing::undecoded("Alert.RequestOverLimit", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use crate::wire::wire;

wire! {
    /// Requests to a REST interface have reached 80 % of their limit. Sent to every URL that is
    /// set, without a switch in the console.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/60256).
    pub struct RequestOverLimit = "Alert.RequestOverLimit" {
        /// The service of the interface.
        pub service_name: String,
        /// The interface.
        pub command: String,
        /// Requests a second.
        pub request: Option<u64>,
        /// How many requests a second there may be.
        pub limit: Option<u64>,
    }
}
