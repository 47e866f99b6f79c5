'use strict';

const { IdentifiedEntity } = require('./Entity');
const { ASK, READ } = require('../seam/internalMembers');

/**
 * Base class of ActiveSpeakerObserver and AudioLevelObserver, as in mediasoup: an observer of the audio
 * Producers of a Router that the application adds to it.
 */
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
