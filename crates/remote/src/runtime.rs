//! The tokio runtime of the client side: one thread that runs all connections of an application's process
//! to its servers. Each new `RemoteConnection` calls `handle()` and spawns its task on the returned handle;
//! the first call starts the thread.

use std::future::pending;
use std::io;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use tokio::runtime::{Builder, Handle};

static RUNTIME: Mutex<Option<Handle>> = Mutex::new(None);

/// Returns the runtime of connections. Its thread ends with the process: more connections usually follow,
/// and an idle thread costs nothing.
pub(crate) fn handle() -> io::Result<Handle> {
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*runtime {
        return Ok(handle.clone());
    }
    let handle = start()?;
    *runtime = Some(handle.clone());
    Ok(handle)
}

fn start() -> io::Result<Handle> {
    let (started, handle) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name("remote-mediasoup".to_owned())
        .spawn(
            move || match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => {
                    let _ = started.send(Ok(runtime.handle().clone()));
                    runtime.block_on(pending::<()>());
                }
                Err(error) => {
                    let _ = started.send(Err(error));
                }
            },
        )?;
    handle.recv().map_err(io::Error::other)?
}
