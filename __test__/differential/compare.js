'use strict';
/**
 * Comparison of two recordings of the differential test. `run.mjs` calls it with what npm's mediasoup and
 * this package did in a scenario; it returns the differences, and `describe()` prints one with both values
 * side by side.
 */

const { isDeepStrictEqual } = require('node:util');

/**
 * Messages that JavaScript itself, Node.js or FlatBuffers' builder worded because npm's code
 * stumbled over an argument that it hadn't checked. Their class is compared, their words are not.
 */
const ACCIDENTAL_MESSAGE = new RegExp(
  [
    'Cannot (read|set|destructure|convert|mix|assign|create|use)',
    'is not (iterable|a function|an? \\w+ object|a constructor|defined)',
    'cannot be converted to a BigInt',
    'Cannot convert .* to (a BigInt|object|primitive value)',
    '^Invalid (array|typed array|data view) ',
    '^The "?\\w+"? argument must be',
    '^The first argument must be',
    '^Invalid array length',
    '^FlatBuffers',
  ].join('|'),
);

/** Placeholders of the normalizer for random values. */
const PLACEHOLDER = /«[^»]*»/g;

/**
 * @typedef {object} Difference
 * @property {string} step
 * @property {string} path - Where in what was recorded.
 * @property {unknown} reference
 * @property {unknown} subject
 *
 * @param {object[]} reference - Steps of the module that is right by definition.
 * @param {object[]} subject - Steps of the module that is judged.
 * @returns {Difference[]}
 */
function compare(reference, subject) {
  const comparison = new Comparison();

  for (let index = 0; index < reference.length; ++index) {
    const { step, ...expected } = reference[index];
    const { step: otherStep, ...actual } = subject[index] ?? {};

    comparison.step = `${index + 1}. ${step}`;

    if (step !== otherStep) {
      comparison.report('the scenario went another way', step, otherStep);
      break;
    }

    comparison.compare('', expected, actual);
  }

  return comparison.differences;
}

class Comparison {
  step = '';
  differences = [];
  #correspondence = new Correspondence();

  compare(path, left, right) {
    if (!isContainer(left) || !isContainer(right)) {
      if (!this.#isSame(left, right)) {
        this.report(path, left, right);
      }
    } else if (Array.isArray(left) !== Array.isArray(right)) {
      this.report(path, left, right);
    } else if (
      path === 'events' &&
      !isDeepStrictEqual(kinds(left), kinds(right))
    ) {
      this.report('which events', ...withoutCommonEnds(left, right));
    } else {
      for (const key of new Set([
        ...Object.keys(left),
        ...Object.keys(right),
      ])) {
        if (key !== 'message' || !ACCIDENTAL_MESSAGE.test(left[key])) {
          this.compare(path ? `${path}.${key}` : key, left[key], right[key]);
        }
      }
    }
  }

  report(path, reference, subject) {
    this.differences.push({ step: this.step, path, reference, subject });
  }

  #isSame(left, right) {
    if (typeof left === 'string' && typeof right === 'string') {
      return this.#correspondence.holds(left, right);
    }

    return left === right || (isNothing(left) && isNothing(right));
  }
}

/**
 * Correspondence of the placeholders of two runs. Two that
 * appear at the same place for the first time belong together from then on.
 */
class Correspondence {
  #rightOf = new Map();
  #leftOf = new Map();

  holds(left, right) {
    if (kindOf(left) !== kindOf(right)) {
      return false;
    }

    const lefts = left.match(PLACEHOLDER) ?? [];
    const rights = right.match(PLACEHOLDER) ?? [];

    return lefts.every((name, index) => this.#belong(name, rights[index]));
  }

  #belong(left, right) {
    if (!this.#rightOf.has(left) && !this.#leftOf.has(right)) {
      this.#rightOf.set(left, right);
      this.#leftOf.set(right, left);
    }

    return this.#rightOf.get(left) === right;
  }
}

/** A text whose placeholders have lost their numbers. */
function kindOf(text) {
  return text.replace(PLACEHOLDER, (name) => name.replace(/\d+/g, ''));
}

function isNothing(value) {
  return value === undefined || value === '<undefined>';
}

function isContainer(value) {
  return typeof value === 'object' && value !== null;
}

/** Names of events, without their values. */
function kinds(events) {
  return events.map(([name]) => kindOf(name));
}

/** The names of both lists of events without what they begin and end with in common. */
function withoutCommonEnds(left, right) {
  const [lefts, rights] = [kinds(left), kinds(right)];
  const shorter = Math.min(lefts.length, rights.length);
  let start = 0;
  let end = 0;

  while (start < shorter && lefts[start] === rights[start]) {
    ++start;
  }
  while (end < shorter - start && lefts.at(-1 - end) === rights.at(-1 - end)) {
    ++end;
  }

  return [left, right].map((list) =>
    list.slice(start, list.length - end).map(([name]) => name),
  );
}

/**
 * @param {Difference} difference
 * @param {[string, string]} names - What to call the two modules.
 * @returns {string}
 */
function describe({ step, path, reference, subject }, names) {
  const width = Math.max(...names.map((name) => name.length));
  const line = (name, value) =>
    `      ${name.padEnd(width)}  ${value === undefined ? '(nothing)' : JSON.stringify(value)}`;

  return [
    `  ${step}`,
    `    ${path}`,
    line(names[0], reference),
    line(names[1], subject),
  ].join('\n');
}

module.exports = { compare, describe };
