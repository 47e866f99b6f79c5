'use strict';

const { TransportImpl } = require('./Transport');
const { ASK, HANDLE, HOST, READ } = require('../seam/internalMembers');

/**
 * mediasoup's class `WebRtcTransport`: a transport to a browser, by ICE, DTLS, SRTP and SCTP. An application
 * gets one from `router.createWebRtcTransport()`, and connects it with the browser's DTLS parameters.
 */
class WebRtcTransportImpl extends TransportImpl {
  #iceParameters;
  #iceParametersText;

  get type() {
    return 'webrtc';
  }

  get iceRole() {
    return this[READ]('iceRole');
  }

  /** The only member that isn't copied: the same object until ICE restarts. */
  get iceParameters() {
    // Another client of the same session may restart ICE, too.
    const text = this.#readIceParameters();
    if (text !== this.#iceParametersText) {
      this.#iceParametersText = text;
      this.#iceParameters = JSON.parse(text);
    }
    return this.#iceParameters;
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
    const iceParameters = this[ASK]('restartIce');
    iceParameters.then(
      (fresh) => {
        this.#iceParametersText = this.#readIceParameters();
        this.#iceParameters = fresh;
      },
      () => {},
    );
    return iceParameters;
  }

  #readIceParameters() {
    return this[HOST].readText(this[HANDLE], 'iceParameters');
  }
}

exports.WebRtcTransportImpl = WebRtcTransportImpl;
