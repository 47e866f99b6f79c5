// Records what mediasoup's own ORTC does, for the test `vectors` to hold this crate against.
//
//   npm install --ignore-scripts mediasoup@3.27.1
//   node generate.mjs
//
// MEDIASOUP_PACKAGE names another package than the one that Node finds from here. Chance is seeded,
// so that the same mediasoup gives the same files.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fixtures from './fixtures.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const packageDir = process.env.MEDIASOUP_PACKAGE;
const require = createRequire(
  packageDir ? path.join(packageDir, 'package.json') : import.meta.url,
);
const lib = path.dirname(require.resolve('mediasoup/ortc'));
const ortc = require('mediasoup/ortc');
const utils = require(path.join(lib, 'utils.js'));
const { supportedRtpCapabilities } = require(
  path.join(lib, 'supportedRtpCapabilities.js'),
);
const { parseScalabilityMode } = require(
  path.join(lib, 'scalabilityModesUtils.js'),
);

const SEED = 20260101;

/** mulberry32: a number of [0, 1) at each call. */
function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const chance = seeded(SEED);
const pick = (list) => list[Math.floor(chance() * list.length)];

// The random numbers of a call are 100000001, 200000001 and so on, here and in the test.
let randomNumbers = 0;
utils.generateRandomNumber = () => ++randomNumbers * 100_000_000 + 1;

