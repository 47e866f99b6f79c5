'use strict';

/**
 * Replacement of a private module in mediasoup's own tests: FlatBuffers types of notifications, of npm's
 * package.
 */

const path = require('node:path');

module.exports = require(
  path.join(process.env.SUITE_PACKAGE, 'node/lib/fbs/notification.js'),
);
