//! Errors as mediasoup's users see them: a class and a message.

use crate::numbered;
use serde::{Deserialize, Serialize};
use std::fmt;

numbered! {
    /// The JavaScript class an error becomes. Stable on the wire and across the addon's seam.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    pub enum ErrorClass {
        /// `Error`
        Error = 1,
        /// `TypeError`: an argument of the wrong type or shape.
        TypeError = 2,
        /// `errors.UnsupportedError`: for instance a codec that mediasoup doesn't know.
        UnsupportedError = 3,
        /// `errors.NotFoundError`: the object that was named doesn't exist.
        NotFoundError = 4,
        /// `errors.WorkerClosedError`: the Worker is closed, or closed before it replied.
        WorkerClosedError = 5,
        /// `SyntaxError`: a text that is no number where `BigInt()` wants one.
        SyntaxError = 6,
        /// `RangeError`: a number that `BigInt()` refuses.
        RangeError = 7,
    }
}

/// An error with mediasoup's own wording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// The JavaScript class that this error becomes.
    pub class: ErrorClass,
    /// The message, word for word what mediasoup 3.27.1 says.
    pub message: String,
}

impl Error {
    /// An error of the given class.
    pub fn new(class: ErrorClass, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
        }
    }

    /// A plain `Error`.
    pub fn plain(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::Error, message)
    }

    /// A `TypeError`.
    pub fn type_error(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::TypeError, message)
    }

    /// An `UnsupportedError`.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::UnsupportedError, message)
    }

    /// A `NotFoundError`.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorClass::NotFoundError, message)
    }

    /// A `WorkerClosedError`.
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
