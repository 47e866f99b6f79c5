//! `remote-mediasoup serve`: Workers for clients elsewhere.

fn main() {}
