'use strict';

const { IdentifiedEntity } = require('./Entity');
const { ASK, READ } = require('../seam/internalMembers');

/** Listens to Producers of a Router. */
class RtpObserverImpl extends IdentifiedEntity {
  static announcement = 'newrtpobserver';

  get paused() {
    return this[READ]('paused');
  }

  async pause() {
    return this[ASK]('pause');
  }

  async resume() {
    return this[ASK]('resume');
  }

  async addProducer({ producerId }) {
    return this[ASK]('addProducer', { producerId });
  }

  async removeProducer({ producerId }) {
    return this[ASK]('removeProducer', { producerId });
  }
}

exports.RtpObserverImpl = RtpObserverImpl;
