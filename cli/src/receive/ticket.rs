//! What is learnt about one request while it is in flight, from whoever learns it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tower_tencent_webhook::{
    Delivery, Outcome,
    event::Undecoded,
    outcome::{End, Failure},
};

use crate::{
    exchange::{Answer, Exchange, Fate},
    output::Hub,
    protocol::Envelope,
    rules::Hold,
    terminal::chain,
};

/// The exchange of one request, shared by all that see a part of it: the receiver, the layer and
/// the handler. It is published when it is answered, or given up, and again if its handler ends
/// later.
#[derive(Clone)]
pub(crate) struct Ticket(Arc<Inner>);

struct Inner {
    hub: Arc<Hub>,
    arrived: Instant,
    state: Mutex<State>,
}

struct State {
    exchange: Exchange,
    /// Whether the layer handed it to the handler.
    admitted: bool,
    /// What has arrived of the body of one that was not handed over (yet).
    body: Vec<u8>,
    /// How it ended, according to the layer.
    end: Option<End>,
    /// Whether it was answered or given up.
    closed: bool,
    /// What is answered in place of the layer's answer.
    replacement: Option<Answer>,
    hold: Option<Hold>,
}

impl Ticket {
    pub(crate) fn new(hub: Arc<Hub>, exchange: Exchange) -> Self {
        Self(Arc::new(Inner {
            hub,
            arrived: Instant::now(),
            state: Mutex::new(State {
                exchange,
                admitted: false,
                body: Vec::new(),
                end: None,
                closed: false,
                replacement: None,
                hold: None,
            }),
        }))
    }

    /// The id in the store; 0 before it is answered or given up.
    pub(crate) fn id(&self) -> u64 {
        self.lock().exchange.id
    }

    /// More of the body has arrived. The layer reads no more than its limit.
    pub(crate) fn read(&self, data: &[u8]) {
        let mut state = self.lock();
        if !state.admitted {
            state.body.extend_from_slice(data);
            state.exchange.bytes = state.exchange.bytes.max(state.body.len() as u64);
        }
    }

    /// The layer has checked it, and hands it to the handler.
    pub(crate) fn admitted(&self, delivery: &Delivery<Undecoded>) {
        let mut state = self.lock();
        state.admitted = true;
        state.body = Vec::new();
        let exchange = &mut state.exchange;
        exchange.envelope = Some(Envelope::of(delivery.command()));
        exchange.command = Some(delivery.command().to_owned());
        exchange.sdk_app_id = Some(delivery.sdk_app_id());
        exchange.client_ip = delivery.client_ip().map(|ip| ip.to_string());
        exchange.platform = delivery.platform().map(ToString::to_string);
        exchange.phase = delivery.phase();
        exchange.bytes = delivery.body().len() as u64;
        exchange.body = Some(delivery.body().clone());
    }

    /// A rule answers it.
    pub(crate) fn by_rule(&self, hold: Option<Hold>) {
        let mut state = self.lock();
        state.exchange.by_rule = true;
        state.hold = hold;
    }

    /// Answers this in place of what the layer answers.
    pub(crate) fn replace_answer(&self, answer: Answer) {
        self.lock().replacement = Some(answer);
    }

    /// Its handling failed, perhaps before its handler was called: then its body is known only from
    /// here.
    pub(crate) fn failed(&self, failure: &Failure<'_>) {
        let mut state = self.lock();
        state.exchange.error = failure.error().map(chain);
        if !state.admitted {
            let body = std::mem::take(&mut state.body);
            let exchange = &mut state.exchange;
            exchange.body = Some(body.into());
            exchange.command = Some(failure.command().to_owned());
            exchange.sdk_app_id = Some(failure.sdk_app_id());
            exchange.phase = failure.phase();
        }
    }

    /// The layer tells the end: before the answer, or after it if the handler went on.
    pub(crate) fn ended(&self, outcome: &Outcome) {
        let mut state = self.lock();
        state.end = Some(outcome.end);
        let late_answer = state.closed.then(|| state.replacement.take()).flatten();
        let exchange = &mut state.exchange;
        exchange.phase = exchange.phase.or(outcome.phase);
        if state.closed {
            state.exchange.fate = Some(Fate::Webhook(outcome.end));
            state.exchange.late_answer = late_answer;
            self.0.hub.finish(&mut state.exchange);
        }
    }

    /// What to answer, given the layer's answer, and how long to hold it back.
    pub(crate) fn decide(&self, answer: Answer) -> (Answer, Option<Hold>) {
        let mut state = self.lock();
        let answer = state.replacement.take().unwrap_or(answer);
        (answer, state.hold)
    }

    /// It is answered.
    pub(crate) fn answered(&self, answer: Answer) {
        let mut state = self.close();
        state.exchange.answer = Some(answer);
        match (state.end, state.admitted) {
            // Acknowledged, while its handler goes on.
            (None, true) => self.0.hub.keep(&mut state.exchange),
            (end, _) => {
                state.exchange.fate = Some(end.map_or(Fate::NotAWebhook, Fate::Webhook));
                self.0.hub.finish(&mut state.exchange);
            }
        }
    }

    /// The sender no longer waits for the answer.
    fn given_up(&self) {
        if self.lock().closed {
            return;
        }
        let mut state = self.close();
        state.exchange.fate = Some(Fate::Webhook(End::Abandoned));
        match (state.end, state.admitted) {
            // Its handler goes on.
            (None, true) => self.0.hub.keep(&mut state.exchange),
            _ => self.0.hub.finish(&mut state.exchange),
        }
    }

    fn close(&self) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        state.closed = true;
        state.exchange.took = self.0.arrived.elapsed();
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notices that a request was dropped before its answer.
pub(crate) struct Watch(pub(crate) Ticket);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.given_up();
    }
}
