/**
 * Second client of the protocol, written from docs/PROTOCOL.md alone and without code of this package, so
 * that a test with it also proves the document. It is as simple as the document allows, and lets tests look
 * into everything. This file has the content of entries, sections 6 to 14; logs.mjs has their transport.
 */
import { randomInt } from 'node:crypto';
import { Logs } from './logs.mjs';

const SLOTS = 1024;

/** Events that carry a member's new value. */
const CARRIED = {
  score: 'score',
  layerschange: 'currentLayers',
  icestatechange: 'iceState',
  iceselectedtuplechange: 'iceSelectedTuple',
  dtlsstatechange: 'dtlsState',
  sctpstatechange: 'sctpState',
  tuple: 'tuple',
  rtcptuple: 'rtcpTuple',
};

/** Events that say a member's new value by their names. */
const IMPLIED = {
  producerpause: ['producerPaused', 'true'],
  producerresume: ['producerPaused', 'false'],
  dataproducerpause: ['dataProducerPaused', 'true'],
  dataproducerresume: ['dataProducerPaused', 'false'],
};

/** Events: those of the logs, `entry` (number, name, content), and `emission` for each emission. */
export class ProtocolClient extends Logs {
  #slots = { server: new Map(), own: new Map() };
  #calls = new Map();
  #nextAppData = randomInt(2 ** 33) * 2 ** 20;

  /** Objects by handle. Closed ones stay, with `open: false`. */
  objects = new Map();
  /** Content of each appData. */
  appData = new Map();
  snapshots = 0;

  /** Objects of a snapshot that isn't whole yet. */
  #parts = [];
  /** Names of all entries, in their order. */
  entries = [];

  /** Says goodbye; resolves when the server has closed the link. */
  async leave() {
    const closed = new Promise((resolve) => this.once('closed', resolve));

    this.send('leave');

    return closed;
  }

  /**
   * A command. Resolves with what the answer holds: nothing, a value, a handle, or a pipe's ends.
   *
   * @param {number} target
   * @param {string | object} command
   * @param {object} [more] - `values` and `appData`.
   */
  call(target, command, more = {}) {
    const number = this.send({ call: { target, command, ...more } });

    return new Promise((resolve, reject) =>
      this.#calls.set(number, { resolve, reject }),
    );
  }

  /** A text: a slot, which is defined at its first use. */
  text(json) {
    const { own } = this.#slots;

    if (!own.has(json)) {
      const slot = own.size % SLOTS;

      own.set(json, slot);
      this.send({ define: { slot, text: json } });
    }

    return own.get(json);
  }

  /** Brings in an appData; gives its id. */
  newAppData(value) {
    const id = ++this.#nextAppData;

    this.send({ appData: { id, value: JSON.stringify(value), revision: 1 } });

    return id;
  }

  close(target) {
    this.send({ close: { target } });
  }

  /** The open objects of a kind. */
  all(kind) {
    return [...this.objects.values()].filter(
      (object) => object.open && object.kind === kind,
    );
  }

  /** A member of an object, as mediasoup's property. */
  read(handle, member) {
    const text = this.objects.get(handle).members[member];

    return text === undefined ? undefined : JSON.parse(text);
  }

  /**
   * Waits until something is so. It is looked at after each entry.
   *
   * @param {() => unknown} condition
   */
  async until(condition, timeoutMs = 5000) {
    const deadline = AbortSignal.timeout(timeoutMs);

    while (!condition()) {
      await new Promise((resolve, reject) => {
        const abort = () => reject(new Error(`not so: ${condition}`));

        deadline.addEventListener('abort', abort, { once: true });
        this.once('entry', () => {
          deadline.removeEventListener('abort', abort);
          resolve();
        });
      });
    }
  }

  /** Everything that belonged to the logs is over. */
  startOver(first) {
    this.#slots.server.clear();

    if (first) {
      return;
    }

    this.#slots.own.clear();

    for (const { reject } of this.#calls.values()) {
      reject(new Error('lost'));
    }

    this.#calls.clear();
    this.objects.clear();
  }

  take(number, entry) {
    const [[name, content]] =
      typeof entry === 'string' ? [[entry]] : Object.entries(entry);

    this.entries.push(name);

    switch (name) {
      case 'define':
        this.#slots.server.set(content.slot, content.text);
        break;
      case 'snapshot':
        this.#onSnapshot(content);
        break;
      case 'created':
        this.#create(content.object);
        break;
      case 'set':
        this.#set(content);
        break;
      case 'emission':
        this.#emission(content.emission);
        break;
      case 'answer':
        this.#answer(content);
        break;
      case 'appData':
        this.appData.set(content.id, JSON.parse(this.#resolve(content.value)));
        break;
      case 'setAppData':
        this.objects.get(content.target).appData = content.appData;
        break;
    }

    this.emit('entry', number, name, content);
  }

  #resolve(text) {
    if (typeof text === 'string') {
      return text;
    }
    if (!this.#slots.server.has(text)) {
      throw new Error(`slot ${text} holds nothing`);
    }

    return this.#slots.server.get(text);
  }

  #onSnapshot({ part = 0, more = false, appData = [], objects = [] }) {
    if (part === 0) {
      this.#slots.server.clear();
      this.#parts = [];
    }

    for (const [id, value] of appData) {
      this.appData.set(id, JSON.parse(this.#resolve(value)));
    }

    this.#parts.push(...objects);
    if (!more) {
      ++this.snapshots;
      this.#reconcile(this.#parts);
    }
  }

  #reconcile(objects) {
    const open = new Set(objects.map(({ handle }) => handle));

    for (const object of this.objects.values()) {
      object.open &&= open.has(object.handle);
    }
    for (const object of objects) {
      this.#create(object);
    }
  }

  #create(object) {
    const members = Object.fromEntries(
      Object.entries(object.members).map(([name, text]) => [
        name,
        this.#resolve(text),
      ]),
    );

    this.objects.set(object.handle, { ...object, members, open: true });
  }

  #set({ target, members }) {
    const object = this.objects.get(target);

    for (const [name, text] of Object.entries(members)) {
      if (text === null) {
        delete object.members[name];
      } else {
        object.members[name] = this.#resolve(text);
      }
    }
  }

  #emission(emission) {
    const object = this.objects.get(emission.target);

    if (object) {
      follow(object, emission);
    }

    this.emit('emission', emission);
  }

  #answer({ call, result }) {
    const waiting = this.#calls.get(call);

    if (!waiting) {
      this.emit('error', new Error(`an answer to what was not asked: ${call}`));

      return;
    }

    this.#calls.delete(call);

    if ('Err' in result) {
      waiting.reject(Object.assign(new Error(), result.Err));
    } else {
      waiting.resolve(held(result.Ok));
    }
  }
}

/** Applies an event to its object. */
function follow(object, { event, observer, payload }) {
  if (observer === 'close') {
    object.open = false;
  }
  if (IMPLIED[event]) {
    const [member, text] = IMPLIED[event];

    object.members[member] = text;
  }
  if (CARRIED[event]) {
    object.members[CARRIED[event]] = payload?.json;
  }
}

/** Value of an answer. */
function held(reply) {
  if (reply === 'done') {
    return undefined;
  }

  const [[name, content]] = Object.entries(reply);

  return name === 'value' ? JSON.parse(content) : content;
}
