/**
 * `npm start`: sets everything up and runs the example meeting, in the
 * desktop's browser where there is one. With `REMOTE_MEDIASOUP_URL` its Worker is
 * on that server, and none is built here.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import readline from 'node:readline';

import { root } from './lib/project.mjs';
import { main } from './lib/run.mjs';
import { PACKAGE, REMOTE, setup } from './setup.mjs';

/** What the server prints when people can come. */
const ADDRESS = /https?:\/\/\S+/;

await main(async () => {
  await setup(process.env.REMOTE_MEDIASOUP_URL ? REMOTE : PACKAGE);

  const server = spawn(
    process.execPath,
    [path.join(root, 'examples/meeting/server.js'), ...process.argv.slice(2)],
    { cwd: root, stdio: ['inherit', 'pipe', 'inherit'] },
  );

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => server.kill(signal));
  }

  let opened = false;

  readline.createInterface({ input: server.stdout }).on('line', (line) => {
    console.log(line);

    const address = ADDRESS.exec(line);

    if (address && !opened) {
      opened = true;
      openBrowser(address[0]);
    }
  });

  const [code] = await once(server, 'exit');

  process.exitCode = code ?? 0;
});

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
