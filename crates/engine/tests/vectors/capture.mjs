/**
 * Writes decode.json and encode.json: what npm mediasoup's JavaScript makes of messages, and the
 * messages that it makes of values.
 *
 *     MEDIASOUP_WORKER_BIN=... node crates/engine/tests/vectors/capture.mjs
 */
import * as fs from 'node:fs';
import { encoded } from './encoded.mjs';
import { forgedNotifications } from './forged-notifications.mjs';
import { forgedReplies } from './forged-replies.mjs';
import { meeting } from './meeting.mjs';
import { inputs, notifications, replies } from './recorder.mjs';

/** Packets come by the hundred; the first few of each kind will do. */
const PER_KIND = 4;

const people = await meeting();
const fromWorker = firstOfEachKind(notifications.splice(0));
forgedNotifications(people);
await forgedReplies(people);
people.worker.close();
write('decode.json', {
  replies,
  notifications: [...fromWorker, ...notifications],
});
write('encode.json', await encoded(new Map(inputs)));

function firstOfEachKind(vectors) {
  const seen = new Map();
  return vectors.filter(({ event, value }) => {
    const kind = `${event} ${value?.type}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    return seen.get(kind) <= PER_KIND;
  });
}

/** One vector per line. */
function write(name, groups) {
  const text = Object.entries(groups).map(([group, vectors]) => {
    const lines = vectors.map((vector) => JSON.stringify(vector, plain));
    return `"${group}": [\n${lines.join(',\n')}\n]`;
  });
  fs.writeFileSync(
    new URL(name, import.meta.url),
    `{\n${text.join(',\n')}\n}\n`,
  );
}

/** Values that JSON can't hold, as the Rust side shows them. */
function plain(_key, value) {
  if (typeof value === 'bigint') {
    return Number(value);
  }
  return ArrayBuffer.isView(value) ? [...value] : value;
}
