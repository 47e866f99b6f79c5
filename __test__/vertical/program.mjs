/**
 * A program with a logical Worker: it tells its parent how many processes that has, and again whenever
 * it is told to have another transport.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { createWorker } = require('../..');

const worker = await createWorker({ vertical: JSON.parse(process.argv[2]) });
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
