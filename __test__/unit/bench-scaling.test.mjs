/**
 * Test of the pure parts of `npm run bench:scaling`: the search for the most Consumers, the assignment of
 * cores, tables, charts, and the script that starts a worker on its core.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { allCases } from '../../benches/scaling/cases.mjs';
import { lineChart, ticks } from '../../benches/scaling/chart.mjs';
import { quotaOf, shares } from '../../benches/scaling/cores.mjs';
import { pictures, withTable } from '../../benches/scaling/publish.mjs';
import { isMet, markdown } from '../../benches/scaling/report.mjs';
import { highest, isGood } from '../../benches/scaling/search.mjs';
import { temporaryFolder } from '../support/temporary.mjs';

const WRAPPER = fileURLToPath(
  new URL('../../benches/scaling/worker.sh', import.meta.url),
);

/** A measurement of so many consumers on a worker that carries `limit`. */
function measurement(consumers, limit, changes) {
  const expected = consumers * 100;

  return {
    consumers,
    seconds: 1,
    expected,
    received: expected * Math.min(1, limit / consumers),
    worstLoss: 100 * Math.max(0, 1 - limit / consumers),
    delay: { p50: 1, p99: consumers > limit ? 900 : 5, max: 1000 },
    load: [Math.min(40, (40 * consumers) / limit)],
    coreLoad: [Math.min(100, (100 * consumers) / limit)],
    cpu: 10,
    lateMs: 1,
    receiverDrops: 0,
    ...changes,
  };
}

function search(limit, options) {
  return highest({
    first: 50,
    unit: 1,
    precision: 0.03,
    attempts: 2,
    share: 40,
    measure: async (consumers) => measurement(consumers, limit),
    ...options,
  });
}

test('the search comes close to any limit, from below, in few steps', async () => {
  for (const limit of [50, 51, 77, 200, 333, 1000, 4321]) {
    const { highest: found, points } = await search(limit);

    assert.ok(
      found <= limit && found >= limit * 0.96 - 1,
      `${found} of ${limit}`,
    );
    assert.ok(points.length <= 14, `${points.length} steps to ${limit}`);
  }
});

test('the search keeps to its unit', async () => {
  const { highest: found, points } = await search(437, { unit: 10 });

  assert.ok(found >= 420 && found <= 430, String(found));
  assert.ok(points.every(({ consumers }) => consumers % 10 === 0));
});

test('the search finds nothing where the first measurement fails', async () => {
  assert.equal((await search(20)).highest, 0);
});

test('a failure of which the machine may be the reason is measured again', async () => {
  let late = 0;
  const { highest: found } = await search(1000, {
    measure: async (consumers) =>
      late++ % 2 === 0
        ? measurement(consumers, 1, { lateMs: 100 })
        : measurement(consumers, 1000),
  });

  assert.ok(found > 950, String(found));
});

test('neither loss nor delay may be over its limit, in total nor for one consumer', () => {
  const good = measurement(100, 100);

  assert.ok(isGood(good));
  assert.ok(!isGood({ ...good, received: good.expected * 0.998 }));
  assert.ok(!isGood({ ...good, worstLoss: 100 }));
  assert.ok(!isGood({ ...good, delay: { ...good.delay, p99: 50 } }));
});

test('cores are as many as given', () => {
  assert.deepEqual(shares('quota:25', 4, 2), { share: 25, pinned: true });
  assert.deepEqual(shares('pin', 2, 4), { share: 100, pinned: true });
  assert.deepEqual(shares('free', 2, 2), { share: 100, pinned: false });
  assert.deepEqual(shares('auto', 2, 4), { share: 100, pinned: true });
  assert.throws(() => shares('pin', 2, 2), /more than 2 CPUs/);
  assert.throws(() => shares('quota:100', 1, 2), TypeError);
  assert.throws(() => shares('half', 1, 2), TypeError);
});

test('quotas are not shorter than the kernel takes', () => {
  assert.deepEqual(quotaOf(40), { quotaUs: 2000, periodUs: 5000 });
  assert.deepEqual(quotaOf(5), { quotaUs: 1000, periodUs: 20000 });
});

test('each worker runs on the next core, as the same process', (t) => {
  const folder = temporaryFolder(t);
  const groups = ['a', 'b'].map((name) => path.join(folder, name));
  const turns = path.join(folder, 'turns');

  for (const made of [...groups, turns]) {
    fs.mkdirSync(made);
  }

  const pids = [0, 1, 2].map(() => {
    const { pid, stdout, status } = spawnSync(
      WRAPPER,
      ['-c', 'echo $$ "$0"', 'argument'],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          SCALING_TURNS: turns,
          SCALING_CORES: groups.map((group) => `0:${group}`).join(' '),
          SCALING_WORKER: '/bin/sh',
        },
      },
    );

    assert.equal(status, 0);
    assert.equal(stdout, `${pid} argument\n`);

    return String(pid);
  });
  const inGroups = groups.map((group) =>
    fs.readFileSync(path.join(group, 'cgroup.procs'), 'utf8').trim(),
  );

  // A file keeps the last one only, a control group would have both.
  assert.deepEqual(inGroups, [pids[2], pids[1]]);
});

