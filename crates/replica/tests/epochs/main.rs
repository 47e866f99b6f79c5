//! Tests of epochs (lives of a client's session, one after the other): links come and go, a session is
//! lost and another begins, the application leaves. They check the events and answers that the
//! application sees; a failure means calls without an answer, or objects that outlive their session.

mod acts;
mod connection;
mod programs;
mod table;
mod world;
