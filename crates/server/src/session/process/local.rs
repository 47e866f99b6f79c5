//! Worker processes as child processes of the server, one per mediasoup Worker. The driver of a session
//! starts them by [`LocalSpawner`] and exchanges bytes with them by [`Process`]: the worker reads its fd 3
//! and writes its fd 4. What a worker prints on its standard streams goes to the log. A session is the
//! Workers and objects that one or several clients share.

use super::{EXIT_GRACE, Exit, Happening, Process, ProcessReports, Spawner};
use crate::session::settings::Launch;
use bytes::{Buf, BytesMut};
use command_fds::{CommandFdExt, FdMapping};
use nix::sys::memfd::{MFdFlags, memfd_create};
use std::cell::{Cell, RefCell};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::rc::Rc;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Bytes of one read from a worker.
const READ_BYTES: usize = 64 * 1024;

/// Limit in bytes of one logged line of a worker's standard streams.
const LINE_BYTES: usize = 4096;

/// Prefix of our own settings, which a worker doesn't need: some are secret.
const OWN_SETTINGS: &str = "REMOTE_MEDIASOUP_";

/// Starter of child processes.
#[derive(Debug)]
pub(crate) struct LocalSpawner {
    /// The worker's binary.
    binary: PathBuf,
}

/// A child process. It is killed if the server ends before it.
#[derive(Debug)]
struct LocalProcess {
    channel: Rc<Channel>,
    kill: CancellationToken,
}

/// Channel to a worker.
#[derive(Debug)]
struct Channel {
    stream: UnixStream,
    /// Bytes that the socket hasn't taken yet.
    backlog: RefCell<BytesMut>,
    /// Notified when bytes join the backlog, or the channel is closed.
    more: Notify,
    closing: Cell<bool>,
    closed: CancellationToken,
}

impl LocalSpawner {
    pub(crate) fn new(binary: PathBuf) -> Self {
        Self { binary }
    }

    fn start(
        &self,
        launch: &Launch,
        reports: ProcessReports,
        tasks: &mut JoinSet<()>,
    ) -> io::Result<LocalProcess> {
        let (outgoing, their_incoming) = StdUnixStream::pair()?;
        let (incoming, their_outgoing) = StdUnixStream::pair()?;
        for ours in [&outgoing, &incoming] {
            ours.set_nonblocking(true)?;
        }
        let files = launch.files.iter().map(|text| file(text));
        let descriptors = [Ok(their_incoming.into()), Ok(their_outgoing.into())]
            .into_iter()
            .chain(files);
        let mappings = (3..)
            .zip(descriptors)
            .map(|(child_fd, parent_fd)| {
                parent_fd.map(|parent_fd| FdMapping {
                    parent_fd,
                    child_fd,
                })
            })
            .collect::<io::Result<_>>()?;
        let mut command = command(&self.binary, &launch.arguments);
        command.fd_mappings(mappings).map_err(io::Error::other)?;
        let mut child = Command::from(command).kill_on_drop(true).spawn()?;
        let channel = Rc::new(Channel {
            stream: UnixStream::from_std(outgoing)?,
            backlog: RefCell::default(),
            more: Notify::new(),
            closing: Cell::new(false),
            closed: CancellationToken::new(),
        });
        let kill = CancellationToken::new();
        tracing::debug!(
            worker = reports.worker().0,
            pid = child.id(),
            "worker process started"
        );

        let incoming = UnixStream::from_std(incoming)?;
        tasks.spawn_local(read(incoming, channel.closed.clone(), reports.clone()));
        tasks.spawn_local(write(Rc::clone(&channel), reports.clone()));
        let stdout = child.stdout.take().map(|stream| log_lines(stream, false));
        let stderr = child.stderr.take().map(|stream| log_lines(stream, true));
        let (closed, kill_it) = (channel.closed.clone(), kill.clone());
        tasks.spawn_local(async move {
            let streams = async {
                tokio::join!(optional(stdout), optional(stderr));
            };
            let exit = async {
                let exit = wait(&mut child, &closed, &kill_it).await;
                reports.send(Happening::Exited(exit)).await;
            };
            tokio::join!(streams, exit);
            reports.send(Happening::Gone).await;
        });
        Ok(LocalProcess { channel, kill })
    }
}

impl Spawner for LocalSpawner {
    fn spawn(
        &self,
        launch: &Launch,
        reports: ProcessReports,
        tasks: &mut JoinSet<()>,
    ) -> io::Result<Box<dyn Process>> {
        let started = self.start(launch, reports, tasks);
        let process = started.map_err(|error| {
            let binary = self.binary.display();
            io::Error::new(error.kind(), format!("{binary}: {error}"))
        })?;
        Ok(Box::new(process))
    }
}

