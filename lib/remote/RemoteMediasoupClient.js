'use strict';

/**
 * The class `RemoteMediasoupClient`: a connection to a server as a client object with `open()`, `readyState`
 * and events. Applications that prefer this form to `connect()` use it, and so does the doctor.
 */

const { Connection } = require('./Connection');
const { moduleOf } = require('./connect');
const { EnhancedEventEmitter } = require('../enhancedEvents');
const { settingsOf } = require('./settings');

/** As a WebSocket counts them. */
const ReadyState = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };

/**
 * Events: `mediasoup` with the module-like object when it is open, `connected` and `disconnected` when a link
 * begins and ends, `error` with an Error when a link is impossible, `close` at the end.
 */
class RemoteMediasoupClient extends EnhancedEventEmitter {
  static CONNECTING = ReadyState.CONNECTING;
  static OPEN = ReadyState.OPEN;
  static CLOSING = ReadyState.CLOSING;
  static CLOSED = ReadyState.CLOSED;

  #url;
  #options;
  #connection;
  #mediasoup;
  #opening;
  #isDestroyed = false;

  /** @param {string | URL | object} [options] given a URL, it opens at once */
  constructor(options = {}) {
    super();
    const isUrl = typeof options === 'string' || options instanceof URL;
    const { url, ...others } = isUrl ? { url: options } : options;
    this.#url = url;
    this.#options = others;
    // Listeners of `error` see the failure, too, if nobody awaits open().
    if (url !== undefined) this.open().catch(() => {});
  }

  /** `CONNECTING` also while a link that was lost is looked for. */
  get readyState() {
    if (!this.#connection) return ReadyState.CLOSED;
    return this.#connection.isLinked ? ReadyState.OPEN : ReadyState.CONNECTING;
  }

  /** Stand-in for the module mediasoup, from the first link on; `undefined` once closed. */
  get mediasoup() {
    return this.#mediasoup;
  }

  /**
   * Connects. Wrong arguments throw at once, so that the constructor does, too.
   *
   * @param {string | URL} [url] unless the constructor was given one
   * @returns {Promise<object>} `mediasoup`
   */
  open(url = this.#url) {
    if (this.#isDestroyed) throw new Error('the client is destroyed');
    if (this.#opening) return this.#opening;
    const connection = new Connection(settingsOf(url, this.#options), {
      observer: this.#options.observer ?? new EnhancedEventEmitter(),
      workers: [],
    });
    this.#url = url;
    this.#connection = connection;
    this.#follow(connection);
    this.#opening = this.#open(connection);
    return this.#opening;
  }

  async #open(connection) {
    try {
      await connection.ready();
    } catch (error) {
      // To be closed while it opens is not a failure.
      if (!connection.isClosed) this.#fail(error);
      connection.close();
      throw error;
    }
    if (connection.isClosed) throw new Error('the connection was closed');
    this.#mediasoup = moduleOf(connection);
    this.safeEmit('mediasoup', this.#mediasoup);
    return this.#mediasoup;
  }

  #follow(connection) {
    const { events } = connection;
    events.on('connected', (details) => this.safeEmit('connected', details));
    events.on('disconnected', (details) =>
      this.safeEmit('disconnected', details),
    );
    events.on('refused', (error) => {
      // open() reports the first link's refusal.
      if (!this.#mediasoup) return;
      this.#fail(error);
      connection.close();
    });
    events.on('closed', () => {
      if (connection !== this.#connection) return;
      this.#connection = undefined;
      this.#mediasoup = undefined;
      this.#opening = undefined;
      this.safeEmit('close');
    });
  }

  /** An `error` that nobody listens to isn't thrown: `open()` rejects, and Workers die. */
  #fail(error) {
    if (this.listenerCount('error') > 0) this.safeEmit('error', error);
  }

  /** Says goodbye: the Workers of a session without a name end. */
  close() {
    this.#connection?.close();
  }

  /** Closes it for good and forgets who listens. */
  destroy() {
    this.close();
    this.#isDestroyed = true;
    for (const eventName of this.eventNames()) {
      this.removeAllListeners(eventName);
    }
  }
}

exports.RemoteMediasoupClient = RemoteMediasoupClient;
