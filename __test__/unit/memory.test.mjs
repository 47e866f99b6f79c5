/**
 * Test of memory with many objects that are created and closed in a child process: closed objects without
 * references must be freed, in JavaScript and in Rust.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inProcess } from './support.mjs';

test('objects that nobody holds take no memory', async () => {
  // Its label is kept below for as long as a DataProducer can be read.
  const { stdout } = await inProcess(
    `
    const WARM_UP = 8, ROUNDS = 20, OBJECTS = 2000, LABEL_BYTES = 10_000;
    const worker = await mediasoup.createWorker();
    const router = await worker.createRouter();
    const transport = await router.createDirectTransport();
    const label = 'x'.repeat(LABEL_BYTES);
    const later = () => new Promise((resolve) => setImmediate(resolve));
    const round = async () => {
      const made = [];
      for (let count = 0; count < OBJECTS; ++count) {
        made.push(transport.produceData({ label }));
      }
      for (const producer of await Promise.all(made)) producer.close();
    };
    const sizes = [];
    for (let count = 0; count < ROUNDS; ++count) {
      await round();
      for (let turn = 0; turn < 5; ++turn) {
        global.gc();
        await later();
      }
      sizes.push(process.memoryUsage.rss());
    }
    worker.close();
    console.log(JSON.stringify({
      grown: sizes[ROUNDS - 1] - sizes[WARM_UP - 1],
      dropped: (ROUNDS - WARM_UP) * OBJECTS * LABEL_BYTES,
    }));`,
    { args: ['--expose-gc'] },
  );
  const { grown, dropped } = JSON.parse(stdout);

  assert.ok(grown < dropped / 3, `${grown} bytes of ${dropped}`);
});
