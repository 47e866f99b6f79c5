//! Ends of processes in mediasoup's words.

use super::process::Exit;
use protocol::Error;

/// The code with which a worker exits that refuses its settings.
const WRONG_SETTINGS: i32 = 42;

/// Signals by their numbers on Linux, from 1.
const SIGNALS: [&str; 31] = [
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGIO",
    "SIGPWR",
    "SIGSYS",
];

/// The error of a Worker that has never run, because its process ended so.
pub(super) fn error(exit: Exit, message: &str) -> Error {
    if exit.code == Some(WRONG_SETTINGS) {
        Error::type_error("wrong settings")
    } else {
        Error::plain(message)
    }
}

/// mediasoup's description of a process's end.
pub(super) fn message(pid: u32, exit: Exit) -> String {
    let code = exit.code.map_or("null".to_owned(), |code| code.to_string());
    let signal = match exit.signal {
        None => "null".to_owned(),
        Some(signal) => usize::try_from(signal - 1)
            .ok()
            .and_then(|place| SIGNALS.get(place))
            .map_or_else(|| signal.to_string(), |name| (*name).to_owned()),
    };
    format!("[pid:{pid}, code:{code}, signal:{signal}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_read_as_mediasoup_s() {
        for (code, signal, text) in [
            (Some(1), None, "[pid:7, code:1, signal:null]"),
            (None, Some(9), "[pid:7, code:null, signal:SIGKILL]"),
            (None, Some(31), "[pid:7, code:null, signal:SIGSYS]"),
            (None, Some(40), "[pid:7, code:null, signal:40]"),
        ] {
            assert_eq!(message(7, Exit { code, signal }), text);
        }
    }
}
