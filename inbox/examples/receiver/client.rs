//! Sends webhooks as Tencent does: over a connection that is kept.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream},
    net::TcpStream,
};
use tower_tencent_webhook::testing::WebhookRequest;

/// The app that the webhooks come from.
pub(crate) const APP: u64 = 1_400_000_000;
/// Its token.
pub(crate) const TOKEN: &str = "token";

/// A connection to a receiver.
#[derive(Debug)]
pub(crate) struct Client(BufStream<TcpStream>);

impl Client {
    /// Connects.
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufStream::new(stream)))
    }

    /// Sends one webhook, and tells the status of the answer. After an error the connection is of
    /// no further use.
    pub(crate) async fn send(&mut self, command: &str, body: &str) -> io::Result<u16> {
        let url = WebhookRequest::new(APP, command)
            .signed(TOKEN)
            .path_and_query();
        let request = format!(
            "POST {url} HTTP/1.1\r\nhost: receiver\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.write_all(request.as_bytes()).await?;
        self.0.flush().await?;
        self.answer().await
    }

    async fn answer(&mut self) -> io::Result<u16> {
        let mut line = self.line().await?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let mut length = 0;
        while !line.is_empty() {
            line = self.line().await?.to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or_default();
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await?;
        status.ok_or_else(|| io::Error::other("not an answer of HTTP/1.1"))
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.0.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

/// The body of the group message number `n`, padded to about `length` bytes.
pub(crate) fn message(n: u64, length: usize) -> String {
    let text = "x".repeat(length.saturating_sub(230));
    format!(
        r#"{{"CallbackCommand":"Group.CallbackAfterSendMsg","GroupId":"@TGS#demo","Type":"Public","From_Account":"mei","Random":{n},"MsgSeq":{n},"MsgTime":1700000000,"MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{text}"}}}}]}}"#
    )
}
