//! Whole requests through the whole service: any body, in any frames, to any kind of handler.

use std::{
    convert::Infallible,
    future::{self, poll_fn},
    pin::pin,
    sync::{Arc, Mutex, atomic::Ordering},
    task::Poll,
    time::Duration,
};

use arbitrary::{Arbitrary, Unstructured};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tokio::{runtime, task, time};
use tower::{BoxError, Layer, Service, service_fn};
use tower_tencent_webhook::{
    Delivery, FailureAnswer, Handlers, WebhookLayer,
    event::{COMMANDS, Event, Payload, group},
    outcome::{End, FailureKind},
    reply::{Ack, MessageVerdict, Reply},
    testing::{WebhookRequest, sample_body},
};

use super::{
    body::{Step, Watched},
    oracle::{self, Rules, UNSIGNED_APP, Verdict},
    request::{Head, PATH},
    response,
};

#[derive(Debug, Arbitrary)]
struct Input {
    handler: Handler,
    behaviour: Behaviour,
    on_failure: OnFailure,
    /// `None`: enough for every sample.
    body_limit: Option<u8>,
    any_path: bool,
    narrow: bool,
    /// After how many polls the client disconnects.
    leaves: Option<u8>,
    /// What the body claims to have at least.
    hint: Option<u64>,
    head: AnyHead,
    content: Content,
    frames: Vec<Frame>,
    /// Whether the content that is left follows as one frame.
    rest: bool,
}

/// The service that gets the deliveries.
#[derive(Debug, Arbitrary)]
enum Handler {
    Handlers,
    AllEvents,
    OneEvent,
    Undecoded,
}

