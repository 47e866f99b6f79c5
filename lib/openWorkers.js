'use strict';

/**
 * The module's observer, which emits `newworker`, and its list of open Workers, those of this machine and of a
 * server. `createWorker()` and connections to servers add Workers, and their hosts remove closed ones;
 * applications read both as `mediasoup.observer` and `mediasoup.workers`.
 */

const { EnhancedEventEmitter } = require('./enhancedEvents');

const { safeEmit } = EnhancedEventEmitter.prototype;

/** The module's observer: `newworker`. */
const observer = new EnhancedEventEmitter();

/** The open Workers, in the order in which they came. */
const workers = [];

/** A Worker runs: it is listed and told of. */
function addWorker(worker, list = workers, teller = observer) {
  list.push(worker);
  // An application's own observer may be any EventEmitter.
  safeEmit.call(teller, 'newworker', worker);
}

/** A Worker is closed. */
function removeWorker(worker, list = workers) {
  const place = list.indexOf(worker);
  if (place !== -1) list.splice(place, 1);
}

exports.addWorker = addWorker;
exports.observer = observer;
exports.removeWorker = removeWorker;
exports.workers = workers;
