'use strict';

/**
 * Errors of mediasoup's classes from the number and message that Rust reports. `Host` creates the errors of
 * rejected promises with it; the ORTC functions and option parsers throw them.
 */

const errors = require('../errors');
const { ErrorClass, byNumber } = require('./numbers');

/** Constructors by the numbers of their classes. */
const constructors = byNumber(ErrorClass, {
  Error,
  TypeError,
  SyntaxError,
  RangeError,
  ...errors,
});

/** An error by the number of its class, with its message. */
function makeError(errorClass, message) {
  return new constructors[errorClass](message);
}

/** The result of a call of the addon that concerns no host; throws its error. */
function outcomeOf(json) {
  const { result, error } = JSON.parse(json);
  if (error) throw makeError(...error);
  return result;
}

exports.makeError = makeError;
exports.outcomeOf = outcomeOf;