#[derive(Debug, Clone, Copy, PartialEq, Arbitrary)]
enum Behaviour {
    Reply,
    /// Also to a before-webhook.
    Acknowledge,
    ReplyAfterYield,
    ReplyLate,
    Fail,
    Stall,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum OnFailure {
    HttpError,
    Allow,
    Refuse,
}

#[derive(Debug, Arbitrary)]
enum AnyHead {
    /// A good one, of this row in the table.
    Good(u8),
    Odd(Box<Head>),
}

#[derive(Debug, Arbitrary)]
enum Content {
    /// The sample of the command.
    Sample,
    Other(Vec<u8>),
}

#[derive(Debug, Arbitrary)]
enum Frame {
    /// This many bytes of the content.
    Data(u16),
    Trailers,
    Pending,
    Stall,
    Error,
}

/// What the application answers.
const APPLICATION: StatusCode = StatusCode::IM_A_TEAPOT;

/// Longer than the deadline.
const LATE: Duration = Duration::from_secs(3);

/// Every request is answered as documented, and is reported once if it is ours.
pub fn check(data: &[u8]) {
    let Ok(input) = Input::arbitrary_take_rest(Unstructured::new(data)) else {
        return;
    };
    let spy = Spy {
        behaviour: input.behaviour,
        seen: Arc::default(),
    };
    let seen = Arc::clone(&spy.seen);
    let reply = match input.behaviour {
        Behaviour::Acknowledge => Ack.into(),
        _ => Reply::Pass,
    };
    match input.handler {
        Handler::Undecoded => {
            let handler = move |delivery: Delivery| spy.handle(&delivery, reply.clone());
            run(&input, &seen, service_fn(handler));
        }
        Handler::AllEvents => {
            let handler = move |delivery: Delivery<Event>| spy.handle(&delivery, reply.clone());
            run(&input, &seen, service_fn(handler));
        }
        Handler::OneEvent => {
            let handler = move |delivery: Delivery<group::BeforeSendMsg>| {
                spy.handle(&delivery, MessageVerdict::DropSilently)
            };
            run(&input, &seen, service_fn(handler));
        }
        Handler::Handlers => {
            let (before, after) = (spy.clone(), spy.clone());
            let handlers = Handlers::new()
                .on(move |delivery: Delivery<group::BeforeSendMsg>| {
                    before.handle(&delivery, MessageVerdict::Refuse)
                })
                .on(move |delivery: Delivery<group::AfterSendMsg>| after.handle(&delivery, Ack))
                .fallback(move |delivery: Delivery| spy.handle(&delivery, reply.clone()));
            run(&input, &seen, handlers);
        }
    }
}

/// What was seen of a request.
#[derive(Default)]
struct Seen {
    /// The bodies of the deliveries.
    bodies: Mutex<Vec<Bytes>>,
    ends: Mutex<Vec<End>>,
}

#[derive(Clone)]
struct Spy {
    behaviour: Behaviour,
    seen: Arc<Seen>,
}

impl Spy {
    fn handle<E, R: Send>(
        &self,
        delivery: &Delivery<E>,
        reply: R,
    ) -> impl Future<Output = Result<R, BoxError>> + Send + use<E, R> {
        let mut bodies = self.seen.bodies.lock().expect("not poisoned");
        bodies.push(delivery.body().clone());
        let behaviour = self.behaviour;
        async move {
            match behaviour {
                Behaviour::Reply | Behaviour::Acknowledge => {}
                Behaviour::ReplyAfterYield => task::yield_now().await,
                Behaviour::ReplyLate => time::sleep(LATE).await,
                Behaviour::Fail => return Err("it fails".into()),
                Behaviour::Stall => future::pending().await,
            }
            Ok(reply)
        }
    }
}

fn run<H, E>(input: &Input, seen: &Arc<Seen>, handler: H)
where
    H: Service<Delivery<E>> + Clone + Send + Sync + 'static,
    H::Response: Into<E::Reply>,
    H::Error: Into<BoxError>,
    H::Future: Send + 'static,
    E: Payload,
{
    let rules = input.rules(E::ONLY);
    let (steps, sent) = input.body(rules.body_limit);
    let body = Watched::new(steps, input.hint.unwrap_or_default());
    let polled = body.polled();
    let Some(request) = input.request(body) else {
        return;
    };
    let length = http_body::Body::size_hint(request.body()).exact();
    let verdict = rules.judge(request.method(), request.uri(), request.headers(), length);

    let (ends, on_failure) = (Arc::clone(seen), input.on_failure);
    let mut layer = WebhookLayer::new(oracle::apps(), handler)
        .clock(move || rules.now)
        .body_limit(rules.body_limit)
        .on_outcome(move |outcome| ends.ends.lock().expect("not poisoned").push(outcome.end))
        .on_failure(move |_| match on_failure {
            OnFailure::HttpError => FailureAnswer::HttpError,
            OnFailure::Allow => FailureAnswer::Allow,
            OnFailure::Refuse => FailureAnswer::Refuse,
        });
    if let Some(path) = rules.path {
        layer = layer.path(path);
    }
    if input.narrow {
        layer = layer.background_limit(1);
    }
    let answer = drive(input, &layer, request).map(response::read);

    let bodies = seen.bodies.lock().expect("not poisoned");
    let ends = seen.ends.lock().expect("not poisoned");
    assert_eq!(ends.len(), usize::from(verdict != Verdict::Pass));
    assert!(verdict == Verdict::Admit || !polled.load(Ordering::Relaxed) && bodies.is_empty());
    assert!(bodies.len() <= 1);
    assert!(bodies.iter().all(|body| sent.as_ref() == Ok(body)));
    let Some(answer) = answer else {
        return; // the client disconnected
    };
    let status = match (verdict, sent) {
        (Verdict::Pass, _) => APPLICATION,
        // An authentic before-webhook gets what the policy chooses instead.
        (Verdict::Refuse(status), _) | (Verdict::Admit, Err(status)) => match ends[0] {
            End::Failed(_, FailureAnswer::Allow | FailureAnswer::Refuse) => StatusCode::OK,
            _ => status,
        },
        (Verdict::Probe, _) => {
            assert_eq!(*ends, [End::Probed]);
            StatusCode::OK
        }
        (Verdict::Admit, Ok(body)) => handled(input, ends[0], &body),
    };
    assert_eq!(answer.status(), status);
    match ends.first() {
        None => assert!(answer.headers().is_empty()),
        Some(end) => {
            assert!(!matches!(end, End::Rejected(rejection) if rejection.status() != status));
            response::check(&answer);
        }
    }
}

/// The status that belongs to the end of a webhook whose body is complete.
fn handled(input: &Input, end: End, body: &[u8]) -> StatusCode {
    let blank = matches!(body.trim_ascii(), b"" | b"{}");
    let lost = matches!(end, End::Failed(FailureKind::BodyLost, _));
    assert_eq!(end == End::Probed || lost, blank);
    match end {
        End::Probed => StatusCode::OK,
        End::Answered => StatusCode::OK,
        End::FinishedLate => {
            assert_eq!(input.behaviour, Behaviour::ReplyLate);
            StatusCode::OK
        }
        // It was acknowledged, and ended with its runtime.
        End::FailedLate(FailureKind::TimedOut) => {
            assert_eq!(input.behaviour, Behaviour::Stall);
            StatusCode::OK
        }
        End::Failed(kind, answer) => {
            assert_ne!(kind, FailureKind::Panic);
            match answer {
                FailureAnswer::HttpError => kind.status(),
                _ => StatusCode::OK,
            }
        }
        end => unreachable!("{end:?}"),
    }
}

/// Sends the request, and waits for what goes on after the answer. `None` if the client is gone.
fn drive<E>(
    input: &Input,
    layer: &WebhookLayer<E>,
    request: Request<Watched>,
) -> Option<Response<impl http_body::Body<Data = Bytes> + use<E>>>
where
    E: Payload,
{
    let mut service = layer.layer(service_fn(|_: Request<Watched>| async {
        let mut answer = Response::new(Full::<Bytes>::default());
        *answer.status_mut() = APPLICATION;
        Ok::<_, Infallible>(answer)
    }));
    let exchange = async {
        let mut answer = pin!(service.call(request));
        let mut polls = 0;
        poll_fn(|cx| match answer.as_mut().poll(cx) {
            Poll::Ready(answer) => Poll::Ready(answer.ok()),
            Poll::Pending if input.leaves == Some(polls) => Poll::Ready(None),
            Poll::Pending => {
                polls = polls.saturating_add(1);
                Poll::Pending
            }
        })
        .await
    };
    let runtime = runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let answer = exchange.await;
        let left = layer.drain(LATE * 2).await;
        assert!(left == 0 || input.behaviour == Behaviour::Stall);
        answer
    })
}

