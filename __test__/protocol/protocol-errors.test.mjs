/**
 * Tests of protocol errors against a real server (the binary `remote-mediasoup`): a raw client sends invalid
 * WebSocket frames, messages and entries. Each must close that client's link, with code 4000 where the WebSocket
 * itself is intact, and leave a second client of the same session untouched.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
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
  const frame = Buffer.alloc(14);

  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | 127;
  frame.writeBigUInt64BE(BigInt(length), 2);

  return frame;
}

const bytes = (...list) => Buffer.from(list);

/** Messages, and the close codes that they may have (`undefined`: any). */
const MESSAGES = {
  'no MessagePack': bytes(0xc1, 0xc1, 0xc1),
  'random bytes': bytes(
    ...Array.from({ length: 999 }, (_, i) => (i * 7919) % 256),
  ),
  'an empty message': bytes(),
  'half of a frame': entries(encode('leave'), encode('leave')).subarray(0, 20),
  'a frame that announces 4 GiB': bytes(0xc6, 0xff, 0xff, 0xff, 0xff, 1, 2),
  'an array of 4 billion': bytes(0xdd, 0xff, 0xff, 0xff, 0xff, 1, 2),
  'maps within maps, 100,000 of them': Buffer.alloc(200_000, bytes(0x81, 0xa0)),
  'an unknown frame': encode({ greetings: {} }),
  'a text message': '{"entries":{}}',
  'an entry that is not MessagePack': entries(bytes(0xc1)),
  'half of an entry': entries(encode({ close: { target: 1 } }).subarray(0, 9)),
  'an unknown entry': entries(encode({ applaud: { loudly: true } })),
  'a gap in the numbers': encode({
    entries: { at: 7, ack: 0, entries: [encode('leave')] },
  }),
  'an acknowledgement of what was never sent': encode({
    entries: { at: 1, ack: 999_999, entries: [] },
  }),
  'a slot that holds nothing': entries(
    encode({ appData: { id: 1, value: 77 } }),
  ),
  'a slot beyond the last': entries(
    encode({ define: { slot: 70_000, text: '1' } }),
  ),
};

/** Treatments of the connection below the link, which ends in any way. */
const TREATMENTS = {
  'a message that is too long': (tcp) =>
    tcp.write(Buffer.concat([header(2, 1 << 30), Buffer.alloc(1 << 16)])),
  'a WebSocket frame with a reserved opcode': (tcp) => tcp.write(header(11, 1)),
  'half a message, and the end': (tcp) =>
    tcp.end(Buffer.concat([header(2, 100), Buffer.alloc(50)])),
};

/** Resolves with the code that the link of a client is closed with after `act`. */
async function closeCodeAfter(act) {
  const one = client({ session: 'shared' });

  await one.connect();

  const closed = once(one, 'closed');

  act(one);

  const [code] = await closed;

  await witnessIsWell();

  return code;
}

for (const [what, message] of Object.entries(MESSAGES)) {
  test(what, async () => {
    const binary = typeof message !== 'string';
    const code = await closeCodeAfter((one) => one.raw(message, { binary }));

    assert.equal(code, 4000);
  });
}

for (const [what, treat] of Object.entries(TREATMENTS)) {
  test(what, () => closeCodeAfter(({ tcp }) => treat(tcp)));
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
