//! What the server can be told, by whatever way: flag, environment variable, file.
//!
//! One struct serves all three, so that their names agree: `--session-ttl`,
//! `REMOTE_MEDIASOUP_SESSION_TTL` and `session-ttl`.

use crate::policy::PortRange;
use crate::vertical::Vertical;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// What was said. What wasn't has a default ([`Config`](crate::config::Config)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct ServeOptions {
    /// Address and port of the control links; port 0 is one that is free [default: 127.0.0.1:4443]
    #[arg(long, env = "REMOTE_MEDIASOUP_LISTEN", value_name = "IP:PORT")]
    #[arg(help_heading = "Links")]
    pub(crate) listen: Option<SocketAddr>,

    /// Certificate chain of the server, PEM; with it links are TLS (wss). Read again on SIGHUP
    #[arg(long, env = "REMOTE_MEDIASOUP_TLS_CERT", value_name = "FILE")]
    #[arg(help_heading = "Links")]
    pub(crate) tls_cert: Option<PathBuf>,

    /// Private key of the certificate, PEM
    #[arg(long, env = "REMOTE_MEDIASOUP_TLS_KEY", value_name = "FILE")]
    #[arg(help_heading = "Links")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Authorities (PEM) by one of which a client's certificate must be signed
    #[arg(long, env = "REMOTE_MEDIASOUP_CLIENT_CA", value_name = "FILE")]
    #[arg(help_heading = "Links")]
    pub(crate) client_ca: Option<PathBuf>,

    /// Tokens, and keys that sign tokens, of which clients need one (TOML). Read again on SIGHUP
    #[arg(long, env = "REMOTE_MEDIASOUP_TOKEN_FILE", value_name = "FILE")]
    #[arg(help_heading = "Links")]
    pub(crate) token_file: Option<PathBuf>,

    /// Listen beyond loopback though nothing is asked of clients
    #[arg(long, env = "REMOTE_MEDIASOUP_INSECURE", value_name = "BOOL")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(help_heading = "Links")]
    pub(crate) insecure: Option<bool>,

    /// Links at once; more are refused [default: 4096]
    #[arg(long, env = "REMOTE_MEDIASOUP_MAX_LINKS", value_name = "N")]
    #[arg(help_heading = "Links")]
    pub(crate) max_links: Option<NonZeroUsize>,

    /// Address that clients may listen on for media; can be repeated [default: any]
    #[arg(long, env = "REMOTE_MEDIASOUP_LISTEN_IP", value_name = "IP")]
    #[arg(value_delimiter = ',', help_heading = "Media")]
    pub(crate) listen_ip: Option<Vec<IpAddr>>,

    /// Ports that media may use [default: any; 10000-59999 for Workers that aren't given any]
    #[arg(long, env = "REMOTE_MEDIASOUP_RTC_PORTS", value_name = "MIN-MAX")]
    #[arg(help_heading = "Media")]
    pub(crate) rtc_ports: Option<PortRange>,

    /// Address that peers are told where a client announces none, or a wildcard
    #[arg(
        long,
        env = "REMOTE_MEDIASOUP_ANNOUNCED_ADDRESS",
        value_name = "ADDRESS"
    )]
    #[arg(help_heading = "Media")]
    pub(crate) announced_address: Option<String>,

    /// The worker's binary [default: remote-mediasoup-worker beside this one]
    #[arg(long, env = "REMOTE_MEDIASOUP_WORKER_BIN", value_name = "FILE")]
    #[arg(help_heading = "Media")]
    pub(crate) worker_bin: Option<PathBuf>,

    /// Let each Worker have as many processes as its load needs, where its client doesn't say
    /// otherwise; options as in maxWorkers=4,placement=spread [default: false]
    #[arg(long, env = "REMOTE_MEDIASOUP_VERTICAL", value_name = "OPTIONS")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(help_heading = "Media")]
    pub(crate) vertical: Option<Vertical>,

    /// Worker processes of a token [default: the machine's CPUs]
    #[arg(long, env = "REMOTE_MEDIASOUP_MAX_WORKERS", value_name = "N")]
    #[arg(help_heading = "Limits, for tokens that have no others")]
    pub(crate) max_workers: Option<usize>,

    /// Objects of a token: Workers, Routers, Transports... [default: 100000]
    #[arg(long, env = "REMOTE_MEDIASOUP_MAX_OBJECTS", value_name = "N")]
    #[arg(help_heading = "Limits, for tokens that have no others")]
    pub(crate) max_objects: Option<usize>,

    /// Commands of a token per second; those above it wait [default: 50000]
    #[arg(
        long,
        env = "REMOTE_MEDIASOUP_MAX_COMMANDS_PER_SECOND",
        value_name = "N"
    )]
    #[arg(help_heading = "Limits, for tokens that have no others")]
    pub(crate) max_commands_per_second: Option<u32>,

    /// Sessions of a token [default: 1000]
    #[arg(long, env = "REMOTE_MEDIASOUP_MAX_SESSIONS", value_name = "N")]
    #[arg(help_heading = "Limits, for tokens that have no others")]
    pub(crate) max_sessions: Option<usize>,

    /// Clients of a token [default: 1000]
    #[arg(long, env = "REMOTE_MEDIASOUP_MAX_CLIENTS", value_name = "N")]
    #[arg(help_heading = "Limits, for tokens that have no others")]
    pub(crate) max_clients: Option<usize>,

    /// How long a session outlives its last link [default: 60s]
    #[arg(long, env = "REMOTE_MEDIASOUP_SESSION_TTL", value_name = "TIME")]
    #[arg(help_heading = "Life")]
    pub(crate) session_ttl: Option<Time>,

    /// How long sessions may go on after SIGTERM [default: 5m]
    #[arg(long, env = "REMOTE_MEDIASOUP_DRAIN_TIMEOUT", value_name = "TIME")]
    #[arg(help_heading = "Life")]
    pub(crate) drain_timeout: Option<Time>,

    /// Threads that sessions run on [default: the machine's CPUs]
    #[arg(long, env = "REMOTE_MEDIASOUP_THREADS", value_name = "N")]
    #[arg(help_heading = "Life")]
    pub(crate) threads: Option<NonZeroUsize>,

    /// Form of the log lines on stderr [default: text]
    #[arg(long, env = "REMOTE_MEDIASOUP_LOG_FORMAT", value_name = "FORMAT")]
    #[arg(value_enum, help_heading = "Life")]
    pub(crate) log_format: Option<LogFormat>,

    /// What is logged: a level, or levels by module as in tracing's EnvFilter [default: info]
    #[arg(long, env = "REMOTE_MEDIASOUP_LOG_LEVEL", value_name = "FILTER")]
    #[arg(help_heading = "Life")]
    pub(crate) log_level: Option<String>,
}

