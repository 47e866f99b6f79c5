#!/usr/bin/env node
/**
 * The command `npm run bench:remote`: measures the cost of Workers on a server. It compares npm's mediasoup
 * and this package with Workers on this machine, and this package with Workers on a server behind ws and wss
 * on the loopback, and prints tables. Besides: round trips of a room over a link with delay, and the time
 * until a cut session goes on.
 */
import fs from 'node:fs';
import { TestServer } from '../__test__/support/server.mjs';
import { readArguments } from '../scripts/lib/arguments.mjs';
import { machine, measure } from './process.mjs';
import { resumeTimes } from './remote/resume.mjs';
import { joinRoom } from './remote/room.mjs';

const HELP = `Usage: npm run bench:remote -- [options]

  --quick        fewer rounds and objects
  --rounds <n>   how often each measurement is repeated; default: 3, quick: 1
  --only <text>  parts whose name contains this: operations, room, resume
  --json <file>  writes the results, too
  --help
`;

const FULL = { rounds: 3, objects: 1000, cuts: 100 };
const QUICK = { rounds: 1, objects: 200, cuts: 30 };

const ROOM = { peers: 20, delayMs: 25 };

/** Limit of a remote operation's cost on the main thread, as a share of npm's with a local Worker. */
const MAX_CPU_RATIO = 0.6;
const MAX_RESUME_MS = 100;

async function main() {
  const { values } = readArguments(HELP, {
    quick: { type: 'boolean' },
    rounds: { type: 'number' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  });
  const size = values.quick ? QUICK : FULL;
  const rounds = values.rounds ?? size.rounds;
  const servers = {
    ws: await TestServer.start({ tls: false }),
    wss: await TestServer.start(),
  };
  const results = {};

  try {
    for (const [name, part] of Object.entries({ operations, room, resume })) {
      if (name.includes(values.only)) {
        results[name] = await part(servers, { ...size, rounds });
        console.log(results[name].text);
      }
    }
  } finally {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  }

  if (values.json) {
    fs.writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  }

  return Object.values(results).every(({ ok }) => ok);
}

/** The sides of the table: a module and where its Workers are. */
function sides({ ws, wss }) {
  return {
    'npm, local': ['npm', {}],
    local: ['ours', {}],
    ws: ['ours', ws.env()],
    wss: ['ours', wss.env()],
  };
}

async function operations(servers, { rounds, objects }) {
  const samples = {};

  for (let round = 1; round <= rounds; ++round) {
    for (const [side, [target, env]] of Object.entries(sides(servers))) {
      console.error(`round ${round} of ${rounds}: operations, ${side}`);

      const measured = await measure(target, 'requests', { objects }, env);

      for (const [name, sample] of Object.entries(measured)) {
        ((samples[name] ??= {})[side] ??= []).push(sample);
      }
    }
  }

  const rows = Object.entries(samples).map(([name, bySide]) => {
    const cells = Object.values(bySide).map((list) => ({
      us: Math.min(...list.map(({ perSecond }) => 1e6 / perSecond)),
      cpuUs: Math.min(...list.map(({ cpuUs }) => cpuUs)),
    }));
    const [npm, , , wss] = cells;

    return { name, cells, ratio: wss.cpuUs / npm.cpuUs };
  });
  const names = Object.keys(sides(servers));
  const judged = rows.filter(({ name }) => name.endsWith('| 64'));
  const good = judged.filter(({ ratio }) => ratio <= MAX_CPU_RATIO);

  return {
    rows,
    ok: good.length === judged.length,
    text: [
      machine(`best of ${rounds} rounds`),
      `| operation, in flight | ${names.map((name) => `${name}: us`).join(' | ')} | ${names.map((name) => `${name}: main thread, us`).join(' | ')} | wss / npm |`,
      `| --- |${' ---: |'.repeat(names.length * 2 + 1)}`,
      ...rows.map(({ name, cells, ratio }) =>
        [
          `| ${name.replace(' |', ',')}`,
          ...cells.map(({ us }) => us.toFixed(0)),
          ...cells.map(({ cpuUs }) => cpuUs.toFixed(1)),
          `${ratio.toFixed(2)} |`,
        ].join(' | '),
      ),
      '',
      `${good.length} of ${judged.length} with 64 in flight cost at most ${MAX_CPU_RATIO} of npm's main thread.`,
      '',
    ].join('\n'),
  };
}

async function room({ ws }) {
  const result = await joinRoom(ws, ROOM);
  const ok = result.roundTrips <= result.awaits;

  return {
    ...result,
    ok,
    text:
      `${ROOM.peers} peers join a room, ${ROOM.delayMs} ms each way: ${result.roundTrips} round trips ` +
      `for ${result.awaits} awaits of the program; ${result.ms.toFixed(0)} ms, of which ` +
      `${result.idealMs} ms are the link's. ${ok ? 'ok' : '**miss**'}\n`,
  };
}

async function resume({ wss }, { cuts }) {
  const times = await resumeTimes(wss, cuts);
  const median = times[times.length >> 1];
  const ok = median <= MAX_RESUME_MS;

  return {
    times,
    ok,
    text:
      `${cuts} cuts: an answer over the new link after ${median.toFixed(0)} ms (median; ` +
      `${times[0].toFixed(0)} to ${times.at(-1).toFixed(0)}), at most ${MAX_RESUME_MS} wanted. ` +
      `${ok ? 'ok' : '**miss**'}\n`,
  };
}

process.exitCode = (await main()) ? 0 : 1;
