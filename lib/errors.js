'use strict';

/**
 * mediasoup's own error classes. They are made in JavaScript, so that `instanceof` holds in the
 * realm of whoever loaded this module.
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
