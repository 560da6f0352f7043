//! One request of a row: how it is sent both ways, and what has to come of it.

use bytes::Bytes;
use http::{Request, StatusCode};
use tower_tencent_webhook::{
    Delivery,
    outcome::{FailureKind, Rejection},
};

use super::site::{Site, TestBody, Web, boxed};
use crate::support::{EVENT_OK, OK, script::Script};

/// A row of the table, which knows how it has been sent.
pub(crate) struct Row {
    number: &'static str,
    sent: Vec<Way>,
    no_socket: Option<&'static str>,
    no_tower: Option<&'static str>,
}

/// How a request reaches the layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Way {
    Tower,
    Socket,
}

impl Row {
    pub(crate) fn new(number: &'static str) -> Self {
        Self {
            number,
            sent: Vec::new(),
            no_socket: None,
            no_tower: None,
        }
    }

    /// Says why this row cannot be sent over a socket.
    pub(crate) fn no_socket(&mut self, reason: &'static str) {
        self.no_socket = Some(reason);
    }

    /// Says why this row has nothing that a service could see.
    pub(crate) fn no_tower(&mut self, reason: &'static str) {
        self.no_tower = Some(reason);
    }

    /// The ways that this row is sent, for rows that are more than single requests.
    pub(crate) fn ways(&mut self) -> Vec<Way> {
        self.sent = Vec::new();
        self.sent
            .extend(self.no_tower.is_none().then_some(Way::Tower));
        self.sent
            .extend(self.no_socket.is_none().then_some(Way::Socket));
        self.sent.clone()
    }

    /// Sends each case to `Handlers` and to a service of typed events, both ways.
    pub(crate) async fn check_decoding(&mut self, cases: impl IntoIterator<Item = Case>) {
        for case in cases {
            let name = case.name.clone();
            let typed = Case {
                name: name + ", typed",
                ..case.clone().stack(Site::typed)
            };
            self.check([case, typed]).await;
        }
    }

    /// Sends each case both ways, each to a fresh site, and checks what came of it.
    pub(crate) async fn check(&mut self, cases: impl IntoIterator<Item = Case>) {
        for case in cases {
            for way in self.ways() {
                let site = case.site();
                let what = format!("row {}, {way:?}: {}", self.number, case.name);
                let answer = site.start(way, &case).await.send(&case).await;
                site.check(&what, &case, &answer);
            }
        }
    }

    pub(crate) fn end(self) {
        let Self {
            number,
            sent,
            no_socket,
            no_tower,
        } = self;
        assert!(
            sent.contains(&Way::Tower) != no_tower.is_some(),
            "row {number} is sent to a service, or tells why not"
        );
        assert!(
            sent.contains(&Way::Socket) != no_socket.is_some(),
            "row {number} is sent over a socket, or tells why not"
        );
    }
}

/// One request, and what has to come of it.
#[derive(Clone)]
pub(crate) struct Case {
    name: String,
    method: &'static str,
    target: String,
    headers: Vec<(&'static str, String)>,
    content: Content,
    limit: usize,
    /// The answer to a handled request.
    pub(crate) acknowledgement: &'static str,
    pub(crate) stack: fn(&Site) -> Web,
    pub(crate) expected: Expected,
}

/// The body, in a form that a socket can carry as well.
#[derive(Clone)]
pub(crate) enum Content {
    /// Of declared length.
    Whole(Bytes),
    /// Of unknown length, frame by frame, and trailers at the end.
    Chunked(Vec<Bytes>),
}

#[derive(Clone, Copy)]
pub(crate) enum Expected {
    /// 200 and the three fields; the delivery that the handler gets is right.
    Handled(fn(&Delivery)),
    Rejected(Rejection),
    /// Rejected once its body is read.
    Unproved(Rejection),
    /// 200 and the three fields; the handler gets nothing, and the body may be left unread.
    Probed {
        read: bool,
    },
    Failed(FailureKind),
    /// The application gets it.
    Passed,
    /// Not ours, and there is no application.
    NotAWebhook(StatusCode),
}

impl Case {
    /// A request of the form that is accepted, to this path and query.
    pub(crate) fn new(name: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            method: "POST",
            target: target.into(),
            headers: Vec::new(),
            content: Content::Whole(Bytes::from_static(crate::support::MESSAGE.as_bytes())),
            limit: 4096,
            acknowledgement: OK,
            stack: Site::plain,
            expected: Expected::Handled(|_| ()),
        }
    }

