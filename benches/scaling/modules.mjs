/** The modules that benchmarks compare, and the worker binary that all run; of CommonJS. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export const {
  modules,
  workerBinary,
  repositoryRoot,
} = require('../../__test__/support/reference.js');
