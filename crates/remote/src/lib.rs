//! The link to a server: WebSocket, TLS, and the session over them, on tokio.
