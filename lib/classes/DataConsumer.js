'use strict';

const { IdentifiedEntity } = require('./Entity');
const { ASK, READ } = require('../seam/internalMembers');
const { toMessage } = require('./sctpMessage');

/**
 * mediasoup's class `DataConsumer`: data messages that a Router sends out. An application gets one from
 * `transport.consumeData()`. Getters read the state that Rust keeps; methods send a command and resolve with
 * its reply.
 */
class DataConsumerImpl extends IdentifiedEntity {
  static announcement = 'newdataconsumer';

  get dataProducerId() {
    return this[READ]('dataProducerId');
  }

  get type() {
    return this[READ]('type');
  }

  get sctpStreamParameters() {
    return this[READ]('sctpStreamParameters');
  }

  get label() {
    return this[READ]('label');
  }

  get protocol() {
    return this[READ]('protocol');
  }

  get paused() {
    return this[READ]('paused');
  }

  get dataProducerPaused() {
    return this[READ]('dataProducerPaused');
  }

  get subchannels() {
    return this[READ]('subchannels');
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

  async setBufferedAmountLowThreshold(threshold) {
    return this[ASK]('setBufferedAmountLowThreshold', threshold ?? null);
  }

  async getBufferedAmount() {
    return this[ASK]('getBufferedAmount');
  }

  /** Sends a message to the endpoint; resolves with the bytes that wait to be sent. */
  async send(message, ppid) {
    const { data, ppid: sentPpid } = toMessage(message, ppid);
    return this[ASK]('send', { ppid: sentPpid }, data);
  }

  async setSubchannels(subchannels) {
    return this[ASK](
      'setSubchannels',
      subchannels === undefined ? [] : subchannels,
    );
  }

  async addSubchannel(subchannel) {
    return this[ASK]('addSubchannel', subchannel ?? null);
  }

  async removeSubchannel(subchannel) {
    return this[ASK]('removeSubchannel', subchannel ?? null);
  }
}

exports.DataConsumerImpl = DataConsumerImpl;
