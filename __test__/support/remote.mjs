/** The module under test as programs of remote Workers use it. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { modules } = require('./reference.js');

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
