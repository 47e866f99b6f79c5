'use strict';
/** Calls on objects that are closed, themselves or with what they belong to. */
const { inspect } = require('node:util');
const { apiOf, stateOf } = require('./api.js');
const { audioSource, loopback } = require('./fixtures.js');
const { senderReport } = require('./media.js');

const bitrates = [[200000]];
const noProducer = [[{ producerId: 'unknown' }], [{}]];
const listenInfo = loopback();
const listening = [[{ listenInfo }], [{}]];

/** Lists of arguments by method; without one, it is called without arguments. */
const ARGUMENTS = {
  addProducer: noProducer,
  addSubchannel: [[1]],
  canConsume: noProducer,
  connect: [[], [{ dtlsParameters: {} }], [{ ip: '127.0.0.1', port: 9999 }]],
  consume: noProducer,
  consumeData: [[{ dataProducerId: 'unknown' }]],
  createDirectTransport: [[], [{ appData: 'foo' }]],
  createPipeTransport: listening,
  createPlainTransport: listening,
  createRouter: [[], [{ mediaCodecs: 12 }]],
  createWebRtcServer: [[{ listenInfos: [listenInfo] }], [{ listenInfos: 12 }]],
  createWebRtcTransport: [[{ listenInfos: [listenInfo] }], [{}]],
  enableTraceEvent: [[['rtp', 'bwe']], ['foo']],
  pipeToRouter: [[{}]],
  produce: [[audioSource()], [{}]],
  produceData: [[], [{ sctpStreamParameters: { streamId: 1 } }]],
  removeProducer: noProducer,
  removeSubchannel: [[1]],
  send: [[Buffer.alloc(12)], ['text'], [12]],
  sendRtcp: [[senderReport({ ssrc: 1 })], ['foo']],
  setBufferedAmountLowThreshold: [[1]],
  setMaxIncomingBitrate: bitrates,
  setMaxOutgoingBitrate: bitrates,
  setMinOutgoingBitrate: bitrates,
  setPreferredLayers: [[{ spatialLayer: 1 }], [{}]],
  setPriority: [[2], ['2']],
  setSubchannels: [[[1]]],
  updateMediaCodecs: [[[]]],
  updateSettings: [[{}]],
};

/** Calls every method of an object, the last of them close(), and reads its state. */
async function callClosed(step, title, object) {
  const methods = apiOf(object).methods.filter((name) => name !== 'close');

  for (const method of [...methods, 'close']) {
    for (const values of ARGUMENTS[method] ?? [[]]) {
      const call = `${method}(${values.map((it) => inspect(it)).join(', ')})`;

      await step(`${title}: ${call}`, () => object[method](...values));
    }
  }

  await step(`${title}: state`, () => stateOf(object));
  await step(`${title}: appData =`, () => (object.appData = { closed: true }));
}

/**
 * Makes objects of `create`, ends them in each of the ways, and calls them afterwards.
 *
 * @param {Function} step
 * @param {Record<string, (...objects: object[]) => unknown>} ends
 * @param {(name: string) => Promise<object | object[]>} create
 */
async function endings(step, ends, create) {
  for (const [name, end] of Object.entries(ends)) {
    const objects = [await create(name)].flat();

    await step(name, () => end(...objects));

    for (const object of objects) {
      await callClosed(
        step,
        `after ${name}, ${object.constructor.name}`,
        object,
      );
    }
  }
}

module.exports = { callClosed, endings };
