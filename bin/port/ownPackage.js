'use strict';

/** What an application is ported from, and to. */

const { name, version } = require('../../package.json');

exports.ownPackage = { name, version };

/** The module that we stand in for. */
exports.REPLACED = 'mediasoup';
