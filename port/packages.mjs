/**
 * Names of the package that is replaced (mediasoup) and of the one that replaces it (remote-mediasoup), for
 * the other modules of the porting tool. `isOffered()` says whether an import of a path inside mediasoup also
 * works with the replacement.
 */

import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('./package.json');

export const REPLACED = 'mediasoup';

/** It is released together with this package, in mediasoup's version. */
export const OWN = { name: 'remote-mediasoup', version };

/** Modules of mediasoup that the own package has as well; modules of types have another ending. */
const MODULES = new Set(
  (
    'ActiveSpeakerObserver AudioLevelObserver Consumer DataConsumer DataProducer DirectTransport Logger ' +
    'PipeTransport PlainTransport Producer Router RtpObserver Transport WebRtcServer WebRtcTransport ' +
    'Worker enhancedEvents errors extras index ortc supportedRtpCapabilities types'
  ).split(' '),
);

/** True if the own package exports the same path as a specifier that begins with `name`. */
export function isOffered(specifier, name) {
  const path = specifier.slice(name.length);
  const module = /^\/node\/lib\/(\w+?)(\.js)?$/.exec(path)?.[1];
  return module
    ? MODULES.has(module) || module.endsWith('Types')
    : /^(|\/types|\/errors|\/ortc|\/extras|\/package\.json|\/node\/lib)$/.test(
        path,
      );
}
