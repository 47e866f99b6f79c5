'use strict';

/**
 * `connect()`, which resolves with an object like the module mediasoup whose Workers run on a server, and the
 * module's `createWorker()`, which uses the server named in `REMOTE_MEDIASOUP_URL` or else this machine.
 * `index.js` exports both.
 */

const { Connection } = require('./Connection');
const { createWorker: createLocalWorker } = require('../local/createWorker');
const { EnhancedEventEmitter } = require('../enhancedEvents');
const { environment, settingsOf } = require('./settings');
const { observer, workers } = require('../openWorkers');
const commonExports = require('../commonExports');

/** The connection of the module itself, which the environment asks for. */
let own;

/**
 * Connects to a server.
 *
 * @param {string | URL} [url] of the server. Without one it is the server that the environment names,
 *   over the very connection that the module's `createWorker()` uses
 * @param {object} [options]
 * @returns {Promise<object>} what `require('mediasoup')` has, for the Workers of that server
 */
async function connect(url, options) {
  if (url === undefined) return connectByEnvironment();
  const connection = new Connection(settingsOf(url, options), {
    observer: options?.observer ?? new EnhancedEventEmitter(),
    workers: [],
  });
  return moduleOf(await ready(connection));
}

async function connectByEnvironment() {
  const connection = ownConnection();
  if (!connection) {
    throw new TypeError(
      'connect() needs the URL of a server, as an argument or in REMOTE_MEDIASOUP_URL',
    );
  }
  return moduleOf(await ready(connection));
}

/** A connection that can't be had is given up. */
async function ready(connection) {
  try {
    await connection.ready();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** The connection that the environment asks for, made when it is first needed. */
function ownConnection() {
  if (own?.isClosed === false) return own;
  const settings = environment();
  own = settings && new Connection(settings, { observer, workers });
  return own;
}

/** An object that can stand for mediasoup. Its members may be replaced, as those of a module. */
function moduleOf(connection) {
  return {
    ...commonExports,
    observer: connection.observer,
    createWorker: async (options = undefined) =>
      connection.createWorker(options),
    workers: connection.workers,
    connection: connection.events,
    stats: () => connection.stats(),
    close: () => connection.close(),
  };
}

/**
 * Starts a Worker: on the server that the environment names, to which it connects at the first call,
 * or else on this machine.
 */
async function createWorker(options = undefined) {
  const connection = ownConnection();
  return connection
    ? connection.createWorker(options)
    : createLocalWorker(options);
}

exports.connect = connect;
exports.createWorker = createWorker;
exports.moduleOf = moduleOf;
