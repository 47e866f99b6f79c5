//! mediasoup's ORTC: capabilities, parameters and their matching, over JSON values. Pure.
