//! Receives webhooks: notes all that becomes of each request, and decides its answer.

mod forward;
mod receiver;
mod responder;
mod ticket;

pub(crate) use self::{forward::Forward, receiver::Receiver, responder::Responder};
