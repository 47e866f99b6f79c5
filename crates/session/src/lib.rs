//! Two logs between two peers that survive the link between them. Pure.
