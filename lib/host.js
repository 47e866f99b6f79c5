'use strict';

/**
 * The seam to Rust. Commands go down as text; what comes back are items (replies, emissions,
 * objects created, log lines) that are done here, in their order.
 */

const { addon: native } = require('./native');
const { Logger } = require('./Logger');
const errors = require('./errors');
const { ADOPT, HAPPEN, HEARS } = require('./symbols');

/** This instance's place among those that share the addon. */
const self = native.createHost();

/** Event names by their number + 1, so that 0 is none. */
const EVENTS = [undefined, ...native.eventNames()];

const HIGH = 4294967296;
const MORE = 1 << 19;

/** What a tick has to say to a worker is written from here, if it fits. */
const outgoing = Buffer.allocUnsafeSlow(65536);

const What = { Reply: 1, Emission: 2, Created: 3, Log: 4, Nonsense: 5 };
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

/** Loggers and levels by their numbers. */
const LOGGERS = [
  'Channel',
  'Worker',
  'Router',
  'Transport',
  'Producer',
  'Consumer',
].map((name) => new Logger(name));
const LEVELS = ['debug', 'warn', 'error'];

const NO_ARGUMENTS = [];

/** Constructors by the number of their kind; the classes register themselves. */
const classes = [];

/** Open objects by handle. */
const objects = new Map();

/**
 * Closed objects by handle, as long as the application keeps them: answers to what they were asked
 * before may still tell something of them.
 *
 * @type {Map<number, WeakRef<object>>}
 */
const closedObjects = new Map();

/** `{ resolve, reject, appData }` by request id. */
const pending = new Map();

/** What writes to a worker and what ends it, by the Worker's handle. */
const processes = new Map();

/** Handles of objects that JavaScript has forgotten. */
const forgotten = new FinalizationRegistry((handle) => {
  closedObjects.delete(handle);
  native.release(self, handle);
});

let flushing = false;
let immediates = 0;

/**
 * Sends a command to an object. The promise settles with its answer: a value, the object that was
 * made, or an error of mediasoup's class. What is refused throws at once.
 *
 * @param {number} handle
 * @param {string} command JSON
 * @param {object} [appData] of the object that is asked for
 * @param {Buffer} [data] that goes with the command
 */
function request(handle, command, appData, data) {
  const id =
    data === undefined
      ? native.request(self, handle, command)
      : native.requestWithData(self, handle, command, data);
  if (id === 0) throw refusal();
  // A worker that has nothing to do may begin at once; what comes while it works is gathered.
  if (pending.size === 0) flush();
  else scheduleFlush();
  return new Promise((resolve, reject) => {
    pending.set(id, { resolve, reject, appData });
  });
}

/** Sends what has no answer; throws where that is refused. */
function notify(handle, notice, data) {
  if (!native.notify(self, handle, notice, data)) throw refusal();
  scheduleFlush();
}

/** Sends a data message that goes to all subchannels. */
function sendMessage(handle, ppid, data) {
  if (!native.sendMessage(self, handle, ppid, data)) throw refusal();
  scheduleFlush();
}

/** The JSON value of a member of an object, fresh at each call. */
function read(handle, member) {
  const text = native.read(self, handle, member);
  return text === null ? undefined : JSON.parse(text);
}

/** Closes an object and emits what follows. */
function close(handle) {
  emitAll(native.close(self, handle));
  drain();
  scheduleFlush();
}

/**
 * Starts to keep a Worker; `onRunning` is called when its worker runs.
 *
 * @param {{ pid: number, write(bytes: Buffer, length: number): void, fail(error: Error): void }} subprocess
 * @param {() => void} onRunning
 * @returns {number} the Worker's handle
 */
function addWorker(subprocess, onRunning) {
  const [handle, id] = native.addWorker(self);
  processes.set(handle, subprocess);
  pending.set(id, { resolve: onRunning });
  return handle;
}

