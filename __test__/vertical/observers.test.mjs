/**
 * Test of RtpObservers on a Router that is spread over several processes, here and on a server: they must
 * report volumes and the dominant speaker among the Producers of all processes.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  everywhere,
  fixtures,
  media,
  nextWhere,
  pipesAre,
  transportsOf,
} from './support.mjs';

const AUDIO_LEVEL_ID = 12;

/** Two Producers, each in a process of its own, that speak at the given volumes. */
async function speakers(stage) {
  const { worker, router, one, other } = await stage.apart();
  const levels = [127, 127];
  const producers = await Promise.all(
    [one, other].map((transport, place) =>
      transport.produce({
        kind: 'audio',
        rtpParameters: {
          ...fixtures.audioParameters(1000 + place),
          mid: String(place),
        },
      }),
    ),
  );

  stage.repeats((sequenceNumber) => {
    for (const [place, producer] of producers.entries()) {
      if (producer.closed) continue;

      producer.send(
        media.audioPacket(sequenceNumber, {
          ssrc: 1000 + place,
          extensions: [
            media.audioLevelExtension(AUDIO_LEVEL_ID, levels[place]),
          ],
        }),
      );
    }
  });

  return { worker, router, producers, levels };
}

everywhere(
  'volumes name the Producers that the application knows',
  async (stage) => {
    const { worker, router, producers, levels } = await speakers(stage);
    const observer = await router.createAudioLevelObserver({
      maxEntries: 2,
      threshold: -80,
      interval: 250,
    });
    const added = [];

    observer.observer.on('addproducer', (producer) => added.push(producer));
    for (const { id } of producers) {
      await observer.addProducer({ producerId: id });
    }

    assert.deepEqual(added, producers);

    const volumes = nextWhere(
      observer,
      'volumes',
      (all) => all.length === 2 && all.every(({ volume }) => volume === -10),
    );

    levels.fill(10);

    const [heard] = await volumes;

    assert.deepEqual(
      new Set(heard.map(({ producer }) => producer)),
      new Set(producers),
    );

    // Only one is left, whichever is the one that isn't where the observer is.
    await observer.removeProducer({ producerId: producers[0].id });
    await nextWhere(
      observer,
      'volumes',
      (all) => all.length === 1 && all[0].producer === producers[1],
    );
    producers[1].close();
    await once(observer, 'silence');
    await pipesAre(worker, 0);
  },
);

everywhere('the dominant speaker may be in another process', async (stage) => {
  const { worker, router, producers, levels } = await speakers(stage);
  const observer = await router.createActiveSpeakerObserver({ interval: 100 });

  for (const { id } of producers) {
    await observer.addProducer({ producerId: id });
  }

  for (const place of [0, 1, 0]) {
    const speaks = nextWhere(
      observer,
      'dominantspeaker',
      ({ producer }) => producer === producers[place],
    );

    levels.fill(127);
    levels[place] = 0;
    await speaks;
  }

  observer.close();
  await pipesAre(worker, 0);
  assert.deepEqual(
    producers.map(({ closed }) => closed),
    [false, false],
  );
});

everywhere('an observer closes with its Router', async (stage) => {
  const { worker, router } = await stage.room();
  const transport = await router.createDirectTransport();
  const observer = await router.createAudioLevelObserver();
  const closed = once(observer, 'routerclose');

  assert.deepEqual(await transportsOf(worker), [1]);
  assert.equal((await router.dump()).rtpObserverIds[0], observer.id);
  await observer.pause();
  await observer.resume();
  router.close();
  await closed;
  assert.equal(transport.closed, true);
});
