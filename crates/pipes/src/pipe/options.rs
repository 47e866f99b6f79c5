//! Checks of the options of `pipeToRouter()`. `pipe.rs` calls `check()` before it creates anything: it
//! returns the destination Router and the Producer or DataProducer to pipe, or mediasoup's error.
//! `pipe_options()` returns the options of the PipeTransports, with mediasoup's defaults.

use crate::ObjectTree;
use js_value::truthy;
use protocol::{CreatePipeTransport, Error, Handle, Kind, PipeToRouter};
use serde_json::{Value, json};

/// The piped Producer or DataProducer, and its id.
pub(super) enum Origin {
    Producer(Handle, String),
    DataProducer(Handle, String),
}

/// Returns the destination Router and the piped object. Errors have mediasoup's classes and words.
pub(super) fn check(
    tree: &impl ObjectTree,
    source: Handle,
    options: &PipeToRouter,
) -> Result<(Handle, Origin), Error> {
    let listen = &options.listen;
    if truthy(listen.listen_info.as_ref()) && truthy(listen.listen_ip.as_ref()) {
        return Err(Error::type_error(
            "only one of listenInfo and listenIp must be given",
        ));
    }
    let (producer_id, data_producer_id) = (
        options.producer_id.as_ref().filter(|id| truthy(Some(id))),
        options
            .data_producer_id
            .as_ref()
            .filter(|id| truthy(Some(id))),
    );
    let id = match (producer_id, data_producer_id) {
        (None, None) => return Err(Error::type_error("missing producerId or dataProducerId")),
        (Some(_), Some(_)) => {
            return Err(Error::type_error(
                "just producerId or dataProducerId can be given",
            ));
        }
        // Only a string is some object's id.
        (Some(id), None) | (None, Some(id)) => id.as_str().unwrap_or_default().to_owned(),
    };
    let destination = options
        .router
        .ok_or_else(|| Error::type_error("missing router"))?;
    if destination == source {
        return Err(Error::type_error("cannot use this Router as destination"));
    }
    let origin = if producer_id.is_some() {
        let producer = tree.find(source, Kind::Producer, &id);
        Origin::Producer(
            producer.ok_or_else(|| Error::not_found("Producer not found"))?,
            id,
        )
    } else {
        let producer = tree.find(source, Kind::DataProducer, &id);
        Origin::DataProducer(
            producer.ok_or_else(|| Error::not_found("DataProducer not found"))?,
            id,
        )
    };
    if destination == Handle::default() {
        return Err(Error::type_error(
            "router.createPipeTransport is not a function",
        ));
    }
    Ok((destination, origin))
}

/// The id at the far end, where it is the one here.
pub(super) fn kept_id(id: &str, options: &PipeToRouter) -> Option<Value> {
    let keep = options.keep_id.is_none() || truthy(options.keep_id.as_ref());
    keep.then(|| id.into())
}

/// mediasoup pipes over loopback, with SCTP, unless told otherwise.
pub(super) fn pipe_options(options: &PipeToRouter) -> Box<CreatePipeTransport> {
    let mut create = CreatePipeTransport {
        listen: options.listen.clone(),
        sctp: options.sctp.clone(),
        enable_rtx: options.enable_rtx.clone(),
        enable_srtp: options.enable_srtp.clone(),
        app_data: None,
    };
    if !truthy(create.listen.listen_info.as_ref()) && !truthy(create.listen.listen_ip.as_ref()) {
        create.listen.listen_info = Some(json!({ "protocol": "udp", "ip": "127.0.0.1" }));
    }
    create.sctp.enable_sctp.get_or_insert(Value::Bool(true));
    Box::new(create)
}
