//! Binary `remote-mediasoup-worker`: mediasoup's C++ worker as a process of its own. `lib/local`, the
//! server and, in tests, npm's mediasoup start one for each Worker, as they would start upstream's
//! `mediasoup-worker`: options as arguments, `MEDIASOUP_VERSION` in the environment, requests on descriptor
//! 3, replies and notifications on descriptor 4. It runs until its channel closes.
//!
//! The library that `mediasoup-sys` builds is meant for threads of a host, so three things that upstream's
//! executable does are left to us: refusing a start by hand, signals, and an abort where the worker can't
//! go on.
//!
//! | exit | when |
//! | --- | --- |
//! | 0 | the channel was closed, or SIGINT or SIGTERM came |
//! | 41 | `MEDIASOUP_VERSION` is missing |
//! | 42 | an argument is wrong |
//! | SIGABRT | the channel cannot be opened, or an assertion of the worker failed |

#[cfg(not(upstream_libuv))]
mod batch;
#[cfg(upstream_libuv)]
#[path = "no_batch.rs"]
mod batch;

use std::env;
use std::ffi::{CString, OsString, c_char, c_int, c_void};
use std::io::{self, Write};
use std::os::unix::ffi::OsStringExt;
use std::process;
use std::ptr;

// Named for its static library, which holds `mediasoup_worker_run`.
use mediasoup_sys as _;

/// Descriptor from which the worker reads requests.
const CONSUMER_CHANNEL_FD: c_int = 3;
/// Descriptor to which the worker writes replies and notifications.
const PRODUCER_CHANNEL_FD: c_int = 4;

/// Upstream's exit code for a process that no module of ours or theirs has started.
const EXIT_NO_VERSION: i32 = 41;
/// Result of the library for upstream's uncaught `MediaSoupError`.
const UNCAUGHT_MEDIASOUP_ERROR: c_int = 40;
/// Result of the library for upstream's `abort()`.
const ABORTED: c_int = 134;

/// Signals that must not end a worker: its life is its channel's.
const IGNORED_SIGNALS: [c_int; 5] = [
    libc::SIGPIPE,
    libc::SIGHUP,
    libc::SIGALRM,
    libc::SIGUSR1,
    libc::SIGUSR2,
];
/// Signals upon which a worker closes all that it holds and exits with 0.
const CLOSING_SIGNALS: [c_int; 2] = [libc::SIGINT, libc::SIGTERM];

// Declared here and not taken from `mediasoup_sys`, whose declaration wants callbacks for the
// channel: without them (all four null) the worker reads and writes the two descriptors.
unsafe extern "C" {
    fn mediasoup_worker_run(
        argc: c_int,
        argv: *mut *mut c_char,
        version: *const c_char,
        consumer_channel_fd: c_int,
        producer_channel_fd: c_int,
        channel_read_fn: *const c_void,
        channel_read_ctx: *const c_void,
        channel_write_fn: *const c_void,
        channel_write_ctx: *const c_void,
    ) -> c_int;
}

/// Argument that makes the process print how it would send packets, and end.
const SEND_BATCH: &str = "--send-batch";

fn main() {
    if env::args_os().skip(1).eq([SEND_BATCH]) {
        print(batch::describe());
        process::exit(0);
    }

    let Some(version) = env::var_os("MEDIASOUP_VERSION") else {
        eprintln!("MEDIASOUP_VERSION is not set: this program is started by mediasoup's module");
        process::exit(EXIT_NO_VERSION);
    };

    handle_signals();

    batch::install();
    // Callers log the standard output of their workers at the level of debugging.
    print(&format!("sending of packets: {}", batch::describe()));

    match run(env::args_os().map(c_string), &c_string(version)) {
        UNCAUGHT_MEDIASOUP_ERROR | ABORTED => process::abort(),
        // SAFETY: always sound. As in upstream, neither C++ destructors nor exit handlers run,
        // which could wait for what OpenSSL or libuv still hold.
        status => unsafe { libc::_exit(status) },
    }
}

/// Prints a line. A caller that has closed the standard output loses it.
fn print(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Runs the worker until its channel closes, and returns its status.
fn run(arguments: impl Iterator<Item = CString>, version: &CString) -> c_int {
    // Writable and never freed: the worker's getopt() reorders them.
    let mut arguments: Vec<*mut c_char> = arguments.map(CString::into_raw).collect();
    let count = c_int::try_from(arguments.len()).expect("the kernel bounds the arguments");
    arguments.push(ptr::null_mut());

    // SAFETY: the arguments are what a C main() gets, `count` strings and a null pointer; they and
    // `version` outlive the call. It is called once, from the main thread, before any other C++ ran.
    unsafe {
        mediasoup_worker_run(
            count,
            arguments.as_mut_ptr(),
            version.as_ptr(),
            CONSUMER_CHANNEL_FD,
            PRODUCER_CHANNEL_FD,
            ptr::null(),
            ptr::null(),
            ptr::null(),
            ptr::null(),
        )
    }
}

/// Does with signals what upstream's executable does; its library leaves them to the host.
fn handle_signals() {
    for signal in IGNORED_SIGNALS {
        set_handler(signal, libc::SIG_IGN);
    }
    for signal in CLOSING_SIGNALS {
        set_handler(signal, close_channel as *const () as libc::sighandler_t);
    }
}

fn set_handler(signal: c_int, handler: libc::sighandler_t) {
    // SAFETY: `handler` is SIG_IGN or `close_channel`, and that one calls nothing which a signal
    // handler must not call. signal() cannot fail for the signals above.
    unsafe { libc::signal(signal, handler) };
}

/// Lets the worker read the end of its channel, upon which it closes all that it holds (peers get
/// their DTLS alert) and `mediasoup_worker_run` returns 0.
extern "C" fn close_channel(_signal: c_int) {
    // SAFETY: shutdown() and _exit() are async-signal-safe. No errno is lost to the interrupted
    // code: shutdown() sets it only where it fails, and then the process ends.
    unsafe {
        if libc::shutdown(CONSUMER_CHANNEL_FD, libc::SHUT_RD) != 0 {
            libc::_exit(0);
        }
    }
}

fn c_string(value: OsString) -> CString {
    CString::new(value.into_vec()).expect("arguments and environment hold no NUL")
}
