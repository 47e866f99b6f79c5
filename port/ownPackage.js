'use strict';

/** What an application is ported from, and to, which is released together with this package. */

const { version } = require('./package.json');

exports.ownPackage = { name: 'remote-mediasoup', version };

/** The module that we stand in for. */
exports.REPLACED = 'mediasoup';
