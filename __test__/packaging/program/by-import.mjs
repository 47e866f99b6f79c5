/**
 * Program that tests of packaging and the release's smoke test run in a folder with the package installed:
 * holds a meeting on the module of the given name, loaded as an ES module.
 */

import assert from 'node:assert/strict';
import process from 'node:process';

import meeting from './meeting.js';

const name = process.argv[2];
const { default: mediasoup, createWorker, version } = await import(name);
const { UnsupportedError } = await import(`${name}/errors`);

assert.equal(mediasoup.createWorker, createWorker);
assert.ok(new UnsupportedError('no') instanceof Error);

console.log(JSON.stringify({ ...(await meeting({ createWorker })), version }));
