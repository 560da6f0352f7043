//! Payloads that events of several groups share.

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
        /// 3 robot removed by the server, 4 room dismissed by the server, 98 internal error,
        /// 99 nobody else in the room, 100 timed out, 101 the robot's user id entered twice.
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
