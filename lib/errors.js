'use strict';

/**
 * mediasoup's own error classes: unsupported features, closed Workers, unknown objects.
 * `lib/seam/makeError.js` creates them from errors that Rust reports; applications get the classes as
 * `mediasoup.errors`. They are JavaScript classes, and not Rust's, so that `instanceof` holds in the realm
 * (vm context) that loaded this module.
 */

/** Something that mediasoup doesn't support, for instance an unknown codec. */
class UnsupportedError extends Error {
  constructor(message) {
    super(message);
    this.name = 'UnsupportedError';
    Error.captureStackTrace?.(this, UnsupportedError);
  }
}

/** A method was called on a closed Worker, or the Worker closed before it answered. */
class WorkerClosedError extends Error {
  constructor(message) {
    super(message);
    this.name = 'WorkerClosedError';
    Error.captureStackTrace?.(this, WorkerClosedError);
  }
}

/** The object that was named doesn't exist. */
class NotFoundError extends Error {
  constructor(message) {
    super(message);
    this.name = 'NotFoundError';
    Error.captureStackTrace?.(this, NotFoundError);
  }
}

exports.UnsupportedError = UnsupportedError;
exports.WorkerClosedError = WorkerClosedError;
exports.NotFoundError = NotFoundError;
