//! Configuration of the server. `main()` merges the options of flags, environment and file into
//! `ServeOptions`; `Config::new` checks them, fills in the defaults, and returns the `Config` that
//! `serve()` runs with, or an error that names the wrong option. `--print-config` prints the result as a
//! file.

use crate::error::Error;
use crate::options::{LogFormat, ServeOptions, Time};
use crate::policy::Policy;
use crate::tokens::Limits;
use crate::vertical::VerticalDefaults;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tracing_subscriber::EnvFilter;

const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4443);
const MAX_LINKS: NonZeroUsize = NonZeroUsize::new(4096).expect("it isn't 0");
const MAX_OBJECTS: usize = 100_000;
const MAX_COMMANDS_PER_SECOND: u32 = 50_000;
const MAX_SESSIONS: usize = 1000;
const MAX_CLIENTS: usize = 1000;
const SESSION_TTL: Time = Time(Duration::from_secs(60));
const DRAIN_TIMEOUT: Time = Time(Duration::from_secs(5 * 60));
const LOG_LEVEL: &str = "info";
const WORKER: &str = "remote-mediasoup-worker";

/// Checked options with their defaults.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) tls: Option<TlsFiles>,
    pub(crate) token_file: Option<PathBuf>,
    pub(crate) max_links: usize,
    pub(crate) policy: Policy,
    pub(crate) limits: Limits,
    pub(crate) worker_bin: PathBuf,
    /// Options of Workers whose clients give none.
    pub(crate) vertical: Option<vertical_scaling::VerticalOptions>,
    pub(crate) session_ttl: Duration,
    pub(crate) drain_timeout: Duration,
    pub(crate) threads: usize,
    pub(crate) log_format: LogFormat,
    pub(crate) log_level: String,
}

/// Files of TLS.
#[derive(Debug, Clone)]
pub(crate) struct TlsFiles {
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
    /// Authorities of clients' certificates, if those are required.
    pub(crate) client_ca: Option<PathBuf>,
}

impl Config {
    /// Checks the options and fills in the defaults, also in `options`.
    pub(crate) fn new(options: &mut ServeOptions) -> Result<Self, Error> {
        let cpus = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let config = Self {
            listen: *options.listen.get_or_insert(LISTEN),
            tls: tls_files(options)?,
            token_file: options.token_file.clone(),
            max_links: options.max_links.get_or_insert(MAX_LINKS).get(),
            policy: Policy {
                listen_ips: options.listen_ip.clone().unwrap_or_default(),
                rtc_ports: options.rtc_ports,
                announced_address: options.announced_address.clone(),
            },
            limits: Limits {
                workers: *options.max_workers.get_or_insert(cpus.get()),
                objects: *options.max_objects.get_or_insert(MAX_OBJECTS),
                commands_per_second: *options
                    .max_commands_per_second
                    .get_or_insert(MAX_COMMANDS_PER_SECOND),
                sessions: *options.max_sessions.get_or_insert(MAX_SESSIONS),
                clients: *options.max_clients.get_or_insert(MAX_CLIENTS),
            },
            worker_bin: options
                .worker_bin
                .get_or_insert_with(worker_beside_us)
                .clone(),
            vertical: options
                .vertical
                .get_or_insert_with(VerticalDefaults::default)
                .options(),
            session_ttl: options.session_ttl.get_or_insert(SESSION_TTL).0,
            drain_timeout: options.drain_timeout.get_or_insert(DRAIN_TIMEOUT).0,
            threads: options.threads.get_or_insert(cpus).get(),
            log_format: *options.log_format.get_or_insert(LogFormat::Text),
            log_level: options
                .log_level
                .get_or_insert_with(|| LOG_LEVEL.to_owned())
                .clone(),
        };
        config.check(*options.insecure.get_or_insert(false))?;
        Ok(config)
    }

    /// Returns true if clients must present a certificate.
    pub(crate) fn requires_certificates(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| tls.client_ca.is_some())
    }

    fn check(&self, insecure: bool) -> Result<(), Error> {
        let is_open = self.token_file.is_none() && !self.requires_certificates();
        if is_open && !insecure && !self.listen.ip().to_canonical().is_loopback() {
            return Err(Error::Options(format!(
                "refusing to listen on {} without authentication: anyone who can reach it could run Workers on this \
                 machine. Require tokens (--token-file) or client certificates (--client-ca), \
                 listen on loopback, or use --insecure if you trust everyone who can reach it",
                self.listen
            )));
        }
        if let Some(address) = &self.policy.announced_address {
            check_announced(address)?;
        }
        if let Err(error) = EnvFilter::try_new(&self.log_level) {
            let level = &self.log_level;
            return Err(Error::Options(format!("log-level \"{level}\": {error}")));
        }
        Ok(())
    }
}

/// Reads the options of a file.
pub(crate) fn read_file(path: &Path) -> Result<ServeOptions, Error> {
    const OPTION: &str = "--config";
    let text = std::fs::read_to_string(path).map_err(Error::file(OPTION, path))?;
    toml::from_str(&text).map_err(|error| Error::content(OPTION, path, &error))
}

/// Returns the options as a file for `--config`.
pub(crate) fn print(options: &ServeOptions) -> Result<String, Error> {
    toml::to_string(options).map_err(|error| Error::Options(error.to_string()))
}

