//! Errors of mediasoup's API, as a class and a message. Every crate returns them where a call of the
//! application fails; the wire carries them, and the addon throws the JavaScript error of that class.

use crate::numbered;
use serde::{Deserialize, Serialize};
use std::fmt;

numbered! {
    /// The JavaScript class of an error. Stable on the wire and across the addon's seam.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub enum ErrorClass {
        /// `Error`
        Error = 1,
        /// `TypeError`: an argument of the wrong type or shape.
        TypeError = 2,
        /// `errors.UnsupportedError`: for instance a codec that mediasoup doesn't know.
        UnsupportedError = 3,
        /// `errors.NotFoundError`: the named object doesn't exist.
        NotFoundError = 4,
        /// `errors.WorkerClosedError`: the Worker is closed, or closed before it replied.
        WorkerClosedError = 5,
        /// `SyntaxError`: `BigInt()` got a text that is not a number.
        SyntaxError = 6,
        /// `RangeError`: `BigInt()` got a number that it doesn't accept.
        RangeError = 7,
    }
}

/// An error with mediasoup's own wording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// The JavaScript class that this error becomes.
    pub class: ErrorClass,
    /// The message, word for word as in mediasoup 3.27.1.
    pub message: String,
}

impl Error {
    /// Creates an error of the given class.
    pub fn new(class: ErrorClass, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
        }
    }

    /// Creates a plain `Error`.
    pub fn plain(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Error, message)
    }

    /// Creates a `TypeError`.
    pub fn type_error(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::TypeError, message)
    }

    /// Creates an `UnsupportedError`.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::UnsupportedError, message)
    }

    /// Creates a `NotFoundError`.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::NotFoundError, message)
    }

    /// Creates a `WorkerClosedError`.
    pub fn worker_closed(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::WorkerClosedError, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.class, self.message)
    }
}

impl std::error::Error for Error {}
