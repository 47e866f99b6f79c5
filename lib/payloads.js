'use strict';

/** What belongs to an item, fetched from Rust and made into JavaScript's values. */

const { addon: native } = require('./native');

/** Which payload an item has. */
const Fetch = {
  Nothing: 0,
  Undefined: 1,
  Json: 2,
  Packet: 3,
  Message: 4,
  Object: 5,
  DominantSpeaker: 6,
  Volumes: 7,
  Trace: 8,
};

const NO_ARGUMENTS = [];

/** What a promise resolves with. */
function answered(host, fetch, payload) {
  switch (fetch) {
    case Fetch.Nothing:
      return undefined;
    case Fetch.Object:
      return host.find(payload);
    case Fetch.Volumes:
      return JSON.parse(payload).map((handle) => host.find(handle));
    default:
      return JSON.parse(payload);
  }
}

/** The arguments of an emission: an array, so that `undefined` counts as one. */
function fetched(host, fetch) {
  const { number } = host;
  switch (fetch) {
    case Fetch.Undefined:
      return [undefined];
    case Fetch.Json:
      return [JSON.parse(native.payload(number))];
    case Fetch.Packet:
      return [native.payload(number)];
    case Fetch.Message: {
      const ppid = native.ppid(number);
      return [native.payload(number), ppid];
    }
    case Fetch.Object:
      return [host.find(native.payload(number))];
    case Fetch.DominantSpeaker:
      return [{ producer: host.find(native.payload(number)) }];
    case Fetch.Volumes:
      return [
        JSON.parse(native.payload(number)).map(([handle, volume]) => ({
          producer: host.find(handle),
          volume,
        })),
      ];
    case Fetch.Trace:
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

exports.Fetch = Fetch;
exports.answered = answered;
exports.fetched = fetched;