fn tls_files(options: &ServeOptions) -> Result<Option<TlsFiles>, Error> {
    match (&options.tls_cert, &options.tls_key, &options.client_ca) {
        (Some(cert), Some(key), client_ca) => Ok(Some(TlsFiles {
            cert: cert.clone(),
            key: key.clone(),
            client_ca: client_ca.clone(),
        })),
        (None, None, None) => Ok(None),
        (None, None, Some(_)) => Err(Error::Options(
            "--client-ca needs --tls-cert and --tls-key: certificates are part of TLS".into(),
        )),
        _ => Err(Error::Options(
            "--tls-cert and --tls-key must be given together".into(),
        )),
    }
}

fn check_announced(address: &str) -> Result<(), Error> {
    let is_wildcard = address
        .parse::<IpAddr>()
        .is_ok_and(|ip| ip.is_unspecified());
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-.:_".contains(c);
    if address.is_empty() || is_wildcard || !address.chars().all(is_name) {
        return Err(Error::Options(format!(
            "announced-address \"{address}\" is not an address that a peer can reach"
        )));
    }
    Ok(())
}

fn worker_beside_us() -> PathBuf {
    let ours = std::env::current_exe().unwrap_or_default();
    ours.with_file_name(WORKER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, String> {
        let mut options = toml::from_str(text).map_err(|error| error.to_string())?;
        Config::new(&mut options).map_err(|error| error.to_string())
    }

    #[test]
    fn the_default_is_loopback_without_authentication() {
        let config = config("").unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:4443");
        assert_eq!(config.session_ttl, Duration::from_secs(60));
        assert_eq!(config.policy, Policy::default());
        assert!(config.limits.workers > 0);
        assert!(config.worker_bin.ends_with("remote-mediasoup-worker"));
    }

    #[test]
    fn other_addresses_than_loopback_need_authentication() {
        let refused = config(r#"listen = "0.0.0.0:4443""#).unwrap_err();
        assert!(refused.contains("--token-file"), "{refused}");
        assert!(refused.contains("--insecure"), "{refused}");
        for listen in ["192.0.2.1:1", "[::]:1", "[::ffff:192.0.2.1]:1"] {
            assert!(
                config(&format!("listen = \"{listen}\"")).is_err(),
                "{listen}"
            );
        }
        for allowed in [
            "insecure = true",
            "token-file = \"tokens.toml\"",
            "tls-cert = \"c\"\ntls-key = \"k\"\nclient-ca = \"a\"",
        ] {
            let text = format!("listen = \"0.0.0.0:4443\"\n{allowed}");
            assert!(config(&text).is_ok(), "{allowed}");
        }
        let tls_alone = "listen = \"0.0.0.0:1\"\ntls-cert = \"c\"\ntls-key = \"k\"";
        assert!(
            config(tls_alone).is_err(),
            "TLS alone doesn't authenticate clients"
        );
        for loopback in ["127.0.0.2:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            assert!(
                config(&format!("listen = \"{loopback}\"")).is_ok(),
                "{loopback}"
            );
        }
    }

    #[test]
    fn a_worker_has_one_process_by_default() {
        assert_eq!(config("").unwrap().vertical, None);
        assert_eq!(config("vertical = false").unwrap().vertical, None);
        for (text, max_workers) in [
            ("vertical = true", None),
            ("vertical = \"maxWorkers=2\"", Some(2)),
            ("vertical = { maxWorkers = 2 }", Some(2)),
        ] {
            let vertical = config(text).unwrap().vertical.expect(text);
            assert_eq!(vertical.max_workers, max_workers, "{text}");
        }
    }

    #[test]
    fn invalid_options_are_rejected_by_name() {
        for (text, named) in [
            ("tls-cert = \"c\"", "tls-key"),
            ("client-ca = \"a\"", "tls-cert"),
            ("announced-address = \"0.0.0.0\"", "announced-address"),
            ("announced-address = \"a b\"", "announced-address"),
            ("log-level = \"a=b=c\"", "log-level"),
            ("session-ttl = \"60\"", "session-ttl"),
            ("rtc-ports = \"9-1\"", "rtc-ports"),
            ("threads = 0", "threads"),
            ("vertical = { workers = 2 }", "workers"),
            ("vertical = \"maxWorkers=0\"", "maxWorkers"),
            ("sesion-ttl = \"60s\"", "sesion-ttl"),
        ] {
            let refused = config(text).unwrap_err();
            assert!(refused.contains(named), "{text}: {refused}");
        }
    }

    #[test]
    fn printed_options_can_be_read_again() {
        let text = "listen-ip = [\"192.0.2.1\"]\nrtc-ports = \"1000-2000\"\nsession-ttl = \"5m\"\n\
            vertical = { maxWorkers = 2, placement = \"spread\" }\n";
        let mut options: ServeOptions = toml::from_str(text).unwrap();
        Config::new(&mut options).unwrap();
        let printed = print(&options).unwrap();
        assert_eq!(toml::from_str::<ServeOptions>(&printed).unwrap(), options);
        assert!(printed.contains("drain-timeout = \"5m\""), "{printed}");
    }

    #[test]
    fn the_example_is_a_configuration() {
        let config = config(include_str!("../../../deploy/server.toml")).unwrap();
        assert!(config.tls.is_some() && config.token_file.is_some());
    }
}
