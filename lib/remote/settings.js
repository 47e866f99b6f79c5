'use strict';

/**
 * Settings of a connection to a server, from the arguments of `connect()` and the `REMOTE_MEDIASOUP_*`
 * variables. `connect()`, `RemoteMediasoupClient` and the doctor call it; it returns checked `Settings`, or
 * throws a TypeError that names the option or variable.
 */

const { EventEmitter } = require('node:events');
const { verticalOf, verticalOfEnvironment } = require('../verticalOption');

/** Milliseconds that a command waits for a server that can't be reached. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The most that a timer takes, in milliseconds. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * @typedef {object} Settings
 * @property {string} url `ws:` or `wss:`
 * @property {string} [token] who we are
 * @property {string} [session] its name; none is a session of this connection alone
 * @property {string} [ca] path of a PEM file with the certificates to trust instead of the system's
 * @property {string} [cert] path of a PEM file with our own certificate, where the server asks for one
 * @property {string} [key] path of a PEM file with its key
 * @property {number} requestTimeoutMs
 * @property {boolean | object} [vertical] whether its Workers may be several processes each; what the
 *   server says otherwise
 */

/**
 * The settings of a connection to a given server. Those of the environment that say whom to trust,
 * how long to wait and what a Worker is are the defaults; its token and its session are of its own
 * server alone.
 *
 * @param {string | URL} url
 * @param {object} [options]
 * @returns {Settings}
 */
function settingsOf(url, options = {}, env = process.env) {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('options must be an object');
  }
  const {
    token,
    session,
    ca = env.REMOTE_MEDIASOUP_CA || undefined,
    cert,
    key,
    requestTimeoutMs = requestTimeoutOf(env),
    vertical,
    observer,
  } = options;
  if (observer !== undefined && !(observer instanceof EventEmitter)) {
    throw new TypeError('options.observer must be an EventEmitter');
  }
  return {
    url: checkedUrl(url, 'url'),
    token: checkedText(token, 'options.token'),
    session: checkedText(session, 'options.session'),
    ca: checkedText(ca, 'options.ca'),
    cert: checkedText(cert, 'options.cert'),
    key: checkedText(key, 'options.key'),
    requestTimeoutMs: checkedTimeout(
      requestTimeoutMs,
      'options.requestTimeoutMs',
    ),
    vertical:
      verticalOf(vertical, 'options.vertical') ?? verticalOfEnvironment(env),
  };
}

/**
 * The settings of the environment, `REMOTE_MEDIASOUP_*`.
 *
 * @returns {Settings | undefined} `undefined` if it names no server
 */
function environment(env = process.env) {
  const url = env.REMOTE_MEDIASOUP_URL;
  if (!url) return undefined;
  return {
    url: checkedUrl(url, 'REMOTE_MEDIASOUP_URL'),
    token: env.REMOTE_MEDIASOUP_TOKEN || undefined,
    session: env.REMOTE_MEDIASOUP_SESSION || undefined,
    ca: env.REMOTE_MEDIASOUP_CA || undefined,
    cert: env.REMOTE_MEDIASOUP_CERT || undefined,
    key: env.REMOTE_MEDIASOUP_KEY || undefined,
    requestTimeoutMs: requestTimeoutOf(env),
    vertical: verticalOfEnvironment(env),
  };
}

function requestTimeoutOf(env) {
  const text = env.REMOTE_MEDIASOUP_REQUEST_TIMEOUT;
  if (!text) return REQUEST_TIMEOUT_MS;
  return checkedTimeout(Number(text), 'REMOTE_MEDIASOUP_REQUEST_TIMEOUT');
}

/** A URL's words aren't repeated in errors: there may be a password among them. */
function checkedUrl(url, name) {
  if (typeof url !== 'string' && !(url instanceof URL)) {
    throw new TypeError(`${name} must be a string or a URL`);
  }
  const parsed = URL.parse?.(url) ?? parse(url);
  if (!parsed || !['ws:', 'wss:'].includes(parsed.protocol)) {
    throw new TypeError(
      `${name} must be the URL of a WebSocket: wss://host or ws://host, with a port if it isn't 443 or 80`,
    );
  }
  if (parsed.username || parsed.password) {
    throw new TypeError(
      `${name} must not contain a password: a token is given in options.token or REMOTE_MEDIASOUP_TOKEN`,
    );
  }
  parsed.hash = '';
  return parsed.href;
}

function parse(url) {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function checkedText(text, name) {
  if (text === undefined || text === null) return undefined;
  if (typeof text !== 'string' || text === '') {
    throw new TypeError(`${name} must be a string that isn't empty`);
  }
  return text;
}

function checkedTimeout(ms, name) {
  if (typeof ms !== 'number' || !(ms > 0) || ms > MAX_TIMEOUT_MS) {
    throw new TypeError(
      `${name} must be a number of milliseconds, up to ${MAX_TIMEOUT_MS}`,
    );
  }
  return Math.ceil(ms);
}

exports.environment = environment;
exports.settingsOf = settingsOf;
