/**
 * Modules that the benchmarks of scaling and media compare (npm's mediasoup and this package), and the worker
 * binary that all run. It imports them from CommonJS for these ES modules.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const {
  modules,
  workerBinary,
  repositoryRoot,
} = require('../../__test__/support/reference.js');
