/**
 * Application that `application.test.mjs` starts as a child process: it creates Workers, sends their pids to
 * the test, and at the test's message ends in the way that its argument names (exit, throw, close, ...).
 */
import { once } from 'node:events';
import { mediasoup } from './support.mjs';

const [count, ending] = process.argv.slice(2);
const workers = [];

for (let index = 0; index < Number(count); ++index) {
  workers.push(await mediasoup.createWorker());
}

for (const worker of workers) await worker.createRouter();

const told = once(process, 'message');

process.send(workers.map(({ pid }) => pid));
await told;

switch (ending) {
  case 'exit':
    process.exit(0);
    break;
  case 'close-and-exit':
    workers.forEach((worker) => worker.close());
    process.exit(0);
    break;
  case 'throw':
    process.disconnect();
    throw new Error('the application has failed');
  case 'close':
    workers.forEach((worker) => worker.close());
    process.disconnect();
    break;
  default:
}
