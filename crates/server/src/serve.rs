//! Life of the server process. `main()` calls `serve()` with the checked configuration; it opens the port,
//! runs until a signal, drains, and returns when all Workers have exited.
//!
//! Running -> (SIGTERM, SIGINT) -> draining -> (empty, time-out, or a second signal) -> stopped. While it
//! drains, clients keep their Workers but get no new ones. SIGHUP reloads tokens and certificates.

use crate::authenticator::Authenticator;
use crate::config::Config;
use crate::cpu_slots;
use crate::error::Error;
use crate::http::{Front, router};
use crate::listener::listen;
use crate::notify::notify;
use crate::sessions::{SessionSettings, Sessions};
use crate::tls::Tls;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, MissedTickBehavior};

/// Interval of checks for emptiness while draining.
const EMPTY_CHECK: Duration = Duration::from_millis(50);

/// Connections that the kernel queues until the server accepts them, up to its own limit. Past it the kernel
/// drops the first packet, which a client retransmits after a second.
const BACKLOG: u32 = 4096;

/// Time limit of the Workers' exit when the server stops.
const STOP_TIME: Duration = Duration::from_secs(5);

/// Runs the server until a signal stops it.
pub(crate) fn serve(config: Config) -> Result<(), Error> {
    check_worker(&config.worker_bin)?;
    raise_file_limit();
    let runtime = Runtime::new().map_err(Error::system("tokio"))?;
    let result = runtime.block_on(run(config));
    // Don't wait for busy threads: the process exits now.
    runtime.shutdown_background();
    result
}

async fn run(config: Config) -> Result<(), Error> {
    let mut signals = Signals::new()?;
    let requires_certificates = config.requires_certificates();
    let tls = config.tls.map(Tls::new).transpose()?.map(Arc::new);
    let authenticator =
        Authenticator::new(config.token_file, requires_certificates, config.limits)?;
    if config.vertical.is_some() {
        // For the log alone: each session opens them, and other programs may still repair them until then.
        let _ = cpu_slots::open();
    }
    let sessions = Arc::new(Sessions::new(SessionSettings {
        worker_bin: config.worker_bin,
        session_ttl: config.session_ttl,
        policy: Arc::new(config.policy),
        vertical: config.vertical,
        threads: config.threads,
    }));
    let front = Arc::new(Front::new(
        authenticator,
        Arc::clone(&sessions),
        config.max_links,
    ));
    let listen_error = |source| Error::Listen {
        address: config.listen,
        source,
    };
    let listener = bind(config.listen).map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    let listening = tokio::spawn(listen(listener, tls.clone(), router(Arc::clone(&front))));

    let scheme = if tls.is_some() { "wss" } else { "ws" };
    if front.authenticator.requires_tokens() && tls.is_none() && !address.ip().is_loopback() {
        tracing::warn!(
            "tokens are sent unencrypted: set --tls-cert and --tls-key, or put a TLS proxy in front"
        );
    }
    tracing::info!(
        version = protocol::VERSION,
        "listening on {scheme}://{address}"
    );
    // For the program that has started this and needs the port.
    println!("listening on {scheme}://{address}");
    notify("READY=1");

    let reload = || reload(&front.authenticator, tls.as_deref());
    signals.leave(reload).await;
    tracing::info!(
        within_s = config.drain_timeout.as_secs(),
        "draining; a second signal stops at once"
    );
    notify("STOPPING=1");
    front.drain();
    sessions.drain(config.drain_timeout);
    tokio::select! {
        () = empty(&sessions) => tracing::info!("no Workers left"),
        () = tokio::time::sleep(config.drain_timeout) => tracing::info!("drain timeout reached"),
        () = signals.leave(reload) => tracing::info!("stopping at once"),
    }
    listening.abort();
    if tokio::time::timeout(STOP_TIME, sessions.stop())
        .await
        .is_err()
    {
        tracing::warn!("Workers took too long to exit");
    }
    tracing::info!("stopped");
    Ok(())
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // A restarted server needn't wait for the connections of its predecessor.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn reload(authenticator: &Authenticator, tls: Option<&Tls>) {
    let results = [authenticator.reload(), tls.map_or(Ok(()), Tls::reload)];
    for error in results.into_iter().filter_map(Result::err) {
        tracing::error!("reload failed, certificates and tokens stay unchanged: {error}");
    }
}

async fn empty(sessions: &Sessions) {
    let mut checks = tokio::time::interval_at(Instant::now(), EMPTY_CHECK);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        checks.tick().await;
        if sessions.is_empty() {
            return;
        }
    }
}

/// Raises the limit of descriptors to its maximum for this process and its workers, as Node does for the
/// workers of its applications.
fn raise_file_limit() {
    let raised = getrlimit(Resource::RLIMIT_NOFILE)
        .and_then(|(_, most)| setrlimit(Resource::RLIMIT_NOFILE, most, most));
    if let Err(error) = raised {
        tracing::warn!("cannot raise the limit of descriptors: {error}");
    }
}

fn check_worker(binary: &Path) -> Result<(), Error> {
    const OPTION: &str = "--worker-bin";
    let metadata = std::fs::metadata(binary).map_err(Error::file(OPTION, binary))?;
    if metadata.is_file() {
        Ok(())
    } else {
        Err(Error::content(OPTION, binary, &"is not a file"))
    }
}

/// Handled signals.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn new() -> Result<Self, Error> {
        let on = |kind| signal(kind).map_err(Error::system("signals"));
        Ok(Self {
            terminate: on(SignalKind::terminate())?,
            interrupt: on(SignalKind::interrupt())?,
            hang_up: on(SignalKind::hangup())?,
        })
    }

    /// Resolves at a signal to stop; reloads at each SIGHUP.
    async fn leave(&mut self, reload: impl Fn()) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hang_up.recv() => reload(),
            }
        }
    }
}
