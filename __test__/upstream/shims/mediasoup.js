'use strict';

/** Replacement of `mediasoup` in mediasoup's own tests: the module under test. */

module.exports = require(process.env.MEDIASOUP_UNDER_TEST);
