//! Texts for the exit of a worker process, worded like mediasoup's. The table of Workers calls them with
//! the exit code or signal; the result is the error of `createWorker()` if the worker never ran, or the
//! message of the event `died`.

use super::process::Exit;
use nix::sys::signal::Signal;
use protocol::Error;

/// Exit code of a worker that rejects its settings.
const WRONG_SETTINGS: i32 = 42;

/// Returns the error of a Worker that has never run because of this exit.
pub(super) fn error(exit: Exit, message: &str) -> Error {
    if exit.code == Some(WRONG_SETTINGS) {
        Error::type_error("wrong settings")
    } else {
        Error::plain(message)
    }
}

/// Returns mediasoup's description of an exit.
pub(super) fn message(pid: u32, exit: Exit) -> String {
    let code = exit.code.map_or("null".to_owned(), |code| code.to_string());
    let signal = match exit.signal {
        None => "null".to_owned(),
        Some(signal) => {
            Signal::try_from(signal).map_or_else(|_| signal.to_string(), |name| name.to_string())
        }
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
