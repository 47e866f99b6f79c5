//! One worker process behind mediasoup's object model: channel, FlatBuffers, state. Pure.
