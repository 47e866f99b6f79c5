//! One WebSocket to a server, called a link, from dialing to its end. The connection's task has its
//! `Dialer` establish one link after the other, sends messages by the [`ServerLink`], and polls it for messages
//! and for its end.
//!
//! ```text
//! dial -> ServerLink -> (send | poll)* -> poll returns Closed, or farewell
//! ```
//!
//! A link takes the next message only after the operating system has the one before
//! ([`ServerLink::is_idle`]), so that unsent entries stay in the log, where they can still be replaced.

use crate::options::Target;
use crate::tls;
use futures_util::{Sink, Stream};
use protocol::limits;
use rustls::ClientConfig;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::client::Response;
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Bytes, Error as WsError, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use wire::v1::Close;

/// Time limit of dialing, enough for a reachable server over any network.
const DIAL_TIMEOUT: Duration = Duration::from_secs(10);

/// Time limit of the close message of a link.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(1);

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Reason why there is no link.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LinkFailure {
    /// The server refuses this client.
    Refused(String),
    /// Another attempt may succeed.
    Lost(String),
}

/// An event of a link.
#[derive(Debug)]
pub(crate) enum Came {
    /// A message of the protocol.
    Message(Bytes),
    /// A ping, a pong, or a part of a message.
    SignOfLife,
    /// The link is idle again.
    Written,
    /// The end of the link.
    Closed(LinkFailure),
}

/// Creates the links of one connection.
#[derive(Debug)]
pub(crate) struct Dialer {
    target: Target,
    tls: OnceCell<Arc<ClientConfig>>,
}

impl Dialer {
    pub(crate) fn new(target: Target) -> Self {
        Self {
            target,
            tls: OnceCell::new(),
        }
    }

    /// Establishes a link.
    pub(crate) async fn dial(self: Arc<Self>) -> Result<Box<ServerLink>, LinkFailure> {
        match timeout(DIAL_TIMEOUT, self.connect()).await {
            Ok(result) => result.map(Box::new),
            Err(_) => Err(LinkFailure::Lost(format!(
                "{} has not answered for {} s",
                self.target.host,
                DIAL_TIMEOUT.as_secs()
            ))),
        }
    }

    async fn connect(&self) -> Result<ServerLink, LinkFailure> {
        let Target { host, name, .. } = &self.target;
        let tcp = self.connect_tcp().await.map_err(LinkFailure::Lost)?;
        // Messages are batched already.
        let _ = tcp.set_nodelay(true);
        let io: Box<dyn Io> = match name {
            None => Box::new(tcp),
            Some(name) => {
                let roots = self.target.roots.as_deref();
                let identity = self.target.identity.as_ref();
                let config = self
                    .tls
                    .get_or_try_init(|| tls::config(roots, identity))
                    .await;
                let connector = TlsConnector::from(Arc::clone(config.map_err(LinkFailure::Lost)?));
                let tls = connector.connect(name.clone(), tcp).await;
                Box::new(tls.map_err(|error| LinkFailure::Lost(format!("{host}: {error}")))?)
            }
        };
        let request = self.target.request().map_err(failure)?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(limits::FRAME_BYTES))
            .max_frame_size(Some(limits::FRAME_BYTES));
        let (socket, _) = client_async_with_config(request, io, Some(config))
            .await
            .map_err(failure)?;
        Ok(ServerLink { socket, idle: true })
    }

    /// Tries one address after the other, each for a part of the time.
    async fn connect_tcp(&self) -> Result<TcpStream, String> {
        let Target { host, port, .. } = &self.target;
        let name_error = |error| format!("{host}: {error}");
        let addresses = lookup_host((host.as_str(), *port)).await;
        let addresses: Vec<_> = addresses.map_err(name_error)?.collect();
        let mut last = format!("{host}: no address");
        let mut left = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
        let end = Instant::now() + DIAL_TIMEOUT;
        for address in addresses {
            let now = Instant::now();
            let share = end.saturating_duration_since(now) / left;
            left -= 1;
            match timeout_at(now + share, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => last = format!("{address}: {error}"),
                Err(_) => last = format!("{address}: no answer"),
            }
        }
        Err(last)
    }
}

/// An open WebSocket.
pub(crate) struct ServerLink {
    socket: WebSocketStream<Box<dyn Io>>,
    idle: bool,
}

impl ServerLink {
    /// Returns true if the operating system has all sent messages.
    pub(crate) fn is_idle(&self) -> bool {
        self.idle
    }

    /// Sends a message of the protocol. [`ServerLink::poll`] reports failures.
    pub(crate) fn send(&mut self, message: Vec<u8>) {
        self.write(Message::Binary(message.into()));
    }

