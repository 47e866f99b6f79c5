'use strict';
/**
 * Tables of mediasoup's public classes: getters and methods, as its types declare them. The recorder reads an
 * object's getters by it, and scenarios check each class's shape.
 */
const { appDataCases } = require('./fixtures.js');

const COMMON = ['id', 'closed', 'appData'];

const TRANSPORT = {
  getters: [...COMMON, 'type'],
  methods: [
    ...['close', 'dump', 'getStats', 'connect'],
    ...['setMaxIncomingBitrate', 'setMaxOutgoingBitrate'],
    ...['setMinOutgoingBitrate', 'produce', 'consume'],
    ...['produceData', 'consumeData', 'enableTraceEvent'],
  ],
};

const SCTP = ['sctpParameters', 'sctpState', 'sctpNegotiatedCapabilities'];

const RTP_OBSERVER = {
  getters: [...COMMON, 'type', 'paused'],
  methods: ['close', 'pause', 'resume', 'addProducer', 'removeProducer'],
};

const API = {
  Worker: {
    getters: ['pid', 'closed', 'died', 'subprocessClosed', 'appData'],
    methods: [
      ...['close', 'dump', 'getResourceUsage', 'updateSettings'],
      ...['createWebRtcServer', 'createRouter'],
    ],
  },
  WebRtcServer: { getters: COMMON, methods: ['close', 'dump'] },
  Router: {
    getters: [...COMMON, 'rtpCapabilities'],
    methods: [
      ...['close', 'dump', 'canConsume', 'updateMediaCodecs'],
      ...['createWebRtcTransport', 'createPlainTransport'],
      ...['createPipeTransport', 'createDirectTransport', 'pipeToRouter'],
      ...['createActiveSpeakerObserver', 'createAudioLevelObserver'],
    ],
  },
  WebRtcTransport: {
    getters: [
      ...TRANSPORT.getters,
      ...['iceRole', 'iceParameters', 'iceCandidates', 'iceState'],
      ...['iceSelectedTuple', 'dtlsParameters', 'dtlsState', 'dtlsRemoteCert'],
      ...SCTP,
    ],
    methods: [...TRANSPORT.methods, 'restartIce'],
  },
  PlainTransport: {
    getters: [
      ...TRANSPORT.getters,
      ...['tuple', 'rtcpTuple', 'srtpParameters'],
      ...SCTP,
    ],
    methods: TRANSPORT.methods,
  },
  PipeTransport: {
    getters: [...TRANSPORT.getters, 'tuple', 'srtpParameters', ...SCTP],
    methods: TRANSPORT.methods,
  },
  DirectTransport: {
    getters: TRANSPORT.getters,
    methods: [...TRANSPORT.methods, 'sendRtcp'],
  },
  Producer: {
    getters: [
      ...COMMON,
      ...['kind', 'rtpParameters', 'type', 'consumableRtpParameters'],
      ...['paused', 'score'],
    ],
    methods: [
      ...['close', 'dump', 'getStats', 'pause', 'resume'],
      ...['enableTraceEvent', 'send'],
    ],
  },
  Consumer: {
    getters: [
      ...COMMON,
      ...['producerId', 'kind', 'rtpParameters', 'type', 'paused'],
      ...['producerPaused', 'priority', 'score'],
      ...['preferredLayers', 'currentLayers'],
    ],
    methods: [
      ...['close', 'dump', 'getStats', 'pause', 'resume'],
      ...['setPreferredLayers', 'setPriority', 'unsetPriority'],
      ...['requestKeyFrame', 'enableTraceEvent'],
    ],
  },
  DataProducer: {
    getters: [
      ...COMMON,
      ...['type', 'sctpStreamParameters', 'label', 'protocol', 'paused'],
    ],
    methods: ['close', 'dump', 'getStats', 'pause', 'resume', 'send'],
  },
  DataConsumer: {
    getters: [
      ...COMMON,
      ...['dataProducerId', 'type', 'sctpStreamParameters', 'label'],
      ...['protocol', 'paused', 'dataProducerPaused', 'subchannels'],
    ],
    methods: [
      ...['close', 'dump', 'getStats', 'pause', 'resume'],
      ...['setBufferedAmountLowThreshold', 'getBufferedAmount', 'send'],
      ...['setSubchannels', 'addSubchannel', 'removeSubchannel'],
    ],
  },
  AudioLevelObserver: RTP_OBSERVER,
  ActiveSpeakerObserver: RTP_OBSERVER,
};

/**
 * @param {object} object - Instance of one of mediasoup's classes.
 * @returns {{ getters: string[], methods: string[] }}
 */
function apiOf(object) {
  return API[object.constructor.name.replace(/Impl$/, '')];
}

/**
 * @param {object} object
 * @returns {object} Everything that can be read of it.
 */
function stateOf(object) {
  return Object.fromEntries(
    apiOf(object).getters.map((name) => [name, object[name]]),
  );
}

/** Creates a Transport of each case's options and records it; then, of the least options, one with each appData. */
async function createTransports({ router, cases }, method, options, least) {
  await cases(method, options, async (each) => {
    const transport = await router[method](each);
    const result = [stateOf(transport), await transport.dump()];

    transport.close();

    return result;
  });
  await cases(`${method} with appData`, appDataCases(), (appData) =>
    router[method]({ ...least(), appData }),
  );
}

module.exports = { API, apiOf, createTransports, stateOf };
