/**
 * Test of a room whose Worker is spread over several worker processes when one of them is killed: all peers
 * must see each other again. It runs `peers.mjs` with few peers, so that any machine does it in little time.
 */

import { execFile } from 'node:child_process';
import process from 'node:process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PEERS = fileURLToPath(new URL('peers.mjs', import.meta.url));
const ARGS = ['--vertical', '--peers', '8', '--pages', '2', '--seconds', '1'];

it('a room of one Router goes on when one of its Workers is killed', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    PEERS,
    ...ARGS,
  ]);
  t.diagnostic(stdout);
});
