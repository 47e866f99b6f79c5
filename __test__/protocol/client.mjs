/**
 * A client that was written from docs/PROTOCOL.md alone. It shares no code with ours, keeps things as
 * simple as the document allows, and lets tests look into everything.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { decode, encode } from '@msgpack/msgpack';
import WebSocket from 'ws';

export const SUBPROTOCOL = 'remote-mediasoup.v1';

const ACK_MS = 50;
const ACK_ENTRIES = 256;
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

/**
 * Events: `entry` (number, name, content), `welcome`, `closed` (code, reason), `refused` (status, body),
 * and `emission` for each emission.
 */
export class ProtocolClient extends EventEmitter {
  #options;
  #socket;
  #key = randomBytes(16).toString('hex');
  #epoch;
  /** Links so far, and the one whose welcome began the logs. */
  #links = 0;
  #since = 0;
  /** Entries that the server hasn't acknowledged, by their numbers. */
  #unacknowledged = new Map();
  #sent = 0;
  #received = 0;
  #acknowledged = 0;
  #ackTimer;
  #slots = { server: new Map(), own: new Map() };
  #calls = new Map();
  #welcomed = false;
  #nextAppData = randomInt(2 ** 33) * 2 ** 20;

  /** Objects by handle. Closed ones stay, with `open: false`. */
  objects = new Map();
  /** What each appData holds. */
  appData = new Map();
  welcome;
  snapshots = 0;

  /** Objects of a snapshot that isn't whole yet. */
  #parts = [];
  /** Names of all entries, in their order. */
  entries = [];

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {string} [options.token]
   * @param {string} [options.ca] - PEM file.
   * @param {string} [options.session]
   * @param {string[]} [options.protocols]
   */
  constructor(options) {
    super();
    this.#options = { protocols: [SUBPROTOCOL], ...options };
    this.on('error', () => {});
  }

  get epoch() {
    return this.#epoch;
  }

  get received() {
    return this.#received;
  }

  /** Makes a link. Resolves with the welcome; rejects if there is none. */
  connect() {
    const { url, token, ca, protocols } = this.#options;
    const socket = new WebSocket(url, protocols, {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      ca: ca && fs.readFileSync(ca),
      perMessageDeflate: false,
    });

    this.#socket = socket;
    this.#welcomed = false;
    ++this.#links;

    return new Promise((resolve, reject) => {
      const fail = (what, details) => {
        reject(Object.assign(new Error(what), details));
      };

      socket.on('open', () => this.#hello());
      socket.on('message', (bytes) => {
        if (socket === this.#socket) {
          this.#frame(decode(bytes));
        }
      });
      socket.on('error', (error) => fail(error.message));
      socket.on('unexpected-response', (_request, response) => {
        let body = '';

        response.setEncoding('utf8');
        response.on('data', (text) => (body += text));
        response.on('end', () =>
          fail(`refused with ${response.statusCode}`, {
            status: response.statusCode,
            body,
          }),
        );
      });
      socket.on('close', (code, reason) => {
        clearTimeout(this.#ackTimer);
        this.#ackTimer = undefined;
        this.emit('closed', code, String(reason));
        fail(`closed with ${code}`, { code });
      });
      this.once('welcome', resolve);
    });
  }

  /** Cuts the link without a word. */
  cut() {
    this.#socket.terminate();
  }

  /** Sends bytes as they are. */
  raw(bytes, options = { binary: true }) {
    this.#socket.send(bytes, options);
  }

  /** The TCP socket below. */
  get tcp() {
    return this.#socket._socket;
  }

  /** Says goodbye; resolves when the server has closed the link. */
  async leave() {
    const closed = new Promise((resolve) => this.once('closed', resolve));

    this.send('leave');

    return closed;
  }

  /** Appends an entry to the log and sends it if there is a link. Gives its number. */
  send(entry) {
    const bytes = encode(entry, { ignoreUndefined: true });

    this.#unacknowledged.set(++this.#sent, bytes);

    if (this.#welcomed) {
      this.#entries(this.#sent, [bytes]);
    }

    return this.#sent;
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

  #hello() {
    const { session } = this.#options;

    this.#message({
      hello: {
        client: this.#key,
        session,
        link: this.#links,
        resume: this.#epoch && {
          epoch: this.#epoch,
          since: this.#since,
          received: this.#received,
        },
        agent: 'second-client/1.0',
        // A member that the server doesn't know.
        colour: 'blue',
      },
    });
  }

  #message(frame) {
    this.#socket.send(encode(frame, { ignoreUndefined: true }));
  }

  #entries(at, entries) {
    this.#acknowledged = this.#received;
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    this.#message({ entries: { at, ack: this.#received, entries } });
  }

  #frame(frame) {
    const [[name, content]] = Object.entries(frame);

    if (name === 'welcome') {
      this.#onWelcome(content);
    } else {
      this.#onEntries(content);
    }
  }

  #onWelcome(welcome) {
    this.welcome = welcome;

    if (welcome.resumed) {
      this.#acknowledge(welcome.received);
    } else {
      this.#since = this.#links;
      this.#startOver(this.#epoch === undefined);
    }

    this.#epoch = welcome.epoch;
    this.#welcomed = true;

    // Everything that the server hasn't received goes out again.
    for (const [number, bytes] of this.#unacknowledged) {
      this.#entries(number, [bytes]);
    }

    this.emit('welcome', welcome);
  }

  #startOver(first) {
    this.#received = 0;
    this.#slots.server.clear();

    if (first) {
      return;
    }

    this.#sent = 0;
    this.#unacknowledged.clear();
    this.#slots.own.clear();

    for (const { reject } of this.#calls.values()) {
      reject(new Error('lost'));
    }

    this.#calls.clear();
    this.objects.clear();
  }

  #acknowledge(number) {
    for (const key of this.#unacknowledged.keys()) {
      if (key <= number) {
        this.#unacknowledged.delete(key);
      }
    }
  }

  #onEntries({ at, ack, fresh = false, entries = [] }) {
    this.#acknowledge(ack);

    if (fresh) {
      this.#received = Math.max(this.#received, at - 1);
    }

    for (const [index, bytes] of entries.entries()) {
      const number = at + index;

      if (number <= this.#received) {
        continue;
      }
      if (number !== this.#received + 1) {
        this.emit('error', new Error(`a gap: ${this.#received}, ${number}`));
        this.#socket.close(4000);

        return;
      }

      this.#received = number;
      this.#entry(number, decode(bytes));
    }

    if (this.#received - this.#acknowledged >= ACK_ENTRIES) {
      this.#entries(0, []);
    } else if (this.#received > this.#acknowledged) {
      this.#ackTimer ??= setTimeout(() => this.#entries(0, []), ACK_MS);
    }
  }

  #entry(number, entry) {
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

/** What an event says of its object. */
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

/** What an answer holds. */
function held(reply) {
  if (reply === 'done') {
    return undefined;
  }

  const [[name, content]] = Object.entries(reply);

  return name === 'value' ? JSON.parse(content) : content;
}
