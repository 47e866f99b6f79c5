'use strict';

/**
 * Holder of objects on the JavaScript side of the seam (the functions between JavaScript and the Rust addon).
 * It sends the objects' commands to Rust as JSON text and does the items that Rust returns (replies,
 * emissions, new objects, log lines), in their order. `LocalHost` extends it for Workers of this machine,
 * `RemoteHost` for those of a server.
 */

const { addon: native } = require('./native');
const { Logger } = require('../Logger');
const { makeError } = require('./makeError');
const { fetched, answered } = require('./payloads');
const {
  EVENTS,
  ItemKind,
  Level,
  LoggerName,
  PayloadKind,
  byNumber,
  firstOf,
  hasMore,
  highOf,
  kindOf,
  lowOf,
  payloadOf,
  secondOf,
} = require('./numbers');
const { ADOPT, HAPPEN, HEARS } = require('./internalMembers');

/** Loggers by the numbers of their names, and their methods by level. */
const LOGGERS = [];
for (const [name, number] of Object.entries(LoggerName)) {
  LOGGERS[number] = new Logger(name);
}
const LEVELS = byNumber(Level, {
  Debug: 'debug',
  Warn: 'warn',
  Error: 'error',
});

const NO_ARGUMENTS = [];

/** Constructors by the number of their kind; the classes register themselves. */
const classes = [];

/** Names the class that objects of a kind are made of. */
function defineClass(kind, constructor) {
  classes[kind] = constructor;
}

/** Numbers of hosts that neither a connection nor an object of theirs leads to any more. */
const unreachable = new FinalizationRegistry((number) =>
  native.forgetHost(number),
);

/**
 * Holder of objects: every object belongs to one host for all its life. A host's objects are
 * those of all local Workers, or those of one session of a server.
 */
class Host {
  #number;

  /** Open objects by handle. */
  #objects = new Map();

  /**
   * Closed objects by handle, as long as the application keeps them: answers to what they were
   * asked before may still tell something of them.
   *
   * @type {Map<number, WeakRef<object>>}
   */
  #closedObjects = new Map();

  /** `{ resolve, reject, appData }` by request id. */
  #pending = new Map();

