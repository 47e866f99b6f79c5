//! Helpers of the `serve` tests: [`Server`] starts the binary `remote-mediasoup` on a free port and reads
//! its log, `Link` is a client's WebSocket, [`Folder`] a temporary directory. Waits fail after a minute, so
//! that a hung test ends.

use futures_util::{SinkExt, StreamExt};
use protocol::limits::FRAME_BYTES;
use protocol::{Command as Asked, Handle};
use std::fmt::Write;
use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::Request;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use wire::v1::{
    ClientEntry, ClientFrame, Entries, Hello, SUBPROTOCOL, ServerFrame, Values, WireCall, decode,
    encode,
};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_remote-mediasoup");

/// Time after which a test has hung.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for a future that must resolve.
pub(crate) async fn soon<T>(what: &str, coming: impl Future<Output = T>) -> T {
    let Ok(result) = tokio::time::timeout(PATIENCE, coming).await else {
        panic!("{what}: not within {PATIENCE:?}");
    };
    result
}

/// A directory that is removed with its test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("serve-{}-{count}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Returns the command of `remote-mediasoup`, without this process's environment.
pub(crate) fn program() -> Command {
    let mut command = Command::new(BINARY);
    command.env_clear().kill_on_drop(true);
    command
}

/// A running server, on a port of the kernel's choice.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) scheme: String,
    log: watch::Receiver<String>,
}

impl Server {
    pub(crate) async fn start(arguments: &[&str]) -> Self {
        let mut command = program();
        command.args(["serve", "--worker-bin", BINARY]);
        if !arguments.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.args(arguments);
        Self::spawn(command).await
    }

    pub(crate) async fn spawn(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let log = collect(child.stderr.take().unwrap());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = soon("a server that listens", lines.next_line())
            .await
            .unwrap();
        let Some(line) = line else {
            let output = child.wait_with_output().await.unwrap();
            panic!("no server: {output:?} {}", *log.borrow());
        };
        let (scheme, address) = line
            .strip_prefix("listening on ")
            .and_then(|url| url.split_once("://"))
            .expect("the line with the address");
        Self {
            address: address.parse().unwrap(),
            scheme: scheme.to_owned(),
            child,
            log,
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Sends a signal, as `kill -NAME` does.
    pub(crate) async fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let status = Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status()
            .await;
        assert!(status.unwrap().success());
    }

    pub(crate) async fn exit(&mut self) -> ExitStatus {
        soon("the server's end", self.child.wait()).await.unwrap()
    }

    /// Waits until the log contains this text and returns the log.
    pub(crate) async fn logged(&self, text: &str) -> String {
        let mut log = self.log.clone();
        let logged = soon(text, log.wait_for(|log| log.contains(text))).await;
        logged.expect("the server runs").clone()
    }

    /// Returns the whole log, after the server has exited.
    pub(crate) async fn whole_log(&self) -> String {
        let mut log = self.log.clone();
        while log.changed().await.is_ok() {}
        log.borrow().clone()
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        get(self.connect().await, path, headers).await
    }

    /// Opens a link, or returns the refusal.
    pub(crate) async fn link(&self, token: Option<&str>) -> Result<Link<TcpStream>, Answer> {
        link(self.connect().await, token).await
    }
}

/// Collects lines until the end of a stream.
fn collect(stream: impl AsyncRead + Unpin + Send + 'static) -> watch::Receiver<String> {
    let (sender, receiver) = watch::channel(String::new());
    tokio::spawn(async move {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            sender.send_modify(|log| {
                log.push_str(&line);
                log.push('\n');
            });
        }
    });
    receiver
}

/// A server's response over HTTP.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) async fn get(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    path: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: server\r\nconnection: close\r\n");
    for (name, value) in headers {
        write!(request, "{name}: {value}\r\n").unwrap();
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    // A server that responds early may also reset the connection.
    let _ = soon("an answer", stream.read_to_string(&mut text)).await;
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Answer {
        status: head
            .get(9..12)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0),
        head: head.to_lowercase(),
        body: body.to_owned(),
    }
}

/// A client that has been welcomed.
pub(crate) struct Link<S>(pub(crate) WebSocketStream<S>);

pub(crate) fn upgrade(token: Option<&str>) -> Request<()> {
    let mut request = "ws://server/".into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("sec-websocket-protocol", SUBPROTOCOL.parse().unwrap());
    if let Some(token) = token {
        headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    request
}

pub(crate) async fn open<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    request: Request<()>,
) -> Result<WebSocketStream<S>, Answer> {
    let config = WebSocketConfig::default()
        .max_frame_size(None)
        .max_message_size(None);
    let opening = tokio_tungstenite::client_async_with_config(request, stream, Some(config));
    match soon("an upgrade", opening).await {
        Ok((socket, response)) => {
            let protocol = response.headers().get("sec-websocket-protocol");
            assert_eq!(protocol.unwrap(), SUBPROTOCOL);
            Ok(socket)
        }
        Err(tungstenite::Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            Err(Answer {
                status: response.status().as_u16(),
                head: format!("{:?}", response.headers()),
                body: String::from_utf8(body).unwrap(),
            })
        }
        Err(error) => panic!("neither a link nor a refusal: {error}"),
    }
}

pub(crate) async fn link<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    token: Option<&str>,
) -> Result<Link<S>, Answer> {
    let mut socket = open(stream, upgrade(token)).await?;
    let hello = ClientFrame::Hello(Hello {
        client: format!("{:032x}", rand_like()),
        agent: "test".into(),
        ..Hello::default()
    });
    socket.send(Message::binary(encode(&hello))).await.unwrap();
    let welcome = soon("a welcome", socket.next()).await.unwrap().unwrap();
    let frame = decode(&welcome.into_data()).unwrap();
    assert!(matches!(frame, ServerFrame::Welcome(_)), "{frame:?}");
    Ok(Link(socket))
}

/// Returns a number that no other client of the tests has.
fn rand_like() -> u128 {
    static COUNT: AtomicUsize = AtomicUsize::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed) as u128;
    count << 64 | u128::from(std::process::id())
}

impl<S: AsyncRead + AsyncWrite + Unpin> Link<S> {
    /// Requests a Worker, as the first entry.
    pub(crate) async fn create_worker(&mut self) {
        self.call(Asked::CreateWorker(Box::default())).await;
    }

    /// Sends a command, as the first entry.
    pub(crate) async fn call(&mut self, command: Asked) {
        let call = WireCall {
            target: Handle::default(),
            command,
            values: Values::default(),
            app_data: None,
        };
        self.say(1, &ClientEntry::Call(Box::new(call))).await;
    }

    /// Says goodbye, after this many other entries.
    pub(crate) async fn leave(&mut self, after: u64) {
        self.say(after + 1, &ClientEntry::Leave).await;
    }

    async fn say(&mut self, at: u64, entry: &ClientEntry) {
        let frame = ClientFrame::Entries(Entries {
            at,
            entries: vec![encode(entry).into()],
            ..Entries::default()
        });
        self.0.send(Message::binary(encode(&frame))).await.unwrap();
    }

    /// Resolves when the server has closed the link.
    pub(crate) async fn closed(&mut self) {
        soon("the link's end", async {
            while let Some(Ok(_)) = self.0.next().await {}
        })
        .await;
    }

    /// Sends a message that exceeds the limit by this many bytes.
    pub(crate) async fn send_too_much(&mut self, more: usize) {
        // The server may close before all of it is sent.
        let _ = self
            .0
            .send(Message::binary(vec![0; FRAME_BYTES + more]))
            .await;
    }
}
