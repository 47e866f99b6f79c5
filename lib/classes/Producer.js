'use strict';

const { IdentifiedEntity } = require('./Entity');
const { ASK, HANDLE, HOST, READ } = require('../seam/internalMembers');

/**
 * mediasoup's class `Producer`: audio or video that a Router receives. An application gets one from
 * `transport.produce()`. Getters read the state that Rust keeps; methods send a command and resolve with its
 * reply.
 */
class ProducerImpl extends IdentifiedEntity {
  static announcement = 'newproducer';

  get kind() {
    return this[READ]('kind');
  }

  get rtpParameters() {
    return this[READ]('rtpParameters');
  }

  get type() {
    return this[READ]('type');
  }

  get consumableRtpParameters() {
    return this[READ]('consumableRtpParameters');
  }

  get paused() {
    return this[READ]('paused');
  }

  get score() {
    return this[READ]('score');
  }

  async dump() {
    return this[ASK]('dump');
  }

  async getStats() {
    return this[ASK]('getStats');
  }

  async pause() {
    return this[ASK]('pause');
  }

  async resume() {
    return this[ASK]('resume');
  }

  async enableTraceEvent(types = []) {
    return this[ASK]('enableTraceEvent', types);
  }

  /** Sends an RTP packet into the Router; for Producers of a DirectTransport. */
  send(rtpPacket) {
    if (!Buffer.isBuffer(rtpPacket)) {
      throw new TypeError('rtpPacket must be a Buffer');
    }
    this[HOST].notify(this[HANDLE], '"rtp"', rtpPacket);
  }
}

exports.ProducerImpl = ProducerImpl;
