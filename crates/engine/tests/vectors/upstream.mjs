/**
 * npm's mediasoup, its modules that are not exported included.
 */
import { createRequire } from 'node:module';
import * as path from 'node:path';

const require = createRequire(import.meta.url);
const entry = require.resolve('mediasoup');
const lib = path.dirname(entry);

export const mediasoup = require(entry);
export const flatbuffers = createRequire(entry)('flatbuffers');

/** @param {string} module - Path below mediasoup's `node/lib`. */
export function load(module) {
  return require(path.join(lib, `${module}.js`));
}

/** The generated FlatBuffers classes of a namespace of the schema. */
export const fbs = (namespace) => load(`fbs/${namespace}`);
