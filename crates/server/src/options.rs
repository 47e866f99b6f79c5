//! Options of the server, from flags, environment variables and a TOML file. clap and serde fill in
//! `ServeOptions`, in which every option is optional; `main()` merges flags over the file and passes the
//! result to `Config::new`, which checks it.
//!
//! One struct serves all three, so that their names agree: `--session-ttl`, `REMOTE_MEDIASOUP_SESSION_TTL`
//! and `session-ttl`.

use crate::policy::PortRange;
use crate::vertical::VerticalDefaults;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// Options as given. Missing ones have defaults ([`Config`](crate::config::Config)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct ServeOptions {
    /// Address and port for links; port 0 picks a free one [default: 127.0.0.1:4443]
    #[arg(long, env = "REMOTE_MEDIASOUP_LISTEN", value_name = "IP:PORT")]
    #[arg(help_heading = "Links")]
    pub(crate) listen: Option<SocketAddr>,

    /// Certificate chain of the server (PEM); enables TLS (wss). Reloaded on SIGHUP
    #[arg(long, env = "REMOTE_MEDIASOUP_TLS_CERT", value_name = "FILE")]
    #[arg(help_heading = "Links")]
    pub(crate) tls_cert: Option<PathBuf>,

    /// Private key of the certificate (PEM)
    #[arg(long, env = "REMOTE_MEDIASOUP_TLS_KEY", value_name = "FILE")]
    #[arg(help_heading = "Links")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Require client certificates, signed by one of these authorities (PEM)
    #[arg(long, env = "REMOTE_MEDIASOUP_CLIENT_CA", value_name = "FILE")]
    #[arg(help_heading = "Links")]
    pub(crate) client_ca: Option<PathBuf>,

    /// Require tokens: file of tokens, and of keys that sign tokens (TOML). Reloaded on SIGHUP
    #[arg(long, env = "REMOTE_MEDIASOUP_TOKEN_FILE", value_name = "FILE")]
    #[arg(help_heading = "Links")]
    pub(crate) token_file: Option<PathBuf>,

    /// Allow unauthenticated clients on non-loopback addresses
    #[arg(long, env = "REMOTE_MEDIASOUP_INSECURE", value_name = "BOOL")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(help_heading = "Links")]
    pub(crate) insecure: Option<bool>,

    /// Maximum number of concurrent links [default: 4096]
    #[arg(long, env = "REMOTE_MEDIASOUP_MAX_LINKS", value_name = "N")]
    #[arg(help_heading = "Links")]
    pub(crate) max_links: Option<NonZeroUsize>,

    /// Address that clients may use for media; can be repeated [default: any]
    #[arg(long, env = "REMOTE_MEDIASOUP_LISTEN_IP", value_name = "IP")]
    #[arg(value_delimiter = ',', help_heading = "Media")]
    pub(crate) listen_ip: Option<Vec<IpAddr>>,

    /// Ports for media [default: any; 10000-59999 for Workers without a range]
    #[arg(long, env = "REMOTE_MEDIASOUP_RTC_PORTS", value_name = "MIN-MAX")]
    #[arg(help_heading = "Media")]
    pub(crate) rtc_ports: Option<PortRange>,

    /// Address to announce to peers if the client announces none or a wildcard
    #[arg(
        long,
        env = "REMOTE_MEDIASOUP_ANNOUNCED_ADDRESS",
        value_name = "ADDRESS"
    )]
    #[arg(help_heading = "Media")]
    pub(crate) announced_address: Option<String>,

    /// Worker binary [default: remote-mediasoup-worker next to this program]
    #[arg(long, env = "REMOTE_MEDIASOUP_WORKER_BIN", value_name = "FILE")]
    #[arg(help_heading = "Media")]
    pub(crate) worker_bin: Option<PathBuf>,

    /// Let each Worker use as many processes as its load needs, unless its client decides;
    /// options like maxWorkers=4,placement=spread [default: false]
    #[arg(long, env = "REMOTE_MEDIASOUP_VERTICAL", value_name = "OPTIONS")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(help_heading = "Media")]
    pub(crate) vertical: Option<VerticalDefaults>,

    /// Worker processes per token [default: the machine's CPUs]
    #[arg(long, env = "REMOTE_MEDIASOUP_MAX_WORKERS", value_name = "N")]
    #[arg(help_heading = "Default limits of a token")]
    pub(crate) max_workers: Option<usize>,

    /// Objects per token: Workers, Routers, Transports, ... [default: 100000]
    #[arg(long, env = "REMOTE_MEDIASOUP_MAX_OBJECTS", value_name = "N")]
    #[arg(help_heading = "Default limits of a token")]
    pub(crate) max_objects: Option<usize>,

    /// Commands per second and token; excess commands wait [default: 50000]
    #[arg(
        long,
        env = "REMOTE_MEDIASOUP_MAX_COMMANDS_PER_SECOND",
        value_name = "N"
    )]
    #[arg(help_heading = "Default limits of a token")]
    pub(crate) max_commands_per_second: Option<u32>,

    /// Sessions per token [default: 1000]
    #[arg(long, env = "REMOTE_MEDIASOUP_MAX_SESSIONS", value_name = "N")]
    #[arg(help_heading = "Default limits of a token")]
    pub(crate) max_sessions: Option<usize>,

    /// Clients per token [default: 1000]
    #[arg(long, env = "REMOTE_MEDIASOUP_MAX_CLIENTS", value_name = "N")]
    #[arg(help_heading = "Default limits of a token")]
    pub(crate) max_clients: Option<usize>,

    /// Time that a session is kept after its last link [default: 60s]
    #[arg(long, env = "REMOTE_MEDIASOUP_SESSION_TTL", value_name = "TIME")]
    #[arg(help_heading = "Life")]
    pub(crate) session_ttl: Option<Time>,

    /// Time limit of draining after SIGTERM [default: 5m]
    #[arg(long, env = "REMOTE_MEDIASOUP_DRAIN_TIMEOUT", value_name = "TIME")]
    #[arg(help_heading = "Life")]
    pub(crate) drain_timeout: Option<Time>,

    /// Threads for sessions [default: the machine's CPUs]
    #[arg(long, env = "REMOTE_MEDIASOUP_THREADS", value_name = "N")]
    #[arg(help_heading = "Life")]
    pub(crate) threads: Option<NonZeroUsize>,

    /// Format of log lines on stderr [default: text]
    #[arg(long, env = "REMOTE_MEDIASOUP_LOG_FORMAT", value_name = "FORMAT")]
    #[arg(value_enum, help_heading = "Life")]
    pub(crate) log_format: Option<LogFormat>,

    /// Log level, or levels by module in the syntax of tracing's EnvFilter [default: info]
    #[arg(long, env = "REMOTE_MEDIASOUP_LOG_LEVEL", value_name = "FILTER")]
    #[arg(help_heading = "Life")]
    pub(crate) log_level: Option<String>,
}

impl ServeOptions {
    /// Returns these options, with missing ones taken from `other`.
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

/// Format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// Readable text.
    Text,
    /// A JSON object per line.
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
    fn the_first_given_option_wins() {
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