/** Bytes came from a worker: the first `length` of a buffer. */
function input(worker, buffer, length) {
  drain(native.input(self, worker, buffer, length));
  const events = native.events(self);
  for (; immediates < events; immediates++) setImmediate(nextEvent);
  scheduleFlush();
}

/** A worker process is gone: rejects what was in flight and closes what it held. */
function workerDied(worker) {
  const emissions = native.workerDied(self, worker);
  drain();
  emitAll(emissions);
}

/** The channel of a Worker is closed for good. */
function removeWorker(worker) {
  flush();
  processes.delete(worker);
}

/** Keeps an object until it is closed. */
function register(handle, object) {
  objects.set(handle, object);
  forgotten.register(object, handle);
}

/** Keeps an object no longer than the application does. */
function unregister(handle, object) {
  objects.delete(handle);
  closedObjects.set(handle, new WeakRef(object));
}

function find(handle) {
  return objects.get(handle) ?? closedObjects.get(handle)?.deref();
}

/** Names the class that objects of a kind are made of. */
function defineClass(kind, constructor) {
  classes[kind] = constructor;
}

/** `router.canConsume()`. */
function canConsume(router, producerId, rtpCapabilities) {
  const answer = native.canConsume(self, router, producerId, rtpCapabilities);
  if (typeof answer === 'boolean') return answer;
  LOGGERS[2].error(answer);
  return false;
}

/** `router.updateMediaCodecs()`. */
function updateMediaCodecs(router, mediaCodecs) {
  if (!native.updateMediaCodecs(self, router, mediaCodecs)) throw refusal();
}

/** The error that Rust has at hand. It comes as the number of a class and a message. */
function refusal() {
  const text = native.error(self);
  return text === null ? undefined : makeError(Number(text[0]), text.slice(1));
}

function makeError(errorClass, message) {
  switch (errorClass) {
    case 2:
      return new TypeError(message);
    case 3:
      return new errors.UnsupportedError(message);
    case 4:
      return new errors.NotFoundError(message);
    case 5:
      return new errors.WorkerClosedError(message);
    case 6:
      return new SyntaxError(message);
    case 7:
      return new RangeError(message);
    default:
      return new Error(message);
  }
}

/** Everything that this tick sends goes out in one write per worker, after the tick's promises. */
function scheduleFlush() {
  if (flushing) return;
  flushing = true;
  process.nextTick(flush);
}

function flush() {
  flushing = false;
  for (let packed = native.output(self, outgoing); packed !== 0;) {
    const worker = packed % HIGH;
    const length = Math.trunc(packed / HIGH);
    if (length <= outgoing.length) {
      processes.get(worker)?.write(outgoing, length);
    } else {
      const bytes = native.largeOutput(self, worker);
      processes.get(worker)?.write(bytes, bytes.length);
    }
    packed = native.output(self, outgoing);
  }
}

/**
 * An event has its turn of the event loop, after the promises of replies that came with it and of
 * listeners before it.
 */
function nextEvent() {
  immediates--;
  drain(native.nextEvent(self));
  scheduleFlush();
}

/** Does all that is to be done now, from the first item on. */
function drain(packed = native.next(self)) {
  while (packed !== 0) {
    const high = Math.trunc(packed / HIGH);
    const low = packed % HIGH;
    const first = (high >> 3) & 63;
    const second = (high >> 9) & 63;
    const fetch = (high >> 15) & 15;
    switch (high & 7) {
      case What.Reply:
        settle(low, first, fetch);
        break;
      case What.Emission:
        tell(find(low), EVENTS[first], EVENTS[second], fetch);
        break;
      case What.Created:
        create(low, first);
        break;
      case What.Log:
        log(low, first, second);
        break;
      case What.Nonsense:
        processes.get(low)?.fail(new Error(native.payload(self)));
        break;
    }
    // A listener may have had the rest done in the meanwhile.
    packed = high & MORE ? native.next(self) : 0;
  }
}