impl Input {
    fn rules(&self, only: Option<&'static str>) -> Rules {
        let limit = self.body_limit.map(|limit| usize::from(limit) + 1);
        Rules {
            only,
            path: (!self.any_path).then_some(PATH),
            body_limit: limit.unwrap_or(64 * 1024),
            ..Rules::default()
        }
    }

    fn command(&self) -> &'static str {
        match &self.head {
            AnyHead::Good(row) => COMMANDS[usize::from(*row) % COMMANDS.len()].command,
            AnyHead::Odd(_) => "Group.CallbackBeforeSendMsg",
        }
    }

    fn request<B>(&self, body: B) -> Option<Request<B>> {
        match &self.head {
            AnyHead::Good(_) => {
                let head = WebhookRequest::new(UNSIGNED_APP, self.command()).path(PATH);
                Some(head.body(body))
            }
            AnyHead::Odd(head) => head.request(body),
        }
    }

    /// The frames, and what is sent with them: a body, or the status that they lead to.
    fn body(&self, limit: usize) -> (Vec<Step>, Result<Bytes, StatusCode>) {
        let mut content = match &self.content {
            Content::Sample => sample_body(self.command()).unwrap_or_default().into(),
            Content::Other(bytes) => Bytes::copy_from_slice(bytes),
        };
        let whole = content.clone();
        let mut steps = Vec::new();
        let mut sent = Ok(0);
        let rest = self.rest.then_some(&Frame::Data(u16::MAX));
        for frame in self.frames.iter().chain(rest) {
            let (step, now) = match frame {
                Frame::Data(length) => {
                    let data = content.split_to(content.len().min(usize::from(*length)));
                    let sum = whole.len() - content.len();
                    let fits = if sum <= limit {
                        Ok(sum)
                    } else {
                        Err(StatusCode::PAYLOAD_TOO_LARGE)
                    };
                    (Step::Data(data), fits)
                }
                Frame::Trailers => (Step::Trailers, sent),
                Frame::Pending => (Step::Pending, sent),
                Frame::Stall => (Step::Stall, Err(StatusCode::REQUEST_TIMEOUT)),
                Frame::Error => (Step::Error, Err(StatusCode::BAD_REQUEST)),
            };
            steps.push(step);
            sent = sent.and(now);
        }
        (steps, sent.map(|length| whole.slice(..length)))
    }
}
