'use strict';

/**
 * Module that mediasoup's own tests load for mediasoup, by the paths that `generate.mjs` writes into them. It
 * exports the module under test.
 */

module.exports = require(process.env.MEDIASOUP_UNDER_TEST);
