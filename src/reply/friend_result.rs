//! Whether one friend request goes ahead.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{code::FriendCode, hidden::Hidden};
use crate::value::Account;

/// Whether the request to or from one account goes ahead.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FriendResult {
    #[serde(rename = "To_Account")]
    to_account: Account,
    result_code: u32,
    result_info: String,
}

impl FriendResult {
    /// Lets the request of this account pass.
    #[must_use]
    pub fn allow(account: impl Into<Account>) -> Self {
        Self {
            to_account: account.into(),
            result_code: 0,
            result_info: String::new(),
        }
    }

    /// Refuses the request of this account; the client gets the code and the text.
    #[must_use]
    pub fn refuse(account: impl Into<Account>, code: FriendCode, text: impl Into<String>) -> Self {
        Self {
            to_account: account.into(),
            result_code: code.get(),
            result_info: text.into(),
        }
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.to_account
    }

    /// Whether the request passes.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.result_code == 0
    }

    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<FriendCode> {
        FriendCode::new(self.result_code)
    }

    /// The text of a refusal.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.result_info
    }
}

/// Shows whether the request passes, the code, and only the length of a text; never the account.
impl fmt::Debug for FriendResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.passes() {
            return f.write_str("Allow");
        }
        f.debug_struct("Refuse")
            .field("code", &self.result_code)
            .field("text", &Hidden(&self.result_info))
            .finish()
    }
}
