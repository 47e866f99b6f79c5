'use strict';

const { IdentifiedEntity } = require('./Entity');
const { ASK, HAPPEN } = require('../seam/internalMembers');

/**
 * mediasoup's class `WebRtcServer`: one or several ports that many WebRtcTransports share. An application
 * gets one from `worker.createWebRtcServer()` and names it in the options of its transports.
 */
class WebRtcServerImpl extends IdentifiedEntity {
  static announcement = 'newwebrtcserver';

  #handled = new WeakSet();

  async dump() {
    return this[ASK]('dump');
  }

  /** A transport that closes while its server does is unhandled once, at the first of both ends. */
  [HAPPEN](event, observerEvent, args) {
    const [transport] = args;
    // A server may tell of one that the garbage collector has taken.
    if (observerEvent === 'webrtctransporthandled' && transport) {
      this.#handled.add(transport);
    }
    if (
      observerEvent === 'webrtctransportunhandled' &&
      !this.#handled.delete(transport)
    ) {
      return;
    }
    super[HAPPEN](event, observerEvent, args);
  }
}

exports.WebRtcServerImpl = WebRtcServerImpl;
