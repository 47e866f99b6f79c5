//! Functions of the addon for the Workers of this machine. `lib/local` calls them: it starts mediasoup's
//! worker processes, passes the bytes that it reads from them, and writes the bytes that these functions
//! return. Emissions and items come back as numbers.

use crate::hosts::{self, AnyHost, with};
use crate::{packed, seam};
use local_host::LocalHost;
use napi::bindgen_prelude::{BufferSlice, Env, Result};
use napi_derive::napi;
use protocol::Handle;
use std::os::fd::IntoRawFd;
use std::os::unix::net::UnixStream;
use std::time::Instant;

/// Calls `with_host` with the host of this machine's Workers. No-op for hosts of servers.
pub(crate) fn with_host<T: Default>(host: u32, with_host: impl FnOnce(&mut LocalHost) -> T) -> T {
    with(host, |host| match &mut host.host {
        AnyHost::Local(local) => with_host(local),
        AnyHost::Remote(_) => T::default(),
    })
}

/// Calls `with_local` with the Workers of this machine. No-op for hosts of
/// servers.
fn with_local<T: Default>(host: u32, with_local: impl FnOnce(&mut engine::Local) -> T) -> T {
    with(host, |host| match &host.host {
        AnyHost::Local(local) => with_local(&mut local.local_mut()),
        AnyHost::Remote(_) => T::default(),
    })
}

/// Creates a host of this machine and returns its number.
#[napi]
pub fn create_host() -> u32 {
    let local = engine::Local::new(|bytes| {
        getrandom::fill(bytes).expect("the operating system has random numbers");
    });
    let began = Instant::now();
    let host = LocalHost::new(local, move || began.elapsed());
    hosts::add(AnyHost::Local(host))
}

/// Adds a worker process: returns the Worker's handle, and the request that is answered when its
/// worker runs.
#[napi]
pub fn add_worker(host: u32) -> Vec<u32> {
    with_local(host, |local| {
        let (worker, request) = local.add_worker();
        vec![worker.0, request.0]
    })
}

/// Sets the process id of a Worker: of a real one its own, of a logical one that of one of its
/// processes.
#[napi]
pub fn set_pid(host: u32, worker: u32, pid: u32) {
    with_local(host, |local| local.set_pid(Handle(worker), pid));
}

/// Returns true if a worker has reported that it runs.
#[napi]
pub fn has_started(host: u32, worker: u32) -> bool {
    with_local(host, |local| local.has_started(Handle(worker)))
}

/// Passes bytes read from a worker, the first `length` bytes of a buffer, and returns the first item,
/// as `next()` does.
#[napi]
pub fn input(host: u32, worker: u32, buffer: &[u8], length: u32) -> f64 {
    with(host, |host| {
        if let AnyHost::Local(local) = &host.host {
            let bytes = buffer.get(..length as usize).unwrap_or(buffer);
            local.local_mut().input(Handle(worker), bytes);
        }
        host.next()
    })
}

/// Moves the output for one worker into a buffer and returns the Worker's handle in the low 32 bits,
/// the number of bytes above them; 0 if there is none. Output larger than the buffer stays for
/// `largeOutput()`, and the returned number is the buffer's size plus one.
#[napi]
pub fn output(host: u32, mut buffer: BufferSlice) -> f64 {
    with_local(host, |local| {
        let Some(worker) = local.next_output() else {
            return 0.0;
        };
        let bytes = local.output(worker);
        // One more than the buffer holds stands for any larger output: a length of any size
        // would exceed what a double can represent beside the handle.
        let length = bytes.len().min(buffer.len() + 1);
        if let Some(buffer) = buffer.get_mut(..length) {
            buffer.copy_from_slice(bytes);
            local.written(worker);
        }
        seam::pair(u32::try_from(length).unwrap_or(u32::MAX), worker.0)
    })
}

/// Takes the output for a worker, of any size.
#[napi]
pub fn large_output(env: &Env, host: u32, worker: u32) -> Result<BufferSlice<'_>> {
    let bytes = with_local(host, |local| {
        let bytes = local.output(Handle(worker)).to_vec();
        local.written(Handle(worker));
        bytes
    });
    BufferSlice::from_data(env, bytes)
}

/// Handles the exit of a worker process and returns the emissions, as `close()` does.
#[napi]
pub fn worker_died(host: u32, worker: u32) -> Vec<f64> {
    let emissions = with_host(host, |host| host.worker_died(Handle(worker)));
    packed::pairs(&emissions)
}

/// Creates two connected sockets for one direction of a worker's channel: ours, and the worker's.
#[napi]
pub fn socket_pair() -> Result<Vec<i32>> {
    let (ours, theirs) = UnixStream::pair()?;
    Ok(vec![ours.into_raw_fd(), theirs.into_raw_fd()])
}
