'use strict';
/**
 * Normalisation for the differential test: turns what a module returns, throws or emits into plain data that
 * can be compared between two runs. The recorder calls it for each value.
 *
 * Values that are random by design (ids, ports, pids, SSRCs, secrets) become placeholders numbered in the
 * order in which they appear, so that *which values are the same* is compared although the values are not.
 * Values that depend on time keep their type only. Instances of mediasoup's classes become a label, so that
 * identity is compared, too.
 */
const { EventEmitter } = require('node:events');

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Random SSRCs have nine digits; those that scenarios choose are smaller. */
const FIRST_RANDOM_SSRC = 100_000_000;
/** An SSRC this close above a known one was derived from it (RTX, further encodings). */
const MAX_DERIVED_SSRCS = 8;
/** Below are the ports that scenarios choose. */
const FIRST_RANDOM_PORT = 10_000;

/**
 * Treatment of a property's value, by the property's name.
 * @type {Array<[RegExp, (value: unknown, names: Names) => unknown]>}
 */
const RULES = [
  [/^pid$/, number((value, names) => names.of('pid', value))],
  [
    /^(port|localPort|remotePort)$/,
    number((value, names) =>
      value < FIRST_RANDOM_PORT ? value : names.of('port', value),
    ),
  ],
  [
    /ssrc|^key$/i,
    number((value, names) =>
      value < FIRST_RANDOM_SSRC ? value : names.ssrc(value),
    ),
  ],
  [/^timestamp$/, number(() => '<time>')],
  [/^ru_/, number(() => '<number>')],
  [
    /^(bitrate|jitter|roundTripTime|(recv|send|rtpRecv|rtpSend|rtxRecv|rtxSend|probationSend)Bitrate)$/,
    number(() => '<number>'),
  ],
  [
    /^(usernameFragment|password|localIceUsernameFragment|keyBase64)$/,
    string((value, names) => names.of(`secret of ${value.length}`, value)),
  ],
  [
    /^value$/,
    string((value, names) =>
      /^([0-9A-F]{2}:)+[0-9A-F]{2}$/.test(value)
        ? names.of(`fingerprint of ${value.length}`, value)
        : names.inText(value),
    ),
  ],
  [
    /^cname$/,
    string((value, names) =>
      /^[0-9a-f]{8}$/.test(value) ? names.of('cname', value) : value,
    ),
  ],
];

/** Arrays that the worker fills from hash tables, so that their order means nothing. */
const UNORDERED =
  /^map[A-Z]|Ids$|Table$|Handlers$|^localIceUsernameFragments$|^traceEventTypes$/;

/** Numbers values of one run in the order of their first appearance, each kind for itself. */
class Names {
  #kinds = new Map();
  #counts = new Map();

  /** @returns {string} Placeholder of the value. */
  of(kind, value) {
    const known = this.#known(kind);

    if (!known.has(value)) {
      const count = (this.#counts.get(kind) ?? 0) + 1;

      this.#counts.set(kind, count);
      known.set(value, count);
    }

    return placeholder(`${kind} ${known.get(value)}`);
  }

  /** Gives a value a placeholder that isn't a number. */
  assign(kind, value, name) {
    this.#known(kind).set(value, name);
  }

  ssrc(value) {
    const known = this.#known('ssrc');

    for (let offset = 1; offset <= MAX_DERIVED_SSRCS; ++offset) {
      if (!known.has(value) && known.has(value - offset)) {
        return `${this.of('ssrc', value - offset)} + ${offset}`;
      }
    }

    return this.of('ssrc', value);
  }

  /** Replaces what is random inside of a text. */
  inText(text) {
    return text
      .replace(UUID, (uuid) => this.of('uuid', uuid))
      .replace(/\bpid:(\d+)/g, (_, pid) => `pid:${this.of('pid', Number(pid))}`)
      .replace(
        /\bport:(\d{5})\b/g,
        (_, port) => `port:${this.of('port', Number(port))}`,
      )
      .replace(/(\[method:\w+, )id:\d+/g, '$1id:<request>');
  }

  /** Starts a kind anew, where the same value may turn up again by chance. */
  forget(kind) {
    this.#kinds.delete(kind);
  }

  #known(kind) {
    if (!this.#kinds.has(kind)) {
      this.#kinds.set(kind, new Map());
    }

    return this.#kinds.get(kind);
  }
}

class Normalizer {
  #names = new Names();
  #labels = new WeakMap();
  #counts = new Map();
  #blurred = new Set();
  #errorClasses;

