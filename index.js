'use strict';

/** What `require('mediasoup')` exports, and how to have Workers on a server. */

Object.defineProperty(exports, '__esModule', { value: true });

const statics = require('./lib/statics');
const { connect, createWorker } = require('./lib/remote/connect');
const { observer, workers } = require('./lib/workers');

exports.errors = statics.errors;
exports.version = statics.version;
exports.observer = observer;
exports.workerBin = statics.workerBin;
exports.parseScalabilityMode = statics.parseScalabilityMode;
exports.ortc = statics.ortc;
exports.extras = statics.extras;
exports.setLogEventListeners = statics.setLogEventListeners;
exports.createWorker = createWorker;
exports.getSupportedRtpCapabilities = statics.getSupportedRtpCapabilities;

// What mediasoup has not.
exports.connect = connect;
exports.workers = workers;
exports.RemoteMediasoupClient =
  require('./lib/remote/RemoteMediasoupClient').RemoteMediasoupClient;
