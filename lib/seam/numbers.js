'use strict';

/**
 * Numbers by which Rust and JavaScript name kinds of items, events, errors and log levels. The addon hands
 * out the one table, `src/seam.rs`; this module gives the numbers JavaScript's names, and unpacks the numbers
 * that hold several. `Host` calls it for each item.
 */

const { addon: native } = require('./native');

const table = JSON.parse(native.seamTable());

/** The lowest bit of a packed number's upper half. */
const HIGH = 2 ** table.lowBits;

const { kind, first, second, payload, more } = table.high;

const MORE = more.mask << more.shift;

/** Names of events by number; 0 is none. */
const EVENTS = table.events.map((name) => name ?? undefined);

/**
 * A list of values by their numbers. Throws where a name has no value, so that a variant that is new
 * in Rust isn't overlooked.
 *
 * @template T
 * @param {Record<string, number>} numbers from the table
 * @param {Record<string, T>} values
 * @returns {T[]}
 */
function byNumber(numbers, values) {
  const list = [];
  for (const [name, number] of Object.entries(numbers)) {
    if (!(name in values)) {
      throw new Error(
        `the addon's "${name}" is unknown here: install addon and package in the same version`,
      );
    }
    list[number] = values[name];
  }
  return list;
}

// Constants, because every item passes here.
const [KIND_SHIFT, KIND_MASK] = [kind.shift, kind.mask];
const [FIRST_SHIFT, FIRST_MASK] = [first.shift, first.mask];
const [SECOND_SHIFT, SECOND_MASK] = [second.shift, second.mask];
const [PAYLOAD_SHIFT, PAYLOAD_MASK] = [payload.shift, payload.mask];

/** Parts of the upper half of a packed number. */
const kindOf = (high) => (high >> KIND_SHIFT) & KIND_MASK;
const firstOf = (high) => (high >> FIRST_SHIFT) & FIRST_MASK;
const secondOf = (high) => (high >> SECOND_SHIFT) & SECOND_MASK;
const payloadOf = (high) => (high >> PAYLOAD_SHIFT) & PAYLOAD_MASK;

/** Both halves of a packed number. */
const highOf = (packed) => Math.trunc(packed / HIGH);
const lowOf = (packed) => packed % HIGH;

/** True if another item may follow. */
const hasMore = (high) => (high & MORE) !== 0;

/** The kinds of items. */
exports.ItemKind = table.itemKinds;
/** The kinds of payloads, as `fetched()` and `answered()` tell them apart. */
exports.PayloadKind = table.payloadKinds;
exports.ProcessTask = table.processTasks;
exports.AppDataChange = table.appDataChanges;
exports.ObjectKind = table.objectKinds;
exports.ErrorClass = table.errorClasses;
exports.LoggerName = table.loggers;
exports.Level = table.levels;
/** Stands for the revision of an appData where the server has forgotten this client. */
exports.FORGOTTEN = table.forgotten;
/** Bytes of one appData that is shared, and objects within objects in it. */
exports.APP_DATA_BYTES = table.appDataBytes;
exports.APP_DATA_DEPTH = table.appDataDepth;
/** The version of mediasoup that this is a drop-in for. */
exports.version = table.version;
exports.HIGH = HIGH;
exports.EVENTS = EVENTS;
exports.byNumber = byNumber;
exports.kindOf = kindOf;
exports.firstOf = firstOf;
exports.secondOf = secondOf;
exports.payloadOf = payloadOf;
exports.highOf = highOf;
exports.lowOf = lowOf;
exports.hasMore = hasMore;
