'use strict';

const { IdentifiedEntity } = require('./Entity');
const { ASK, HANDLE, HOST, READ } = require('../seam/internalMembers');
const { toMessage } = require('./sctpMessage');

/**
 * mediasoup's class `DataProducer`: data messages that a Router receives. An application gets one from
 * `transport.produceData()`. Getters read the state that Rust keeps; methods send a command and resolve with
 * its reply.
 */
class DataProducerImpl extends IdentifiedEntity {
  static announcement = 'newdataproducer';

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

  /** Sends a message into the Router; for DataProducers of a DirectTransport. */
  send(message, ppid, subchannels, requiredSubchannel, ignoredSubchannel) {
    const sent = toMessage(message, ppid);
    if (
      subchannels == null &&
      requiredSubchannel == null &&
      ignoredSubchannel == null
    ) {
      this[HOST].sendMessage(this[HANDLE], sent.ppid, sent.data);
      return;
    }
    const notice = {
      ppid: sent.ppid,
      subchannels,
      requiredSubchannel,
      ignoredSubchannel,
    };
    this[HOST].notify(
      this[HANDLE],
      JSON.stringify({ message: notice }),
      sent.data,
    );
  }
}

exports.DataProducerImpl = DataProducerImpl;
