'use strict';

const { addon } = require('./seam/native');

/** What mediasoup's worker supports; to be cloned before it is changed. */
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
