//! Packing of items (events, replies, created objects) into single numbers, which JavaScript unpacks
//! without allocating. `next()`, `close()` and the other functions of the addon return them;
//! [`seam`](crate::seam) has the layout, `lib/seam/numbers.js` unpacks.

use crate::seam::{
    AppDataChange, FIRST, ItemKind, KIND, MORE, PAYLOAD, PayloadKind, ProcessTask, SECOND,
    number_of, pair,
};
use protocol::{Emission, Event, Handle, Item, Payload, Reply};

/// Packs an item; `more` is true if another may follow.
pub(crate) fn item(item: &Item, more: bool) -> f64 {
    let number = match item {
        Item::Reply { request, result } => {
            let (class, payload) = match result {
                Ok(Reply::Done) => (0, PayloadKind::Nothing),
                Ok(Reply::Value(_)) => (0, PayloadKind::Json),
                Ok(Reply::Created(_)) => (0, PayloadKind::Object),
                Ok(Reply::Piped { .. }) => (0, PayloadKind::Piped),
                Err(error) => (error.class as u8, PayloadKind::Json),
            };
            pack(request.0, ItemKind::Reply, class, 0, payload)
        }
        Item::Emission(it) => emission(it),
        Item::Created { handle, kind, .. } => pack(
            handle.0,
            ItemKind::Created,
            *kind as u8,
            0,
            PayloadKind::Json,
        ),
        Item::Log(log) => pack(
            log.worker.unwrap_or_default().0,
            ItemKind::Log,
            log.logger as u8,
            log.level as u8,
            PayloadKind::Json,
        ),
        Item::ProtocolError { worker, .. } => {
            process(*worker, ProcessTask::Kill, PayloadKind::Json)
        }
        Item::Spawn { worker, .. } => process(*worker, ProcessTask::Spawn, PayloadKind::Object),
        Item::EndProcess { worker } => process(*worker, ProcessTask::End, PayloadKind::Nothing),
        Item::AppData(_) => app_data(Handle::default(), AppDataChange::Content),
        Item::SetAppData { target, .. } => app_data(*target, AppDataChange::Assignment),
        Item::Link(_) => pack(0, ItemKind::Link, 0, 0, PayloadKind::Json),
    };
    if more {
        number + pair(MORE.with(1), 0)
    } else {
        number
    }
}

fn process(worker: Handle, task: ProcessTask, payload: PayloadKind) -> f64 {
    pack(worker.0, ItemKind::Process, task as u8, 0, payload)
}

fn app_data(target: Handle, change: AppDataChange) -> f64 {
    pack(
        target.0,
        ItemKind::AppData,
        change as u8,
        0,
        PayloadKind::Json,
    )
}

/// Packs emissions: each number is followed by the handle of the object in its payload, or 0.
pub(crate) fn pairs(emissions: &[Emission]) -> Vec<f64> {
    emissions
        .iter()
        .flat_map(|it| {
            let about = match it.payload {
                Payload::Object(handle) => handle.0,
                _ => 0,
            };
            [emission(it), f64::from(about)]
        })
        .collect()
}

/// Packs an emission.
fn emission(emission: &Emission) -> f64 {
    let payload = match emission.payload {
        Payload::None => PayloadKind::Nothing,
        Payload::Undefined => PayloadKind::Undefined,
        Payload::Json(_) if emission.event == Some(Event::Trace) => PayloadKind::Trace,
        Payload::Json(_) => PayloadKind::Json,
        Payload::Packet(_) => PayloadKind::Packet,
        Payload::Message(..) => PayloadKind::Message,
        Payload::Object(_) => PayloadKind::Object,
        Payload::DominantSpeaker(_) => PayloadKind::DominantSpeaker,
        Payload::Volumes(_) => PayloadKind::Volumes,
    };
    pack(
        emission.target.0,
        ItemKind::Emission,
        number_of(emission.event),
        number_of(emission.observer),
        payload,
    )
}

fn pack(low: u32, kind: ItemKind, first: u8, second: u8, payload: PayloadKind) -> f64 {
    let high = KIND.with(kind as u8)
        | FIRST.with(first)
        | SECOND.with(second)
        | PAYLOAD.with(payload as u8);
    pair(high, low)
}
