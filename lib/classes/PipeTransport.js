'use strict';

const { TransportImpl } = require('./Transport');
const { ASK, READ } = require('../seam/internalMembers');

/** A transport between two Routers: everything passes as it is. */
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
