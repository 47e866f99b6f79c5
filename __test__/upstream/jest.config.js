'use strict';
/** Configuration of the upstream suite. `run.mjs` says by SUITE_* what to run. */
module.exports = {
  rootDir: process.env.SUITE_TESTS,
  testEnvironment:
    process.env.SUITE_REALM === 'jest'
      ? 'node'
      : require.resolve('./single-realm.js'),
  testMatch: ['<rootDir>/test-*.js'],
  setupFilesAfterEnv: [require.resolve('./setup.js')],
  transform: {},
  verbose: true,
  cache: false,
};
