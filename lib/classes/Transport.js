'use strict';

const { IdentifiedEntity } = require('./Entity');
const { ASK } = require('../seam/internalMembers');

/**
 * Base class of mediasoup's four Transports (WebRTC, plain, pipe, direct). An application calls its methods
 * to send media or data into a Router (`produce()`, `produceData()`) and to receive from it (`consume()`,
 * `consumeData()`); they resolve with the new Producer or Consumer.
 */
class TransportImpl extends IdentifiedEntity {
  static announcement = 'newtransport';

  async dump() {
    return this[ASK]('dump');
  }

  async getStats() {
    return this[ASK]('getStats');
  }

  async setMaxIncomingBitrate(bitrate) {
    return this[ASK]('setMaxIncomingBitrate', toNumber(bitrate));
  }

  async setMaxOutgoingBitrate(bitrate) {
    return this[ASK]('setMaxOutgoingBitrate', toNumber(bitrate));
  }

  async setMinOutgoingBitrate(bitrate) {
    return this[ASK]('setMinOutgoingBitrate', toNumber(bitrate));
  }

  async produce({
    id,
    kind,
    rtpParameters,
    paused,
    keyFrameRequestDelay,
    enableMediasoupPacketIdHeaderExtension,
    appData,
  }) {
    return this[ASK]('produce', {
      id,
      kind,
      rtpParameters,
      paused,
      keyFrameRequestDelay,
      enableMediasoupPacketIdHeaderExtension,
      appData,
    });
  }

  async consume({
    producerId,
    rtpCapabilities,
    paused,
    mid,
    preferredLayers,
    ignoreDtx,
    enableRtx,
    pipe,
    appData,
  }) {
    return this[ASK]('consume', {
      producerId,
      rtpCapabilities,
      paused,
      mid,
      preferredLayers,
      ignoreDtx,
      enableRtx,
      pipe,
      appData,
    });
  }

  async produceData({
    id,
    sctpStreamParameters,
    label,
    protocol,
    paused,
    appData,
  } = {}) {
    return this[ASK]('produceData', {
      id,
      sctpStreamParameters,
      label,
      protocol,
      paused,
      appData,
    });
  }

  async consumeData({
    dataProducerId,
    ordered,
    maxPacketLifeTime,
    maxRetransmits,
    paused,
    subchannels,
    appData,
  }) {
    return this[ASK]('consumeData', {
      dataProducerId,
      ordered,
      maxPacketLifeTime,
      maxRetransmits,
      paused,
      subchannels,
      appData,
    });
  }

  async enableTraceEvent(types = []) {
    return this[ASK]('enableTraceEvent', types);
  }
}

/** Bits per second: what `BigInt()` takes, with its errors. */
function toNumber(bitrate) {
  return Number(BigInt(bitrate));
}

exports.TransportImpl = TransportImpl;
