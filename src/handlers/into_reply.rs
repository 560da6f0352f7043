//! What a handler may return.

use tower::BoxError;

use crate::reply::Reply;

/// What a handler may return for a webhook whose reply is `R`: `R` itself, or a `Result` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the reply of this webhook, which is `{R}`",
    label = "this handler returns `{Self}`",
    note = "return `{R}`, or `Result<{R}, E>` with any error that boxes"
)]
pub trait IntoReply<R> {
    /// The reply, or the error that makes the webhook a failure.
    ///
    /// # Errors
    ///
    /// The handler's own.
    fn into_reply(self) -> Result<R, BoxError>;
}

impl<R: Into<Reply>> IntoReply<R> for R {
    fn into_reply(self) -> Result<R, BoxError> {
        Ok(self)
    }
}

impl<R: Into<Reply>, X: Into<BoxError>> IntoReply<R> for Result<R, X> {
    fn into_reply(self) -> Result<R, BoxError> {
        self.map_err(Into::into)
    }
}
