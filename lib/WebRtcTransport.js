'use strict';

const { TransportImpl } = require('./Transport');
const { ASK, READ } = require('./symbols');

/** A transport to a browser: ICE, DTLS, SRTP, SCTP. */
class WebRtcTransportImpl extends TransportImpl {
  get type() {
    return 'webrtc';
  }

  get iceRole() {
    return this[READ]('iceRole');
  }

  get iceParameters() {
    return this[READ]('iceParameters');
  }

  get iceCandidates() {
    return this[READ]('iceCandidates');
  }

  get iceState() {
    return this[READ]('iceState');
  }

  get iceSelectedTuple() {
    return this[READ]('iceSelectedTuple');
  }

  get dtlsParameters() {
    return this[READ]('dtlsParameters');
  }

  get dtlsState() {
    return this[READ]('dtlsState');
  }

  get dtlsRemoteCert() {
    return this[READ]('dtlsRemoteCert');
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

  async connect({ dtlsParameters }) {
    return this[ASK]('connect', { dtlsParameters });
  }

  async restartIce() {
    return this[ASK]('restartIce');
  }
}

exports.WebRtcTransportImpl = WebRtcTransportImpl;
