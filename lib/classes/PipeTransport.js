'use strict';

const { TransportImpl } = require('./Transport');
const { ASK, READ } = require('../seam/internalMembers');

/**
 * mediasoup's class `PipeTransport`: a transport between two Routers, which forwards RTP with its original
 * SSRCs and layers. An application gets one from `router.createPipeTransport()` or a pair by
 * `router.pipeToRouter()`.
 */
class PipeTransportImpl extends TransportImpl {
  get type() {
    return 'pipe';
  }

  get tuple() {
    return this[READ]('tuple');
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

  async connect({ ip, port, srtpParameters }) {
    return this[ASK]('connect', { ip, port, srtpParameters });
  }

  async consume({ producerId, appData }) {
    return this[ASK]('consume', { producerId, appData });
  }
}

exports.PipeTransportImpl = PipeTransportImpl;
