'use strict';

/**
 * A program's connection to a server, with reconnects. `connect()` creates it. It makes Workers on the
 * server, holds the objects of the current session (a `RemoteHost`), replaces that when the server lost the
 * session, and emits the state of the link on `events`.
 */

const { readFile } = require('node:fs/promises');
const { addon: native } = require('../seam/native');
const { EnhancedEventEmitter } = require('../enhancedEvents');
const { Logger } = require('../Logger');
const { RemoteHost } = require('./RemoteHost');
const { HOST } = require('../seam/internalMembers');
const { WorkerImpl, defaultWorkerBin } = require('../classes/Worker');
const { addWorker, removeWorker } = require('../openWorkers');
const { verticalOf } = require('../verticalOption');
const exitListeners = require('../exitListeners');
const toJson = require('../seam/toJson');

const logger = new Logger('Session');

/** Time that the end of a process waits for its servers' acknowledgement, in milliseconds. */
const GOODBYE_MS = 500;

/** As long as a timer can be. */
const FOREVER_MS = 2 ** 31 - 1;

/** Events of a link that isn't the first. */
const OUTCOME_EVENTS = {
  resumed: 'resumed',
  rejoined: 'resynchronised',
  renewed: 'renewed',
};

/** `linkStats()` where there is no link. */
const NO_STATS = {
  state: 'closed',
  reconnects: 0,
  resumed: 0,
  resynchronised: 0,
  rejoined: 0,
  renewed: 0,
  inFlight: 0,
  waiting: 0,
  bytesSent: 0,
  bytesReceived: 0,
  lastError: null,
};

/**
 * A connection to a server: its session's Workers, and the link as applications see it.
 *
 * ```text
 *            open()                    link up
 *   (none) --------> connecting ---------------------> connected
 *     ^                  ^  |                            |    |
 *     |                  |  +--- refused ---> (none)     |    |
 *     |                  +---------- link down ----------+    |
 *     +------------------------ refused, close() -------------+
 * ```
 *
 * A connection that was refused opens again with the next createWorker(). Its `events`
 * tell of the link: `connected`, then `resumed`, `resynchronised` or `renewed` where it isn't the first;
 * `disconnected`, `draining`, `refused`, and `closed` by `close()`.
 */
class Connection {
  #settings;
  #observer;
  #workers;

  /** @type {RemoteHost | undefined} */
  #host;

  /** Host of the present epoch, which input wakes, also while it leaves. */
  #link;

  /** Goodbyes to say when the process ends, by the hosts whose goodbye isn't acknowledged yet. */
  #leaving = new Map();

  #isLinked = false;
  #isClosed = false;
  #isFailing = false;

  /** Handle that keeps the process alive while there is something to wait for. */
  #alive;

  /** Whoever waits for the first link: `{ resolve, reject }`. */
  #waiting = new Set();

  /** Of the link. */
  events = new EnhancedEventEmitter();

  /**
   * @param {import('./settings').Settings} settings
   * @param {{ observer: EnhancedEventEmitter, workers: object[] }} shown announcement of Workers, and
   *   listed
   */
  constructor(settings, { observer, workers }) {
    this.#settings = settings;
    this.#observer = observer;
    this.#workers = workers;
  }

  get isClosed() {
    return this.#isClosed;
  }

  /** Observer of its Workers. */
  get observer() {
    return this.#observer;
  }

  /** Its open Workers; those of the module itself may be among them. */
  get workers() {
    return this.#workers;
  }

  /** True if there is a link at this moment. */
  get isLinked() {
    return this.#isLinked;
  }

  /** The server, without what a URL may carry beside. */
  get #place() {
    const { protocol, host, pathname } = new URL(this.#settings.url);
    return `${protocol}//${host}${pathname}`;
  }