/** The value as JSON can say it: a list with named members is the object with the same keys. */
function plain(value) {
  if (Array.isArray(value)) {
    const isList = Object.keys(value).length === value.length;
    return isList ? value.map(plain) : plain({ ...value });
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const members = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(members.map(([k, v]) => [k, plain(v)]));
}

/** Cases of one file. Values that repeat are written once. */
class Recorder {
  #values = [];
  #indices = new Map();
  #cases = [];

  #intern(value) {
    const text = JSON.stringify(plain(value));
    if (!this.#indices.has(text)) {
      this.#indices.set(text, this.#values.length);
      this.#values.push(text);
    }
    return this.#indices.get(text);
  }

  /** Calls a function of the ORTC with JSON values and records what comes of it. */
  record(title, call, ...args) {
    args = args.map((arg) => structuredClone(arg));
    const entry = { title, call, args: args.map((arg) => this.#intern(arg)) };
    randomNumbers = 0;
    let returned;
    try {
      returned = calls[call](...args);
      entry.returns = returned === undefined ? null : this.#intern(returned);
      entry.leaves = args.map((arg) => this.#intern(arg));
    } catch (error) {
      entry.throws = [error.name, error.message];
    }
    this.#cases.push(entry);
    return { returned, args };
  }

  write(name) {
    const lines = (texts) => `[\n${texts.join(',\n')}\n]`;
    const cases = this.#cases.map((entry) => JSON.stringify(entry));
    const text = `{"values":${lines(this.#values)},\n"cases":${lines(cases)}}\n`;
    writeFileSync(path.join(here, `${name}.json`), text);
    console.log(`${name}: ${cases.length} cases, ${text.length} bytes`);
  }
}

const calls = {
  validateAndNormalizeRtpCapabilities: ortc.validateAndNormalizeRtpCapabilities,
  validateAndNormalizeRtpParameters: ortc.validateAndNormalizeRtpParameters,
  validateAndNormalizeSctpStreamParameters:
    ortc.validateAndNormalizeSctpStreamParameters,
  generateRouterRtpCapabilities: ortc.generateRouterRtpCapabilities,
  getProducerRtpParametersMapping: ortc.getProducerRtpParametersMapping,
  getConsumableRtpParameters: ortc.getConsumableRtpParameters,
  canConsume: ortc.canConsume,
  getConsumerRtpParameters: (
    consumableRtpParameters,
    remoteRtpCapabilities,
    pipe,
    enableRtx,
  ) =>
    ortc.getConsumerRtpParameters({
      consumableRtpParameters,
      remoteRtpCapabilities,
      pipe,
      enableRtx,
    }),
  getPipeConsumerRtpParameters: (consumableRtpParameters, enableRtx) =>
    ortc.getPipeConsumerRtpParameters({ consumableRtpParameters, enableRtx }),
  parseScalabilityMode,
  supportedRtpCapabilities: () => structuredClone(supportedRtpCapabilities),
};

/** Every place in a value, the value itself included. */
function places(value, path = []) {
  const inside =
    value !== null && typeof value === 'object'
      ? Object.keys(value).flatMap((key) => places(value[key], [...path, key]))
      : [];
  return [path, ...inside];
}

/**
 * A copy of a value with something hostile in one to three places. A string doesn't take the place
 * of a list: that JavaScript iterates over its letters is of no use to anyone.
 */
function spoiled(value) {
  const copy = { root: structuredClone(value) };
  for (let n = pick([1, 1, 1, 2, 3]); n > 0; --n) {
    const place = pick(places(copy.root).slice(1));
    if (!place) {
      break;
    }
    const last = place.at(-1);
    const parent = place.slice(0, -1).reduce((at, key) => at[key], copy.root);
    if (chance() < 0.2) {
      if (Array.isArray(parent)) {
        parent.splice(last, 1);
      } else {
        delete parent[last];
      }
    } else {
      const isList = Array.isArray(parent[last]);
      const fitting = fixtures.hostile.filter(
        (value) => !isList || typeof value !== 'string',
      );
      parent[last] = structuredClone(pick(fitting));
    }
  }
  return copy.root;
}

function validation() {
  const recorder = new Recorder();
  for (const [call, cases] of Object.entries(fixtures.validations)) {
    for (const [title, value] of cases) {
      recorder.record(title, call, value);
    }
  }
  for (const [call, base] of [
    ['validateAndNormalizeRtpCapabilities', fixtures.smallCapabilities],
    ['validateAndNormalizeRtpParameters', fixtures.smallParameters],
    ['validateAndNormalizeSctpStreamParameters', fixtures.sctpParameters],
  ]) {
    for (let n = 0; n < 60; ++n) {
      recorder.record(`spoiled, number ${n}`, call, spoiled(base));
    }
  }
  for (const text of fixtures.scalabilityModes) {
    recorder.record(`scalability mode ${text}`, 'parseScalabilityMode', text);
  }
  recorder.write('validation');
}

function routers() {
  const recorder = new Recorder();
  for (const [title, mediaCodecs] of fixtures.mediaCodecs) {
    recorder.record(title, 'generateRouterRtpCapabilities', mediaCodecs);
  }
  for (let n = 0; n < 30; ++n) {
    const mediaCodecs = spoiled(fixtures.smallMediaCodecs);
    recorder.record(
      `spoiled, number ${n}`,
      'generateRouterRtpCapabilities',
      mediaCodecs,
    );
  }
  recorder.write('routers');
}

/** From a Producer's parameters to all its Consumers, as mediasoup goes. */
function meeting(recorder, title, kind, params, routerCaps, remotes) {
  const normalized = recorder.record(
    `${title}, normalized`,
    'validateAndNormalizeRtpParameters',
    params,
  ).args[0];
  const { returned: mapping, args } = recorder.record(
    `${title}, mapped`,
    'getProducerRtpParametersMapping',
    normalized,
    routerCaps,
  );
  if (!mapping) {
    return;
  }
  const { returned: consumable } = recorder.record(
    `${title}, consumable`,
    'getConsumableRtpParameters',
    kind,
    args[0],
    routerCaps,
    mapping,
  );
  for (const enableRtx of [true, false]) {
    recorder.record(
      `${title}, piped, rtx ${enableRtx}`,
      'getPipeConsumerRtpParameters',
      plain(consumable),
      enableRtx,
    );
  }
  for (const [remote, caps] of remotes) {
    recorder.record(
      `${title}, for ${remote}`,
      'canConsume',
      plain(consumable),
      caps,
    );
    for (const [pipe, enableRtx] of pick([
      [
        [false, true],
        [true, false],
      ],
      [
        [false, false],
        [true, true],
      ],
    ])) {
      recorder.record(
        `${title}, for ${remote}, pipe ${pipe}, rtx ${enableRtx}`,
        'getConsumerRtpParameters',
        plain(consumable),
        caps,
        pipe,
        enableRtx,
      );
    }
  }
}

/** Capabilities with some codecs and header extensions only, as a remote side may have them. */
function narrowed(caps) {
  return {
    codecs: caps.codecs.filter(() => chance() < 0.7),
    headerExtensions: caps.headerExtensions.filter(() => chance() < 0.5),
  };
}

function normalizedCapabilities(caps) {
  caps = structuredClone(caps);
  ortc.validateAndNormalizeRtpCapabilities(caps);
  return caps;
}

function meetings() {
  const recorder = new Recorder();
  const routerCaps = ortc.generateRouterRtpCapabilities(
    structuredClone(fixtures.meetingMediaCodecs),
  );
  const remotes = [
    ['the router', normalizedCapabilities(routerCaps)],
    ...fixtures.remoteCapabilities.map(([title, caps]) => [
      title,
      normalizedCapabilities(caps),
    ]),
  ];
  for (const [title, kind, params] of fixtures.producers) {
    meeting(recorder, title, kind, params, routerCaps, remotes);
  }
  for (let n = 0; n < 8; ++n) {
    const [title, kind, params] = pick(fixtures.producers);
    const remote = [`a narrow one, number ${n}`, narrowed(routerCaps)];
    meeting(recorder, title, kind, params, routerCaps, [remote]);
  }
  recorder.write('meetings');
}

/** True if header extensions can be sorted: by ids that aren't numbers there is no order. */
function hasIds({ headerExtensions }) {
  return (
    !Array.isArray(headerExtensions) ||
    headerExtensions.every((ext) => ext === null || typeof ext.id === 'number')
  );
}

/** The functions on values that nobody has validated, as the subpath `mediasoup/ortc` allows. */
function strangers() {
  const recorder = new Recorder();
  const caps = fixtures.strangersCapabilities;
  ortc.validateAndNormalizeRtpCapabilities(caps);
  const params = fixtures.smallParameters;
  ortc.validateAndNormalizeRtpParameters(params);
  const mapping = ortc.getProducerRtpParametersMapping(params, caps);
  const consumable = plain(
    ortc.getConsumableRtpParameters('video', params, caps, mapping),
  );
  for (const [title, call, ...args] of fixtures.strangers) {
    recorder.record(title, call, ...args);
  }
  for (const [call, ...args] of [
    ['getProducerRtpParametersMapping', params, caps],
    ['getConsumableRtpParameters', 'video', params, caps, mapping],
    ['canConsume', consumable, caps],
    ['getConsumerRtpParameters', consumable, caps, false, true],
    ['getConsumerRtpParameters', consumable, caps, true, true],
    ['getPipeConsumerRtpParameters', consumable, true],
  ]) {
    for (let n = 0; n < 40; ++n) {
      const objects = args.map((arg) => typeof arg === 'object');
      const index = pick([...objects.keys()].filter((i) => objects[i]));
      const spoiledArgs = args.with(index, spoiled(args[index]));
      if (call === 'getPipeConsumerRtpParameters' && !hasIds(spoiledArgs[0])) {
        continue;
      }
      recorder.record(`spoiled, number ${n}`, call, ...spoiledArgs);
    }
  }
  recorder.write('strangers');
}

/** mediasoup's supported capabilities, before and after the first use fills in its defaults. */
function supported() {
  const recorder = new Recorder();
  recorder.record('as declared', 'supportedRtpCapabilities');
  ortc.generateRouterRtpCapabilities([]);
  recorder.record('in use', 'supportedRtpCapabilities');
  recorder.write('supported');
}

supported();
routers();
validation();
meetings();
strangers();
