/**
 * Search for calls of mediasoup's functions in a source file. The porting tool's analysis (`application.mjs`)
 * calls `usesOf()`; it returns name and place of each call, which the report counts.
 */

import { callsOf } from './syntax.mjs';

/** Functions that no other library has: their calls count everywhere. */
const OWN = new Set(
  (
    'createWorker getSupportedRtpCapabilities parseScalabilityMode setLogEventListeners ' +
    'createWebRtcServer createRouter getResourceUsage updateSettings ' +
    'createWebRtcTransport createPlainTransport createPipeTransport createDirectTransport ' +
    'pipeToRouter createActiveSpeakerObserver createAudioLevelObserver canConsume updateMediaCodecs ' +
    'restartIce setMaxIncomingBitrate setMaxOutgoingBitrate setMinOutgoingBitrate enableTraceEvent ' +
    'produceData consumeData sendRtcp setPreferredLayers unsetPriority requestKeyFrame ' +
    'setBufferedAmountLowThreshold getBufferedAmount setSubchannels addSubchannel removeSubchannel'
  ).split(' '),
);

/** Functions that other libraries have, too: their calls count in files that import mediasoup. */
const ALL = new Set([
  ...OWN,
  ...'addProducer consume dump getStats produce removeProducer setPriority'.split(
    ' ',
  ),
]);

/**
 * @param {import('./Source.mjs').Source} source
 * @param {boolean} isImporting true if it imports mediasoup
 * @returns {{ name: string, key: object }[]}
 */
export function usesOf({ nodes }, isImporting) {
  return callsOf(nodes, isImporting ? ALL : OWN);
}