  /** Begins to connect. Throws for settings that can't work. */
  open() {
    if (this.#isClosed) throw new Error('the connection is closed');
    if (this.#host) return;
    const { vertical: _, ...settings } = this.#settings;
    const { session } = settings;
    logger.debug(
      `connecting [url:${this.#place}${session === undefined ? '' : `, session:${session}`}]`,
    );
    const link = { host: undefined };
    const number = native.connect(JSON.stringify(settings), () =>
      link.host.receive(),
    );
    link.host = new RemoteHost(number, this);
    this.#link = link;
    this.#host = link.host;
    this.#alive = setInterval(() => {}, FOREVER_MS).unref();
    exitListeners.add(this);
  }

  /** Resolves when there is a link; rejects when there can't be one, or not in time. */
  async ready() {
    this.open();
    if (this.#isLinked) return;
    const { requestTimeoutMs } = this.#settings;
    let waiting;
    let timer;
    try {
      await new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        this.#waiting.add(waiting);
        this.isBusy();
        timer = setTimeout(() => {
          const { lastError } = this.#linkStats();
          reject(
            new Error(
              `${this.#place} has been unreachable for ${requestTimeoutMs} ms${lastError ? `: ${lastError}` : ''}; check the server and the way to it with \`npx remote-mediasoup doctor\`, or raise requestTimeoutMs`,
            ),
          );
        }, requestTimeoutMs);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
      this.isIdle();
    }
  }

  /** `createWorker()` of mediasoup, on the server. */
  async createWorker({
    logLevel,
    logTags,
    rtcMinPort,
    rtcMaxPort,
    dtlsCertificateFile,
    dtlsPrivateKeyFile,
    workerBin,
    libwebrtcFieldTrials,
    vertical,
    appData,
  } = {}) {
    if (appData && typeof appData !== 'object') {
      throw new TypeError('if given, appData must be an object');
    }
    // The server's own binary is meant by ours; its files aren't ours at all.
    const settings = {
      logLevel,
      logTags,
      rtcMinPort,
      rtcMaxPort,
      dtlsCertificate: await read(dtlsCertificateFile),
      dtlsPrivateKey: await read(dtlsPrivateKeyFile),
      workerBin: workerBin === defaultWorkerBin ? undefined : workerBin,
      libwebrtcFieldTrials,
      vertical: verticalOf(vertical, 'vertical') ?? this.#settings.vertical,
    };
    const command = toJson.command('createWorker', settings);
    this.open();
    return this.#host.request(0, command, appData ?? undefined);
  }

  /** Statistics of the link and of the objects. */
  stats() {
    return {
      ...this.#linkStats(),
      workers: this.#workers.length,
      objects: this.#host?.objects.size ?? 0,
    };
  }

  #linkStats() {
    const text = this.#host ? native.linkStats(this.#host.number) : null;
    return text === null ? { ...NO_STATS } : JSON.parse(text);
  }

  /**
   * Says goodbye and closes what there is. The Workers of a session without a name end; those of one
   * with a name go on without us.
   */
  close() {
    if (this.#isClosed) return;
    logger.debug('close()');
    this.#isClosed = true;
    const error = new Error('the connection was closed');
    this.#end(error, (worker) => worker.close());
    this.events.safeEmit('closed');
  }

  /** The process ends. */
  goodbye() {
    if (this.#host) native.goodbye(this.#host.number, GOODBYE_MS);
  }

  /** A process that ends right after `close()` waits until the server has heard of it. */
  #partFrom(host) {
    const leaving = { goodbye: () => native.goodbye(host.number, GOODBYE_MS) };
    exitListeners.add(leaving);
    exitListeners.remove(this);
    this.#leaving.set(host, leaving);
  }

  /** The server has heard the goodbye of a host, or never will. */
  #hasLeft(host) {
    exitListeners.remove(this.#leaving.get(host));
    this.#leaving.delete(host);
  }

  /** All that the connection held ends. A listener may open it again at once. */
  #end(error, endWorker) {
    // What has come until now is still told.
    if (!this.#isFailing) this.#host?.receive();
    const host = this.#host;
    if (!host) return;
    this.#host = undefined;
    this.#link = undefined;
    this.#isLinked = false;
    clearInterval(this.#alive);
    this.#alive = undefined;
    this.#partFrom(host);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    host.leave(() => {
      for (const { reject } of waiting) reject(error);
      for (const worker of this.#workers.filter((it) => it[HOST] === host)) {
        endWorker(worker);
      }
    });
    host.rejectPending(error);
  }

  // What a RemoteHost tells.

  addWorker(worker) {
    addWorker(worker, this.#workers, this.#observer);
    this.isBusy();
  }

  removeWorker(worker) {
    removeWorker(worker, this.#workers);
    this.isIdle();
  }

  /** There is something to wait for. */
  isBusy() {
    this.#alive?.ref();
  }

  /** Something is over; the process may end if it was the last. */
  isIdle() {
    const host = this.#host;
    const isBusy =
      this.#waiting.size > 0 ||
      host?.pending.size > 0 ||
      this.#workers.some((worker) => worker[HOST] === host);
    if (!isBusy) this.#alive?.unref();
  }

  /** Something that a host told can't be done: from here on, it and its server know different things. */
  hostFails(host, error) {
    logger.error('protocol error:', error);
    if (host !== this.#host) return;
    // Later messages may depend on it.
    this.#isFailing = true;
    this.#linkIsRefused(`protocol error: ${error.message}`);
    this.#isFailing = false;
  }

  /** Handles an event of a host's link. A host that has been left only reports that it is done. */
  linkChanges(host, change) {
    if (change.state === 'left') this.#hasLeft(host);
    if (host !== this.#host) return;
    switch (change.state) {
      case 'connected':
        this.#linkIsUp(change);
        break;
      case 'disconnected':
        this.#linkIsDown(change);
        break;
      case 'refused':
        this.#linkIsRefused(change.reason);
        break;
      case 'draining':
        logger.debug(`the server leaves within ${change.withinMs} ms`);
        this.events.safeEmit('draining', { withinMs: change.withinMs });
        break;
    }
  }

  #linkIsUp({ outcome, draining, agent }) {
    this.#isLinked = true;
    if (outcome === 'renewed') this.#renew();
    if (outcome === 'rejoined') this.#host.resynchronises();
    this.#host?.linkIs(true);
    logger.debug(
      `connected [outcome:${outcome}, agent:${agent}, draining:${draining}]`,
    );
    for (const { resolve } of [...this.#waiting]) resolve();
    this.events.safeEmit('connected', { outcome, draining, agent });
    const name = OUTCOME_EVENTS[outcome];
    if (name !== undefined) this.events.safeEmit(name);
  }

  /** The session was lost: what it held has been told to be dead. What comes now is of another. */
  #renew() {
    const lost = this.#host;
    this.#host = new RemoteHost(native.renew(lost.number), this);
    this.#link.host = this.#host;
    this.#host.takeOver(lost);
    this.#host.receive();
    this.isIdle();
  }

  /** The link is lost, or another attempt has failed; only the former is an event. */
  #linkIsDown({ reason, retryInMs }) {
    if (!this.#isLinked) {
      logger.debug(`no link: ${reason} [retry in ${retryInMs} ms]`);
      return;
    }
    this.#isLinked = false;
    this.#host?.linkIs(false);
    logger.warn(`disconnected: ${reason} [retry in ${retryInMs} ms]`);
    this.events.safeEmit('disconnected', { reason, retryInMs });
  }

  /** There is no way back to the session. */
  #linkIsRefused(reason) {
    logger.error(`refused: ${reason}`);
    const error = new Error(`the server refused the connection: ${reason}`);
    this.#end(error, (worker) => WorkerImpl.die(worker, error));
    this.events.safeEmit('refused', error);
  }
}

/** A file of this machine, of which the server gets the content. mediasoup's worker words it so, too. */
async function read(file) {
  // As for a local Worker, what is not a string or empty is left out.
  if (typeof file !== 'string' || file === '') return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new TypeError('wrong settings');
  }
}

exports.Connection = Connection;
