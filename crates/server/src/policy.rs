//! Policy of the server for the addresses, ports and files in clients' commands, such as `listenInfos` of
//! `createWebRtcTransport()`. A session applies it to each command before execution: the command comes out
//! with addresses and ports filled in, or is rejected with the reason, which the client's call throws.
//! Pure.
//!
//! mediasoup's own checks handle options that the policy doesn't cover, and options that are malformed, for
//! which mediasoup has its own messages.

use js_value::truthy;
use protocol::{
    Command, CreatePlainTransport, CreateWebRtcTransport, CreateWorker, Error, Listen, PipeToRouter,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Port range of a mediasoup Worker without one.
const DEFAULT_PORTS: PortRange = PortRange {
    min: 10_000,
    max: 59_999,
};

/// Allowed addresses and ports of media. The default allows what mediasoup would.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Addresses that clients may listen on; empty: any.
    pub(crate) listen_ips: Vec<IpAddr>,
    /// Ports for media.
    pub(crate) rtc_ports: Option<PortRange>,
    /// Address to announce if the client has announced none.
    pub(crate) announced_address: Option<String>,
}

impl Policy {
    /// Converts a client's command for execution: checks its addresses, ports and files and fills in
    /// defaults. Errors are a `TypeError`, or an `UnsupportedError` for options of local Workers only.
    pub(crate) fn apply(&self, command: &mut Command) -> Result<(), Error> {
        match command {
            Command::CreateWorker(options) => self.worker(options),
            Command::CreateWebRtcServer(options) => self.listen_infos(&mut options.listen_infos),
            Command::CreateWebRtcTransport(options) => self.web_rtc_transport(options),
            Command::CreatePlainTransport(options) => self.plain_transport(options),
            Command::CreatePipeTransport(options) => self.listen(&mut options.listen, Pipe::Any),
            Command::PipeToRouter(options) => self.pipe_to_router(options),
            // No address, port or file of the server: `connect()` has a peer's.
            Command::Connect(_)
            | Command::CreateDirectTransport(_)
            | Command::CreateRouter(_)
            | Command::CreateActiveSpeakerObserver(_)
            | Command::CreateAudioLevelObserver(_)
            | Command::UpdateSettings(_)
            | Command::Produce(_)
            | Command::Consume(_)
            | Command::ProduceData(_)
            | Command::ConsumeData(_)
            | Command::AddProducer(_)
            | Command::RemoveProducer(_)
            | Command::Dump
            | Command::GetStats
            | Command::GetResourceUsage
            | Command::RestartIce
            | Command::Pause
            | Command::Resume
            | Command::RequestKeyFrame
            | Command::GetBufferedAmount
            | Command::Send(_)
            | Command::SetPreferredLayers(_)
            | Command::EnableTraceEvent(_)
            | Command::SetPriority(_)
            | Command::SetMaxIncomingBitrate(_)
            | Command::SetMaxOutgoingBitrate(_)
            | Command::SetMinOutgoingBitrate(_)
            | Command::SetBufferedAmountLowThreshold(_)
            | Command::SetSubchannels(_)
            | Command::AddSubchannel(_)
            | Command::RemoveSubchannel(_) => Ok(()),
        }
    }

    fn worker(&self, options: &mut CreateWorker) -> Result<(), Error> {
        for (name, value) in [
            ("workerBin", &mut options.worker_bin),
            ("dtlsCertificateFile", &mut options.dtls_certificate_file),
            ("dtlsPrivateKeyFile", &mut options.dtls_private_key_file),
        ] {
            if truthy(value.take().as_ref()) {
                return Err(Error::unsupported(format!(
                    "{name} names a local file, but the Worker runs on a server"
                )));
            }
        }
        let Some(allowed) = self.rtc_ports else {
            return Ok(());
        };
        let asked = PortRange {
            min: worker_port(options.rtc_min_port.as_ref(), DEFAULT_PORTS.min)?,
            max: worker_port(options.rtc_max_port.as_ref(), DEFAULT_PORTS.max)?,
        };
        if asked.min > asked.max {
            return Err(wrong_settings());
        }
        // A range that was chosen for another machine's firewall must not fail.
        let range = asked.intersection(allowed).unwrap_or(allowed);
        options.rtc_min_port = Some(range.min.into());
        options.rtc_max_port = Some(range.max.into());
        Ok(())
    }

