//! Payloads that events of several groups share.
//!
//! # Example
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use tower_tencent_webhook::{Delivery, Handlers, reply::Ack, testing};
//! use tower_tencent_webhook::trtc::{ai::ServiceStop, payload::Stop};
//!
//! fn is_worth_another_attempt(stop: &Stop) -> bool {
//!     stop.leave_code == 98
//! }
//!
//! # async fn start_again(_: Option<String>) {}
//! let handlers = Handlers::new().on(|delivery: Delivery<ServiceStop>| async move {
//!     let service = delivery.event.event_info;
//!     if service.payload.as_ref().is_some_and(is_worth_another_attempt) {
//!         start_again(service.task_id).await;
//!     }
//!     Ack
//! });
//! // The sample was stopped by the REST API.
//! let stop = testing::sample::<ServiceStop>().event_info.payload.unwrap();
//! assert!(!is_worth_another_attempt(&stop));
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("TRTC.902").unwrap();
//! # let delivery = testing::undecoded("TRTC.902", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # }
//! ```

use crate::wire::wire;

wire! {
    /// How a task, or a step of it, went.
    pub struct Status {
        /// 0 successfully; the event says what other numbers mean.
        pub status: u32,
    }

    /// Why a task ended.
    pub struct Stop {
        /// 0 stopped by the REST API, 1 robot removed by the app, 2 room dismissed by the app,
        /// 3 robot removed by the server, 4 room dismissed by the server, 98 internal error
        /// of the AI service, which is worth another attempt, 99 nobody else in the room,
        /// 100 timed out, 101 the robot's user id entered twice.
        pub leave_code: u32,
    }

    /// What went wrong in a task.
    pub struct TaskError {
        /// Its code.
        pub code: Option<i64>,
        /// Its description.
        pub message: Option<String>,
    }
}