    /// An event of TRTC of the app with a key, as far as the head tells, with these headers.
    pub(crate) fn event<const N: usize>(
        name: impl Into<String>,
        headers: [(&'static str, String); N],
        body: impl Into<Bytes>,
    ) -> Self {
        Self {
            headers: headers.to_vec(),
            acknowledgement: EVENT_OK,
            ..Self::new(name, "/").whole(body)
        }
    }

    pub(crate) fn target(mut self, target: impl Into<String>) -> Self {
        self.target = target.into();
        self
    }

    pub(crate) fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn whole(mut self, body: impl Into<Bytes>) -> Self {
        self.content = Content::Whole(body.into());
        self
    }

    /// Writes something else into a body of declared length.
    pub(crate) fn replace_in_body(self, from: &str, to: &str) -> Self {
        let Content::Whole(body) = &self.content else {
            unreachable!("frames");
        };
        let text = std::str::from_utf8(body).expect("text");
        assert!(text.contains(from), "{from}");
        let body = text.replace(from, to);
        self.whole(body)
    }

    pub(crate) fn chunked<T: Into<Bytes>>(mut self, frames: impl IntoIterator<Item = T>) -> Self {
        self.content = Content::Chunked(frames.into_iter().map(Into::into).collect());
        self
    }

    pub(crate) fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// What is around the layer.
    pub(crate) fn stack(mut self, stack: fn(&Site) -> Web) -> Self {
        self.stack = stack;
        self
    }

    pub(crate) fn handled(mut self, check: fn(&Delivery)) -> Self {
        self.expected = Expected::Handled(check);
        self
    }

    pub(crate) fn rejected(mut self, rejection: Rejection) -> Self {
        self.expected = Expected::Rejected(rejection);
        self
    }

    pub(crate) fn unproved(mut self, rejection: Rejection) -> Self {
        self.expected = Expected::Unproved(rejection);
        self
    }

    /// Answered like the console's check of the URL, whose body is read or not.
    pub(crate) fn probed(mut self, read: bool) -> Self {
        self.expected = Expected::Probed { read };
        self
    }

    pub(crate) fn failed(mut self, kind: FailureKind) -> Self {
        self.expected = Expected::Failed(kind);
        self
    }

    pub(crate) fn passed(mut self) -> Self {
        self.expected = Expected::Passed;
        self
    }

    pub(crate) fn not_a_webhook(mut self, status: StatusCode) -> Self {
        self.expected = Expected::NotAWebhook(status);
        self
    }

    pub(crate) fn site(&self) -> Site {
        Site::new(self.limit)
    }

    /// Whether the head alone decides, so that the body must not be polled.
    fn is_decided_by_the_head(&self) -> bool {
        match self.expected {
            Expected::Handled(_) | Expected::Failed(_) | Expected::Unproved(_) => false,
            Expected::Probed { read } => !read,
            Expected::Passed | Expected::NotAWebhook(_) => true,
            Expected::Rejected(Rejection::BodyTooLarge) => {
                matches!(self.content, Content::Whole(_))
            }
            Expected::Rejected(rejection) => rejection != Rejection::BodyUnreadable,
        }
    }

    pub(crate) fn request(&self) -> Request<TestBody> {
        let mut request = Request::builder()
            .method(self.method)
            .uri(&*self.target)
            .header("host", "test");
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Content::Whole(body) = &self.content {
            request = request.header("content-length", body.len());
        }
        let body = match &self.content {
            Content::Whole(body) if self.is_decided_by_the_head() => {
                Script::untouched().hint(body.len() as u64, Some(body.len() as u64))
            }
            Content::Chunked(_) if self.is_decided_by_the_head() => Script::untouched(),
            Content::Whole(body) => Script::whole(body.clone()),
            Content::Chunked(frames) => frames
                .iter()
                .fold(Script::new(), |script, frame| script.data(frame.clone()))
                .trailer("x-checksum", "1"),
        };
        request.body(boxed(body)).expect("a request")
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\nHost: test\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut bytes = bytes.into_bytes();
        match &self.content {
            Content::Whole(body) => {
                bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
                bytes.extend(body);
            }
            Content::Chunked(frames) => {
                bytes.extend(b"Transfer-Encoding: chunked\r\nTrailer: x-checksum\r\n\r\n");
                // An empty chunk would be the end.
                for frame in frames.iter().filter(|frame| !frame.is_empty()) {
                    bytes.extend(format!("{:x}\r\n", frame.len()).bytes());
                    bytes.extend(frame);
                    bytes.extend(b"\r\n");
                }
                bytes.extend(b"0\r\nx-checksum: 1\r\n\r\n");
            }
        }
        bytes
    }
}
