/**
 * Test of options from which no request to the worker can be made (impossible numbers, messages that are too
 * big): only that call fails, and the next ones on the same Worker succeed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audioSource, meeting } from './support.mjs';

function source(encoding) {
  const { rtpParameters, ...more } = audioSource(2222);

  Object.assign(rtpParameters.encodings[0], encoding);

  return { ...more, rtpParameters };
}

// npm's module doesn't get over these: they leave its FlatBuffers builder unfinished.
for (const maxBitrate of ['foo', Number.NaN, {}]) {
  test(`a maxBitrate of ${maxBitrate} harms nobody`, async () => {
    const { worker, transport } = await meeting();

    await transport.produce(source({ maxBitrate })).then(
      (producer) => producer.close(),
      (error) => assert.ok(error instanceof Error),
    );

    const producer = await transport.produce(source({}));

    assert.equal((await producer.dump()).id, producer.id);
    worker.close();
    assert.equal(worker.closed, true);
  });
}

test('a message that is too big for the channel harms nobody', async () => {
  const { worker, router, dataProducer } = await meeting();
  const huge = Buffer.alloc(9 * 1024 * 1024);

  try {
    dataProducer.send(huge);
  } catch (error) {
    assert.ok(error instanceof Error);
  }

  await assert.rejects(
    worker.createWebRtcServer({
      listenInfos: [{ protocol: 'udp', ip: 'x'.repeat(huge.length) }],
    }),
    Error,
  );
  assert.equal((await router.dump()).id, router.id);
  worker.close();
});
