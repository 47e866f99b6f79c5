/**
 * Program with a logical Worker (one Worker spread over several processes), which `ends.test.mjs` starts as a
 * child process. It sends the pids of the worker processes to the test, and again at each message, for which
 * it creates another transport; where it can't have a Worker, it sends the error and ends.
 */
import { createWorker } from '../../index.js';

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