impl Process for LocalProcess {
    fn write(&self, bytes: &[u8]) {
        let mut backlog = self.channel.backlog.borrow_mut();
        let mut written = 0;
        if backlog.is_empty() {
            // A failed write is ignored: the exit of the worker is reported.
            written = self.channel.stream.try_write(bytes).unwrap_or(0);
        }
        if written < bytes.len() {
            backlog.extend_from_slice(&bytes[written..]);
            self.channel.more.notify_one();
        }
    }

    fn backlog(&self) -> usize {
        self.channel.backlog.borrow().len()
    }

    fn kill(&self) {
        self.kill.cancel();
    }
}

impl Drop for LocalProcess {
    fn drop(&mut self) {
        self.channel.closing.set(true);
        self.channel.closed.cancel();
        self.channel.more.notify_one();
    }
}

impl Channel {
    /// Writes as much of the backlog as the socket takes.
    fn push(&self) -> io::Result<()> {
        let mut backlog = self.backlog.borrow_mut();
        while !backlog.is_empty() {
            match self.stream.try_write(&backlog) {
                Ok(written) => backlog.advance(written),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => {
                    backlog.clear();
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn is_drained(&self) -> bool {
        self.backlog.borrow().is_empty()
    }
}

/// Creates a descriptor to read a text from, without a name in any file system: the text may be a key.
fn file(text: &str) -> io::Result<OwnedFd> {
    let descriptor = memfd_create(c"remote-mediasoup", MFdFlags::MFD_CLOEXEC)?;
    let mut file = File::from(descriptor);
    file.write_all(text.as_bytes())?;
    Ok(file.into())
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        Self {
            code: status.code(),
            signal: status.signal(),
        }
    }
}

/// Returns the command that mediasoup's JavaScript spawns.
fn command(binary: &Path, arguments: &[String]) -> std::process::Command {
    let mut command = std::process::Command::new(binary);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let own = |name: &OsStr| {
        let name = name.as_encoded_bytes();
        name.starts_with(OWN_SETTINGS.as_bytes())
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| own(name)) {
        command.env_remove(name);
    }
    if std::env::var_os("MEDIASOUP_VERSION").is_none() {
        command.env("MEDIASOUP_VERSION", protocol::VERSION);
    }
    command
}

/// Waits for the exit of a process, and kills it if it is late.
async fn wait(child: &mut Child, closed: &CancellationToken, kill: &CancellationToken) -> Exit {
    let late = async {
        closed.cancelled().await;
        sleep(EXIT_GRACE).await;
    };
    let status = tokio::select! {
        status = child.wait() => Some(status),
        () = kill.cancelled() => None,
        () = late => None,
    };
    let status = if let Some(status) = status {
        status
    } else {
        // Fails only if the process has just exited.
        let _ = child.start_kill();
        child.wait().await
    };
    status.map_or(
        Exit {
            code: None,
            signal: None,
        },
        Exit::from,
    )
}

async fn read(stream: UnixStream, closed: CancellationToken, reports: ProcessReports) {
    let channel = async {
        let mut stream = stream;
        let mut buffer = BytesMut::new();
        loop {
            buffer.reserve(READ_BYTES);
            match stream.read_buf(&mut buffer).await {
                Ok(length) if length > 0 => {
                    reports
                        .send(Happening::Bytes(buffer.split().freeze()))
                        .await;
                }
                _ => break,
            }
        }
        // The process is about to exit, or must be killed.
        sleep(EXIT_GRACE).await;
        let reason = "the worker closed its channel".to_owned();
        reports.send(Happening::Failed(reason)).await;
    };
    closed.run_until_cancelled(channel).await;
}

/// Writes the backlog of a worker until the channel is closed.
async fn write(channel: Rc<Channel>, reports: ProcessReports) {
    loop {
        channel.more.notified().await;
        while !channel.is_drained() {
            if channel.stream.writable().await.is_err() || channel.push().is_err() {
                return;
            }
        }
        if channel.closing.get() {
            return;
        }
        reports.send(Happening::Drained).await;
    }
}

async fn optional(task: Option<impl Future<Output = ()>>) {
    if let Some(task) = task {
        task.await;
    }
}

/// Logs the output of a worker's standard stream, line by line.
async fn log_lines(mut stream: impl AsyncRead + Unpin, is_error: bool) {
    let mut buffer = vec![0; LINE_BYTES];
    while let Ok(length) = stream.read(&mut buffer).await {
        if length == 0 {
            return;
        }
        for line in buffer[..length].split(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(line);
            match (line.is_empty(), is_error) {
                (true, _) => {}
                (false, true) => tracing::error!("(stderr) {line}"),
                (false, false) => tracing::debug!("(stdout) {line}"),
            }
        }
    }
}
