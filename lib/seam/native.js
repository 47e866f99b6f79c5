'use strict';

/** The addon and the worker binary. */

const path = require('node:path');
const { platformDirectory } = require('../platform');

const ADDON = 'remote-mediasoup.node';
const WORKER = 'remote-mediasoup-worker';

const directory = platformDirectory(ADDON);

exports.addon = require(path.join(directory, ADDON));
exports.workerBin = path.join(directory, WORKER);
