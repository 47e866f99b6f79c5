//! Helpers of the session tests that shorten a client's received updates to a line of text each, such as
//! the event and its object, and read single members of objects. Tests compare these lines.

use protocol::{Error, Handle, Reply};
use wire::v1::{ServerEntry, Text, WireObject};

pub(super) fn created(result: Result<Reply, Error>) -> Handle {
    match result {
        Ok(Reply::Created(handle)) => handle,
        other => panic!("nothing was created: {other:?}"),
    }
}

/// Returns the text of a member of an object.
pub(super) fn member<'a>(object: &'a WireObject, name: &str) -> &'a str {
    match &object.members[name] {
        Text::Inline(json) => json.as_str(),
        Text::Slot(slot) => panic!("slot {slot}"),
    }
}

pub(super) fn in_short(entry: &ServerEntry) -> String {
    match entry {
        ServerEntry::Define { .. } => "define".into(),
        ServerEntry::Snapshot(snapshot) => format!("snapshot of {}", snapshot.objects.len()),
        ServerEntry::Created { object, call } => {
            let asked = if call.is_some() { " as asked" } else { "" };
            format!("{} {:?}{asked}", object.handle.0, object.kind)
        }
        ServerEntry::Set { target, members } => {
            let names: Vec<_> = members.keys().map(String::as_str).collect();
            format!("{} set {}", target.0, names.join(" "))
        }
        ServerEntry::Linked { one, other } => format!("{} {} linked", one.0, other.0),
        ServerEntry::Emission { emission, notified } => {
            let name = |event: Option<protocol::Event>| event.map_or("", protocol::Event::name);
            let (event, observer) = (name(emission.event), name(emission.observer));
            let notified = if *notified { " notified" } else { "" };
            format!("{} {event}/{observer}{notified}", emission.target.0)
        }
        ServerEntry::Answer(answer) => match &answer.result {
            Ok(_) => "answer".into(),
            Err(error) => format!("{:?}", error.class),
        },
        ServerEntry::AppData { id, .. } => format!("appData {}", id.0),
        ServerEntry::SetAppData { target, app_data } => {
            format!("{} has appData {:?}", target.0, app_data.map(|id| id.0))
        }
        ServerEntry::Log { .. } => "log".into(),
        ServerEntry::Draining { within_ms } => format!("draining {within_ms}"),
    }
}
