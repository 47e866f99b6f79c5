//! Changes of objects that a worker process's notifications and replies cause: score, layers, states,
//! pause. The engine calls `Model::notify` for an event of a worker and `Model::paused` for the
//! reply to a `pause()`; they update the object in the Model (the tree of objects) and return the
//! emissions, events for the application.

use crate::{Closure, Model, State};
use protocol::{Emission, Event, Handle, Payload};

impl Model {
    /// An event of a worker reached an open object.
    pub fn notify(&mut self, target: Handle, event: Event, payload: Payload) -> Closure {
        let Some(hidden) = self.open(target).map(|entity| entity.hidden) else {
            return Closure::default();
        };
        let emissions = match event {
            Event::ProducerClose | Event::DataProducerClose => {
                return self.close_because(target, event);
            }
            Event::ProducerPause | Event::DataProducerPause => {
                self.producer_paused(target, event, true)
            }
            Event::ProducerResume | Event::DataProducerResume => {
                self.producer_paused(target, event, false)
            }
            Event::Rtp
            | Event::Rtcp
            | Event::Message
            | Event::SctpSendBufferFull
            | Event::BufferedAmountLow => vec![Emission::own(target, event, payload)],
            // mediasoup 3.27.1 emits a Consumer's trace twice.
            Event::Trace
                if matches!(
                    self.open(target).map(|entity| &entity.state),
                    Some(State::Consumer { .. })
                ) =>
            {
                let emission = Emission::both(target, event, payload);
                vec![emission.clone(), emission]
            }
            _ => {
                if let Some(member) = member_of(event) {
                    self.take_over(target, member, &payload);
                }
                vec![Emission::both(target, event, payload)]
            }
        };
        Closure {
            emissions,
            told: Vec::new(),
            hidden,
        }
    }

    /// `pause()` or `resume()` of the object itself succeeded. `before` is whether it was paused
    /// already, if that isn't what it is at present.
    pub fn paused(&mut self, target: Handle, now: bool, before: Option<bool>) -> Option<Emission> {
        let (was, silent) = match &mut self.get_mut(target)?.state {
            State::Producer { paused, .. }
            | State::DataProducer { paused }
            | State::RtpObserver { paused } => (std::mem::replace(paused, now), false),
            State::Consumer {
                paused,
                producer_paused,
            }
            | State::DataConsumer {
                paused,
                producer_paused,
                ..
            } => (std::mem::replace(paused, now), *producer_paused),
            _ => return None,
        };
        if was != now {
            let text = if now { "true" } else { "false" };
            self.note(target, "paused", || Some(text.into()));
        }
        (before.unwrap_or(was) != now && !silent).then(|| {
            let event = if now { Event::Pause } else { Event::Resume };
            Emission::observer(target, event, Payload::None)
        })
    }

    fn producer_paused(&mut self, target: Handle, event: Event, now: bool) -> Vec<Emission> {
        let Some(paused) = self.set_producer_paused(target, now) else {
            return Vec::new();
        };
        let observer = (!paused).then_some(if now { Event::Pause } else { Event::Resume });
        vec![Emission {
            target,
            event: Some(event),
            observer,
            payload: Payload::None,
        }]
    }

    /// Notes that what a consumer consumes is paused, or not. Where that is new, the answer is whether
    /// the consumer itself is paused.
    pub(crate) fn set_producer_paused(&mut self, target: Handle, now: bool) -> Option<bool> {
        let (State::Consumer {
            paused,
            producer_paused,
        }
        | State::DataConsumer {
            paused,
            producer_paused,
            ..
        }) = &mut self.get_mut(target)?.state
        else {
            return None;
        };
        (std::mem::replace(producer_paused, now) != now).then_some(*paused)
    }

    /// Sets the member that an event carries the new value of.
    pub(crate) fn take_over(&mut self, target: Handle, member: &'static str, payload: &Payload) {
        let text = match payload {
            Payload::Json(json) => Some(json.as_str().to_owned()),
            _ => None,
        };
        if let Some(entity) = self.get_mut(target) {
            entity.fields.set(member, text);
        }
    }
}

/// The member that an event carries the new value of.
pub(crate) fn member_of(event: Event) -> Option<&'static str> {
    Some(match event {
        Event::Score => "score",
        Event::LayersChange => "currentLayers",
        Event::IceStateChange => "iceState",
        Event::IceSelectedTupleChange => "iceSelectedTuple",
        Event::DtlsStateChange => "dtlsState",
        Event::SctpStateChange => "sctpState",
        Event::Tuple => "tuple",
        Event::RtcpTuple => "rtcpTuple",
        _ => return None,
    })
}
