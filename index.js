'use strict';

/** Exports of `require('mediasoup')`, and `connect()` for Workers on a server. */

Object.defineProperty(exports, '__esModule', { value: true });

const commonExports = require('./lib/commonExports');
const { connect, createWorker } = require('./lib/remote/connect');
const { observer, workers } = require('./lib/openWorkers');

exports.errors = commonExports.errors;
exports.version = commonExports.version;
exports.observer = observer;
exports.workerBin = commonExports.workerBin;
exports.parseScalabilityMode = commonExports.parseScalabilityMode;
exports.ortc = commonExports.ortc;
exports.extras = commonExports.extras;
exports.setLogEventListeners = commonExports.setLogEventListeners;
exports.createWorker = createWorker;
exports.getSupportedRtpCapabilities = commonExports.getSupportedRtpCapabilities;

// What mediasoup has not.
exports.connect = connect;
exports.workers = workers;
exports.RemoteMediasoupClient =
  require('./lib/remote/RemoteMediasoupClient').RemoteMediasoupClient;
