//! One WebSocket between a client and its session, called a link. `read_hello` reads the client's first
//! message; then a task moves messages, and the session's driver holds a `ClientLink` to send by, and receives
//! messages and the end of the WebSocket through a queue. A session is the Workers and objects that one or
//! several clients share.
//!
//! The task reads and writes concurrently, so that a client that doesn't read can still send, and writing
//! never blocks a session. It reads a message after the session has taken the one before.

use super::client::ClientId;
use axum::Error;
use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt, future::poll_fn};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite;
use wire::v1::{ClientFrame, Close, Hello, decode};

/// Time limit of a client's hello, which it sends without waiting for the server.
const HELLO_TIME: Duration = Duration::from_secs(3);

/// Limit in bytes of a hello: names, and room for members of other versions.
const HELLO_BYTES: usize = 64 * 1024;

/// Limit in bytes of a session's name and of an agent.
const NAME_BYTES: usize = 256;

/// Hexadecimal digits of a client's secret name: 128 bits.
const KEY_DIGITS: usize = 32;

/// Time limit of the close message to a client.
const CLOSE_TIME: Duration = Duration::from_secs(1);

/// Queued messages for a socket: one is written while another is ready.
const MESSAGES: usize = 1;

/// Number of a link of a client. The driver ignores input of all but the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LinkNumber(pub(super) u64);

/// Input of a link's task to the session.
#[derive(Debug)]
pub(super) struct LinkInput {
    pub(super) client: ClientId,
    pub(super) link: LinkNumber,
    pub(super) event: LinkHappening,
}

/// An event on a link.
#[derive(Debug)]
pub(super) enum LinkHappening {
    /// A message of the client.
    Frame(Bytes),
    /// A sign of life.
    SignOfLife,
    /// The end of the link, unless the session has closed it.
    Down,
}

/// The session's end of a link.
#[derive(Debug)]
pub(super) struct ClientLink {
    pub(super) number: LinkNumber,
    messages: mpsc::Sender<Message>,
    /// Closes the link with this code; if dropped, the link just ends.
    close: Option<oneshot::Sender<u16>>,
    gate: Rc<ReadGate>,
}

/// Backpressure between a session and a link's task.
#[derive(Debug)]
struct ReadGate {
    /// One permit: to read one message.
    reads: Semaphore,
    /// True after a message was read, until the session requests the next.
    shut: Cell<bool>,
    /// True after the session has found no room for a message.
    starved: Cell<bool>,
    /// Notified when there is room again.
    room: Rc<Notify>,
}

impl ClientLink {
    /// Creates a link to a client, and the task that moves its messages.
    pub(super) fn new(
        client: ClientId,
        number: LinkNumber,
        socket: WebSocket,
        inputs: mpsc::Sender<LinkInput>,
        room: Rc<Notify>,
    ) -> (Self, impl Future<Output = ()> + 'static) {
        let (messages, to_be_sent) = mpsc::channel(MESSAGES);
        let (close, closing) = oneshot::channel();
        let gate = Rc::new(ReadGate {
            reads: Semaphore::new(1),
            shut: Cell::new(false),
            starved: Cell::new(false),
            room,
        });
        let (sink, stream) = socket.split();
        let reader = Reader {
            client,
            number,
            stream,
            inputs,
            gate: Rc::clone(&gate),
        };
        let writer = Writer {
            sink,
            messages: to_be_sent,
            held: None,
            gate: Rc::clone(&gate),
        };
        let link = Self {
            number,
            messages,
            close: Some(close),
            gate,
        };
        (link, run(reader, writer, closing))
    }

    /// Returns true if a message can be sent now. If not, `room` is notified later.
    pub(super) fn is_writable(&self) -> bool {
        let writable = self.messages.capacity() > 0;
        self.gate.starved.set(!writable);
        writable
    }

    /// Sends a frame. The link must be writable.
    pub(super) fn send(&self, frame: Vec<u8>) {
        // A link that has ended reports it itself.
        let _ = self.messages.try_send(Message::Binary(frame.into()));
    }

    /// Sends a ping. A queued message serves as well.
    pub(super) fn ping(&self) {
        let _ = self.messages.try_send(Message::Ping(Bytes::new()));
    }

    /// Requests the next message, unless it is requested already.
    pub(super) fn read_on(&self) {
        if self.gate.shut.replace(false) {
            self.gate.reads.add_permits(1);
        }
    }

    /// Closes the link after all queued messages.
    pub(super) fn close(mut self, code: u16) {
        if let Some(close) = self.close.take() {
            let _ = close.send(code);
        }
    }
}

