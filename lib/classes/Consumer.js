'use strict';

const { IdentifiedEntity } = require('./Entity');
const { ASK, READ } = require('../seam/internalMembers');

/** Audio or video that goes out of a Router. */
class ConsumerImpl extends IdentifiedEntity {
  static announcement = 'newconsumer';

  get producerId() {
    return this[READ]('producerId');
  }

  get kind() {
    return this[READ]('kind');
  }

  get rtpParameters() {
    return this[READ]('rtpParameters');
  }

  get type() {
    return this[READ]('type');
  }

  get paused() {
    return this[READ]('paused');
  }

  get producerPaused() {
    return this[READ]('producerPaused');
  }

  get priority() {
    return this[READ]('priority');
  }

  get score() {
    return this[READ]('score');
  }

  get preferredLayers() {
    return this[READ]('preferredLayers');
  }

  get currentLayers() {
    return this[READ]('currentLayers');
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

  async setPreferredLayers({ spatialLayer, temporalLayer }) {
    return this[ASK]('setPreferredLayers', { spatialLayer, temporalLayer });
  }

  async setPriority(priority) {
    return this[ASK]('setPriority', priority ?? null);
  }

  async unsetPriority() {
    return this[ASK]('setPriority', 1);
  }

  async requestKeyFrame() {
    return this[ASK]('requestKeyFrame');
  }

  async enableTraceEvent(types = []) {
    return this[ASK]('enableTraceEvent', types);
  }
}

exports.ConsumerImpl = ConsumerImpl;
