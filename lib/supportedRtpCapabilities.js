'use strict';

/**
 * RTP capabilities of mediasoup's worker, taken from Rust once. `getSupportedRtpCapabilities()` returns a
 * copy of them, and the ORTC functions read them.
 */

const { addon } = require('./seam/native');

/** RTP capabilities of mediasoup's worker; clone them before a change. */
const supportedRtpCapabilities = JSON.parse(
  addon.supportedRtpCapabilities(false),
);

let normalized = false;

/**
 * mediasoup fills in the defaults of its supported capabilities when it makes its first Router, and
 * shows them from then on.
 */
function normalize() {
  if (normalized) return;
  normalized = true;
  Object.assign(
    supportedRtpCapabilities,
    JSON.parse(addon.supportedRtpCapabilities(true)),
  );
}

exports.supportedRtpCapabilities = supportedRtpCapabilities;
exports.normalize = normalize;
