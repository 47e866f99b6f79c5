//! Events of mediasoup's classes and of their observers, as an enum. Emissions name an event by it; its
//! number crosses from Rust to JavaScript, which emits the event's name on the object, and the wire
//! carries the name.

use serde::{Deserialize, Serialize};

macro_rules! events {
    ($($variant:ident = $name:literal,)*) => {
        /// An event by its name in mediasoup. The number crosses the addon's seam.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "the variants are mediasoup's event names")]
        pub enum Event {
            $(#[serde(rename = $name)] $variant,)*
        }

        impl Event {
            /// Every event, in the order of their numbers.
            pub const ALL: &[Event] = &[$(Event::$variant,)*];

            /// The name that listeners use.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Event::$variant => $name,)* }
            }
        }
    };
}

events! {
    // Of a Worker: its process has exited. The argument is the message of the error.
    Died = "died",
    SubprocessClose = "subprocessclose",
    // The observer's event for the end, whatever its reason. JavaScript marks the object closed by it.
    Close = "close",
    WorkerClose = "workerclose",
    RouterClose = "routerclose",
    ListenServerClose = "listenserverclose",
    TransportClose = "transportclose",
    ProducerClose = "producerclose",
    DataProducerClose = "dataproducerclose",
    WebRtcTransportHandled = "webrtctransporthandled",
    WebRtcTransportUnhandled = "webrtctransportunhandled",
    Pause = "pause",
    Resume = "resume",
    ProducerPause = "producerpause",
    ProducerResume = "producerresume",
    DataProducerPause = "dataproducerpause",
    DataProducerResume = "dataproducerresume",
    AddProducer = "addproducer",
    RemoveProducer = "removeproducer",
    Score = "score",
    LayersChange = "layerschange",
    VideoOrientationChange = "videoorientationchange",
    Trace = "trace",
    Rtp = "rtp",
    Rtcp = "rtcp",
    IceStateChange = "icestatechange",
    IceSelectedTupleChange = "iceselectedtuplechange",
    DtlsStateChange = "dtlsstatechange",
    SctpStateChange = "sctpstatechange",
    Tuple = "tuple",
    RtcpTuple = "rtcptuple",
    Message = "message",
    SctpSendBufferFull = "sctpsendbufferfull",
    BufferedAmountLow = "bufferedamountlow",
    DominantSpeaker = "dominantspeaker",
    Volumes = "volumes",
    Silence = "silence",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_in_the_list() {
        for (place, event) in Event::ALL.iter().enumerate() {
            assert_eq!(*event as usize, place, "{}", event.name());
        }
    }
}