impl ServeOptions {
    /// What was said here, and from `other` what wasn't.
    pub(crate) fn or(self, other: Self) -> Self {
        macro_rules! or {
            ($($name:ident),*) => {
                Self { $($name: self.$name.or(other.$name)),* }
            };
        }
        or! {
            listen, tls_cert, tls_key, client_ca, token_file, insecure, max_links,
            listen_ip, rtc_ports, announced_address, worker_bin, vertical,
            max_workers, max_objects, max_commands_per_second, max_sessions, max_clients,
            session_ttl, drain_timeout, threads, log_format, log_level
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// An object per line.
    Json,
}

/// A span of time: `250ms`, `60s`, `5m`, `1h 30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Time(pub(crate) Duration);

/// A century and more: clocks overflow only far beyond.
const LONGEST: Duration = Duration::from_secs(u32::MAX as u64);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        time.to_string()
    }
}

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        humantime::parse_duration(text)
            .ok()
            .filter(|time| *time <= LONGEST)
            .map(Self)
            .ok_or_else(|| format!("\"{text}\" is not a time like 250ms, 60s, 5m, 1h 30m"))
    }
}

impl TryFrom<String> for Time {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, ms) in [
            ("0s", 0),
            ("250ms", 250),
            ("60s", 60_000),
            ("5m", 300_000),
            ("1h 30m", 5_400_000),
        ] {
            let time: Time = text.parse().unwrap();
            assert_eq!(time.0, Duration::from_millis(ms), "{text}");
        }
        for text in ["", "60", "s", "-1s", "1x", "200y", "99999999999999999h"] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
        for text in ["0s", "250ms", "1m", "1h 30m"] {
            assert_eq!(text.parse::<Time>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_said_first_wins() {
        let flags = ServeOptions {
            max_workers: Some(1),
            ..ServeOptions::default()
        };
        let file = ServeOptions {
            max_workers: Some(2),
            max_objects: Some(3),
            ..ServeOptions::default()
        };
        let both = flags.or(file);
        assert_eq!((both.max_workers, both.max_objects), (Some(1), Some(3)));
    }
}
