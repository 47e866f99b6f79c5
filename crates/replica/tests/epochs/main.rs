//! Epochs of a connection: links that come and go, lost sessions, and the effects on the application.

mod acts;
mod connection;
mod programs;
mod table;
mod world;