    fn web_rtc_transport(&self, options: &mut CreateWebRtcTransport) -> Result<(), Error> {
        // With a WebRtcServer the other options are ignored.
        if options.web_rtc_server_id.is_some() {
            return Ok(());
        }
        if let Some(Value::Array(listen_ips)) = &mut options.listen_ips {
            for listen_ip in listen_ips {
                self.listen_ip(listen_ip, Pipe::Any)?;
            }
            self.port(options.port.as_ref())?;
        }
        self.listen_infos(&mut options.listen_infos)
    }

    fn plain_transport(&self, options: &mut CreatePlainTransport) -> Result<(), Error> {
        self.listen(&mut options.listen, Pipe::Any)?;
        match &mut options.rtcp_listen_info {
            Some(info) => self.listen_info(info, Pipe::Any),
            None => Ok(()),
        }
    }

    fn pipe_to_router(&self, options: &mut PipeToRouter) -> Result<(), Error> {
        self.listen(&mut options.listen, Pipe::Internal)
    }

    fn listen_infos(&self, infos: &mut Option<Value>) -> Result<(), Error> {
        match infos {
            Some(Value::Array(infos)) => infos
                .iter_mut()
                .try_for_each(|info| self.listen_info(info, Pipe::Any)),
            _ => Ok(()),
        }
    }

    fn listen(&self, listen: &mut Listen, pipe: Pipe) -> Result<(), Error> {
        if let Some(info) = &mut listen.listen_info {
            self.listen_info(info, pipe)?;
        }
        if truthy(listen.listen_ip.as_ref())
            && let Some(listen_ip) = &mut listen.listen_ip
        {
            self.listen_ip(listen_ip, pipe)?;
            self.port(listen.port.as_ref())?;
        }
        Ok(())
    }

    /// `TransportListenInfo`
    fn listen_info(&self, info: &mut Value, pipe: Pipe) -> Result<(), Error> {
        let Value::Object(info) = info else {
            return Ok(());
        };
        refuse_shared_port(info)?;
        let ip = self.address(info.get("ip"))?;
        self.port(info.get("port"))?;
        self.port_range(info.get("portRange"))?;
        let announced = [info.get("announcedAddress"), info.get("announcedIp")];
        if let Some(address) = self.announce(ip, announced, pipe) {
            info.remove("announcedIp");
            info.insert("announcedAddress".into(), address.into());
        }
        Ok(())
    }

    /// The deprecated `listenIp`: an address, or `{ ip, announcedIp }`.
    fn listen_ip(&self, listen_ip: &mut Value, pipe: Pipe) -> Result<(), Error> {
        let (ip, announced) = match &*listen_ip {
            Value::String(_) => (Some(&*listen_ip), None),
            Value::Object(members) => (members.get("ip"), members.get("announcedIp")),
            _ => return Ok(()),
        };
        let address = self.address(ip)?;
        if let Some(announced) = self.announce(address, [announced, None], pipe) {
            let ip = ip.cloned().unwrap_or_default();
            *listen_ip = Value::Object(Map::from_iter([
                ("ip".to_owned(), ip),
                ("announcedIp".to_owned(), announced.into()),
            ]));
        }
        Ok(())
    }

    /// Checks a listen address. `None`: it is not an address, and mediasoup rejects it.
    fn address(&self, ip: Option<&Value>) -> Result<Option<IpAddr>, Error> {
        let Some(ip) = ip.filter(|ip| !ip.is_null()) else {
            return Ok(None);
        };
        let address = ip.as_str().and_then(|ip| ip.parse().ok());
        let is_allowed = |address| self.listen_ips.contains(&address);
        if self.listen_ips.is_empty() || address.is_some_and(is_allowed) {
            return Ok(address);
        }
        let shown = ip.as_str().map_or_else(|| ip.to_string(), str::to_owned);
        Err(Error::type_error(format!(
            "the server doesn't listen on {shown}, only on {}",
            list(&self.listen_ips)
        )))
    }

    /// Checks a `port`; 0 picks one of the Worker's range.
    fn port(&self, port: Option<&Value>) -> Result<(), Error> {
        let (Some(allowed), Some(port)) = (self.rtc_ports, port) else {
            return Ok(());
        };
        if port.is_null() || integer(port) == Some(0) {
            return Ok(());
        }
        match integer(port) {
            Some(number) if allowed.contains(number) => Ok(()),
            _ => Err(Error::type_error(format!(
                "port {port} is outside of the server's range {allowed}"
            ))),
        }
    }

