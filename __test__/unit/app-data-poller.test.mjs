/**
 * Test of `lib/remote/AppDataPoller.js` on a virtual clock: it must look at every item four times a second,
 * take two milliseconds of a turn at most, and keep no process alive.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inProcess, lib } from './support.mjs';
import { VirtualClock } from './virtual-clock.mjs';

const { AppDataPoller } = lib('remote/AppDataPoller');

/** A poller over items that take so many milliseconds to look at. */
function pollerOf(costs) {
  const clock = new VirtualClock();
  const looks = [];
  const items = costs.map((cost, place) => ({ cost, place }));
  const poller = new AppDataPoller((item) => {
    looks.push({ place: item.place, at: clock.time });
    clock.time += item.cost;
  }, clock);

  for (const item of items) poller.add(item);

  return { clock, items, looks, poller };
}

test('every item is looked at four times a second', () => {
  const { clock, looks, poller } = pollerOf([0, 0, 0]);

  poller.start();
  clock.advance(1000);
  assert.equal(looks.length, 12);
  assert.deepEqual(
    looks.slice(0, 3).map(({ place, at }) => [place, at]),
    [
      [0, 250],
      [1, 250],
      [2, 250],
    ],
  );
});

test('a turn takes two milliseconds, and the next goes on from there', () => {
  const { clock, looks, poller } = pollerOf(new Array(10).fill(0.5));

  poller.start();
  clock.advance(251);
  assert.ok(looks.length <= 5, `${looks.length} looks`);
  clock.advance(50);
  assert.deepEqual(
    looks.map(({ place }) => place),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
});

test('a long round is followed by a long rest', () => {
  const { clock, looks, poller } = pollerOf(new Array(100).fill(0.4));

  poller.start();
  clock.advance(20_000);

  const share = (looks.length * 0.4) / 20_000;

  assert.ok(share <= 0.05, `${share} of the time`);
  assert.ok(share > 0.03, `${share} of the time`);
});

test('what takes long is looked at less often, but within a second', () => {
  const { clock, looks, poller } = pollerOf([12]);

  poller.start();
  clock.advance(10_000);

  const pauses = looks.slice(1).map(({ at }, place) => at - looks[place].at);

  assert.ok(Math.min(...pauses) >= 600, `${pauses}`);
  assert.ok(Math.max(...pauses) <= 1000, `${pauses}`);
});

test('nothing is looked at before the start, after a stop, or when it was taken away', () => {
  const { clock, items, looks, poller } = pollerOf([0, 0]);

  clock.advance(1000);
  assert.equal(looks.length, 0);
  poller.start();
  poller.delete(items[0]);
  clock.advance(250);
  assert.deepEqual(
    looks.map(({ place }) => place),
    [1],
  );
  poller.stop();
  assert.equal(clock.timers, 0);
  clock.advance(1000);
  assert.equal(looks.length, 1);
  poller.delete(items[1]);
  poller.start();
  assert.equal(clock.timers, 0);
  poller.add(items[1]);
  clock.advance(250);
  assert.equal(looks.length, 2);
});

test('a process ends in spite of it', async () => {
  const { stdout } = await inProcess(`
    const { AppDataPoller } = require('./lib/remote/AppDataPoller');
    const poller = new AppDataPoller(() => {});
    poller.add({});
    poller.start();
    process.on('exit', () => console.log('ended'));`);

  assert.equal(stdout, 'ended\n');
});
