'use strict';

/**
 * Listeners to the exit of the process and to the signals that end it. Connections to servers register here;
 * at the end of the process each one sends its server a goodbye, so that the server doesn't keep the session
 * for a client that is gone. No listener is installed while there is no connection.
 */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** @type {Set<{ goodbye(): void }>} */
const connections = new Set();

/**
 * Marks listeners of this package's own, of whichever instance: they don't keep a signal from ending
 * the process.
 */
const OWN = Symbol.for('remote-mediasoup.ownListener');

markOwn(onSignal);

function markOwn(listener) {
  listener[OWN] = true;
}

/** Each Worker and each instance of this package listens; Node warns of the eleventh listener. */
function makeRoomForListener() {
  const listeners = process.getMaxListeners();
  if (listeners >= 10) process.setMaxListeners(listeners + 1);
}

/** Has a connection say goodbye when the process ends. */
function add(connection) {
  if (connections.size === 0) {
    makeRoomForListener();
    process.on('exit', sayGoodbye);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  connections.add(connection);
}

function remove(connection) {
  if (!connections.delete(connection) || connections.size > 0) return;
  process.removeListener('exit', sayGoodbye);
  for (const signal of SIGNALS) process.removeListener(signal, onSignal);
}

function sayGoodbye() {
  for (const connection of [...connections]) connection.goodbye();
}

/**
 * A signal that nobody else listens to ends the process, as it would without us. Whoever listens
 * decides for himself; a process that exits then says goodbye, too.
 */
function onSignal(signal) {
  const others = process
    .listeners(signal)
    .some((listener) => listener[OWN] !== true);
  if (others) return;
  sayGoodbye();
  process.removeListener(signal, onSignal);
  // All listeners of this signal have had their turn then.
  setImmediate(() => {
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  });
}

exports.add = add;
exports.makeRoomForListener = makeRoomForListener;
exports.markOwn = markOwn;
exports.remove = remove;
