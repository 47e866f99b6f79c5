/**
 * Program with Workers on a server, which tests of remote Workers start as a child process. Its argument
 * names what it does; it sends a report to the test, and ends as the test wants (exit, signal, kill).
 */
import { watchTree } from './support.mjs';
import {
  audioSource,
  listenInfos,
  mediaCodecs,
  mediasoup,
} from '../support/remote.mjs';

const [what] = process.argv.slice(2);

const PROGRAMS = {
  /** Has a Worker and nothing else. */
  async worker() {
    const worker = await mediasoup.createWorker();

    return { pid: worker.pid };
  },

  /** Has a room: a Worker, a Router, a transport and a Producer, with appData. */
  async room() {
    const worker = await mediasoup.createWorker({ appData: { of: 'worker' } });
    const peer = { name: 'alice', tags: ['a', 'b'] };
    const router = await worker.createRouter({
      mediaCodecs,
      appData: { room: 'lobby' },
    });
    const transport = await router.createWebRtcTransport({
      listenInfos,
      appData: peer,
    });
    const producer = await transport.produce(
      audioSource(1111, { appData: peer }),
    );

    await producer.pause();
    // A change inside is to reach the server before this program ends.
    peer.tags.push('c');

    return {
      pid: worker.pid,
      routerId: router.id,
      transportId: transport.id,
      producerId: producer.id,
      iceParameters: transport.iceParameters,
    };
  },

  /** Looks at what is there. */
  async adopt() {
    const seen = watchTree(mediasoup.observer);

    await mediasoup.connect();

    const by = (event) => seen.find((entry) => entry.event === event)?.object;
    const [worker, router, transport, producer] = [
      ...['newworker', 'newrouter', 'newtransport', 'newproducer'],
    ].map(by);

    return {
      events: seen.map(({ event }) => event),
      isListed:
        mediasoup.workers.length === 1 && mediasoup.workers[0] === worker,
      pid: worker.pid,
      workerAppData: worker.appData,
      routerId: router.id,
      routerAppData: router.appData,
      transportId: transport.id,
      iceParameters: transport.iceParameters,
      producerId: producer.id,
      isPaused: producer.paused,
      peer: producer.appData,
      isShared: transport.appData === producer.appData,
      dump: await router.dump(),
      canConsume: router.canConsume({
        producerId: producer.id,
        rtpCapabilities: router.rtpCapabilities,
      }),
    };
  },
};

process.on('message', (message) => {
  switch (message) {
    case 'exit':
      process.exit(0);
      break;
    case 'close and exit':
      void mediasoup.connect().then(({ close }) => {
        close();
        process.exit(0);
      });
      break;
    case 'throw':
      throw new Error('the program has failed');
    case 'close':
      mediasoup.workers.forEach((worker) => worker.close());
      process.disconnect();
      break;
    default:
  }
});

process.send(await PROGRAMS[what]());
