//! What changes by replies and notifications, and the emissions that follow.

use crate::{Closure, Model, State};
use protocol::{Emission, Event, Handle, Payload};

impl Model {
    /// An event of a worker reached an open object.
    pub fn notify(&mut self, target: Handle, event: Event, payload: Payload) -> Closure {
        if self.open(target).is_none() {
            return Closure::default();
        }
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
                    self.set(target, member, &payload);
                }
                vec![Emission::both(target, event, payload)]
            }
        };
        Closure {
            emissions,
            told: Vec::new(),
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
        (before.unwrap_or(was) != now && !silent).then(|| {
            let event = if now { Event::Pause } else { Event::Resume };
            Emission::observer(target, event, Payload::None)
        })
    }

    fn producer_paused(&mut self, target: Handle, event: Event, now: bool) -> Vec<Emission> {
        let (State::Consumer {
            paused,
            producer_paused,
        }
        | State::DataConsumer {
            paused,
            producer_paused,
            ..
        }) = (match self.get_mut(target) {
            Some(entity) => &mut entity.state,
            None => return Vec::new(),
        })
        else {
            return Vec::new();
        };
        if std::mem::replace(producer_paused, now) == now {
            return Vec::new();
        }
        let observer = (!*paused).then_some(if now { Event::Pause } else { Event::Resume });
        vec![Emission {
            target,
            event: Some(event),
            observer,
            payload: Payload::None,
        }]
    }

    fn set(&mut self, target: Handle, member: &'static str, payload: &Payload) {
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
fn member_of(event: Event) -> Option<&'static str> {
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
