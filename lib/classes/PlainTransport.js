'use strict';

const { TransportImpl } = require('./Transport');
const { ASK, READ } = require('../seam/internalMembers');

/**
 * mediasoup's class `PlainTransport`: a transport of plain RTP over UDP, or of SRTP with given keys. An
 * application gets one from `router.createPlainTransport()`, for peers such as FFmpeg that have no ICE and
 * DTLS.
 */
class PlainTransportImpl extends TransportImpl {
  get type() {
    return 'plain';
  }

  get tuple() {
    return this[READ]('tuple');
  }

  get rtcpTuple() {
    return this[READ]('rtcpTuple');
  }

  get sctpParameters() {
    return this[READ]('sctpParameters');
  }

  get sctpState() {
    return this[READ]('sctpState');
  }

  get sctpNegotiatedCapabilities() {
    return this[READ]('sctpNegotiatedCapabilities');
  }

  get srtpParameters() {
    return this[READ]('srtpParameters');
  }

  async connect({ ip, port, rtcpPort, srtpParameters }) {
    return this[ASK]('connect', { ip, port, rtcpPort, srtpParameters });
  }
}

exports.PlainTransportImpl = PlainTransportImpl;
