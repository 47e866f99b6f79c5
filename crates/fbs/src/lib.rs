//! FlatBuffers types of mediasoup's worker channel, generated.
