#!/usr/bin/env node
'use strict';
/**
 * Fake worker program that breaks the protocol of its channel (the pipe pair to Node), for
 * `faulty-workers.test.mjs`. The argument `--logTag=<behaviour>` names how: at once, or, if it begins with
 * "then-", after the program has reported that it runs and has got its first request.
 */
const fs = require('node:fs');
const path = require('node:path');
const { npmPackageRoot } = require('../support/reference.js');

const REQUESTS_FD = 3;
const ANSWERS_FD = 4;

const BEHAVIOURS = {
  /** Says nothing, and stays. */
  silence() {},

  /** Bytes that no FlatBuffers message begins with, in frames and without. */
  garbage() {
    say(frame(Buffer.alloc(64, 0xff)));
    say(Buffer.alloc(1000, 0xaa));
  },

  /** The beginning of a frame whose end never comes. */
  half() {
    say(frame(Buffer.alloc(100)).subarray(0, 20));
  },

  /** A frame that is longer than any message may be. */
  oversized() {
    const length = Buffer.alloc(4);

    length.writeUInt32LE(0xfffffff0);
    say(length);
  },

  /** A frame that is as long as it says, with nothing in it. */
  empty() {
    say(frame(Buffer.alloc(0)));
  },

  /** The channel is closed, the process stays. */
  closes() {
    fs.closeSync(REQUESTS_FD);
    fs.closeSync(ANSWERS_FD);
  },

  exit1: () => process.exit(1),
  exit42: () => process.exit(42),
  abort: () => process.abort(),
};

function main() {
  const [, wanted] = /--logTag=(\S+)/.exec(process.argv.join(' '));
  const [, then, behaviour] = /^(then-)?(.*)$/.exec(wanted);

  // Whatever it does, it stays until its channel closes.
  setInterval(() => {}, 60_000);

  // A channel that nobody reads any more is not a reason to die of SIGPIPE's error either.
  process.on('uncaughtException', () => {});

  if (!then) {
    BEHAVIOURS[behaviour]();

    return;
  }

  say(frame(runningNotification()));
  fs.read(REQUESTS_FD, Buffer.alloc(65536), 0, 65536, null, () =>
    BEHAVIOURS[behaviour](),
  );
}

/** The notification with which a worker says that it runs, made by npm's own code. */
function runningNotification() {
  const generated = path.join(npmPackageRoot, 'node', 'lib', 'fbs');
  const { Builder } = require('flatbuffers');
  const { Message, Body } = require(path.join(generated, 'message.js'));
  const { Notification, Event, Body: NotificationBody } = require(
    path.join(generated, 'notification.js'),
  );
  const builder = new Builder();
  const notification = Notification.createNotification(
    builder,
    builder.createString(String(process.pid)),
    Event.WORKER_RUNNING,
    NotificationBody.NONE,
    0,
  );

  builder.finish(
    Message.createMessage(builder, Body.Notification, notification),
  );

  return Buffer.from(builder.asUint8Array());
}

function frame(message) {
  const length = Buffer.alloc(4);

  length.writeUInt32LE(message.length);

  return Buffer.concat([length, message]);
}

function say(bytes) {
  fs.writeSync(ANSWERS_FD, bytes);
}

main();
