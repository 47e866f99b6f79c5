'use strict';
/**
 * Scenario of the differential test about WebRtcServers, the WebRtcTransports that use them, and the closing
 * of either. `record.js` runs it on npm's mediasoup and on this package; a difference between the two
 * recordings fails the test.
 */
const { stateOf } = require('../api.js');
const { appDataCases, audioSource, loopback } = require('../fixtures.js');
const { startRouter } = require('../scene.js');

module.exports = async ({ mediasoup, recorder, step, cases }) => {
  const { worker, router } = await startRouter(mediasoup);
  const listenInfos = [loopback(), { ...loopback(), protocol: 'tcp' }];
  const create = (appData) =>
    worker.createWebRtcServer({ listenInfos, appData });
  const server = await step('createWebRtcServer()', () => create({ foo: 1 }));

  await step('what it is like', () => stateOf(server));
  await step('dump()', () => server.dump());
  await cases('appData', appDataCases(), create);
  await cases(
    'createWebRtcTransport on it',
    {
      'nothing else': {},
      'UDP only': { enableTcp: false },
      'TCP only': { enableUdp: false },
      neither: { enableUdp: false, enableTcp: false },
      'UDP preferred': { preferUdp: true },
      'TCP preferred': { preferTcp: true },
      'both preferred': { preferUdp: true, preferTcp: true },
      'listenInfos, too': { listenInfos },
      'listenInfos and listenIps, too': { listenInfos, listenIps: [] },
    },
    async (options) => {
      const transport = await router.createWebRtcTransport({
        webRtcServer: server,
        ...options,
      });
      const state = [stateOf(transport), await transport.dump()];

      transport.close();

      return state;
    },
  );
  await wrongServers({ mediasoup, router, recorder, cases });

  const transport = await router.createWebRtcTransport({
    webRtcServer: server,
  });

  await transport.produce(audioSource());
  await step('dump() with a transport', () => server.dump());
  await step('closing a transport', () => transport.close());
  await step('dump() without it', () => server.dump());

  const [first, second] = [
    await router.createWebRtcTransport({ webRtcServer: server }),
    await router.createWebRtcTransport({ webRtcServer: server }),
  ];

  await first.produce(audioSource());
  await second.produce(audioSource(11111112));
  await step('close()', () => server.close());
  await step('close() again', () => server.close());
  await step('transports then', () => [stateOf(first), stateOf(second)]);
  await step('calls on a transport then', () => first.dump());
  await step('produce() on a transport then', () =>
    first.produce(audioSource()),
  );
  await step('the Router then', () => router.dump());
  await step('dump() when closed', () => server.dump());
  await step('createWebRtcTransport() on it when closed', () =>
    router.createWebRtcTransport({ webRtcServer: server }),
  );

  await closingRouterOrWorker({ worker, listenInfos, step });
};

async function wrongServers({ mediasoup, router, recorder, cases }) {
  const other = await mediasoup.createWorker();
  const foreign = await other.createWebRtcServer({ listenInfos: [loopback()] });

  await cases(
    'createWebRtcTransport on',
    {
      'a server of another Worker': foreign,
      'an object with an unknown id': { id: 'unknown' },
      'an empty object': {},
      'a text': 'foo',
    },
    (webRtcServer) => router.createWebRtcTransport({ webRtcServer }),
  );
  other.close();
  await recorder.settle();
}

async function closingRouterOrWorker({ worker, listenInfos, step }) {
  const server = await worker.createWebRtcServer({ listenInfos });
  const routers = [await worker.createRouter(), await worker.createRouter()];

  for (const router of routers) {
    await router.createWebRtcTransport({ webRtcServer: server });
  }

  await step('closing one of two Routers', () => routers[0].close());
  await step('dump() then', () => server.dump());
  await step('closing the Worker', () => worker.close());
  await step('what it is like then', () => stateOf(server));
  await step('close() then', () => server.close());
  await step('dump() with the Worker closed', () => server.dump());
}
