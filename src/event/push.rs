//! Results of pushes. One webhook reports up to 100 of them.
//!
//! Beyond 1,000 webhooks a second, by default, Tencent delays them. All times are in seconds, and
//! the URLs name neither a client nor a platform.
//!
//! # Example
//!
//! How many users a push task has brought back. A push is reported at each of its stages:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use std::sync::{Arc, atomic::{AtomicUsize, Ordering}};
//! use tower_tencent_webhook::{Delivery, Handlers, event::push, reply::Ack};
//!
//! const CLICKED: u32 = 3;
//!
//! let clicks = Arc::new(AtomicUsize::new(0));
//! let handlers = Handlers::new().on_with(
//!     clicks.clone(),
//!     |clicks, delivery: Delivery<push::AllMemberPush>| async move {
//!         let results = delivery.event.events.iter();
//!         let clicked = results.filter(|push| push.push_stage == Some(CLICKED)).count();
//!         clicks.fetch_add(clicked, Ordering::Relaxed);
//!         Ack
//!     },
//! );
//! # use tower_tencent_webhook::testing;
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("Push.AllMemberPush").unwrap();
//! # let delivery = testing::undecoded("Push.AllMemberPush", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # assert_eq!(clicks.load(Ordering::Relaxed), 1);
//! # }
//! ```

use crate::{
    value::{Account, UnixSeconds},
    wire::wire,
};

wire! {
    /// Results of pushing ordinary messages to devices.
    ///
    /// [Source](https://tencentcloud.com/document/product/1047/67552).
    pub struct OfflinePush {
        /// The results.
        pub events: Vec<OfflinePushResult> = required,
    }

    /// The result of pushing one message to one user.
    pub struct OfflinePushResult = "Push.OfflinePush" {
        /// 1 a one-to-one message, 2 a message in a group.
        pub event_type: u32,
        /// When this happened.
        pub event_time: Option<UnixSeconds>,
        /// The sender.
        #[serde(rename = "From_Account")]
        pub from_account: Option<Account>,
        /// The recipient.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// 0 unknown, 1 APNs, 2 Xiaomi, 3 Huawei, 4 FCM, 5 Meizu, 6 OPPO, 7 vivo, 8 Honor.
        pub push_platform: Option<u32>,
        /// 1 sent, 2 reached the device, 3 clicked.
        pub push_stage: Option<u32>,
        /// The unique key of a one-to-one message.
        pub msg_key: Option<String>,
        /// The group of a message in a group.
        #[serde(rename = "GroupID")]
        pub group_id: Option<String>,
        /// The sequence number of the message.
        pub msg_seq: Option<u64>,
        /// The random number of the message.
        pub msg_random: Option<u32>,
        /// When the message was sent.
        pub msg_time: Option<UnixSeconds>,
        /// The unique id of the push.
        #[serde(rename = "PushID")]
        pub push_id: Option<String>,
        /// 0 if it succeeded, else an error code of the push service.
        pub err_code: Option<i64>,
        /// The error in words.
        pub err_info: Option<String>,
    }

    /// Results of pushes to all users, to a tag or to one user.
    ///
    /// [Source](https://tencentcloud.com/document/product/1047/67551).
    pub struct AllMemberPush {
        /// The results.
        pub events: Vec<AllMemberPushResult> = required,
    }

    /// The result of a push task for one user.
    pub struct AllMemberPushResult = "Push.AllMemberPush" {
        /// 1 pushed to a device that is offline, 2 to one that is online.
        pub event_type: u32,
        /// The push task.
        pub task_id: Option<String>,
        /// The id of the data that is pushed.
        pub data_id: Option<String>,
        /// When the task was made.
        pub task_time: Option<UnixSeconds>,
        /// When this happened.
        pub event_time: Option<UnixSeconds>,
        /// The recipient.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// 0 unknown, 1 APNs, 2 Xiaomi, 3 Huawei, 4 FCM, 5 Meizu, 6 OPPO, 7 vivo, 8 Honor.
        pub push_platform: Option<u32>,
        /// The maker of the device, numbered as `push_platform`.
        pub device_type: Option<u32>,
        /// 1 sent, 2 reached the device, 3 clicked.
        pub push_stage: Option<u32>,
        /// 0 if it succeeded, else an error code of the push service.
        pub err_code: Option<i64>,
        /// The error in words.
        pub err_info: Option<String>,
    }
}
