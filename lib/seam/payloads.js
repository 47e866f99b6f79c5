'use strict';

/**
 * Payloads of replies and events, fetched from Rust and converted to JavaScript's values (parsed JSON,
 * Buffers, objects of mediasoup's classes). `Host` calls it for each item, with the kind that the item's
 * number states.
 */

const { addon: native } = require('./native');
const { PayloadKind } = require('./numbers');

const NO_ARGUMENTS = [];

/** Value that a promise resolves with. */
function answered(host, kind, payload) {
  switch (kind) {
    case PayloadKind.Nothing:
      return undefined;
    case PayloadKind.Object:
      return host.find(payload);
    case PayloadKind.Piped:
      return JSON.parse(payload).map((handle) => host.find(handle));
    default:
      return JSON.parse(payload);
  }
}

/** The arguments of an emission: an array, so that `undefined` counts as one. */
function fetched(host, kind) {
  const { number } = host;
  switch (kind) {
    case PayloadKind.Undefined:
      return [undefined];
    case PayloadKind.Json:
      return [JSON.parse(native.payload(number))];
    case PayloadKind.Packet:
      return [native.payload(number)];
    case PayloadKind.Message: {
      const ppid = native.ppid(number);
      return [native.payload(number), ppid];
    }
    case PayloadKind.Object:
      return [host.find(native.payload(number))];
    case PayloadKind.DominantSpeaker:
      return [{ producer: host.find(native.payload(number)) }];
    case PayloadKind.Volumes:
      return [
        JSON.parse(native.payload(number)).map(([handle, volume]) => ({
          producer: host.find(handle),
          volume,
        })),
      ];
    case PayloadKind.Trace:
      return [JSON.parse(native.payload(number), withBigInts)];
    default:
      return NO_ARGUMENTS;
  }
}

/** A reviver: mediasoup's traces have the sizes of packets as BigInts. A server may call anything a size. */
function withBigInts(key, value) {
  const isSize = key === 'size' || key === 'payloadSize';
  return isSize && Number.isInteger(value) ? BigInt(value) : value;
}

exports.answered = answered;
exports.fetched = fetched;
