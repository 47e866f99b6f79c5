'use strict';

/**
 * Scenario of the differential test about SIGINT and SIGTERM to the application: its Workers close, and their
 * listeners are removed afterwards. `record.js` runs it on npm's mediasoup and on this package; a difference
 * between the two recordings fails the test.
 */

const SIGNALS = ['SIGINT', 'SIGTERM'];

module.exports = async ({ mediasoup, recorder, step }) => {
  const listeners = () =>
    SIGNALS.map((signal) => process.listenerCount(signal));
  // Without a listener the signal would end this process.
  const ignore = () => {};

  for (const signal of SIGNALS) {
    process.on(signal, ignore);
  }

  await step('listeners without a Worker', listeners);

  for (const signal of SIGNALS) {
    const workers = [
      await mediasoup.createWorker(),
      await mediasoup.createWorker(),
    ];

    await step(`listeners with two Workers: ${signal}`, listeners);
    // Which of the two processes is the first to end is a matter of chance.
    await step(`${signal} to the application`, { ordered: false }, async () => {
      const closed = recorder.event(workers[1].observer, 'close');

      process.kill(process.pid, signal);
      await closed;

      return workers.map((worker) => worker.closed);
    });
    await step(`listeners then: ${signal}`, listeners);
  }

  const worker = await mediasoup.createWorker();

  await step('close()', () => worker.close());
  await step('listeners after close()', listeners);

  const another = await mediasoup.createWorker();

  await step('killed', async () => {
    const died = recorder.event(another, 'died');

    process.kill(another.pid, 'SIGKILL');
    await died;
  });
  await step('listeners after it has died', listeners);
};
