'use strict';

/**
 * Timer that looks for changes inside of appData (objects that an application hangs on mediasoup's), since
 * JavaScript announces none. `AppDataTable` adds objects and gives a function that compares one with its last
 * content. A round starts four times a second at most, and yields to the event loop every two milliseconds;
 * the timer keeps no process alive.
 */

const { performance } = require('node:perf_hooks');

/** Milliseconds between two rounds. */
const ROUND_MS = 250;

/** Milliseconds that a turn of the event loop may take for it. */
const TURN_MS = 2;

/** A round rests this many times as long as it took, so that it takes a twentieth of the CPU at most. */
const ROUND_REST = 20;

/** An item that takes long to inspect is inspected less often: it rests for this multiple of the time... */
const ITEM_REST = 50;

/** ...but so that a change is still seen within a second, in milliseconds. */
const ITEM_REST_MAX_MS = 700;

/**
 * Rounds over the items, a few in each turn of the event loop.
 *
 * @template {object} T
 */
class AppDataPoller {
  /** @type {Set<T>} */
  #items = new Set();

  /** Time of the next inspection of an item that took long. @type {WeakMap<T, number>} */
  #due = new WeakMap();

  #look;
  #now;
  #later;
  #cancel;

  /** Of the present round, as far as it has come. */
  #round;
  #spentMs = 0;
  #timer;
  #running = false;

  /**
   * @param {(item: T) => void} look
   * @param {{ now?: () => number, later?: (callback: () => void, ms: number) => unknown,
   *   cancel?: (timer: unknown) => void }} [clock] another one, for tests
   */
  constructor(
    look,
    { now = () => performance.now(), later = unrefTimeout, cancel } = {},
  ) {
    this.#look = look;
    this.#now = now;
    this.#later = later;
    this.#cancel = cancel ?? clearTimeout;
  }

  add(item) {
    this.#items.add(item);
    this.#schedule(ROUND_MS);
  }

  delete(item) {
    this.#items.delete(item);
  }

  /** Looks from now on. */
  start() {
    this.#running = true;
    this.#schedule(ROUND_MS);
  }

  /** Looks at nothing until it is started again. */
  stop() {
    this.#running = false;
    this.#cancel(this.#timer);
    this.#timer = undefined;
    this.#round = undefined;
  }

  #schedule(ms) {
    if (!this.#running || this.#timer !== undefined) return;
    if (this.#items.size === 0) return;
    this.#timer = this.#later(() => {
      this.#timer = undefined;
      this.#turn();
    }, ms);
  }

  #turn() {
    if (this.#round === undefined) {
      this.#round = this.#items.values();
      this.#spentMs = 0;
    }
    const begun = this.#now();
    let now = begun;
    while (now - begun < TURN_MS) {
      const { done, value } = this.#round.next();
      if (done) {
        this.#round = undefined;
        break;
      }
      if (this.isDue(value, now)) now = this.#lookAt(value, now);
    }
    this.#spentMs += now - begun;
    this.#schedule(
      this.#round === undefined
        ? Math.max(ROUND_MS, this.#spentMs * ROUND_REST)
        : 1,
    );
  }

  /** True if an item may be looked at, considering how long that took the last time. */
  isDue(item, now = this.#now()) {
    const due = this.#due.get(item);
    return due === undefined || due <= now;
  }

  /** Looks at an item out of turn. */
  lookAt(item) {
    this.#lookAt(item, this.#now());
  }

  #lookAt(item, before) {
    this.#look(item);
    const now = this.#now();
    const rest = Math.min((now - before) * ITEM_REST, ITEM_REST_MAX_MS);
    if (rest > ROUND_MS) this.#due.set(item, now + rest);
    else this.#due.delete(item);
    return now;
  }
}

function unrefTimeout(callback, ms) {
  return setTimeout(callback, ms).unref();
}

exports.AppDataPoller = AppDataPoller;
