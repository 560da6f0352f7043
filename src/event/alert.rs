//! Alarms about the app's use of the REST API.

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
