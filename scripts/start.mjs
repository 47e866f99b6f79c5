/**
 * The command `npm start`: sets everything up, runs the example meeting and opens it in the desktop's
 * browser. With `REMOTE_MEDIASOUP_URL` its Worker is on that server, and none is built here. All processes
 * that it starts end together.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import readline from 'node:readline';

import { readArguments } from './lib/arguments.mjs';
import { MediaServer } from './lib/media-server.mjs';
import { root } from './lib/project.mjs';
import { main } from './lib/run.mjs';
import { PACKAGE, REMOTE, WITH_SERVER, setup } from './setup.mjs';

/** Address that the meeting prints when it is ready. */
const ADDRESS = /https?:\/\/\S+/;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const HELP = `Usage: npm start [-- --remote | --vertical]

Runs the example meeting.

  --remote     starts a media server too, with a port and a token made up for it
  --vertical   lets its one Worker have every CPU`;

const {
  values: { remote: isRemote, vertical: isVertical },
} = readArguments(HELP, {
  remote: { type: 'boolean' },
  vertical: { type: 'boolean' },
});

await main(async () => {
  await setup(partsNeeded());

  const mediaServer = isRemote ? await MediaServer.start() : undefined;

  try {
    process.exitCode = await runMeeting(mediaServer);
  } finally {
    await mediaServer?.stop();
  }
});

function partsNeeded() {
  if (isRemote) {
    return WITH_SERVER;
  }

  return process.env.REMOTE_MEDIASOUP_URL ? REMOTE : PACKAGE;
}

/** Resolves with its exit code. */
async function runMeeting(mediaServer) {
  const meeting = spawn(
    process.execPath,
    [path.join(root, 'examples/meeting/server.js')],
    {
      cwd: root,
      stdio: ['inherit', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...mediaServer?.env,
        ...(isVertical ? { REMOTE_MEDIASOUP_VERTICAL: '1' } : {}),
      },
    },
  );

  for (const signal of SIGNALS) {
    process.on(signal, () => meeting.kill(signal));
  }
  mediaServer?.exited.then(() => meeting.kill('SIGTERM'));

  let opened = false;

  readline.createInterface({ input: meeting.stdout }).on('line', (line) => {
    console.log(line);

    const address = ADDRESS.exec(line);

    if (address && !opened) {
      opened = true;
      openBrowser(address[0]);
    }
  });

  const [code] = await once(meeting, 'exit');

  return code ?? 0;
}

function openBrowser(address) {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const hasDesktop =
    process.platform === 'darwin' ||
    process.env.DISPLAY ||
    process.env.WAYLAND_DISPLAY;

  if (hasDesktop && spawnSync('which', [opener]).status === 0) {
    spawn(opener, [address], { stdio: 'ignore', detached: true }).unref();
  }
}
