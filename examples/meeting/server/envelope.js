'use strict';

/**
 * How a browser and this program speak, over a socket of socket.io, in EduMeet's
 * way: `request` with `{ method, data }`, answered by `(error, data)`, and
 * `notification` with the same, which nobody answers.
 */

/**
 * @param {import('socket.io').Socket} socket
 * @param {(method: string, data: object) => Promise<object | undefined>} handle
 */
function serveRequests(socket, handle) {
  socket.on('request', async (message, answer) => {
    if (typeof answer !== 'function') {
      return;
    }
    try {
      answer(null, await handle(message.method, message.data ?? {}));
    } catch (error) {
      answer(error.message);
    }
  });
}

/** @param {import('socket.io').Socket | import('socket.io').Server} target */
function notify(target, method, data) {
  target.emit('notification', { method, data });
}

module.exports = { notify, serveRequests };
