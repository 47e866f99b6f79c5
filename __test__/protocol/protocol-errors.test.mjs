/**
 * Tests of protocol errors against a real server (the binary `remote-mediasoup`): a raw client sends invalid
 * WebSocket frames, messages and entries. Each must close that client's link, with code 4000 where the WebSocket
 * itself is intact, and leave a second client of the same session untouched.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { encode } from '@msgpack/msgpack';
import { routerOf, serverFor } from './support.mjs';

const { server, client } = await serverFor({ after });

/** Another client, in the same session; it must not notice anything. */
let witness;
let closedWith;
let place;

before(async () => {
  witness = client({ session: 'shared' });
  await witness.connect();
  place = await routerOf(witness);
  witness.on('closed', (code) => (closedWith = code));
});

async function witnessIsWell() {
  assert.equal(closedWith, undefined);

  const dump = await witness.call(place.router, 'dump');

  assert.ok(Array.isArray(dump.transportIds));
}

const entries = (...list) =>
  encode({ entries: { at: 1, ack: 0, entries: list } });

/** A WebSocket frame's header as a client sends it: masked with zeros. */
function header(opcode, length) {
  const bytes = Buffer.alloc(14);

  bytes[0] = 0x80 | opcode;
  bytes[1] = 0x80 | 127;
  bytes.writeBigUInt64BE(BigInt(length), 2);

  return bytes;
}

/** Messages, and the close codes that they may have (`undefined`: any). */
const PROTOCOL_ERRORS = {
  'no MessagePack': [(one) => one.raw(Buffer.from([0xc1, 0xc1, 0xc1])), 4000],
  'random bytes': [
    (one) =>
      one.raw(
        Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 7919) % 256)),
      ),
    4000,
  ],
  'an empty message': [(one) => one.raw(Buffer.alloc(0)), 4000],
  'half of a frame': [
    (one) => one.raw(entries(encode('leave'), encode('leave')).subarray(0, 20)),
    4000,
  ],
  'a frame that announces 4 GiB': [
    (one) => one.raw(Buffer.from([0xc6, 0xff, 0xff, 0xff, 0xff, 1, 2])),
    4000,
  ],
  'an array of 4 billion': [
    (one) => one.raw(Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff, 1, 2])),
    4000,
  ],
  'maps within maps, 100,000 of them': [
    (one) =>
      one.raw(
        Buffer.concat([Buffer.alloc(200_000, Buffer.from([0x81, 0xa0]))]),
      ),
    4000,
  ],
  'an unknown frame': [(one) => one.raw(encode({ greetings: {} })), 4000],
  'a text message': [
    (one) => one.raw('{"entries":{}}', { binary: false }),
    4000,
  ],
  'an entry that is not MessagePack': [
    (one) => one.raw(entries(Buffer.from([0xc1]))),
    4000,
  ],
  'half of an entry': [
    (one) => one.raw(entries(encode({ close: { target: 1 } }).subarray(0, 9))),
    4000,
  ],
  'an unknown entry': [(one) => one.send({ applaud: { loudly: true } }), 4000],
  'a gap in the numbers': [
    (one) =>
      one.raw(
        encode({ entries: { at: 7, ack: 0, entries: [encode('leave')] } }),
      ),
    4000,
  ],
  'an acknowledgement of what was never sent': [
    (one) => one.raw(encode({ entries: { at: 1, ack: 999_999, entries: [] } })),
    4000,
  ],
  'a slot that holds nothing': [
    (one) => one.send({ appData: { id: 1, value: 77 } }),
    4000,
  ],
  'a slot beyond the last': [
    (one) => one.send({ define: { slot: 70_000, text: '1' } }),
    4000,
  ],
  'a message that is too long': [
    (one) =>
      one.tcp.write(Buffer.concat([header(2, 1 << 30), Buffer.alloc(1 << 16)])),
    undefined,
  ],
  'a WebSocket frame with a reserved opcode': [
    (one) => one.tcp.write(header(11, 1)),
    undefined,
  ],
  'half a message, and the end': [
    (one) => one.tcp.end(Buffer.concat([header(2, 100), Buffer.alloc(50)])),
    undefined,
  ],
};

for (const [what, [send, code]] of Object.entries(PROTOCOL_ERRORS)) {
  test(what, async () => {
    const one = client({ session: 'shared' });

    await one.connect();

    const closed = once(one, 'closed');

    send(one);

    const [given] = await closed;

    if (code !== undefined) {
      assert.equal(given, code);
    }

    await witnessIsWell();
  });
}

test('an unknown command has a clear error', async () => {
  for (const command of ['flyToTheMoon', { flyToTheMoon: { fast: true } }]) {
    await assert.rejects(witness.call(place.router, command), (error) => {
      assert.equal(error.class, 'UnsupportedError');
      assert.match(error.message, /flyToTheMoon/);

      return true;
    });
  }

  await witnessIsWell();
});

test('a command that the object does not have, an object that is not there, wrong options', async () => {
  await assert.rejects(witness.call(place.router, 'restartIce'));
  await assert.rejects(witness.call(4_000_000, 'dump'), {
    class: 'NotFoundError',
  });
  await assert.rejects(
    witness.call(place.router, { createWebRtcTransport: { listenInfos: 7 } }),
    {
      class: 'TypeError',
    },
  );
  await witnessIsWell();
});

test('unknown members are ignored, of frames, entries and commands', async () => {
  const one = client();

  await one.connect();
  one.raw(
    encode({
      entries: {
        at: 1,
        ack: 0,
        mood: 'good',
        entries: [
          encode({
            call: {
              target: 0,
              command: { createWorker: { colour: 'blue' } },
              priority: 3,
            },
          }),
        ],
      },
    }),
  );
  await one.until(() => one.all('worker').length === 1);
  one.cut();
});

test(
  '10,000 wrong tokens are refused, and nobody waits for them',
  { timeout: 120_000 },
  async () => {
    const { request } = await import('node:https');
    const { Agent } = await import('node:https');
    const { readFileSync } = await import('node:fs');
    const agent = new Agent({
      keepAlive: true,
      maxSockets: 32,
      ca: readFileSync(server.ca),
    });
    let left = 10_000;
    const one = () =>
      new Promise((resolve, reject) => {
        const asked = request(server.url.replace('wss:', 'https:'), {
          agent,
          headers: {
            Connection: 'Upgrade',
            Upgrade: 'websocket',
            'Sec-WebSocket-Version': '13',
            'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
            'Sec-WebSocket-Protocol': 'remote-mediasoup.v1',
            Authorization: `Bearer wrong ${left}`,
          },
        });

        asked.on('response', (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode));
        });
        asked.on('error', reject);
        asked.end();
      });
    const lane = async () => {
      while (left-- > 0) {
        assert.equal(await one(), 401);
      }
    };
    const lanes = Promise.all(Array.from({ length: 32 }, lane));

    await witnessIsWell();
    await lanes;
    agent.destroy();
    await witnessIsWell();
  },
);
