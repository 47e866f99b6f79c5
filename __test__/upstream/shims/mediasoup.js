'use strict';
/** The module under test. */
module.exports = require(process.env.MEDIASOUP_UNDER_TEST);
