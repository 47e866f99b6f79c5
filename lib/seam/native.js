'use strict';

/**
 * Loads the addon (the compiled Rust module) of this platform and finds the worker binary. Everything in
 * `lib/` that calls Rust imports `addon` from here.
 */

const path = require('node:path');
const { platformDirectory } = require('../platform');

const ADDON = 'remote-mediasoup.node';
const WORKER = 'remote-mediasoup-worker';

const directory = platformDirectory(ADDON);

exports.addon = require(path.join(directory, ADDON));
exports.workerBin = path.join(directory, WORKER);
