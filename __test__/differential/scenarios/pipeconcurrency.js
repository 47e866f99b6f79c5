'use strict';
/**
 * Scenario of the differential test about calls of `pipeToRouter()` while another call is in flight. Which of
 * two workers answers first is a matter of chance, so that only the final state is recorded and no events.
 * `record.js` runs it on npm's mediasoup and on this package; a difference between the two recordings fails
 * the test.
 */
const { audioParameters, loopback, mediaCodecs } = require('../fixtures.js');

module.exports = async ({ mediasoup, recorder, step }) => {
  recorder.deaf();

  for (const between of ['Routers of one Worker', 'Workers']) {
    await meanwhile({ mediasoup, step, between });
  }
};

async function meanwhile({ mediasoup, step, between }) {
  const [worker, otherWorker] = [
    await mediasoup.createWorker(),
    await mediasoup.createWorker(),
  ];
  const home = between === 'Workers' ? otherWorker : worker;
  const router = await worker.createRouter({ mediaCodecs: mediaCodecs() });
  const source = await router.createDirectTransport();
  let ssrc = 1;
  const produce = (transport) =>
    transport.produce({
      kind: 'audio',
      rtpParameters: { ...audioParameters(++ssrc), mid: `MID${ssrc}` },
    });
  const target = () => home.createRouter({ mediaCodecs: mediaCodecs() });
  const pipe = (from, to, { id: producerId }) =>
    from.pipeToRouter({ producerId, router: to, keepId: false });
  const result = ({ status, reason }) => reason ?? status;

  for (const [name, run] of Object.entries({
    'ten Producers at once share a pair of PipeTransports': async () => {
      const to = await target();
      const producers = [];

      for (let index = 0; index < 10; ++index) {
        producers.push(await produce(source));
      }

      const pairs = await Promise.all(
        producers.map((producer) => pipe(router, to, producer)),
      );

      return [
        (await to.dump()).transportIds.length,
        pairs.map(({ pipeConsumer }) =>
          producers.findIndex(({ id }) => id === pipeConsumer.producerId),
        ),
      ];
    },
    'both directions at once': async () => {
      const to = await target();
      const back = await produce(await to.createDirectTransport());
      const forth = await produce(source);
      const results = await Promise.allSettled([
        pipe(router, to, forth),
        pipe(to, router, back),
      ]);

      // The DirectTransport, and one PipeTransport or two.
      return [results.map(result), (await to.dump()).transportIds.length];
    },
    'the Producer pauses': async () => {
      const producer = await produce(source);
      const [{ pipeProducer }] = await Promise.all([
        pipe(router, await target(), producer),
        producer.pause(),
      ]);

      return pipeProducer.paused;
    },
    'a paused Producer resumes': async () => {
      const producer = await produce(source);
      const to = await target();

      await producer.pause();

      const [{ pipeProducer }] = await Promise.all([
        pipe(router, to, producer),
        producer.resume(),
      ]);

      return pipeProducer.paused;
    },
    'the Producer closes': async () => {
      const producer = await produce(source);
      const promise = pipe(router, await target(), producer);

      producer.close();

      return promise;
    },
    'the Producer closes when the pipe is there': async () => {
      const producer = await produce(source);
      const to = await target();

      to.observer.once('newtransport', (transport) =>
        transport.observer.once('newproducer', () => producer.close()),
      );

      return pipe(router, to, producer);
    },
    'the other Router closes': async () => {
      const producer = await produce(source);
      const to = await target();
      const promise = pipe(router, to, producer);

      to.close();

      return promise;
    },
    'this Router closes': async () => {
      const from = await worker.createRouter({ mediaCodecs: mediaCodecs() });
      const producer = await produce(await from.createDirectTransport());
      const promise = pipe(from, await target(), producer);

      from.close();

      return promise;
    },
    'a PipeTransport closes, and once more': async () => {
      const producer = await produce(source);
      const to = await target();
      const created = new Promise((resolve) =>
        to.observer.once('newtransport', resolve),
      );
      const { pipeProducer } = await pipe(router, to, producer);

      (await created).close();

      const again = await pipe(router, to, producer);

      return [pipeProducer.closed, again.pipeProducer.closed];
    },
    'with SRTP and RTX': async () => {
      const producer = await produce(source);
      const { pipeConsumer } = await router.pipeToRouter({
        producerId: producer.id,
        router: await target(),
        keepId: false,
        enableRtx: true,
        enableSrtp: true,
        enableSctp: false,
        listenInfo: loopback(),
      });

      return pipeConsumer.rtpParameters.encodings.length;
    },
    'the other Worker closes': async () => {
      const elsewhere = await mediasoup.createWorker();
      const to = await elsewhere.createRouter({ mediaCodecs: mediaCodecs() });
      const producer = await produce(source);
      const promise = pipe(router, to, producer);

      elsewhere.close();

      const results = await Promise.allSettled([promise]);

      return results.map(({ reason }) => reason.constructor.name);
    },
  })) {
    await step(`${between}: ${name}`, run);
  }

  worker.close();
  otherWorker.close();
}
