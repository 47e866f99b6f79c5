'use strict';

/**
 * mediasoup's `parseScalabilityMode()`, which applications call for the numbers of spatial and temporal
 * layers of an encoding. It is Rust's parser.
 */

const { addon } = require('./seam/native');

/** `L3T3_KEY` as `{ spatialLayers: 3, temporalLayers: 3, ksvc: true }`; one of each by default. */
exports.parseScalabilityMode = function parseScalabilityMode(scalabilityMode) {
  return JSON.parse(addon.parseScalabilityMode(String(scalabilityMode ?? '')));
};
