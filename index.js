'use strict';

/** What `require('mediasoup')` exports, and nothing else. */

Object.defineProperty(exports, '__esModule', { value: true });

require('./lib/classes');
const { EnhancedEventEmitter } = require('./lib/enhancedEvents');
const { emitters } = require('./lib/Logger');
const { supportedRtpCapabilities } = require('./lib/supportedRtpCapabilities');
const { createWorker, observer } = require('./lib/createWorker');

exports.errors = require('./lib/errors');
exports.version = require('./lib/version').version;
exports.observer = observer;
exports.workerBin = require('./lib/Worker').defaultWorkerBin;
exports.parseScalabilityMode =
  require('./lib/scalabilityModes').parseScalabilityMode;
exports.ortc = require('./lib/ortc');
exports.extras = require('./lib/extras');
exports.setLogEventListeners = setLogEventListeners;
exports.createWorker = createWorker;
exports.getSupportedRtpCapabilities = getSupportedRtpCapabilities;

/** Has log events go to functions; those that aren't given get none. */
function setLogEventListeners(listeners) {
  emitters.debug = emitterFor('debuglog', listeners?.ondebug);
  emitters.warn = emitterFor('warnlog', listeners?.onwarn);
  emitters.error = emitterFor('errorlog', listeners?.onerror);
}

function emitterFor(eventName, listener) {
  return listener && new EnhancedEventEmitter().on(eventName, listener);
}

/** A copy of what mediasoup's worker supports. */
function getSupportedRtpCapabilities() {
  return structuredClone(supportedRtpCapabilities);
}
