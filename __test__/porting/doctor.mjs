/**
 * Runs `remote-mediasoup doctor` for its tests, and servers that end with the test. `doctor()` resolves with
 * the exit code and the checks by name.
 */

import assert from 'node:assert/strict';

import { TestServer } from '../support/server.mjs';
import { command } from './command.mjs';

/** Runs doctor; returns its exit code and the outcome of each check, by name. */
export async function doctor(args, env) {
  const { code, stdout, stderr } = await command(
    ['doctor', '--json', ...args],
    { env },
  );

  assert.equal(stderr, '');

  const { ok, checks } = JSON.parse(stdout);
  const byName = Object.fromEntries(checks.map((check) => [check.name, check]));

  return { code, ok, checks: byName };
}

/** A server for this test alone. */
export async function startServer(t, options) {
  const server = await TestServer.start(options);

  t.after(() => server.stop());

  return server;
}
