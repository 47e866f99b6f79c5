//! The object tree as data: what exists, what can be read, what closes with what. Pure.