    /// Sends a ping.
    pub(crate) fn ping(&mut self) {
        self.write(Message::Ping(Bytes::new()));
    }

    fn write(&mut self, message: Message) {
        self.idle = false;
        // A broken link reports it when it is flushed or read.
        let _ = Pin::new(&mut self.socket).start_send(message);
    }

    /// Returns the next event. If `reading` is false, input stays with the operating system.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>, reading: bool) -> Poll<Came> {
        if !self.idle {
            match Pin::new(&mut self.socket).poll_flush(context) {
                Poll::Ready(Ok(())) => {
                    self.idle = true;
                    return Poll::Ready(Came::Written);
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Came::Closed(failure(error))),
                Poll::Pending => {}
            }
        }
        if !reading {
            return Poll::Pending;
        }
        let message = ready!(Pin::new(&mut self.socket).poll_next(context));
        Poll::Ready(match message {
            Some(Ok(Message::Binary(message))) => Came::Message(message),
            Some(Ok(Message::Close(frame))) => Came::Closed(closed(frame)),
            Some(Ok(_)) => Came::SignOfLife,
            Some(Err(error)) => Came::Closed(failure(error)),
            None => Came::Closed(LinkFailure::Lost("the server closed the link".to_owned())),
        })
    }

    /// Closes the link with a code.
    pub(crate) async fn farewell(mut self, code: u16) {
        let frame = CloseFrame {
            code: CloseCode::from(code),
            reason: "".into(),
        };
        let _ = timeout(FAREWELL_TIMEOUT, self.socket.close(Some(frame))).await;
    }
}

fn closed(frame: Option<CloseFrame>) -> LinkFailure {
    let Some(CloseFrame { code, reason }) = frame else {
        return LinkFailure::Lost("the server closed the link".to_owned());
    };
    let code = u16::from(code);
    let reason = if reason.is_empty() {
        format!("the server closed the link ({code})")
    } else {
        format!("the server closed the link: {reason} ({code})")
    };
    if Close::is_final(code) {
        LinkFailure::Refused(reason)
    } else {
        LinkFailure::Lost(reason)
    }
}

fn failure(error: WsError) -> LinkFailure {
    match error {
        WsError::Http(response) => answered(&response),
        WsError::Protocol(ProtocolError::SecWebSocketSubProtocolError(error)) => {
            LinkFailure::Refused(error.to_string())
        }
        WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
            LinkFailure::Lost("the link broke".to_owned())
        }
        WsError::Io(error) => LinkFailure::Lost(error.to_string()),
        error => LinkFailure::Lost(error.to_string()),
    }
}

/// Converts an HTTP response that isn't an upgrade to a failure. The text is the server's reason, as far as it
/// arrived with the response.
fn answered(response: &Response) -> LinkFailure {
    let status = response.status();
    let body = response.body().as_deref().unwrap_or_default();
    let text = String::from_utf8_lossy(body);
    let reason = match text.trim() {
        "" => format!("the server answered {status}"),
        text => format!("the server answered {status}: {text}"),
    };
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::UPGRADE_REQUIRED => {
            LinkFailure::Refused(reason)
        }
        _ => LinkFailure::Lost(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_answers_are_final() {
        for (status, body, expected) in [
            (
                401,
                None,
                LinkFailure::Refused("the server answered 401 Unauthorized".into()),
            ),
            (
                426,
                Some("speaks remote-mediasoup.v2\n"),
                LinkFailure::Refused(
                    "the server answered 426 Upgrade Required: speaks remote-mediasoup.v2".into(),
                ),
            ),
            (
                503,
                None,
                LinkFailure::Lost("the server answered 503 Service Unavailable".into()),
            ),
        ] {
            let mut response = Response::new(body.map(|body| body.as_bytes().to_vec()));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            assert_eq!(answered(&response), expected);
        }
    }

    #[test]
    fn some_closes_are_final() {
        let frame = |code: Close, reason: &'static str| {
            Some(CloseFrame {
                code: CloseCode::from(code as u16),
                reason: reason.into(),
            })
        };
        assert_eq!(
            closed(frame(Close::Limit, "too many sessions")),
            LinkFailure::Refused("the server closed the link: too many sessions (4002)".into())
        );
        assert_eq!(
            closed(frame(Close::GoingAway, "")),
            LinkFailure::Lost("the server closed the link (1001)".into())
        );
        assert_eq!(
            closed(None),
            LinkFailure::Lost("the server closed the link".into())
        );
    }
}
