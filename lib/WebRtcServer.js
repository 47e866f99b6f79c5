'use strict';

const { IdentifiedEntity } = require('./Entity');
const { ASK } = require('./symbols');

/** A port (or several) that many WebRtcTransports share. */
class WebRtcServerImpl extends IdentifiedEntity {
  static announcement = 'newwebrtcserver';

  async dump() {
    return this[ASK]('dump');
  }
}

exports.WebRtcServerImpl = WebRtcServerImpl;
