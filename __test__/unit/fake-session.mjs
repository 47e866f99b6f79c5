/**
 * Fake of the addon's remote functions (those that Rust has for connections to servers), for tests of
 * `lib/remote` without a server. It records the calls of `lib/` in `calls`; by `tell()` a test gives items as
 * if a server had sent them.
 */
import { lib } from './support.mjs';

const { addon } = lib('seam/native');

const {
  AppDataChange,
  ErrorClass,
  EVENTS,
  HIGH,
  ItemKind,
  Level,
  PayloadKind,
} = lib('seam/numbers');
const { high, loggers: Logger } = JSON.parse(addon.seamTable());
const MORE = (high.more.mask << high.more.shift) * HIGH;

export const { ObjectKind: Kind } = lib('seam/numbers');

const number = (name) => EVENTS.indexOf(name);

/** An item that has JSON for its payload, unless another kind is given. */
const pack = (
  kind,
  low,
  { first = 0, second = 0, payload = PayloadKind.Json },
) =>
  ((kind << high.kind.shift) |
    (first << high.first.shift) |
    (second << high.second.shift) |
    (payload << high.payload.shift)) *
    HIGH +
  low;

/** Items of a server. */
export const items = {
  created: (
    kind,
    handle,
    { parent = handle, request = 0, id = '', appData = null } = {},
  ) => ({
    packed: pack(ItemKind.Created, handle, { first: kind }),
    payload: JSON.stringify([parent, request, null, id, appData]),
  }),
  reply: (request, value) => ({
    packed: pack(ItemKind.Reply, request, {
      payload: value === undefined ? PayloadKind.Nothing : PayloadKind.Json,
    }),
    payload: JSON.stringify(value),
  }),
  replyObject: (request, handle) => ({
    packed: pack(ItemKind.Reply, request, { payload: PayloadKind.Object }),
    payload: handle,
  }),
  reject: (request, message, errorClass = ErrorClass.WorkerClosedError) => ({
    packed: pack(ItemKind.Reply, request, { first: errorClass }),
    payload: message,
  }),
  emission: (handle, event, observer, argument) => ({
    packed: pack(ItemKind.Emission, handle, {
      first: number(event),
      second: number(observer),
      payload: argument === undefined ? PayloadKind.Nothing : PayloadKind.Json,
    }),
    payload: JSON.stringify(argument),
  }),
  trace: (handle, trace) => ({
    packed: pack(ItemKind.Emission, handle, {
      first: number('trace'),
      payload: PayloadKind.Trace,
    }),
    payload: JSON.stringify(trace),
  }),
  /** A line that a Worker's process logs. */
  warning: (worker, line) => ({
    packed: pack(ItemKind.Log, worker, {
      first: Logger.Worker,
      second: Level.Warn,
    }),
    payload: line,
  }),
  appData: (id, value) => ({
    packed: pack(ItemKind.AppData, 0, { first: AppDataChange.Content }),
    payload: JSON.stringify([id, value]),
  }),
  setAppData: (handle, id) => ({
    packed: pack(ItemKind.AppData, handle, {
      first: AppDataChange.Assignment,
    }),
    payload: JSON.stringify(id),
  }),
  link: (change) => ({
    packed: pack(ItemKind.Link, 0, {}),
    payload: JSON.stringify(change),
  }),
  connected: (outcome = 'first', draining = false) =>
    items.link({ state: 'connected', outcome, draining, agent: 'fake/1' }),
};

/** Of the hosts that tests have made. */
let numbers = 100;

/** Installs itself in place of the addon's functions, for the hosts that it makes. */
export class FakeSession {
  /** `[function, ...arguments]`, without the host's number. */
  calls = [];

  /** Hosts by number: their items, and the present one. */
  #hosts = new Map();

  #current;
  #wake;
  #requests = 1000;

  constructor() {
    const originals = { ...addon };

    for (const name of Object.keys(implementation)) {
      const remote = implementation[name].bind(undefined, this);

      addon[name] = (host, ...args) =>
        name === 'connect' || this.#hosts.has(host)
          ? remote(host, ...args)
          : originals[name](host, ...args);
    }
  }

  /** The calls of a function since the last look. */
  took(name) {
    const taken = this.calls.filter(([called]) => called === name);

    this.calls = this.calls.filter(([called]) => called !== name);

    return taken.map(([, ...args]) => args);
  }

  /** Has the server tell something, at once. */
  tell(...told) {
    this.#hosts.get(this.#current).incoming.push(...told);
    this.#wake();
  }

  /** Items of a renewed host. */
  afterRenewal = [];

  /** Items of a host that has been left. */
  afterDisconnect = [];

  /** JSON text of a member of an object. */
  reads = (handle, member) => JSON.stringify(`${member} of ${handle}`);

  newHost(wake) {
    const host = ++numbers;

    this.#hosts.set(host, { incoming: [], queue: [], item: undefined });
    this.#current = host;
    this.#wake = wake ?? this.#wake;

    return host;
  }

  host(number) {
    return this.#hosts.get(number);
  }

  nextRequest() {
    return ++this.#requests;
  }
}

/** The addon's functions. */
const implementation = {
  connect(fake, options, wake) {
    fake.calls.push(['connect', JSON.parse(options)]);

    return fake.newHost(wake);
  },
  renew(fake) {
    fake.calls.push(['renew']);

    const host = fake.newHost();

    fake.host(host).incoming.push(...fake.afterRenewal);

    return host;
  },
  receive(fake, number) {
    const host = fake.host(number);

    host.queue.push(...host.incoming.splice(0));

    return implementation.next(fake, number);
  },
  next(fake, number) {
    const host = fake.host(number);

    host.item = host.queue.shift();

    if (!host.item) return 0;

    return host.item.packed + (host.queue.length > 0 ? MORE : 0);
  },
  payload: (fake, number) => fake.host(number).item.payload,
  events: () => 0,
  error: () => null,
  flush() {},
  release() {},
  read: (fake, number, handle, member) => fake.reads(handle, member),
  request(fake, number, ...args) {
    const id = fake.nextRequest();

    fake.calls.push(['request', ...args, id]);

    return id;
  },
  requestWithAppData(fake, number, ...args) {
    const id = fake.nextRequest();

    fake.calls.push(['requestWithAppData', ...args, id]);

    return id;
  },
  appData: (fake, number, ...args) => fake.calls.push(['appData', ...args]),
  setAppData: (fake, number, ...args) =>
    fake.calls.push(['setAppData', ...args]),
  close(fake, number, handle) {
    fake.calls.push(['close', handle]);

    return [items.emission(handle, undefined, 'close').packed, 0];
  },
  disconnect(fake, number) {
    fake.calls.push(['disconnect', number]);
    fake
      .host(number)
      .incoming.push(...fake.afterDisconnect, items.link({ state: 'left' }));
  },
  goodbye(fake, number, timeoutMs) {
    fake.calls.push(['goodbye', timeoutMs]);

    return true;
  },
  linkStats: () =>
    JSON.stringify({ state: 'connected', lastError: 'no route' }),
};

/** Until all that was promised has run. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
