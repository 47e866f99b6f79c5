'use strict';

const errors = require('./errors');

/** An error by the number that its class has in Rust. */
exports.makeError = function makeError(errorClass, message) {
  switch (errorClass) {
    case 2:
      return new TypeError(message);
    case 3:
      return new errors.UnsupportedError(message);
    case 4:
      return new errors.NotFoundError(message);
    case 5:
      return new errors.WorkerClosedError(message);
    case 6:
      return new SyntaxError(message);
    case 7:
      return new RangeError(message);
    default:
      return new Error(message);
  }
};
