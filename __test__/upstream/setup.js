'use strict';
/**
 * Set-up that jest runs before every file of mediasoup's own tests: leaves out the tests of the categories in
 * SUITE_SKIP.
 */
const path = require('node:path');
const categories = require('./categories.json');

const file = path.basename(expect.getState().testPath);
const skipped = new Set();

for (const category of (process.env.SUITE_SKIP ?? '').split(',')) {
  for (const title of categories[category]?.tests[file] ?? []) {
    skipped.add(title);
  }
}

const jestTest = globalThis.test;

function test(title, ...rest) {
  return (skipped.has(title) ? jestTest.skip : jestTest)(title, ...rest);
}

globalThis.test = Object.assign(test, jestTest);
globalThis.it = globalThis.test;
