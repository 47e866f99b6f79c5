//! Tests of both ends of the logs between client and server, together in a simulation and each on its own:
//! calls, cut links, hostile peers, memory, random events, silence. No socket and no real time is involved.

#[path = "../support/mod.rs"]
mod support;

mod calls;
mod cuts;
mod hostile;
mod room;
mod seeds;
mod silence;
