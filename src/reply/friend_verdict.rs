//! The verdict on friend requests, account by account.

use std::fmt;

use bytes::Bytes;

use super::{
    body::{Body, Encode, FriendResult, VerdictKind},
    code::FriendCode,
};
use crate::{
    value::Account,
    wire::{readable::readable_part, surrogates, wire},
};

/// Whether friend requests go ahead: one result for each account of the event.
///
/// Tencent decides by these results alone. An error code on top of them would let every request
/// pass, so there is none here.
#[derive(Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct FriendVerdict {
    /// The results, in the order in which they were given.
    pub results: Vec<FriendResult>,
}

impl FriendVerdict {
    /// No results yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the request of this account pass.
    #[must_use]
    pub fn allow(mut self, account: impl Into<Account>) -> Self {
        self.results.push(FriendResult::allow(account));
        self
    }

    /// Refuses the request of this account.
    #[must_use]
    pub fn refuse(
        mut self,
        account: impl Into<Account>,
        code: FriendCode,
        text: impl Into<String>,
    ) -> Self {
        self.results.push(FriendResult::refuse(account, code, text));
        self
    }
}

impl FromIterator<FriendResult> for FriendVerdict {
    fn from_iter<I: IntoIterator<Item = FriendResult>>(results: I) -> Self {
        Self {
            results: results.into_iter().collect(),
        }
    }
}

impl Encode for FriendVerdict {
    fn into_body(self) -> Body {
        Body {
            result_item: Some(self.results),
            ..Body::default()
        }
    }

    fn verdict(&self) -> VerdictKind {
        if self.results.iter().all(FriendResult::passes) {
            VerdictKind::Allow
        } else {
            VerdictKind::Refuse
        }
    }

    fn from_body(wire: Body) -> Option<Self> {
        let results = wire.result_item.filter(|_| wire.error_code == 0)?;
        let known = |result: &FriendResult| result.passes() || result.code().is_some();
        results.iter().all(known).then_some(Self { results })
    }
}

/// A general error code, which lets every request pass.
pub(super) fn pass() -> Body {
    Body::code(FriendCode::FIRST.get())
}

/// The refusal of all accounts that the body of a friend request names; `None` if they cannot be
/// read.
pub(super) fn refuse_all(body: &[u8]) -> Option<Bytes> {
    wire! {
        /// As much of a friend request as is needed to refuse it.
        struct Request {
            friend_item: Vec<Item>,
            response_friend_item: Vec<Item>,
        }

        /// One account of it.
        struct Item {
            #[serde(rename = "To_Account")]
            to_account: Account,
        }
    }

    // As lossily as the event was read, without the unreadable: whoever can be named is refused.
    let read = |body: &str| {
        let strict = |json: &str| serde_json::from_str::<Request>(json);
        surrogates::lossy(body, strict).ok().or_else(|| {
            let reads = |json: &str| strict(json).is_ok();
            let part = readable_part(&surrogates::replaced(body), &reads)?;
            strict(&part).ok()
        })
    };
    let Request {
        friend_item,
        response_friend_item,
    } = read(std::str::from_utf8(body).ok()?)?;
    let verdict: FriendVerdict = friend_item
        .into_iter()
        .chain(response_friend_item)
        .map(|item| FriendResult::refuse(item.to_account, FriendCode::FIRST, ""))
        .collect();
    if verdict.results.is_empty() {
        None
    } else {
        verdict.into_body().encode().ok()
    }
}

/// Shows how many accounts there are, never which.
impl fmt::Debug for FriendVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.results).finish()
    }
}
