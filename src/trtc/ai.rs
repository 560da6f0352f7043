//! Conversational AI, and the first version of speech to text.
//!
//! # Example
//!
//! Write down a conversation. Sentences may arrive out of order, and again:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use std::{collections::BTreeMap, sync::{Arc, Mutex}};
//! use tower_tencent_webhook::{Delivery, Handlers, value::UnixMillis, reply::Ack, trtc::ai};
//!
//! type Transcript = Arc<Mutex<BTreeMap<UnixMillis, String>>>;
//!
//! async fn write_down(transcript: Transcript, delivery: Delivery<ai::ServiceMsg>) -> Ack {
//!     let sentence = delivery.event.event_info.payload;
//!     if let Some(ai::Sentence { start_time_ms: Some(start), text: Some(text), .. }) = sentence {
//!         transcript.lock().unwrap().insert(start, text);
//!     }
//!     Ack
//! }
//!
//! let transcript = Transcript::default();
//! let handlers = Handlers::new().on_with(transcript.clone(), write_down);
//! # use tower_tencent_webhook::testing;
//! # use tower::ServiceExt;
//! # let body = testing::sample_body("TRTC.903").unwrap();
//! # let delivery = testing::undecoded("TRTC.903", body);
//! # handlers.oneshot(delivery).await.unwrap();
//! # assert!(transcript.lock().unwrap().values().eq(["when is high water today"]));
//! # }
//! ```

use super::{
    body::body,
    payload::{Status, Stop},
};
use crate::{
    value::{Account, Id, RawJson, UnixMillis},
    wire::{string_enum, wire},
};

body! {
    /// The service started (0) or failed to (1).
    ///
    /// [Source](https://trtc.io/document/68331).
    pub struct ServiceStart { event_info: AiInfo<Status> }

    /// The service stopped.
    ///
    /// [Source](https://trtc.io/document/68331).
    pub struct ServiceStop { event_info: AiInfo<Stop> }

    /// A user or the AI finished a sentence.
    ///
    /// [Source](https://trtc.io/document/68331).
    pub struct ServiceMsg { event_info: AiInfo<Sentence> }

    /// A user or the AI began to speak.
    ///
    /// [Source](https://trtc.io/document/68331).
    pub struct StartOfSpeech { event_info: AiInfo<Speech> }

    /// The AI finished speaking.
    ///
    /// [Source](https://trtc.io/document/68331).
    pub struct SpeakingFinished { event_info: AiInfo<Speech> }

    /// A measurement of the service.
    ///
    /// [Source](https://trtc.io/document/68331).
    pub struct MetricMessage { event_info: AiInfo<Measurement> }

    /// An error of the service.
    ///
    /// [Source](https://trtc.io/document/68331).
    pub struct ErrorMetricCallback { event_info: AiInfo<Measurement> }

    /// The session changed its state.
    ///
    /// [Source](https://trtc.io/document/68331).
    pub struct SessionStatusCallback { event_info: AiInfo<Session> }
}

string_enum! {
    /// What was measured.
    pub enum Metric {
        /// The latency of the speech recognition.
        AsrLatency = "asr_latency",
        /// The latency of the network to the language model.
        LlmNetworkLatency = "llm_network_latency",
        /// The time until the first token of the language model.
        LlmFirstToken = "llm_first_token",
        /// The latency of the network to the speech synthesis.
        TtsNetworkLatency = "tts_network_latency",
        /// The time until the first frame of the speech synthesis.
        TtsFirstFrameLatency = "tts_first_frame_latency",
        /// A gap in the synthesised speech.
        TtsDiscontinuity = "tts_discontinuity",
        /// The AI was interrupted.
        Interruption = "interruption",
        /// An error of the language model.
        LlmError = "llm_error",
    }
}

string_enum! {
    /// The state of a session.
    pub enum SessionStatus {
        /// The session is ready.
        SessionReady = "session_ready",
    }
}

wire! {
    /// What an event of the AI service is about.
    pub struct AiInfo<P = RawJson> {
        /// When this happened.
        pub event_ms_ts: Option<UnixMillis>,
        /// The task.
        pub task_id: Option<String>,
        /// The room. A string in all samples, even for a room whose id is a number.
        pub room_id: Option<Id>,
        /// 0 the id of the room is a number, 1 it is a string.
        pub room_id_type: Option<u32>,
        /// What happened, in a shape that depends on the type of the event.
        pub payload: Option<P>,
    }

    /// A sentence of a user, or a whole answer of the AI.
    pub struct Sentence {
        /// The user or the robot.
        pub user_id: Option<Account>,
        /// The text.
        pub text: Option<String>,
        /// When it begins.
        pub start_time_ms: Option<UnixMillis>,
        /// When it ends.
        pub end_time_ms: Option<UnixMillis>,
        /// The round of the conversation.
        pub round_id: Option<String>,
    }

    /// Speech that began or ended.
    pub struct Speech {
        /// The user or the robot.
        pub user_id: Option<Account>,
        /// The round of the conversation.
        pub round_id: Option<String>,
        /// The text, once the AI has spoken it.
        pub text: Option<String>,
    }

    /// A measurement or an error.
    pub struct Measurement {
        /// What was measured.
        pub metric: Metric,
        /// The value; a latency is in milliseconds. Errors have none.
        pub value: Option<f64>,
        /// What it belongs to.
        pub tag: Option<Tag>,
    }

    /// What a measurement belongs to.
    pub struct Tag {
        /// The round of the conversation.
        pub round_id: Option<String>,
        /// The code of an error.
        pub code: Option<i64>,
        /// The description of an error.
        pub message: Option<String>,
    }

    /// The state of a session.
    pub struct Session {
        /// The state.
        pub status: SessionStatus,
    }
}
