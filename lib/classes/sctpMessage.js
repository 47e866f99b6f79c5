'use strict';

/**
 * Conversion of an application's data message (text or bytes) to the bytes and payload protocol id that SCTP
 * carries. `send()` of DataProducer and DataConsumer calls it.
 */

/** SCTP payload protocol ids of WebRTC (RFC 8831, section 8). */
const Ppid = { STRING: 51, BINARY: 53, STRING_EMPTY: 56, BINARY_EMPTY: 57 };

/**
 * A data message as it is sent: its bytes and its payload protocol id. SCTP can't carry an empty
 * message: a single byte stands for it, and the id says so.
 *
 * @param {string | Buffer} message
 * @param {number} [ppid]
 * @returns {{ data: Buffer, ppid: number }}
 */
function toMessage(message, ppid) {
  if (typeof message !== 'string' && !Buffer.isBuffer(message)) {
    throw new TypeError('message must be a string or a Buffer');
  }
  if (typeof ppid !== 'number') ppid = ppidOf(message);
  if (ppid === Ppid.STRING_EMPTY) return { data: Buffer.from(' '), ppid };
  if (ppid === Ppid.BINARY_EMPTY) return { data: Buffer.alloc(1), ppid };
  return {
    data: typeof message === 'string' ? Buffer.from(message) : message,
    // An id has 32 bits, whatever the number.
    ppid: ppid >>> 0,
  };
}

function ppidOf(message) {
  if (typeof message === 'string') {
    return message.length > 0 ? Ppid.STRING : Ppid.STRING_EMPTY;
  }
  return message.length > 0 ? Ppid.BINARY : Ppid.BINARY_EMPTY;
}

exports.toMessage = toMessage;
