//! Decoder of the C++ worker's replies to `dump()` of a Worker, a WebRtcServer and a Router, and to
//! `getResourceUsage()`. `response.rs` uses these types; they serialise to the JSON that the
//! application's call returns.

use super::strings;
use fbs::{common, router, web_rtc_server, worker};
use planus::Error;
use serde::Serialize;

decoded! {
    /// `worker.dump()`
    pub struct WorkerDump<'a>(dump: worker::DumpResponseRef<'a>) {
        pid: u32,
        web_rtc_server_ids: Vec<&'a str> = strings(dump.web_rtc_server_ids()?)?,
        router_ids: Vec<&'a str> = strings(dump.router_ids()?)?,
        channel_message_handlers: ChannelMessageHandlers<'a> =
            dump.channel_message_handlers()?.try_into()?,
    }

    /// Ids of the handlers of requests and of notifications in the worker.
    pub struct ChannelMessageHandlers<'a>(handlers: worker::ChannelMessageHandlersRef<'a>) {
        channel_request_handlers: Vec<&'a str> = strings(handlers.channel_request_handlers()?)?,
        channel_notification_handlers: Vec<&'a str> =
            strings(handlers.channel_notification_handlers()?)?,
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

decoded! {
    /// `webRtcServer.dump()`
    pub struct WebRtcServerDump<'a>(dump: web_rtc_server::DumpResponseRef<'a>) {
        id: &'a str,
        udp_sockets: Vec<IpPort<'a>> = dump.udp_sockets()?.to_vec_result()?,
        tcp_servers: Vec<IpPort<'a>> = dump.tcp_servers()?.to_vec_result()?,
        web_rtc_transport_ids: Vec<&'a str> = strings(dump.web_rtc_transport_ids()?)?,
        local_ice_username_fragments: Vec<IceUsernameFragment<'a>> =
            dump.local_ice_username_fragments()?.to_vec_result()?,
    }

    /// Address that a WebRtcServer listens on.
    pub struct IpPort<'a>(socket: web_rtc_server::IpPortRef<'a>) {
        ip: &'a str,
        port: u16,
    }

    /// WebRtcTransport of an ICE username fragment.
    pub struct IceUsernameFragment<'a>(entry: web_rtc_server::IceUserNameFragmentRef<'a>) {
        local_ice_username_fragment: &'a str,
        web_rtc_transport_id: &'a str,
    }

    /// `router.dump()`
    pub struct RouterDump<'a>(dump: router::DumpResponseRef<'a>) {
        id: &'a str,
        transport_ids: Vec<&'a str> = strings(dump.transport_ids()?)?,
        rtp_observer_ids: Vec<&'a str> = strings(dump.rtp_observer_ids()?)?,
        map_producer_id_consumer_ids: Vec<KeyValues<'a>> =
            dump.map_producer_id_consumer_ids()?.to_vec_result()?,
        map_consumer_id_producer_id: Vec<KeyValue<&'a str, &'a str>> =
            dump.map_consumer_id_producer_id()?.to_vec_result()?,
        map_producer_id_observer_ids: Vec<KeyValues<'a>> =
            dump.map_producer_id_observer_ids()?.to_vec_result()?,
        map_data_producer_id_data_consumer_ids: Vec<KeyValues<'a>> = dump
                .map_data_producer_id_data_consumer_ids()?
                .to_vec_result()?,
        map_data_consumer_id_data_producer_id: Vec<KeyValue<&'a str, &'a str>> = dump
                .map_data_consumer_id_data_producer_id()?
                .to_vec_result()?,
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

decoded! {
    /// The same, of a map with several values per key.
    pub struct KeyValues<'a>(entry: common::StringStringArrayRef<'a>) {
        key: &'a str,
        values: Vec<&'a str> = strings(entry.values()?)?,
    }
}
