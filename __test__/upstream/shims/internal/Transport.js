'use strict';

/**
 * Module that mediasoup's own tests load for a private one, by the paths that `generate.mjs` writes into
 * them: `Transport.js` of npm's package.
 */

const path = require('node:path');

module.exports = require(
  path.join(process.env.SUITE_PACKAGE, 'node/lib/Transport.js'),
);
