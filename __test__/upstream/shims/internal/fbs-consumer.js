'use strict';

/**
 * Module that mediasoup's own tests load for a private one, by the paths that `generate.mjs` writes into
 * them: FlatBuffers types of Consumers, of npm's package.
 */

const path = require('node:path');

module.exports = require(
  path.join(process.env.SUITE_PACKAGE, 'node/lib/fbs/consumer.js'),
);