  /** @param {Record<string, Function>} errorClasses - Classes that errors are held against. */
  constructor(errorClasses) {
    this.#errorClasses = errorClasses;
  }

  /**
   * Label of an instance of one of mediasoup's classes, given at its first appearance.
   *
   * Objects are counted within what they belong to: which of two Workers is the first to answer is
   * a matter of chance, what comes first within one of them is not.
   *
   * @param {object} instance
   * @param {object} [owner] - What it belongs to.
   * @returns {string} For instance `«Worker#1 Router#2»`.
   */
  label(instance, owner) {
    if (!this.#labels.has(instance)) {
      const name = instance.constructor.name.replace(/Impl$/, '');
      const kind = owner ? `${this.#labels.get(owner)} ${name}` : name;
      const count = (this.#counts.get(kind) ?? 0) + 1;

      const label = `${kind}#${count}`;

      this.#counts.set(kind, count);
      this.#labels.set(instance, label);

      if (instance.id) {
        this.#names.assign('uuid', instance.id, `of ${label}`);
      }
    }

    return placeholder(this.#labels.get(instance));
  }

  /**
   * Tells that a new step begins. A port that was in use in an earlier one may be given again, so
   * that ports are only compared with others of the same step.
   */
  nextStep() {
    this.#names.forget('port');
  }

  /** Leaves out the values of properties of these names from now on. */
  blur(...names) {
    for (const name of names) {
      this.#blurred.add(name);
    }
  }

  /** @returns {unknown} Something that survives JSON and is equal exactly if it should be. */
  value(value) {
    return this.#walk(value, '', []);
  }

  /**
   * @param {unknown} error
   * @returns {object} Class, name, message, and what it is an instance of.
   */
  error(error) {
    if (!(error instanceof Error)) {
      return { thrown: this.value(error) };
    }

    return {
      class: error.constructor.name,
      name: error.name,
      message: this.#names.inText(error.message),
      instanceof: Object.keys(this.#errorClasses).filter(
        (name) => error instanceof this.#errorClasses[name],
      ),
    };
  }

  #walk(value, key, parents) {
    if (this.#blurred.has(key)) {
      return '<anything>';
    }

    for (const [pattern, rule] of RULES) {
      if (pattern.test(key)) {
        const replaced = rule(value, this.#names);

        if (replaced !== undefined) {
          return replaced;
        }
      }
    }

    switch (typeof value) {
      case 'string':
        return this.#names.inText(value);
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : `<${Object.is(value, -0) ? '-0' : value}>`;
      case 'undefined':
        return '<undefined>';
      case 'bigint':
        return `<bigint ${value}>`;
      case 'symbol':
        return `<${String(value)}>`;
      case 'function':
        return `<function ${value.name}/${value.length}>`;
      default:
        return value === null || typeof value === 'boolean'
          ? value
          : this.#object(value, key, parents);
    }
  }

  #object(value, key, parents) {
    if (parents.includes(value)) {
      return '<circular>';
    }
    if (value instanceof Error) {
      return this.error(value);
    }
    if (value instanceof EventEmitter) {
      return this.label(value);
    }
    if (ArrayBuffer.isView(value)) {
      return `<${value.constructor.name} ${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}>`;
    }

    const chain = [...parents, value];

    if (Array.isArray(value)) {
      const items = value.map((item) => this.#walk(item, key, chain));

      return UNORDERED.test(key) ? items.sort(byText) : items;
    }
    if (value instanceof Map || value instanceof Set) {
      return {
        [`<${value.constructor.name}>`]: this.#walk([...value], key, chain),
      };
    }

    const result = {};

    // Sorted, since placeholders are numbered as values appear and the order of keys isn't compared.
    for (const name of Object.keys(value).sort()) {
      result[name] = this.#walk(value[name], name, chain);
    }

    return result;
  }
}

function number(rule) {
  return (value, names) =>
    typeof value === 'number' ? rule(value, names) : undefined;
}

function string(rule) {
  return (value, names) =>
    typeof value === 'string' ? rule(value, names) : undefined;
}

/**
 * Marks what stands for a random value. Of two runs such texts needn't be equal: they must
 * correspond one to one.
 */
function placeholder(text) {
  return `«${text}»`;
}

/** Compares plain data for sorting. */
function byText(a, b) {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];

  return left < right ? -1 : Number(left > right);
}

module.exports = { Normalizer, byText };
