//! The trait that every layer implements, and piping between any two Routers.
