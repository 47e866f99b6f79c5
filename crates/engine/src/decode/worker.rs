//! Decoder of the C++ worker's replies to `dump()` of a Worker, a WebRtcServer and a Router, and to
//! `getResourceUsage()`. `response.rs` uses these types; they serialise to the JSON that the
//! application's call returns.

use super::strings;
use fbs::{common, router, web_rtc_server, worker};
use planus::Error;
use serde::Serialize;

/// `worker.dump()`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkerDump<'a> {
    pub pid: u32,
    pub web_rtc_server_ids: Vec<&'a str>,
    pub router_ids: Vec<&'a str>,
    pub channel_message_handlers: ChannelMessageHandlers<'a>,
}

impl<'a> TryFrom<worker::DumpResponseRef<'a>> for WorkerDump<'a> {
    type Error = Error;

    fn try_from(dump: worker::DumpResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            pid: dump.pid()?,
            web_rtc_server_ids: strings(dump.web_rtc_server_ids()?)?,
            router_ids: strings(dump.router_ids()?)?,
            channel_message_handlers: dump.channel_message_handlers()?.try_into()?,
        })
    }
}

/// Ids of the handlers of requests and of notifications in the worker.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelMessageHandlers<'a> {
    pub channel_request_handlers: Vec<&'a str>,
    pub channel_notification_handlers: Vec<&'a str>,
}

impl<'a> TryFrom<worker::ChannelMessageHandlersRef<'a>> for ChannelMessageHandlers<'a> {
    type Error = Error;

    fn try_from(handlers: worker::ChannelMessageHandlersRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            channel_request_handlers: strings(handlers.channel_request_handlers()?)?,
            channel_notification_handlers: strings(handlers.channel_notification_handlers()?)?,
        })
    }
}

/// `worker.getResourceUsage()`: libuv's `uv_rusage_t`, times in milliseconds.
#[derive(Debug, Serialize)]
pub struct ResourceUsage {
    pub ru_utime: u64,
    pub ru_stime: u64,
    pub ru_maxrss: u64,
    pub ru_ixrss: u64,
    pub ru_idrss: u64,
    pub ru_isrss: u64,
    pub ru_minflt: u64,
    pub ru_majflt: u64,
    pub ru_nswap: u64,
    pub ru_inblock: u64,
    pub ru_oublock: u64,
    pub ru_msgsnd: u64,
    pub ru_msgrcv: u64,
    pub ru_nsignals: u64,
    pub ru_nvcsw: u64,
    pub ru_nivcsw: u64,
}

impl TryFrom<worker::ResourceUsageResponseRef<'_>> for ResourceUsage {
    type Error = Error;

    fn try_from(usage: worker::ResourceUsageResponseRef<'_>) -> Result<Self, Error> {
        Ok(Self {
            ru_utime: usage.ru_utime()?,
            ru_stime: usage.ru_stime()?,
            ru_maxrss: usage.ru_maxrss()?,
            ru_ixrss: usage.ru_ixrss()?,
            ru_idrss: usage.ru_idrss()?,
            ru_isrss: usage.ru_isrss()?,
            ru_minflt: usage.ru_minflt()?,
            ru_majflt: usage.ru_majflt()?,
            ru_nswap: usage.ru_nswap()?,
            ru_inblock: usage.ru_inblock()?,
            ru_oublock: usage.ru_oublock()?,
            ru_msgsnd: usage.ru_msgsnd()?,
            ru_msgrcv: usage.ru_msgrcv()?,
            ru_nsignals: usage.ru_nsignals()?,
            ru_nvcsw: usage.ru_nvcsw()?,
            ru_nivcsw: usage.ru_nivcsw()?,
        })
    }
}

/// `webRtcServer.dump()`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebRtcServerDump<'a> {
    pub id: &'a str,
    pub udp_sockets: Vec<IpPort<'a>>,
    pub tcp_servers: Vec<IpPort<'a>>,
    pub web_rtc_transport_ids: Vec<&'a str>,
    pub local_ice_username_fragments: Vec<IceUsernameFragment<'a>>,
}

