/**
 * The module under test with `connect()`, and parameters of media, for tests whose Workers are on a server.
 * `next()` resolves with the arguments of the next event of a name.
 */
import { createRequire } from 'node:module';
import { modules } from './reference.js';

const require = createRequire(import.meta.url);

export const mediasoup = require(modules.ours);

/** `connect(url, options)`: a module of its own, with its Workers on a server. */
export const { connect } = mediasoup;

export { audioSource, mediaCodecs } from './rtp.mjs';

export const listenInfos = [{ protocol: 'udp', ip: '127.0.0.1' }];

/** An event's arguments, once. */
export function next(emitter, event) {
  return new Promise((resolve) =>
    emitter.once(event, (...args) => resolve(args)),
  );
}
