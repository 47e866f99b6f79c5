'use strict';
/**
 * Measurement of events: data messages and RTP packets go from JavaScript through a DirectTransport back to
 * JavaScript. `measure.js` calls it with a module; it resolves with messages per second and CPU time per
 * message.
 */
const { time } = require('../clock.js');
const { audioSource, mediaCodecs } = require('../parameters.js');

const PAYLOAD_BYTES = 200;

/** Enough to keep the worker busy, and less than any buffer on the way. */
const MAX_UNDELIVERED = 256;

const WARM_UP_SHARE = 0.1;

module.exports = async function events(mediasoup, { messages }) {
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter({ mediaCodecs });
  const transport = await router.createDirectTransport();
  const results = {};

  for (const [name, prepare] of Object.entries(FLOWS)) {
    const flow = await prepare(transport, router);

    await flowThrough(flow, messages * WARM_UP_SHARE);
    results[`${name} | ${MAX_UNDELIVERED}`] = await time(messages, () =>
      flowThrough(flow, messages),
    );
  }

  return results;
};

/** Sends `count` items, each time as many as are allowed to be under way. */
function flowThrough({ emitter, event, send }, count) {
  return new Promise((resolve) => {
    let sent = 0;
    let received = 0;
    const fill = () => {
      while (sent < count && sent - received < MAX_UNDELIVERED) {
        send(sent++);
      }
    };

    emitter.on(event, function listener() {
      if (++received === count) {
        emitter.off(event, listener);
        resolve();
      } else if (sent - received <= MAX_UNDELIVERED / 2) {
        fill();
      }
    });
    fill();
  });
}

const FLOWS = {
  async 'message of 200 bytes'(transport) {
    const dataProducer = await transport.produceData();
    const dataConsumer = await transport.consumeData({
      dataProducerId: dataProducer.id,
    });
    const message = Buffer.alloc(PAYLOAD_BYTES, 7);

    return {
      emitter: dataConsumer,
      event: 'message',
      send: () => dataProducer.send(message),
    };
  },

  async 'RTP packet of 200 bytes'(transport, router) {
    const source = audioSource();
    const producer = await transport.produce(source);
    const consumer = await transport.consume({
      producerId: producer.id,
      rtpCapabilities: router.rtpCapabilities,
    });
    const packet = Buffer.alloc(PAYLOAD_BYTES, 7);
    let sequenceNumber = 0;

    packet[0] = 0x80;
    packet[1] = source.rtpParameters.codecs[0].payloadType;
    packet.writeUInt32BE(source.rtpParameters.encodings[0].ssrc, 8);

    return {
      emitter: consumer,
      event: 'rtp',
      send() {
        sequenceNumber = (sequenceNumber + 1) & 0xffff;
        packet.writeUInt16BE(sequenceNumber, 2);
        packet.writeUInt32BE(sequenceNumber * 960, 4);
        producer.send(packet);
      },
    };
  },
};
