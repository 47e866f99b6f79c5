//! A client's copy of a server's Model: what the server tells is applied to it, and reconciled with it. Pure.
