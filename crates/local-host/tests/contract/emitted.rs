//! Translation of the contract suite's events of Consumers (pause, resume, close, score) into FlatBuffers
//! notifications of a worker. The rigs that run the suite with fake workers (in-process stand-ins for
//! mediasoup's), here and in `crates/server`, send the result on the worker's channel.

use fbs::consumer::{ConsumerScore, ScoreNotification};
use fbs::notification::{Body, Event};
use testkit::contract::Notification;

/// The event that a notification of the contract is, and its body.
pub(crate) fn emitted(notification: Notification) -> (Event, Option<Body>) {
    match notification {
        Notification::ProducerPause => (Event::ConsumerProducerPause, None),
        Notification::ProducerResume => (Event::ConsumerProducerResume, None),
        Notification::ProducerClose => (Event::ConsumerProducerClose, None),
        Notification::Score(score) => {
            let score = Box::new(ConsumerScore {
                score,
                ..ConsumerScore::default()
            });
            let body = Body::ConsumerScoreNotification(Box::new(ScoreNotification { score }));
            (Event::ConsumerScore, Some(body))
        }
    }
}
