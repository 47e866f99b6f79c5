'use strict';
/**
 * Scenario of the differential test about AudioLevelObservers and ActiveSpeakerObservers, also with real RTP
 * that carries audio levels. `record.js` runs it on npm's mediasoup and on this package; a difference between
 * the two recordings fails the test.
 */
const { stateOf } = require('../api.js');
const { endings } = require('../closed.js');
const {
  AUDIO_LEVEL,
  audioParameters,
  audioSource,
  loopback,
  videoSource,
} = require('../fixtures.js');
const { startRouter, webRtcTransport } = require('../scene.js');
const { UdpPeer, audioLevelExtension, rtpPacket } = require('../media.js');

const PACKET_INTERVAL_MS = 20;
const OBSERVER_INTERVAL_MS = 300;

module.exports = async ({ mediasoup, recorder, step, cases }) => {
  const { worker, router } = await startRouter(mediasoup);
  const context = { worker, router, recorder, step, cases };

  await methods(context);

  // From here on, how often a volume is reported depends on time.
  for (const event of ['volumes', 'silence', 'dominantspeaker', 'score']) {
    recorder.mute(event);
  }

  await levels(context);
  await dominance(context);
  await closing(context);
};

async function methods({ router, step, cases }) {
  const transport = await webRtcTransport(router);
  const audio = await transport.produce(audioSource());
  const video = await transport.produce(videoSource());

  for (const create of [
    'createAudioLevelObserver',
    'createActiveSpeakerObserver',
  ]) {
    // So long that no report comes in between.
    const observer = await step(`${create}()`, () =>
      router[create]({ interval: 5000, appData: { foo: 1 } }),
    );
    const name = observer.constructor.name;

    await step(`${name}: what it is like`, () => stateOf(observer));
    await cases(
      `${name}: addProducer`,
      {
        audio: { producerId: audio.id },
        'audio again': { producerId: audio.id },
        video: { producerId: video.id },
        'an unknown one': { producerId: 'unknown' },
        'an empty object': {},
        nothing: undefined,
        null: null,
      },
      (options) => observer.addProducer(options),
    );
    await step(`${name}: dump() of the Router`, () => router.dump());
    await cases(
      `${name}: removeProducer`,
      {
        audio: { producerId: audio.id },
        'audio again': { producerId: audio.id },
        'an unknown one': { producerId: 'unknown' },
        nothing: undefined,
      },
      (options) => observer.removeProducer(options),
    );

    for (const method of ['pause', 'pause', 'resume', 'resume']) {
      await step(`${name}: ${method}()`, async () => {
        await observer[method]();

        return observer.paused;
      });
    }

    await step(`${name}: pause() and resume() at once`, () =>
      Promise.all([observer.pause(), observer.resume()]),
    );
    await observer.addProducer({ producerId: audio.id });
  }

  await step('a Producer that is observed closes', () => audio.close());
  await step('dump() of the Router then', () => router.dump());
}

/** Sends audio of the level that `talk` gives at each moment, until `stop()`. */
async function talkers(router, count) {
  const transport = await router.createPlainTransport({
    listenInfo: loopback(),
    comedia: true,
  });
  const peer = await UdpPeer.open();
  const speakers = [];

  for (let index = 0; index < count; ++index) {
    const ssrc = 66666661 + index;
    const rtpParameters = { ...audioParameters(ssrc), mid: `T${index}` };
    const producer = await transport.produce({ kind: 'audio', rtpParameters });

    speakers.push({ producer, ssrc, level: 127 });
  }

  const { id } = audioParameters().headerExtensions.find(
    ({ uri }) => uri === AUDIO_LEVEL,
  );
  let sequenceNumber = 0;
  const timer = setInterval(() => {
    ++sequenceNumber;

    for (const { ssrc, level } of speakers) {
      peer.send(
        rtpPacket({
          payloadType: 111,
          ssrc,
          sequenceNumber,
          extensions: [audioLevelExtension(id, level)],
        }),
        transport.tuple.localPort,
      );
    }
  }, PACKET_INTERVAL_MS);

  return {
    speakers,
    stop() {
      clearInterval(timer);
      peer.close();
      transport.close();
    },
  };
}

async function levels({ router, recorder, step }) {
  const { speakers, stop } = await talkers(router, 2);
  const [loud, quiet] = speakers;
  const observer = await router.createAudioLevelObserver({
    maxEntries: 2,
    threshold: -60,
    interval: OBSERVER_INTERVAL_MS,
  });

  for (const { producer } of speakers) {
    await observer.addProducer({ producerId: producer.id });
  }

  /** Reports repeat until one says what is awaited: the first may cover an earlier level. */
  const report = async (accept) => {
    for (;;) {
      const [volumes] = await recorder.event(observer, 'volumes');

      if (accept(volumes)) {
        return volumes;
      }
    }
  };

  await step('a loud and a quiet Producer', async () => {
    loud.level = 10;
    quiet.level = 50;

    return report(
      (volumes) =>
        volumes.length === 2 &&
        volumes[0].volume === -10 &&
        volumes[1].volume === -50,
    );
  });
  await step('the volumes tell the very Producers', async () => {
    const [volumes] = await recorder.event(observer, 'volumes');

    return volumes.map(({ producer }) =>
      speakers.findIndex((speaker) => speaker.producer === producer),
    );
  });
  await step('one below the threshold', async () => {
    quiet.level = 100;

    return report(
      (volumes) => volumes.length === 1 && volumes[0].volume === -10,
    );
  });
  await step('silence', async () => {
    const silence = recorder.event(observer, 'silence');
    const observed = recorder.event(observer.observer, 'silence');

    loud.level = 127;

    return [await silence, await observed];
  });
  await step('paused, resumed', async () => {
    await observer.pause();
    loud.level = 20;
    await observer.resume();

    return report((volumes) => volumes[0].volume === -20);
  });
  await step('the Producer that talks closes', async () => {
    const silence = recorder.event(observer, 'silence');

    loud.producer.close();

    return silence;
  });
  await step('close()', () => observer.close());
  stop();
}

async function dominance({ router, recorder, step }) {
  const { speakers: people, stop } = await talkers(router, 2);
  const [first, second] = people;
  const observer = await router.createActiveSpeakerObserver({
    interval: OBSERVER_INTERVAL_MS,
  });

  for (const { producer } of people) {
    await observer.addProducer({ producerId: producer.id });
  }

  const dominant = async (wanted) => {
    for (;;) {
      const [{ producer }] = await recorder.event(observer, 'dominantspeaker');

      if (producer === wanted.producer) {
        return producer;
      }
    }
  };

  await step('the first one speaks', () => {
    first.level = 5;

    return dominant(first);
  });
  await step('the second one speaks', async () => {
    const observed = recorder.event(observer.observer, 'dominantspeaker');

    first.level = 127;
    second.level = 5;

    return [await dominant(second), await observed];
  });
  await step('close()', () => observer.close());
  stop();
}

async function closing({ worker, router, step }) {
  const ends = {
    'close()': (observer) => observer.close(),
    'router.close()': () => router.close(),
    'worker.close()': () => worker.close(),
  };

  await endings(step, ends, async () => {
    const where = router.closed ? await worker.createRouter() : router;

    return where.createAudioLevelObserver({ interval: 5000 });
  });
}