test('the watermark of vertical workers is that of a core', () => {
  const cases = allCases({ npm: 'n', ours: 'o', share: 25, maxCores: 3 });
  const [{ env }] = cases.filter(
    ({ name, cores }) => name === 'vertical, fill' && cores === 3,
  );

  assert.deepEqual(JSON.parse(env.REMOTE_MEDIASOUP_VERTICAL), {
    maxWorkers: 3,
    placement: 'fill',
    watermark: 15,
  });
  assert.equal(cases[0].name, 'plain');
});

const RESULTS = {
  machine: { cpus: 2, model: 'CPU', node: 'v1', load: '0.1', cores: 'small' },
  stream: { bytes: 1100, perSecond: 100 },
  capacity: [
    ['plain', 1, 100, 1],
    ['vertical, fill', 2, 190, 1.9],
  ].map(([name, cores, found, gain]) => ({
    shape: '1 producer, RTP',
    name,
    cores,
    highest: found,
    gain,
    best: measurement(found, found),
    points: [measurement(50, found), measurement(found, found)],
  })),
  overhead: {
    consumers: 60,
    plain: 7,
    vertical: 7.07,
    ratio: 1.01,
    rounds: 3,
  },
  timeline: {
    name: 'vertical, fill',
    share: 40,
    watermark: 24,
    samples: [
      { seconds: 0.5, consumers: 10, load: { 7: 10 } },
      { seconds: 1, consumers: 20, load: { 7: 20, 9: 4 } },
      { seconds: 1.5, consumers: 1, load: { 7: 1 } },
    ],
  },
};

test('targets are met or not', () => {
  const [plain, vertical] = RESULTS.capacity;

  assert.ok(isMet(RESULTS));
  assert.ok(isMet({}));
  assert.ok(!isMet({ capacity: [plain, { ...vertical, gain: 1.79 }] }));
  assert.ok(!isMet({ capacity: [{ ...vertical, error: 'none' }] }));
  assert.ok(!isMet({ errors: { timeline: 'none' } }));
  assert.ok(!isMet({ overhead: { ...RESULTS.overhead, ratio: 1.031 } }));
});

test('a table says what was measured, and what misses its target', () => {
  const text = markdown(RESULTS);

  assert.match(text, /\| plain \| 1 \| 100 \| 1\.00 \| 10000 \|/);
  assert.match(text, /1\.010 times as much/);
  assert.doesNotMatch(text, /miss/);

  const [plain, vertical] = RESULTS.capacity;

  assert.match(
    markdown({ ...RESULTS, capacity: [plain, { ...vertical, gain: 1.2 }] }),
    /1\.20 \(\*\*miss\*\*\)/,
  );
});

test('the table goes between its marks, as often as one likes', () => {
  const page =
    'before\n<!-- bench:scaling -->\nold\n<!-- /bench:scaling -->\nafter\n';
  const once = withTable(page, 'new');

  assert.equal(
    once,
    'before\n<!-- bench:scaling -->\n\nnew\n\n<!-- /bench:scaling -->\nafter\n',
  );
  assert.equal(withTable(once, 'new'), once);
  assert.throws(() => withTable('nothing', 'new'), /there are no/);
});

test('pictures are made of what was measured', () => {
  assert.deepEqual(Object.keys(pictures(RESULTS)), ['cores', 'delay', 'load']);
  assert.deepEqual(Object.keys(pictures({ overhead: {} })), []);

  const { cores, load } = pictures(RESULTS);

  assert.equal(cores.match(/<polyline/g).length, 3);
  assert.equal(cores.match(/<circle/g).length, 2);
  // Two workers and the watermark, consumers behind.
  assert.equal(load.match(/<polyline/g).length, 3);
  assert.equal(load.match(/<polygon/g).length, 1);
  assert.ok(!/NaN|undefined|Infinity/.test(cores + load));
});

test('texts of a chart are escaped', () => {
  const svg = lineChart({
    title: 'a < b & "c"',
    x: 'x',
    y: 'y',
    series: [{ name: '<', points: [[0, 0]] }],
  });

  assert.match(svg, /aria-label="a &lt; b &amp; &quot;c&quot;"/);
  assert.match(svg, />&lt;<\/text>/);
});

test('an axis has round numbers and room for the highest', () => {
  assert.deepEqual(ticks(100), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(ticks(101), [0, 25, 50, 75, 100, 125]);
  assert.deepEqual(ticks(0.7), [0, 0.2, 0.4, 0.6000000000000001, 0.8]);
  assert.deepEqual(ticks(0), [0, 1]);
});
