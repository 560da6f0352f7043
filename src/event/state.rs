//! Online status of users.
//!
//! # Example
//!
//! Who is online:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use std::{collections::HashSet, sync::{Arc, Mutex}};
//! use tower_tencent_webhook::{value::Account, Delivery, Handlers, event::state, reply::Ack};
//!
//! type Online = Arc<Mutex<HashSet<Account>>>;
//!
//! async fn track(online: Online, delivery: Delivery<state::StateChange>) -> Ack {
//!     let info = delivery.event.info;
//!     let mut online = online.lock().unwrap();
//!     match info.action {
//!         state::Action::Login => online.insert(info.to_account),
//!         state::Action::Logout | state::Action::Disconnect => online.remove(&info.to_account),
//!         _ => false, // a status text, or a word of a later release
//!     };
//!     Ack
//! }
//!
//! let online = Online::default();
//! let handlers = Handlers::new().on_with(online.clone(), track);
//! # use tower_tencent_webhook::testing;
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("State.StateChange").unwrap();
//! # let delivery = testing::undecoded("State.StateChange", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # assert!(online.lock().unwrap().contains("lou"));
//! # }
//! ```

use crate::{
    value::{Account, Platform, UnixMillis},
    wire::{string_enum, wire},
};

string_enum! {
    /// What happened to a user's status.
    pub enum Action {
        /// The user is online.
        Login = "Login",
        /// The user logged out.
        Logout = "Logout",
        /// The connection to the user broke.
        Disconnect = "Disconnect",
        /// The user's own status text changed.
        CustomStatusChange = "CustomStatusChange",
    }
}

string_enum! {
    /// Why a user's status changed.
    pub enum Reason {
        /// The client logged in.
        Register = "Register",
        /// The client logged out.
        Unregister = "Unregister",
        /// The connection was closed.
        LinkClose = "LinkClose",
        /// Nothing was heard from the client for 400 seconds.
        TimeOut = "TimeOut",
        /// The user set a status.
        SetCustomStatus = "SetCustomStatus",
    }
}

wire! {
    /// A user's online status changed. A broken connection may be reported 400 seconds late, and is
    /// not reported at all if the client connects again before that.
    ///
    /// [Source](https://www.tencentcloud.com/document/product/1047/34357).
    pub struct StateChange = "State.StateChange" via StateChange::with_status_in_info {
        /// What changed.
        pub info: StateInfo,
        /// The other devices that the login logged out.
        pub kicked_device: Vec<KickedDevice>,
        /// When this happened.
        pub event_time: Option<UnixMillis>,
        /// Moved into `info`: the vendor's table does not say where it belongs.
        custom_status: Option<String>,
    }

    /// What changed.
    pub struct StateInfo {
        /// The kind of change.
        pub action: Action,
        /// The user.
        #[serde(rename = "To_Account")]
        pub to_account: Account,
        /// Why.
        pub reason: Option<Reason>,
        /// The user's new status.
        pub custom_status: Option<String>,
    }

    /// A device that was logged out.
    pub struct KickedDevice {
        /// Its platform.
        pub platform: Platform,
    }
}

impl StateChange {
    fn with_status_in_info(mut self) -> Self {
        self.info.custom_status = self.info.custom_status.or(self.custom_status.take());
        self
    }
}
