//! Epochs of a connection: links that come and go, sessions that are lost, and what the application
//! meets of it.

mod acts;
mod connection;
mod programs;
mod table;
mod world;
