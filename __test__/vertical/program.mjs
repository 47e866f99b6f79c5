/**
 * A program with a logical Worker: it tells its parent how many processes that has, and again whenever
 * it reads a line for another transport. One that can't have a Worker says why, and ends.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { createWorker } = require('../..');

const vertical = JSON.parse(process.argv[2]);
const worker = await createWorker({ vertical }).catch((error) => {
  process.send(error.message, () => process.exit());

  return new Promise(() => {});
});
const router = await worker.createRouter();

async function report() {
  const { workers } = await worker.stats();

  process.send(workers.map(({ pid }) => pid));
}

process.on('message', async (word) => {
  if (word === 'exit') process.exit();
  if (word === 'close') {
    worker.close();
    process.disconnect();

    return;
  }

  await router.createDirectTransport();
  await report();
});

await report();
