'use strict';

/**
 * Configuration of jest for mediasoup's own tests. `run.mjs` sets the variables SUITE_* that name the folder
 * and the realm (vm context or Node's own).
 */

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
