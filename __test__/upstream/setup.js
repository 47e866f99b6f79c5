'use strict';
/**
 * Set-up that jest runs before every file of mediasoup's own tests: leaves out the tests of the categories in
 * SUITE_SKIP, stretches time-outs by SUITE_TIMEOUT_FACTOR and loads SUITE_SETUP, a module that prepares the
 * module under test (for instance, points it at a server).
 */
const path = require('node:path');
const categories = require('./categories.json');

const DEFAULT_TIMEOUT_MS = 5000;

const file = path.basename(expect.getState().testPath);
const factor = Number(process.env.SUITE_TIMEOUT_FACTOR ?? 1);
const skipped = new Set();

for (const category of (process.env.SUITE_SKIP ?? '').split(',')) {
  for (const title of categories[category]?.tests[file] ?? []) {
    skipped.add(title);
  }
}

const jestTest = globalThis.test;

function test(title, body, timeoutMs = DEFAULT_TIMEOUT_MS) {
  return skipped.has(title)
    ? jestTest.skip(title, body)
    : jestTest(title, body, timeoutMs * factor);
}

globalThis.test = Object.assign(test, jestTest);
globalThis.it = globalThis.test;

if (process.env.SUITE_SETUP) {
  require(path.resolve(process.env.SUITE_SETUP));
}
