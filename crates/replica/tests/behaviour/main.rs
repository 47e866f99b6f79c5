//! Table tests of the replica, a client's copy of the server's objects: each case applies updates of a
//! server and compares the items (events, new objects, replies) that the application would see. A
//! failure means that an application sees a remote object behave differently from mediasoup's.

mod absent;
mod answers;
mod closing;
mod snapshot;
mod stream;
mod support;
