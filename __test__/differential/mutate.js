'use strict';
/**
 * Random breakage of valid parameters, for the scenario `hostile`: replaces, removes or repeats one member,
 * as an attacker or a careless caller would. The random generator has a seed, so that a run can be repeated.
 */

/** Values that JSON carries: COMPAT.md says what happens to others. */
const GARBAGE = [
  ...[undefined, null, '', 'foo', '0', true, false],
  ...[0, -1, 1.5, 255, 256, 65536, 2 ** 32, 2 ** 53],
  ...[[], {}, [null], ['foo'], { foo: 'bar' }],
];

/**
 * @template T
 * @param {T} value - Left as it is.
 * @param {import('../support/random.js').Random} random
 * @returns {{ value: T, change: string }} A broken copy, and what was done.
 */
function mutate(value, random) {
  const copy = { root: structuredClone(value) };
  const places = placesIn(copy, []).filter(({ path }) => path.length > 0);
  const { parent, key, path } = random.pick(places);
  const action = random.pick(['replace', 'replace', 'remove', 'repeat']);
  const where = path.join('.');

  if (action === 'remove') {
    if (Array.isArray(parent)) {
      parent.splice(key, 1);
    } else {
      delete parent[key];
    }

    return { value: copy.root, change: `without ${where}` };
  }
  if (action === 'repeat' && Array.isArray(parent)) {
    parent.push(structuredClone(parent[key]));

    return { value: copy.root, change: `${where} twice` };
  }

  const garbage = random.pick(
    GARBAGE.filter((it) => isCarried(it, parent, parent[key])),
  );

  parent[key] = structuredClone(garbage);

  return { value: copy.root, change: `${where} = ${describe(garbage)}` };
}

/**
 * True if JSON carries the garbage at its place. An item that is undefined becomes null, and an
 * array has no room for the members that an object gets when it is normalised.
 */
function isCarried(garbage, parent, intact) {
  if (garbage === undefined) {
    return !Array.isArray(parent);
  }

  return !Array.isArray(garbage) || Array.isArray(intact) || !isObject(intact);
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

function placesIn(parent, path) {
  return Object.keys(parent).flatMap((key) => {
    const inner = parent[key];
    const isRoot = path.length === 0 && key === 'root';
    const innerPath = isRoot ? path : [...path, key];
    const place = { parent, key, path: innerPath };

    return isObject(inner) ? [place, ...placesIn(inner, innerPath)] : [place];
  });
}

function describe(garbage) {
  return typeof garbage === 'object' || typeof garbage === 'string'
    ? JSON.stringify(garbage)
    : String(garbage);
}

module.exports = { mutate };
