'use strict';

/** The mediasoup whose drop-in this is. Our own version follows it. */
exports.version = '3.27.1';
