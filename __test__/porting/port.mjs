/**
 * Runs `remote-mediasoup port` for its tests, on copies of sample applications that are removed when the test
 * is over.
 */

import assert from 'node:assert/strict';

import { Application } from './applications.mjs';
import { command } from './command.mjs';

/** An application in a folder of its own. */
export function make(t, name) {
  const application = new Application(name);

  t.after(() => application.remove());

  return application;
}

export function port(application, ...args) {
  return command(['port', application.folder, ...args]);
}

/** Report about an application. */
export async function look(application, ...args) {
  const { code, stdout, stderr } = await port(application, '--json', ...args);

  assert.equal(stderr, '');

  return { code, told: JSON.parse(stdout) };
}
