//! Message extensions: pairs that users set on a message.

use crate::wire::wire;

wire! {
    /// One pair of a message's extension.
    pub struct MsgExtension {
        /// Its key.
        pub key: String,
        /// Its value; empty if the pair was deleted.
        pub value: Option<String>,
        /// The version of the pair.
        pub seq: Option<u64>,
    }
}