    /// Checks a `portRange`; without `min` and `max` the Worker's range applies.
    fn port_range(&self, range: Option<&Value>) -> Result<(), Error> {
        let (Some(allowed), Some(Value::Object(range))) = (self.rtc_ports, range) else {
            return Ok(());
        };
        let ends = ["min", "max"].map(|end| match range.get(end) {
            None | Some(Value::Null) => Some(0),
            Some(port) => integer(port),
        });
        match ends {
            [Some(0), Some(0)] => Ok(()),
            [Some(min), Some(max)] if allowed.contains(min) && allowed.contains(max) => Ok(()),
            _ => Err(Error::type_error(format!(
                "portRange {} is outside of the server's range {allowed}",
                Value::Object(range.clone())
            ))),
        }
    }

    /// Sets the address to announce if the client has announced none, or a wildcard.
    ///
    /// Not for loopback: the ends of pipes within the server, including those of `pipeToRouter()`, find each
    /// other by the announced address. Nor an address of the other family, which a peer couldn't use.
    fn announce(
        &self,
        listen: Option<IpAddr>,
        announced: [Option<&Value>; 2],
        pipe: Pipe,
    ) -> Option<String> {
        let ours = self.announced_address.as_ref()?;
        let listen = listen?;
        let is_wildcard = |value: &Value| {
            let address = value.as_str().and_then(|text| text.parse::<IpAddr>().ok());
            address.is_some_and(|address| address.is_unspecified())
        };
        let theirs = announced
            .into_iter()
            .flatten()
            .find(|value| truthy(Some(value)));
        let other_family = !listen.is_unspecified()
            && ours
                .parse::<IpAddr>()
                .is_ok_and(|ours| ours.is_ipv4() != listen.is_ipv4());
        let is_theirs_to_say = theirs.is_some_and(|value| !is_wildcard(value));
        let keep =
            is_theirs_to_say || other_family || listen.is_loopback() || pipe == Pipe::Internal;
        (!keep).then(|| ours.clone())
    }
}

/// Rejects `udpReusePort`: the kernel would distribute the port's packets among the transports of all
/// tenants that use it. mediasoup ignores the flag for TCP.
fn refuse_shared_port(info: &Map<String, Value>) -> Result<(), Error> {
    let is_tcp = info.get("protocol").is_some_and(|name| name == "tcp");
    let flag = info
        .get("flags")
        .and_then(|flags| flags.get("udpReusePort"));
    if is_tcp || !truthy(flag) {
        return Ok(());
    }
    Err(Error::unsupported(
        "udpReusePort is not supported on a server: another client's transport could take the port's packets",
    ))
}

/// True location of a pipe's other end: surely on this server or not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pipe {
    Any,
    Internal,
}

/// Ports from `min` to `max`, both included: `40000-49999`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct PortRange {
    pub(crate) min: u16,
    pub(crate) max: u16,
}

impl PortRange {
    fn contains(self, port: u16) -> bool {
        (self.min..=self.max).contains(&port)
    }

    fn intersection(self, other: Self) -> Option<Self> {
        let (min, max) = (self.min.max(other.min), self.max.min(other.max));
        (min <= max).then_some(Self { min, max })
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.min, self.max)
    }
}

impl From<PortRange> for String {
    fn from(range: PortRange) -> Self {
        range.to_string()
    }
}

impl FromStr for PortRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let ends = text.split_once('-').map(|(min, max)| {
            let end = |text: &str| text.trim().parse::<u16>().ok().filter(|port| *port > 0);
            (end(min), end(max))
        });
        match ends {
            Some((Some(min), Some(max))) if min <= max => Ok(Self { min, max }),
            _ => Err(format!(
                "\"{text}\" is not a range of ports like 40000-49999"
            )),
        }
    }
}

impl TryFrom<String> for PortRange {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Checks a port of `createWorker()`. mediasoup ignores values that aren't numbers, and its worker rejects
/// numbers that aren't ports.
fn worker_port(value: Option<&Value>, default: u16) -> Result<u16, Error> {
    match value {
        Some(Value::Number(_)) => value.and_then(integer).ok_or_else(wrong_settings),
        _ => Ok(default),
    }
}

fn wrong_settings() -> Error {
    Error::type_error("wrong settings")
}

/// Returns a number that is a port as it stands. The engine would wrap others around into one.
fn integer(value: &Value) -> Option<u16> {
    let number = value.as_f64()?;
    let integral = number.fract() == 0.0 && (0.0..=f64::from(u16::MAX)).contains(&number);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it has just been checked"
    )]
    integral.then_some(number as u16)
}

fn list(addresses: &[IpAddr]) -> String {
    let addresses: Vec<_> = addresses.iter().map(IpAddr::to_string).collect();
    addresses.join(", ")
}

#[cfg(test)]
mod tests;
