//! A server without a thread: the test calls it, and it waits for the client.

use protocol::{Handle, Kind, Reply};
use session_logs::server::{Keep, Output, Place};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, WebSocket, accept_hdr};
use wire::v1::{
    Answer, ClientEntry, ClientFrame, Close, Epoch, Hello, Object, SUBPROTOCOL, ServerEntry,
    Snapshot, decode, encode,
};

/// What a test may take before it has hung.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

trait Io: Read + Write {}
impl<T: Read + Write> Io for T {}

/// A port, and what is kept there for one client.
pub(crate) struct Server {
    listener: TcpListener,
    place: Place,
    epoch: Epoch,
    socket: Option<WebSocket<Box<dyn Io>>>,
    /// What the client has done and no test has looked at.
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

    /// Waits for the client to dial.
    pub(crate) fn accept_tcp(&self) -> TcpStream {
        let (stream, _) = self.listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Waits for the client, and welcomes it.
    pub(crate) fn accept(&mut self) -> Hello {
        let stream = self.accept_tcp();
        self.welcome(stream)
    }

    /// Shakes hands over a stream, and welcomes the client.
    pub(crate) fn welcome(&mut self, stream: impl Read + Write + 'static) -> Hello {
        let hello = self.shake_hands(stream);
        let _ = self.place.greet(Instant::now(), &self.epoch, &hello, false);
        self.flush();
        hello
    }

    /// Shakes hands over a stream; what the client says first.
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

    /// Waits for the client to do something: the number of its entry, and what it is.
    pub(crate) fn entry(&mut self) -> (u64, ClientEntry) {
        loop {
            self.flush();
            match self.entries.pop_front() {
                Some(entry) => return entry,
                None => self.read(),
            }
        }
    }

    /// How many entries have come and were not looked at.
    pub(crate) fn unread(&self) -> usize {
        self.entries.len()
    }

    /// Waits for a call: its number.
    pub(crate) fn call(&mut self) -> u64 {
        match self.entry() {
            (number, ClientEntry::Call(_)) => number,
            (_, other) => panic!("{other:?}"),
        }
    }

    /// Takes a frame that is more than an acknowledgement, without doing what is in it.
    pub(crate) fn overhear(&mut self) {
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

    /// The link breaks.
    pub(crate) fn cut(&mut self) {
        self.socket = None;
        self.place.link_down(Instant::now());
    }

    /// Everything is lost but the port.
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

    /// Waits for the client to end the link: the code that it gives.
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

    fn put_out(&mut self, output: Output) {
        match output {
            Output::Send(message) => self.send(message),
            Output::Entry { number, bytes } => {
                self.entries.push_back((number, decode(&bytes).unwrap()));
            }
            Output::Snapshot => {
                let snapshot = ServerEntry::Snapshot(Snapshot::default());
                self.place.snapshot(vec![encode(&snapshot)]);
            }
            Output::Disconnect(code) => {
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

/// A Worker as a server tells of it.
pub(crate) fn worker(handle: u32, call: u64) -> ServerEntry {
    let handle = Handle(handle);
    ServerEntry::Created {
        object: Box::new(Object {
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