/// Reads the first message of a link. The error is the reason for a rejection.
pub(crate) async fn read_hello(socket: &mut WebSocket) -> Result<Hello, &'static str> {
    let message = async {
        loop {
            match socket.recv().await {
                Some(Ok(Message::Binary(bytes))) => return Some(bytes),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    };
    let bytes = timeout(HELLO_TIME, message)
        .await
        .map_err(|_| "timeout waiting for the hello")?
        .ok_or("the link closed before a hello")?;
    if bytes.len() > HELLO_BYTES {
        return Err("the hello is too long");
    }
    let Ok(ClientFrame::Hello(hello)) = decode(&bytes) else {
        return Err("the first message is not a hello");
    };
    let is_key =
        |key: &str| key.len() == KEY_DIGITS && key.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_key(&hello.client) {
        return Err("the client's name is not 32 hexadecimal digits");
    }
    let session = hello.session.as_deref().unwrap_or("-");
    if session.is_empty() || session.len() > NAME_BYTES || hello.agent.len() > NAME_BYTES {
        return Err("a name is empty or too long");
    }
    Ok(hello)
}

/// Closes the link of a rejected client.
pub(crate) async fn turn_away(mut socket: WebSocket, close: Close, reason: &'static str) {
    let last_words = async {
        let frame = CloseFrame {
            code: close as u16,
            reason: reason.into(),
        };
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    // The link ends with or without the close message.
    let _ = timeout(CLOSE_TIME, last_words).await;
}

struct Reader {
    client: ClientId,
    number: LinkNumber,
    stream: SplitStream<WebSocket>,
    inputs: mpsc::Sender<LinkInput>,
    gate: Rc<ReadGate>,
}

struct Writer {
    sink: SplitSink<WebSocket, Message>,
    messages: mpsc::Receiver<Message>,
    /// The message that the socket isn't ready for.
    held: Option<Message>,
    gate: Rc<ReadGate>,
}

async fn run(mut reader: Reader, mut writer: Writer, closing: oneshot::Receiver<u16>) {
    let code = tokio::select! {
        // First: a session that closes a link drops it, which ends the writer, too.
        biased;
        code = closing => code.ok(),
        () = reader.run() => None,
        _ = writer.run() => None,
    };
    if let Some(code) = code {
        let last_words = async {
            if writer.close(code).await.is_ok() {
                // Unread bytes would make the kernel reset the connection, and the close message get lost.
                while let Some(Ok(_)) = reader.stream.next().await {}
            }
        };
        let _ = timeout(CLOSE_TIME, last_words).await;
    } else {
        let _ = reader.hand_in(LinkHappening::Down).await;
    }
}

impl Reader {
    /// Reads until the link ends.
    async fn run(&mut self) {
        loop {
            match self.gate.reads.acquire().await {
                Ok(permit) => permit.forget(),
                Err(_) => return,
            }
            let Some(frame) = self.next_frame().await else {
                return;
            };
            self.gate.shut.set(true);
            if self.hand_in(LinkHappening::Frame(frame)).await.is_none() {
                return;
            }
        }
    }

    /// Returns the next message; an empty one, which is a protocol error, for a message of a forbidden kind or size.
    async fn next_frame(&mut self) -> Option<Bytes> {
        loop {
            match self.stream.next().await? {
                Ok(Message::Binary(frame)) => return Some(frame),
                Ok(Message::Text(_)) => return Some(Bytes::new()),
                Ok(Message::Ping(_) | Message::Pong(_)) => {
                    self.hand_in(LinkHappening::SignOfLife).await?;
                }
                Ok(Message::Close(_)) => return None,
                Err(error) => return is_too_long(error).then(Bytes::new),
            }
        }
    }

    /// Queues an input for the session, with backpressure. `None`: the session has ended.
    async fn hand_in(&self, event: LinkHappening) -> Option<()> {
        let input = LinkInput {
            client: self.client,
            link: self.number,
            event,
        };
        self.inputs.send(input).await.ok()
    }
}

impl Writer {
    /// Writes until the link ends.
    async fn run(&mut self) -> Result<(), Error> {
        loop {
            self.held = self.messages.recv().await;
            if self.held.is_none() {
                return Ok(());
            }
            if self.gate.starved.replace(false) {
                self.gate.room.notify_one();
            }
            self.write().await?;
            if self.messages.is_empty() {
                self.sink.flush().await?;
            }
        }
    }

    /// Writes the held message. If cancelled, the message is still held.
    async fn write(&mut self) -> Result<(), Error> {
        poll_fn(|context| self.sink.poll_ready_unpin(context)).await?;
        match self.held.take() {
            Some(message) => self.sink.start_send_unpin(message),
            None => Ok(()),
        }
    }

    /// Writes all queued messages, then the close message.
    async fn close(&mut self, code: u16) -> Result<(), Error> {
        self.write().await?;
        while let Ok(message) = self.messages.try_recv() {
            self.held = Some(message);
            self.write().await?;
        }
        let frame = CloseFrame {
            code,
            reason: "".into(),
        };
        self.sink.send(Message::Close(Some(frame))).await
    }
}

/// Returns true if a message exceeded the size limit.
fn is_too_long(error: Error) -> bool {
    let error = error.into_inner().downcast::<tungstenite::Error>();
    error.is_ok_and(|error| matches!(*error, tungstenite::Error::Capacity(_)))
}
