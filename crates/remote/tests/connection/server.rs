//! Scripted server of the connection tests: a listening socket and the server's end of the logs, without a
//! thread. A test calls its methods to accept the client, read its entries and send answers, and so decides
//! the order of everything.

use protocol::{Handle, Kind, Reply};
use session_logs::server::{Keep, Place, PlaceOutput};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, WebSocket, accept_hdr};
use wire::v1::{
    Answer, ClientEntry, ClientFrame, Close, Epoch, Hello, SUBPROTOCOL, ServerEntry, SnapshotPart,
    WireObject, decode, encode,
};

/// Time after which a test has hung.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

trait Io: Read + Write {}
impl<T: Read + Write> Io for T {}

/// A port, and the place of one client.
pub(crate) struct Server {
    listener: TcpListener,
    place: Place,
    epoch: Epoch,
    socket: Option<WebSocket<Box<dyn Io>>>,
    /// Entries of the client that no test has taken.
    entries: VecDeque<(u64, ClientEntry)>,
}

impl Server {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            listener,
            place: Place::new(Duration::from_secs(60), Instant::now()),
            epoch: Epoch("one".to_owned()),
            socket: None,
            entries: VecDeque::new(),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port())
    }

    /// Waits for the client's connection.
    pub(crate) fn accept_tcp(&self) -> TcpStream {
        let (stream, _) = self.listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Waits for the client's link, and welcomes it.
    pub(crate) fn accept(&mut self) -> Hello {
        let stream = self.accept_tcp();
        self.welcome(stream)
    }

    /// Completes the handshake over a stream, and welcomes the client.
    pub(crate) fn welcome(&mut self, stream: impl Read + Write + 'static) -> Hello {
        let hello = self.shake_hands(stream);
        let _ = self.place.greet(Instant::now(), &self.epoch, &hello, false);
        self.flush();
        hello
    }

    /// Completes the WebSocket handshake over a stream and returns the client's hello.
    pub(crate) fn shake_hands(&mut self, stream: impl Read + Write + 'static) -> Hello {
        let stream: Box<dyn Io> = Box::new(stream);
        let mut socket = accept_hdr(stream, check).unwrap();
        let Message::Binary(hello) = socket.read().unwrap() else {
            panic!("no hello");
        };
        let ClientFrame::Hello(hello) = decode(&hello).unwrap() else {
            panic!("no hello");
        };
        self.socket = Some(socket);
        hello
    }

    /// Waits for the client's next entry and returns it with its number.
    pub(crate) fn entry(&mut self) -> (u64, ClientEntry) {
        loop {
            self.flush();
            match self.entries.pop_front() {
                Some(entry) => return entry,
                None => self.read(),
            }
        }
    }

    /// Returns the number of entries that no test has taken.
    pub(crate) fn unread(&self) -> usize {
        self.entries.len()
    }

    /// Waits for a call and returns its number.
    pub(crate) fn call(&mut self) -> u64 {
        match self.entry() {
            (number, ClientEntry::Call(_)) => number,
            (_, other) => panic!("{other:?}"),
        }
    }

    /// Reads a frame with entries without executing them.
    pub(crate) fn discard_entries(&mut self) {
        let socket = self.socket.as_mut().unwrap();
        loop {
            let Message::Binary(frame) = socket.read().unwrap() else {
                continue;
            };
            match decode(&frame).unwrap() {
                ClientFrame::Entries(frame) if frame.entries.is_empty() => {}
                _ => return,
            }
        }
    }

    pub(crate) fn answer(&mut self, call: u64, reply: Reply) {
        let result = Ok(reply);
        let answer = ServerEntry::Answer(Answer { call, result });
        self.push(&answer, Keep::Answer);
    }

    pub(crate) fn tell(&mut self, entry: &ServerEntry) {
        self.push(entry, Keep::State);
    }

    fn push(&mut self, entry: &ServerEntry, keep: Keep) {
        self.place.push(Instant::now(), encode(entry), keep);
        self.flush();
    }

    /// Breaks the link.
    pub(crate) fn cut(&mut self) {
        self.socket = None;
        self.place.link_down(Instant::now());
    }

    /// Restarts the server on the same port, without its state.
    pub(crate) fn restart(&mut self, epoch: &str) {
        self.socket = None;
        self.place = Place::new(Duration::from_secs(60), Instant::now());
        self.epoch = Epoch(epoch.to_owned());
    }

    /// Sends what is due, closes the link, and waits until the client has gone.
    pub(crate) fn close(&mut self, code: Close) {
        self.place.close(Instant::now(), code);
        self.flush();
        let mut socket = self.socket.take().unwrap();
        while socket.read().is_ok() {}
    }

    /// Sends raw bytes as a message.
    pub(crate) fn send(&mut self, message: Vec<u8>) {
        let socket = self.socket.as_mut().unwrap();
        socket.send(Message::Binary(message.into())).unwrap();
    }

    /// Waits for the client to close the link and returns its code.
    pub(crate) fn closed(&mut self) -> Option<u16> {
        let mut socket = self.socket.take().unwrap();
        loop {
            match socket.read() {
                Ok(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }

    fn flush(&mut self) {
        while let Some(output) = self.place.poll_output(self.socket.is_some()) {
            self.put_out(output);
        }
    }

    fn read(&mut self) {
        let message = self.socket.as_mut().unwrap().read().unwrap();
        if let Message::Binary(frame) = message {
            self.place.receive(Instant::now(), &frame).unwrap();
        }
    }

    fn put_out(&mut self, output: PlaceOutput) {
        match output {
            PlaceOutput::Send(message) => self.send(message),
            PlaceOutput::Entry { number, bytes } => {
                self.entries.push_back((number.0, decode(&bytes).unwrap()));
            }
            PlaceOutput::Snapshot => {
                let snapshot = ServerEntry::Snapshot(SnapshotPart::default());
                self.place.snapshot(vec![encode(&snapshot)]);
            }
            PlaceOutput::Disconnect(code) => {
                let frame = CloseFrame {
                    code: code.into(),
                    reason: "".into(),
                };
                let socket = self.socket.as_mut().unwrap();
                socket.close(Some(frame)).unwrap();
            }
            other => panic!("{other:?}"),
        }
    }
}

#[expect(
    clippy::result_large_err,
    clippy::unnecessary_wraps,
    reason = "tungstenite's form"
)]
fn check(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let headers = request.headers();
    assert_eq!(headers["sec-websocket-protocol"], SUBPROTOCOL);
    assert_eq!(headers["authorization"], "Bearer secret");
    let protocol = headers["sec-websocket-protocol"].clone();
    response
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    Ok(response)
}

/// Returns the entry for a new Worker.
pub(crate) fn worker(handle: u32, call: u64) -> ServerEntry {
    let handle = Handle(handle);
    ServerEntry::Created {
        object: Box::new(WireObject {
            handle,
            kind: Kind::Worker,
            id: "".into(),
            parent: handle,
            members: [].into(),
            app_data: None,
            web_rtc_server: None,
            peer: None,
        }),
        call: Some(call),
    }
}
