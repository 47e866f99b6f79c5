'use strict';

/**
 * JSON text of an appData (the object that an application hangs on a mediasoup object), and the merge of
 * another client's changes into it. `AppDataTable` calls both.
 *
 * Shared with a server are plain objects, arrays, strings, numbers, booleans and null. Functions, symbols,
 * BigInts, instances of classes, cycles and members that can't be read are left out, wherever they are: they
 * stay with the application. No function here throws, and none takes longer than an appData of the largest
 * size does.
 */

const { APP_DATA_BYTES, APP_DATA_DEPTH } = require('../seam/numbers');

/** Stands for a member that can't be read. */
const UNREADABLE = Symbol('unreadable');

/**
 * The JSON text of an appData.
 *
 * @param {unknown} appData
 * @returns {string | undefined} `undefined` if there is nothing that can be shared
 */
function textOf(appData) {
  try {
    const said = sayable(appData, { path: [], room: APP_DATA_BYTES });
    if (said === undefined) return undefined;
    const text = JSON.stringify(said);
    return isTooLarge(text) ? undefined : text;
  } catch {
    // Too large, or a getter or a Proxy that changes its mind.
    return undefined;
  }
}

/** No character takes more than three bytes of UTF-8 per UTF-16 unit. */
function isTooLarge(text) {
  return (
    text.length > APP_DATA_BYTES / 3 && Buffer.byteLength(text) > APP_DATA_BYTES
  );
}

/**
 * Acceptable part of an appData of another client: as much as would be shared of it here, so
 * that nothing lies deeper than it can be walked, and no `__proto__` comes along.
 *
 * @param {unknown} value JSON value
 * @returns {object | undefined} `undefined` if it is nothing that anybody shares
 */
function acceptable(value) {
  try {
    if (!isContainer(value)) return undefined;
    return sayable(value, { path: [], room: APP_DATA_BYTES });
  } catch {
    // Too large.
    return undefined;
  }
}

/** A value without what JSON can't say: the very same one if there is nothing of that in it. */
function sayable(value, walk) {
  switch (typeof value) {
    case 'string':
      take(walk, value.length);
      return value;
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return value;
      break;
    default:
      return undefined;
  }
  if (!isContainer(value)) return undefined;
  const { path } = walk;
  if (path.length === APP_DATA_DEPTH || path.includes(value)) return undefined;
  path.push(value);
  const said = Array.isArray(value)
    ? sayableItems(value, walk)
    : sayableMembers(value, walk);
  path.pop();
  return said;
}

function sayableMembers(object, walk) {
  let copy;
  const keys = Object.keys(object);
  for (let place = 0; place < keys.length; place++) {
    const key = keys[place];
    const member = memberOf(object, key);
    const said = key === '__proto__' ? undefined : sayable(member, walk);
    take(walk, key.length + 4);
    if (copy === undefined && (said !== member || key === '__proto__')) {
      copy = {};
      for (const earlier of keys.slice(0, place)) {
        copy[earlier] = object[earlier];
      }
    }
    if (copy !== undefined && said !== undefined) copy[key] = said;
  }
  return copy ?? object;
}

/** Items keep their places: `null` stands for those that JSON doesn't have. */
function sayableItems(array, walk) {
  let copy;
  for (let place = 0; place < array.length; place++) {
    const item = memberOf(array, place);
    const said = sayable(item, walk);
    take(walk, 2);
    if (copy === undefined && said !== item) copy = array.slice(0, place);
    if (copy !== undefined) copy[place] = said ?? null;
  }
  return copy ?? array;
}

function memberOf(container, key) {
  try {
    return container[key];
  } catch {
    return UNREADABLE;
  }
}

/** Counts the least size of the JSON. */
function take(walk, length) {
  walk.room -= length;
  if (walk.room < 0) throw new RangeError('appData is too large');
}

/** True if a value is an array or a plain object, of whatever realm. */
function isContainer(value) {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Changes an appData in place as it was changed elsewhere. What wasn't changed there stays as it is
 * here, and so does what JSON can't say.
 *
 * @param {object} target
 * @param {unknown} before JSON value that both sides had
 * @param {unknown} after JSON value that the other side has now
 */
function merge(target, before, after) {
  try {
    mergeContainer(target, before, after);
  } catch {
    // A Proxy may refuse anything; what it has taken so far, it has.
  }
}

function mergeContainer(target, before, after) {
  if (!isContainer(after) || Array.isArray(after) !== Array.isArray(target)) {
    return;
  }
  const old = isContainer(before) ? before : {};
  for (const key of Object.keys(after)) {
    if (key !== '__proto__') mergeMember(target, key, old[key], after[key]);
  }
  if (Array.isArray(after)) {
    if (after.length !== old.length) put(target, 'length', after.length);
    return;
  }
  for (const key of Object.keys(old)) {
    if (!Object.hasOwn(after, key) && isSayable(memberOf(target, key))) {
      Reflect.deleteProperty(target, key);
    }
  }
}

function mergeMember(target, key, before, after) {
  if (isEqual(before, after)) return;
  const own = Object.hasOwn(target, key) ? memberOf(target, key) : undefined;
  const goesOn =
    isContainer(own) &&
    isContainer(after) &&
    Array.isArray(own) === Array.isArray(after);
  if (goesOn) mergeContainer(own, before, after);
  else if (isSayable(own)) put(target, key, after);
}

/** A frozen object, or one without a setter, stays as it is. */
function put(target, key, value) {
  try {
    target[key] = value;
  } catch {
    // As said above.
  }
}

/** True if JSON has a word for a value, or it is simply not there. */
function isSayable(value) {
  switch (typeof value) {
    case 'object':
      return value === null || isContainer(value);
    case 'function':
    case 'symbol':
    case 'bigint':
      return false;
    default:
      return true;
  }
}

/** True if two JSON values say the same. */
function isEqual(one, other) {
  if (one === other) return true;
  if (!isContainer(one) || !isContainer(other)) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every(
      (key) => Object.hasOwn(other, key) && isEqual(one[key], other[key]),
    )
  );
}

exports.acceptable = acceptable;
exports.merge = merge;
exports.textOf = textOf;
