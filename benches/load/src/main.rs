//! Load generator of the scaling benchmark (`npm run bench:scaling`): it sends RTP to Producers and counts
//! what Consumers' transports send, both over UDP of this machine, and reports losses and delays.
//!
//! A program drives it: a line of JSON on standard input is a [`commands::Command`], each is answered by
//! a line on standard output. The first line, unasked, tells the ports of the receiving sockets. The end
//! of standard input ends it.
//!
//! Precautions, so that it measures mediasoup and not itself:
//! - The kernel stamps what arrives, so that a forwarding delay doesn't contain the time that a packet
//!   waits for the receiver.
//! - Receivers look every other millisecond and take all that is there at once.
//! - What its own sockets drop, how late it sends and what CPU time it takes are in the results.

mod commands;
mod delays;
mod generator;
mod kernel;
mod packet;
mod receiver;
mod sender;
mod srtp;
mod tally;

use std::io::{BufRead, Write};

use commands::Answer;
use generator::{Failure, Generator};

/// Receiving sockets, each with a thread, unless the first argument says otherwise.
const SOCKETS: usize = 2;

fn main() {
    if let Err(error) = run() {
        say(&Answer::Failed(error.to_string()));
        std::process::exit(1);
    }
}

fn run() -> Result<(), Failure> {
    let sockets = match std::env::args().nth(1) {
        Some(number) => number.parse().map_err(|_| Failure::Sockets(number))?,
        None => SOCKETS,
    };
    let mut generator = Generator::start(sockets)?;

    say(&Answer::Ready {
        ports: generator.ports().to_vec(),
    });

    for line in std::io::stdin().lock().lines() {
        say(&generator.execute(serde_json::from_str(&line?)?)?);
    }

    Ok(())
}

/// Writes an answer. A program that no longer reads doesn't miss it.
fn say(answer: &Answer) {
    if let Ok(text) = serde_json::to_string(answer) {
        let mut output = std::io::stdout().lock();

        let _ = writeln!(output, "{text}").and_then(|()| output.flush());
    }
}
