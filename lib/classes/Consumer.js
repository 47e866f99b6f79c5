'use strict';

const { IdentifiedEntity } = require('./Entity');
const { ASK, READ } = require('../seam/internalMembers');

/**
 * mediasoup's class `Consumer`: audio or video that a Router sends out. An application gets one from
 * `transport.consume()`. Getters read the state that Rust keeps; methods send a command and resolve with its
 * reply.
 */
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
