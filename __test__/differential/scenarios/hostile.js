'use strict';
/**
 * Scenario of the differential test about hostile parameters: valid ones, broken at random places, go through
 * the exported ORTC functions and through a Worker. `record.js` runs it on npm's mediasoup and on this
 * package; a difference between the two recordings fails the test.
 */
const { once } = require('node:events');
const { stateOf } = require('../api.js');
const {
  audioParameters,
  deviceCapabilities,
  h264Parameters,
  loopback,
  mediaCodecs,
  ridParameters,
  simulcastParameters,
  svcParameters,
  videoParameters,
  videoSource,
} = require('../fixtures.js');
const { startRouter } = require('../scene.js');
const { mutate } = require('../mutate.js');

const ORTC_ROUNDS = 60;
const WORKER_ROUNDS = 25;

module.exports = async (context) => {
  // A range of ports that is broken may mean any port.
  context.recorder.blur('port');

  await ortcFunctions(context);
  await requests(context);
};

const parametersOfEachKind = () => [
  ['audio', audioParameters()],
  ['video', videoParameters()],
  ['video', simulcastParameters()],
  ['video', ridParameters()],
  ['video', svcParameters()],
  ['video', h264Parameters()],
];

async function ortcFunctions({ mediasoup: { ortc }, random, step }) {
  const capabilities = ortc.generateRouterRtpCapabilities(mediaCodecs());

  for (let round = 0; round < ORTC_ROUNDS; ++round) {
    const codecs = mutate(mediaCodecs(), random);

    await step(`${round}: capabilities, ${codecs.change}`, () =>
      ortc.generateRouterRtpCapabilities(codecs.value),
    );

    const [kind, intact] = random.pick(parametersOfEachKind());
    const parameters = mutate(intact, random);

    await step(`${round}: parameters of ${kind}, ${parameters.change}`, () => {
      ortc.validateAndNormalizeRtpParameters(parameters.value);

      const mapping = ortc.getProducerRtpParametersMapping(
        parameters.value,
        capabilities,
      );
      const consumable = ortc.getConsumableRtpParameters(
        kind,
        parameters.value,
        capabilities,
        mapping,
      );

      return [parameters.value, mapping, consumable];
    });

    ortc.validateAndNormalizeRtpParameters(intact);

    const consumableRtpParameters = ortc.getConsumableRtpParameters(
      kind,
      intact,
      capabilities,
      ortc.getProducerRtpParametersMapping(intact, capabilities),
    );
    const remote = mutate(deviceCapabilities(), random);

    await step(`${round}: remote capabilities, ${remote.change}`, () => {
      ortc.validateAndNormalizeRtpCapabilities(remote.value);

      const consumerOf = (pipe, enableRtx) =>
        ortc.getConsumerRtpParameters({
          consumableRtpParameters,
          remoteRtpCapabilities: remote.value,
          pipe,
          enableRtx,
        });

      return [
        remote.value,
        ortc.canConsume(consumableRtpParameters, remote.value),
        consumerOf(false, true),
        consumerOf(true, false),
      ];
    });
  }
}

/**
 * Each on a Worker of its own, which is killed: there are arguments that leave the FlatBuffers
 * builder of npm's module unfinished, so that not even close() works any more.
 */
async function requests({ mediasoup, random, step }) {
  for (let round = 0; round < WORKER_ROUNDS; ++round) {
    const { worker, router } = await startRouter(mediasoup);
    const transport = await router.createDirectTransport();
    const [kind, rtpParameters] = random.pick(parametersOfEachKind());
    const changed = mutate({ kind, rtpParameters }, random);
    const producer = await transport.produce({ kind, rtpParameters });

    producer.close();
    await step(`${round}: produce() ${kind}, ${changed.change}`, async () => {
      const made = await transport.produce(changed.value);

      return [stateOf(made), await made.dump()];
    });
    await kill(worker);
    await transports({ mediasoup, random, step, round });
  }
}

async function transports({ mediasoup, random, step, round }) {
  const { worker, router } = await startRouter(mediasoup);
  const source = await router.createDirectTransport();
  const producer = await source.produce(videoSource(simulcastParameters()));
  const consume = mutate(
    {
      producerId: producer.id,
      rtpCapabilities: deviceCapabilities(),
      preferredLayers: { spatialLayer: 1, temporalLayer: 1 },
    },
    random,
  );

  await step(`${round}: consume(), ${consume.change}`, async () => {
    const made = await source.consume(consume.value);

    return [stateOf(made), await made.dump()];
  });

  const listen = mutate(
    {
      listenInfos: [{ ...loopback(), portRange: { min: 40000, max: 40999 } }],
      enableSctp: true,
      maxSendMessageSize: 1000,
      initialAvailableOutgoingBitrate: 600000,
    },
    random,
  );

  await step(`${round}: transport, ${listen.change}`, async () =>
    stateOf(await router.createWebRtcTransport(listen.value)),
  );
  await kill(worker);
}

async function kill(worker) {
  const ended = once(worker, 'subprocessclose');

  process.kill(worker.pid, 'SIGKILL');
  await ended;
}