  /** Handles of objects that JavaScript has forgotten. */
  #forgotten = new FinalizationRegistry((handle) => {
    this.#closedObjects.delete(handle);
    native.release(this.#number, handle);
  });

  /** Events that have their turn of the event loop already. */
  #immediates = 0;

  /** @param {number} number what the addon calls it */
  constructor(number) {
    this.#number = number;
    unreachable.register(this, number);
  }

  get number() {
    return this.#number;
  }

  /** `{ resolve, reject, appData }` by request id: what waits for an answer. */
  get pending() {
    return this.#pending;
  }

  /** Open objects by handle. */
  get objects() {
    return this.#objects;
  }

  /** A promise of the answer to a request; `appData` is that of the new object. */
  answer(id, appData) {
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, appData });
    });
  }

  /** Sends what has no answer; throws where that is refused. */
  notify(handle, notice, data) {
    if (!native.notify(this.#number, handle, notice, data)) {
      throw this.refusal();
    }
    this.scheduleFlush();
  }

  /** Sends a data message that goes to all subchannels. */
  sendMessage(handle, ppid, data) {
    if (!native.sendMessage(this.#number, handle, ppid, data)) {
      throw this.refusal();
    }
    this.scheduleFlush();
  }

  /** The JSON value of a member of an object, fresh at each call. */
  read(handle, member) {
    const text = native.read(this.#number, handle, member);
    return text === null ? undefined : JSON.parse(text);
  }

  /** The JSON text of a member of an object. */
  readText(handle, member) {
    return native.read(this.#number, handle, member);
  }

  /** Closes an object and emits what follows. */
  close(handle) {
    this.emitAll(native.close(this.#number, handle));
    this.drain();
    this.scheduleFlush();
  }

  /** `router.canConsume()`. */
  canConsume(router, producerId, rtpCapabilities) {
    const answer = native.canConsume(
      this.#number,
      router,
      producerId,
      rtpCapabilities,
    );
    if (typeof answer === 'boolean') return answer;
    LOGGERS[LoggerName.Router].error(answer);
    return false;
  }

  /** `router.updateMediaCodecs()`. */
  updateMediaCodecs(router, mediaCodecs) {
    if (!native.updateMediaCodecs(this.#number, router, mediaCodecs)) {
      throw this.refusal();
    }
  }

  /** Keeps an object until it is closed. */
  register(handle, object) {
    this.#objects.set(handle, object);
    this.#forgotten.register(object, handle);
  }

  /** Keeps an object no longer than the application does. */
  unregister(handle, object) {
    this.#objects.delete(handle);
    this.#closedObjects.set(handle, new WeakRef(object));
  }

  find(handle) {
    return (
      this.#objects.get(handle) ?? this.#closedObjects.get(handle)?.deref()
    );
  }

  /** The error that Rust has at hand: why a call was refused, or what a log line is about. */
  refusal() {
    const error = native.error(this.#number);
    return error === null ? undefined : makeError(...error);
  }

  /**
   * Every event has its turn of the event loop, after the promises of replies that came with it
   * and of listeners before it.
   */
  scheduleEvents() {
    const events = native.events(this.#number);
    for (; this.#immediates < events; this.#immediates++) {
      setImmediate(this.#nextEvent);
    }
  }

  #nextEvent = () => {
    this.#immediates--;
    this.drain(native.nextEvent(this.#number));
    this.scheduleFlush();
  };

  /** Does all that is to be done now, from the first item on. */
  drain(packed = native.next(this.#number)) {
    while (packed !== 0) {
      const high = highOf(packed);
      const low = lowOf(packed);
      const kind = kindOf(high);
      const first = firstOf(high);
      const second = secondOf(high);
      const payload = payloadOf(high);
      switch (kind) {
        case ItemKind.Reply:
          this.settle(low, first, payload);
          break;
        case ItemKind.Emission:
          this.#tell(this.find(low), EVENTS[first], EVENTS[second], payload);
          break;
        case ItemKind.Created:
          this.create(low, first, JSON.parse(native.payload(this.#number)));
          break;
        case ItemKind.Log:
          this.#log(low, first, second);
          break;
        default:
          this.hear(kind, low, first, native.payload(this.#number));
          break;
      }
      // A listener may have had the rest done in the meanwhile.
      packed = hasMore(high) ? native.next(this.#number) : 0;
    }
  }

  /** Settles the promise of a request. */
  settle(id, errorClass, payloadKind) {
    const payload =
      payloadKind === PayloadKind.Nothing
        ? undefined
        : native.payload(this.#number);
    const waiting = this.#pending.get(id);
    if (!waiting) return;
    this.#pending.delete(id);
    if (errorClass !== 0) {
      waiting.reject(makeError(errorClass, payload));
    } else {
      waiting.resolve(answered(this, payloadKind, payload));
    }
  }

  /** Makes the object of a handle. */
  make(kind, handle, id, appData) {
    const object = new classes[kind](this, handle, id, appData);
    this.register(handle, object);
    return object;
  }

  /** Makes the object of a handle and tells its parent. */
  adopt(kind, handle, parent, id, appData) {
    const object = this.make(kind, handle, id, appData);
    // What a closed parent gets is never closed: mediasoup leaves it to the garbage collector.
    if (!this.#objects.has(parent)) this.unregister(handle, object);
    this.find(parent)?.[ADOPT](object);
  }

  /** Emissions come in pairs: the packed emission, and the handle of the object it is about. */
  emitAll(emissions) {
    // Looked up first: what is closed by one emission may be what another is about.
    const about = emissions.map((handle, place) =>
      place % 2 ? this.find(handle) : undefined,
    );
    for (let i = 0; i < emissions.length; i += 2) {
      const packed = emissions[i];
      const args = about[i + 1] ? [about[i + 1]] : NO_ARGUMENTS;
      const high = highOf(packed);
      const [event, observerEvent] = [
        EVENTS[firstOf(high)],
        EVENTS[secondOf(high)],
      ];
      this.find(lowOf(packed))?.[HAPPEN](event, observerEvent, args);
    }
  }

  /** Emits an event. Without a listener it doesn't fetch the argument: scores and traces come often. */
  #tell(object, event, observerEvent, payloadKind) {
    if (object?.[HEARS](event, observerEvent)) {
      object[HAPPEN](event, observerEvent, fetched(this, payloadKind));
    }
  }

  /** Logs a line; what a worker's process says is marked with its pid. */
  #log(worker, logger, level) {
    const line = native.payload(this.#number);
    const prefix = worker === 0 ? '' : `[pid:${this.pidOf(worker)}] `;
    LOGGERS[logger][LEVELS[level]](prefix + line, this.refusal());
  }
}

exports.Host = Host;
exports.defineClass = defineClass;