function settle(id, errorClass, fetch) {
  const payload = fetch === Fetch.Nothing ? undefined : native.payload(self);
  const waiting = pending.get(id);
  if (!waiting) return;
  pending.delete(id);
  if (errorClass !== 0) {
    waiting.reject(makeError(errorClass, payload));
    return;
  }
  waiting.resolve(answered(fetch, payload));
}

/** What a promise resolves with. */
function answered(fetch, payload) {
  switch (fetch) {
    case Fetch.Nothing:
      return undefined;
    case Fetch.Object:
      return find(payload);
    case Fetch.Volumes:
      return JSON.parse(payload).map(find);
    default:
      return JSON.parse(payload);
  }
}

function create(handle, kind) {
  const [parent, id, appDataOf, objectId] = JSON.parse(native.payload(self));
  const waiting = pending.get(id);
  const appData = waiting ? waiting.appData : find(appDataOf)?.appData;
  const object = new classes[kind](handle, objectId, appData ?? {});
  register(handle, object);
  // What a closed parent gets is never closed: mediasoup leaves it to the garbage collector.
  if (!objects.has(parent)) unregister(handle, object);
  find(parent)?.[ADOPT](object);
}

/** The arguments of an emission: an array, so that `undefined` counts as one. */
function fetched(fetch) {
  switch (fetch) {
    case Fetch.Undefined:
      return [undefined];
    case Fetch.Json:
      return [JSON.parse(native.payload(self))];
    case Fetch.Packet:
      return [native.payload(self)];
    case Fetch.Message: {
      const ppid = native.ppid(self);
      return [native.payload(self), ppid];
    }
    case Fetch.Object:
      return [find(native.payload(self))];
    case Fetch.DominantSpeaker:
      return [{ producer: find(native.payload(self)) }];
    case Fetch.Volumes:
      return [
        JSON.parse(native.payload(self)).map(([handle, volume]) => ({
          producer: find(handle),
          volume,
        })),
      ];
    case Fetch.Trace:
      return [JSON.parse(native.payload(self), withBigInts)];
    default:
      return NO_ARGUMENTS;
  }
}

/** A reviver: mediasoup's traces have the sizes of packets as BigInts. */
function withBigInts(key, value) {
  return key === 'size' || key === 'payloadSize' ? BigInt(value) : value;
}

/** Emissions come in pairs: the packed emission, and the handle of the object it is about. */
function emitAll(emissions) {
  // Looked up first: what is closed by one emission may be what another is about.
  const about = emissions.map((handle, place) =>
    place % 2 ? find(handle) : undefined,
  );
  for (let i = 0; i < emissions.length; i += 2) {
    const packed = emissions[i];
    const args = about[i + 1] ? [about[i + 1]] : NO_ARGUMENTS;
    const high = Math.trunc(packed / HIGH);
    const [event, observerEvent] = [
      EVENTS[(high >> 3) & 63],
      EVENTS[(high >> 9) & 63],
    ];
    find(packed % HIGH)?.[HAPPEN](event, observerEvent, args);
  }
}

/** What nobody listens to isn't even fetched: scores and traces come often. */
function tell(object, event, observerEvent, fetch) {
  if (object?.[HEARS](event, observerEvent)) {
    object[HAPPEN](event, observerEvent, fetched(fetch));
  }
}

/** Logs a line; what a worker's process says is marked with its pid. */
function log(worker, logger, level) {
  const line = native.payload(self);
  const prefix = worker === 0 ? '' : `[pid:${processes.get(worker)?.pid}] `;
  LOGGERS[logger][LEVELS[level]](prefix + line, refusal());
}

module.exports = {
  addWorker,
  canConsume,
  close,
  defineClass,
  drain,
  input,
  makeError,
  notify,
  read,
  register,
  removeWorker,
  request,
  sendMessage,
  unregister,
  updateMediaCodecs,
  workerDied,
};
