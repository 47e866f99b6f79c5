//! Merging of the JSON that several worker processes return (`dump()`, `getResourceUsage()`) into that of
//! one Worker, Router or WebRtcServer. `gather.rs` collects the values and calls it. Pure.

use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

type Ids = HashSet<String>;

/// `worker.dump()`: `shown` are the ids that the application knows, `renamed` those that it knows
/// by another.
pub(crate) fn workers(
    dumps: &[Value],
    pid: u64,
    shown: &Ids,
    renamed: &HashMap<String, String>,
) -> Value {
    let ids = |path: &str| {
        let mut known = HashSet::new();
        let all = dumps
            .iter()
            .filter_map(|dump| dump.pointer(path)?.as_array());
        let all = all.flatten().filter_map(Value::as_str);
        let all = all.map(|id| renamed.get(id).map_or(id, String::as_str));
        let all = all.filter(|id| shown.contains(*id) && known.insert(*id));
        all.map(Value::from).collect::<Value>()
    };
    json!({
        "pid": pid,
        "webRtcServerIds": ids("/webRtcServerIds"),
        "routerIds": ids("/routerIds"),
        "channelMessageHandlers": {
            "channelRequestHandlers": ids("/channelMessageHandlers/channelRequestHandlers"),
            "channelNotificationHandlers":
                ids("/channelMessageHandlers/channelNotificationHandlers"),
        },
    })
}

/// `webRtcServer.dump()`: all of them listen.
pub(crate) fn servers(dumps: &[Value], id: &str) -> Value {
    let all = |member: &str| -> Value {
        let lists = dumps.iter().filter_map(|dump| dump.get(member)?.as_array());
        lists.flatten().cloned().collect()
    };
    json!({
        "id": id,
        "udpSockets": all("udpSockets"),
        "tcpServers": all("tcpServers"),
        "webRtcTransportIds": all("webRtcTransportIds"),
        "localIceUsernameFragments": all("localIceUsernameFragments"),
    })
}

/// `router.dump()`: a Producer that is piped has one entry with the consumers of all.
pub(crate) fn routers(dumps: &[Value], id: &str, shown: &Ids) -> Value {
    let is_shown = |id: &Value| id.as_str().is_some_and(|id| shown.contains(id));
    let entries = |member: &str| -> Vec<&Value> {
        let lists = dumps.iter().filter_map(|dump| dump.get(member)?.as_array());
        lists.flatten().collect()
    };
    let ids = |member: &str| -> Value {
        let all = entries(member).into_iter().filter(|id| is_shown(id));
        all.cloned().collect()
    };
    let to_many = |member: &str| -> Value {
        let mut merged: Map<String, Value> = Map::new();
        for entry in entries(member)
            .into_iter()
            .filter(|it| is_shown(&it["key"]))
        {
            let values = entry["values"].as_array().into_iter().flatten();
            let key = entry["key"].as_str().unwrap_or_default();
            let all = merged.entry(key).or_insert_with(|| json!([]));
            if let Some(all) = all.as_array_mut() {
                all.extend(values.filter(|id| is_shown(id)).cloned());
            }
        }
        let merged = merged.into_iter();
        merged
            .map(|(key, values)| json!({ "key": key, "values": values }))
            .collect()
    };
    let to_one = |member: &str| -> Value {
        let all = entries(member).into_iter();
        all.filter(|entry| is_shown(&entry["key"]))
            .cloned()
            .collect()
    };
    json!({
        "id": id,
        "transportIds": ids("transportIds"),
        "rtpObserverIds": ids("rtpObserverIds"),
        "mapProducerIdConsumerIds": to_many("mapProducerIdConsumerIds"),
        "mapConsumerIdProducerId": to_one("mapConsumerIdProducerId"),
        "mapProducerIdObserverIds": to_many("mapProducerIdObserverIds"),
        "mapDataProducerIdDataConsumerIds": to_many("mapDataProducerIdDataConsumerIds"),
        "mapDataConsumerIdDataProducerId": to_one("mapDataConsumerIdDataProducerId"),
    })
}

/// `getResourceUsage()`: every number summed.
pub(crate) fn sums(usages: &[Value]) -> Value {
    let mut sums: Map<String, Value> = Map::new();
    for (name, value) in usages.iter().filter_map(Value::as_object).flatten() {
        let sum = sums.get(name).and_then(Value::as_u64).unwrap_or_default();
        let value = value.as_u64().unwrap_or_default();
        sums.insert(name.clone(), (sum + value).into());
    }
    sums.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[&str]) -> Ids {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn a_piped_producer_is_one_producer() {
        let home = json!({
            "id": "router", "transportIds": ["t1", "pipe1"], "rtpObserverIds": [],
            "mapProducerIdConsumerIds": [{ "key": "p", "values": ["c1", "piping"] }],
            "mapConsumerIdProducerId": [
                { "key": "c1", "value": "p" }, { "key": "piping", "value": "p" },
            ],
            "mapProducerIdObserverIds": [{ "key": "p", "values": [] }],
            "mapDataProducerIdDataConsumerIds": [],
            "mapDataConsumerIdDataProducerId": [],
        });
        let away = json!({
            "id": "other", "transportIds": ["t2", "pipe2"], "rtpObserverIds": ["o"],
            "mapProducerIdConsumerIds": [{ "key": "p", "values": ["c2"] }],
            "mapConsumerIdProducerId": [{ "key": "c2", "value": "p" }],
            "mapProducerIdObserverIds": [{ "key": "p", "values": ["o"] }],
            "mapDataProducerIdDataConsumerIds": [],
            "mapDataConsumerIdDataProducerId": [],
        });
        let shown = ids(&["t1", "t2", "o", "p", "c1", "c2"]);
        assert_eq!(
            routers(&[home, away], "router", &shown),
            json!({
                "id": "router", "transportIds": ["t1", "t2"], "rtpObserverIds": ["o"],
                "mapProducerIdConsumerIds": [{ "key": "p", "values": ["c1", "c2"] }],
                "mapConsumerIdProducerId": [
                    { "key": "c1", "value": "p" }, { "key": "c2", "value": "p" },
                ],
                "mapProducerIdObserverIds": [{ "key": "p", "values": ["o"] }],
                "mapDataProducerIdDataConsumerIds": [],
                "mapDataConsumerIdDataProducerId": [],
            })
        );
    }

    #[test]
    fn real_routers_are_shown_as_the_logical_one_once() {
        let dump = |router: &str| {
            json!({
                "pid": 7, "webRtcServerIds": [], "routerIds": [router],
                "channelMessageHandlers": {
                    "channelRequestHandlers": [router, "t", "hidden"],
                    "channelNotificationHandlers": [],
                },
            })
        };
        let renamed = HashMap::from([("r2".to_owned(), "r1".to_owned())]);
        assert_eq!(
            workers(&[dump("r1"), dump("r2")], 42, &ids(&["r1", "t"]), &renamed),
            json!({
                "pid": 42, "webRtcServerIds": [], "routerIds": ["r1"],
                "channelMessageHandlers": {
                    "channelRequestHandlers": ["r1", "t"],
                    "channelNotificationHandlers": [],
                },
            })
        );
    }

    #[test]
    fn usages_are_summed() {
        let usages = [
            json!({ "ru_utime": 5, "ru_stime": 1 }),
            json!({ "ru_utime": 7, "ru_stime": 0 }),
        ];
        assert_eq!(sums(&usages), json!({ "ru_utime": 12, "ru_stime": 1 }));
    }
}
