//! The same job by hand: axum's extractors, typed structs, SHA-256. Written to be fair: what
//! can be done in one line is done the fast way, and what the layer does beyond it is left out
//! (deadline, panics, clients that disconnect, lenient reading, elements as they came).
//!
//! Tencent has one URL for all commands, so that the body's type is known only once the query is:
//! [`bytes`] is what such a handler looks like. [`json`] is the one of a single command: shorter,
//! and slower, since axum's `Json` keeps track of the path for its errors.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Query, State},
    http::StatusCode,
    routing::post,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{AFTER, APP, TOKEN};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Params {
    #[serde(rename = "SdkAppid")]
    sdk_app_id: u64,
    callback_command: String,
    #[serde(rename = "ClientIP")]
    client_ip: String,
    opt_platform: String,
    sign: String,
    request_time: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AfterSendMsg {
    callback_command: String,
    group_id: String,
    #[serde(rename = "Type")]
    group_type: String,
    #[serde(rename = "From_Account")]
    from_account: String,
    #[serde(rename = "Operator_Account")]
    operator_account: Option<String>,
    random: Option<u32>,
    msg_seq: Option<u64>,
    msg_time: Option<u64>,
    online_only_flag: Option<u32>,
    msg_body: Vec<Element>,
    cloud_custom_data: Option<String>,
    topic_id: Option<String>,
    event_time: Option<u64>,
}

#[derive(Deserialize)]
#[serde(tag = "MsgType", content = "MsgContent")]
enum Element {
    #[serde(rename = "TIMTextElem", rename_all = "PascalCase")]
    Text { text: String },
    #[serde(rename = "TIMCustomElem", rename_all = "PascalCase")]
    Custom {
        data: Option<String>,
        desc: Option<String>,
        ext: Option<String>,
        sound: Option<String>,
    },
    #[serde(other)]
    Other,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    action_status: &'static str,
    error_info: &'static str,
    error_code: u32,
}

/// `Query` and `Bytes`: the check, then the type by the command.
pub(crate) fn bytes() -> Router {
    async fn receive(
        State(token): State<&'static str>,
        Query(params): Query<Params>,
        body: Bytes,
    ) -> Result<Json<Answer>, StatusCode> {
        if params.sdk_app_id != APP || !is_signed(token, &params) {
            return Err(StatusCode::FORBIDDEN);
        }
        match params.callback_command.as_str() {
            AFTER => {
                let message: AfterSendMsg =
                    serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
                std::hint::black_box((message, params));
            }
            _ => return Err(StatusCode::NOT_IMPLEMENTED),
        }
        Ok(Json(OK))
    }

    Router::new().route("/", post(receive)).with_state(TOKEN)
}

/// `Query` and `Json`, of one command.
pub(crate) fn json() -> Router {
    async fn receive(
        State(token): State<&'static str>,
        Query(params): Query<Params>,
        Json(message): Json<AfterSendMsg>,
    ) -> Result<Json<Answer>, StatusCode> {
        let known = params.sdk_app_id == APP && params.callback_command == message.callback_command;
        if !known || !is_signed(token, &params) {
            return Err(StatusCode::FORBIDDEN);
        }
        std::hint::black_box((message, params));
        Ok(Json(OK))
    }

    Router::new().route("/", post(receive)).with_state(TOKEN)
}

const OK: Answer = Answer {
    action_status: "OK",
    error_info: "",
    error_code: 0,
};

fn is_signed(token: &str, params: &Params) -> bool {
    let digest = Sha256::new()
        .chain_update(token)
        .chain_update(&params.request_time)
        .finalize();
    let mut sign = String::with_capacity(64);
    for digit in digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]) {
        sign.extend(char::from_digit(digit.into(), 16));
    }
    let signed_at = params.request_time.parse().map(Duration::from_secs);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let (Ok(signed_at), Ok(now)) = (signed_at, now) else {
        return false;
    };
    sign == params.sign && now.as_secs().abs_diff(signed_at.as_secs()) <= 60
}
