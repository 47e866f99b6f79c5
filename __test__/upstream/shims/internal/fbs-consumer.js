'use strict';
const path = require('node:path');

module.exports = require(
  path.join(process.env.SUITE_PACKAGE, 'node/lib/fbs/consumer.js'),
);