impl<'a> TryFrom<web_rtc_server::DumpResponseRef<'a>> for WebRtcServerDump<'a> {
    type Error = Error;

    fn try_from(dump: web_rtc_server::DumpResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            id: dump.id()?,
            udp_sockets: dump.udp_sockets()?.to_vec_result()?,
            tcp_servers: dump.tcp_servers()?.to_vec_result()?,
            web_rtc_transport_ids: strings(dump.web_rtc_transport_ids()?)?,
            local_ice_username_fragments: dump.local_ice_username_fragments()?.to_vec_result()?,
        })
    }
}

/// Address that a WebRtcServer listens on.
#[derive(Debug, Serialize)]
pub struct IpPort<'a> {
    pub ip: &'a str,
    pub port: u16,
}

impl<'a> TryFrom<web_rtc_server::IpPortRef<'a>> for IpPort<'a> {
    type Error = Error;

    fn try_from(socket: web_rtc_server::IpPortRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            ip: socket.ip()?,
            port: socket.port()?,
        })
    }
}

/// WebRtcTransport of an ICE username fragment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IceUsernameFragment<'a> {
    pub local_ice_username_fragment: &'a str,
    pub web_rtc_transport_id: &'a str,
}

impl<'a> TryFrom<web_rtc_server::IceUserNameFragmentRef<'a>> for IceUsernameFragment<'a> {
    type Error = Error;

    fn try_from(entry: web_rtc_server::IceUserNameFragmentRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            local_ice_username_fragment: entry.local_ice_username_fragment()?,
            web_rtc_transport_id: entry.web_rtc_transport_id()?,
        })
    }
}

/// `router.dump()`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RouterDump<'a> {
    pub id: &'a str,
    pub transport_ids: Vec<&'a str>,
    pub rtp_observer_ids: Vec<&'a str>,
    pub map_producer_id_consumer_ids: Vec<KeyValues<'a>>,
    pub map_consumer_id_producer_id: Vec<KeyValue<&'a str, &'a str>>,
    pub map_producer_id_observer_ids: Vec<KeyValues<'a>>,
    pub map_data_producer_id_data_consumer_ids: Vec<KeyValues<'a>>,
    pub map_data_consumer_id_data_producer_id: Vec<KeyValue<&'a str, &'a str>>,
}

impl<'a> TryFrom<router::DumpResponseRef<'a>> for RouterDump<'a> {
    type Error = Error;

    fn try_from(dump: router::DumpResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            id: dump.id()?,
            transport_ids: strings(dump.transport_ids()?)?,
            rtp_observer_ids: strings(dump.rtp_observer_ids()?)?,
            map_producer_id_consumer_ids: dump.map_producer_id_consumer_ids()?.to_vec_result()?,
            map_consumer_id_producer_id: dump.map_consumer_id_producer_id()?.to_vec_result()?,
            map_producer_id_observer_ids: dump.map_producer_id_observer_ids()?.to_vec_result()?,
            map_data_producer_id_data_consumer_ids: dump
                .map_data_producer_id_data_consumer_ids()?
                .to_vec_result()?,
            map_data_consumer_id_data_producer_id: dump
                .map_data_consumer_id_data_producer_id()?
                .to_vec_result()?,
        })
    }
}

/// An entry of a map that a dump shows as an array.
#[derive(Debug, Serialize)]
pub struct KeyValue<K, V> {
    pub key: K,
    pub value: V,
}

impl<'a> TryFrom<common::StringStringRef<'a>> for KeyValue<&'a str, &'a str> {
    type Error = Error;

    fn try_from(entry: common::StringStringRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            key: entry.key()?,
            value: entry.value()?,
        })
    }
}

impl<'a> TryFrom<common::Uint32StringRef<'a>> for KeyValue<u32, &'a str> {
    type Error = Error;

    fn try_from(entry: common::Uint32StringRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            key: entry.key()?,
            value: entry.value()?,
        })
    }
}

impl<'a> TryFrom<common::Uint16StringRef<'a>> for KeyValue<u16, &'a str> {
    type Error = Error;

    fn try_from(entry: common::Uint16StringRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            key: entry.key()?,
            value: entry.value()?,
        })
    }
}

/// The same, of a map with several values per key.
#[derive(Debug, Serialize)]
pub struct KeyValues<'a> {
    pub key: &'a str,
    pub values: Vec<&'a str>,
}

impl<'a> TryFrom<common::StringStringArrayRef<'a>> for KeyValues<'a> {
    type Error = Error;

    fn try_from(entry: common::StringStringArrayRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            key: entry.key()?,
            values: strings(entry.values()?)?,
        })
    }
}
