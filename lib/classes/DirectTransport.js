'use strict';

const { TransportImpl } = require('./Transport');
const { UnsupportedError } = require('../errors');
const { HANDLE, HOST } = require('../seam/internalMembers');

/**
 * mediasoup's class `DirectTransport`: a transport whose other end is the application itself, in this
 * process. An application gets one from `router.createDirectTransport()`; it sends and receives RTP, RTCP and
 * data messages by method calls and events instead of a network.
 */
class DirectTransportImpl extends TransportImpl {
  get type() {
    return 'direct';
  }

  /** There is nothing to connect. */
  async connect() {}

  async setMaxIncomingBitrate(_bitrate) {
    throw new UnsupportedError(
      'setMaxIncomingBitrate() not implemented in DirectTransport',
    );
  }

  async setMaxOutgoingBitrate(_bitrate) {
    throw new UnsupportedError(
      'setMaxOutgoingBitrate() not implemented in DirectTransport',
    );
  }

  async setMinOutgoingBitrate(_bitrate) {
    throw new UnsupportedError(
      'setMinOutgoingBitrate() not implemented in DirectTransport',
    );
  }

  sendRtcp(rtcpPacket) {
    if (!Buffer.isBuffer(rtcpPacket)) {
      throw new TypeError('rtcpPacket must be a Buffer');
    }
    this[HOST].notify(this[HANDLE], '"rtcp"', rtcpPacket);
  }
}

exports.DirectTransportImpl = DirectTransportImpl;
