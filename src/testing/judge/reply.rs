//! The reply in an answer, field by field.

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    message::MsgBody,
    reply::Rewrite,
    testing::{Effect, Why},
    value::Account,
    wire::lenient,
};

/// The fields of a reply as they came: whether they are as documented is what is judged.
#[derive(Deserialize)]
pub(super) struct Reply<'a> {
    #[serde(rename = "ErrorInfo")]
    error_info: Option<Value>,
    #[serde(rename = "ErrorCode")]
    error_code: Option<Value>,
    #[serde(rename = "MsgBody", borrow)]
    msg_body: Option<&'a RawValue>,
    #[serde(rename = "CloudCustomData")]
    cloud_custom_data: Option<Value>,
    #[serde(rename = "RefusedMembers_Account")]
    refused_members: Option<Value>,
    #[serde(rename = "RefusedSubscribers_Account")]
    refused_subscribers: Option<Value>,
    #[serde(rename = "ResultItem")]
    result_item: Option<Value>,
}

impl<'a> Reply<'a> {
    pub(super) fn read(body: &'a [u8]) -> Result<Self, Why> {
        let mut json = serde_json::Deserializer::from_slice(body);
        let read = lenient::object(&mut json).and_then(|reply| json.end().map(|()| reply));
        read.map_err(|error: serde_json::Error| match error.is_data() {
            true => Why::Field("ErrorCode"),
            false => Why::NotJson,
        })
    }

    pub(super) fn code(&self) -> Result<i64, Why> {
        let code = self.error_code.as_ref().and_then(Value::as_i64);
        code.ok_or(Why::Field("ErrorCode"))
    }

    pub(super) fn text(&self) -> String {
        text(self.error_info.as_ref())
    }

    /// A message that is not refused.
    pub(super) fn message(&self) -> Result<Effect, Why> {
        let mut rewrite = Rewrite::new();
        if let Some(msg_body) = self.msg_body {
            let elements: MsgBody =
                serde_json::from_str(msg_body.get()).map_err(|_| Why::Field("MsgBody"))?;
            rewrite = rewrite.msg_body(elements);
        }
        match &self.cloud_custom_data {
            None => {}
            Some(Value::String(data)) => rewrite = rewrite.cloud_custom_data(data),
            Some(_) => return Err(Why::Field("CloudCustomData")),
        }
        Ok(if rewrite == Rewrite::new() {
            Effect::Delivered
        } else {
            Effect::Rewritten(rewrite)
        })
    }

    /// An invitation that is not refused as a whole.
    pub(super) fn members(&self) -> Effect {
        without(self.refused_members.as_ref())
    }

    /// A subscription that is not refused as a whole.
    pub(super) fn subscribers(&self) -> Effect {
        without(self.refused_subscribers.as_ref())
    }

    /// Friend requests, account by account.
    pub(super) fn items(&self) -> Effect {
        let items = self.result_item.as_ref().and_then(Value::as_array);
        let refused = items.into_iter().flatten().find_map(|item| {
            // Any other value than 0 refuses.
            let code = item.get("ResultCode").filter(|code| **code != 0)?;
            Some(Effect::Refused {
                code: code.as_i64().unwrap_or(i64::MAX),
                text: text(item.get("ResultInfo")),
            })
        });
        refused.unwrap_or(Effect::Delivered)
    }
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// An action of several accounts, of which these are refused.
fn without(refused: Option<&Value>) -> Effect {
    let accounts = refused.and_then(Value::as_array);
    let accounts: Vec<_> = accounts
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(Account::from)
        .collect();
    if accounts.is_empty() {
        Effect::Delivered
    } else {
        Effect::RefusedSome(accounts)
    }
}
