'use strict';

/**
 * Exports of the module that are the same for Workers of this machine and of a server: error classes, ORTC
 * functions, version, log listeners. `index.js` exports them; `connect()` puts them into the object that it
 * returns.
 */

require('./classes/register');
const { EnhancedEventEmitter } = require('./enhancedEvents');
const { emitters } = require('./Logger');
const { supportedRtpCapabilities } = require('./supportedRtpCapabilities');

exports.errors = require('./errors');
exports.version = require('./seam/numbers').version;
exports.workerBin = require('./classes/Worker').defaultWorkerBin;
exports.parseScalabilityMode =
  require('./scalabilityModes').parseScalabilityMode;
exports.ortc = require('./ortc');
exports.extras = require('./extras');
exports.setLogEventListeners = setLogEventListeners;
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
