/**
 * Chaos test of cuts: a client runs commands on a server through a proxy, which cuts the link at random
 * bytes. A second client of the session, whose link is never cut, records what really happened; each command
 * must have been executed once, and each event must have come once and in order.
 */
import assert from 'node:assert/strict';
import { ProtocolClient } from '../protocol/client.mjs';
import { Proxy } from '../support/proxy.mjs';
import { mediaCodecs } from '../support/rtp.mjs';
import { TestServer } from '../support/server.mjs';
import { until } from '../support/until.mjs';
import { LANES, Load } from './load.mjs';
import { Random } from '../support/random.js';
import { connect } from '../../index.js';

const SESSION = 'chaos';

/** Bytes after which a cut comes: within a frame or some frames later. */
const CUT_WITHIN_BYTES = 24_000;
/** The handshakes of TCP, TLS, HTTP and the session are about so long. */
const GREETING_BYTES = 5000;
const MAX_DELAY_MS = 3;
const RECONNECT_TIMEOUT_MS = 60_000;
const SETTLE_TIMEOUT_MS = 60_000;

/**
 * @param {object} options
 * @param {number} options.seed
 * @param {number} options.cuts
 * @param {(line: string) => void} options.log
 */
export async function cutsUnderLoad({ seed, cuts, log }) {
  const random = new Random(seed);
  const server = await TestServer.start();
  const proxy = await Proxy.start({ target: server.port, random });
  const mediasoup = await connect(
    server.urlOf(proxy.port),
    server.options({ session: SESSION }),
  );
  const witness = new Witness(server);

  try {
    const worker = await mediasoup.createWorker();
    const router = await worker.createRouter({ mediaCodecs });
    const load = new Load(router, random);

    await witness.come();
    await load.prepare();

    const running = load.run();

    await Promise.race([
      running,
      cutAgainAndAgain({ proxy, mediasoup, random, cuts, log }),
    ]);
    load.stop();
    await running;
    await settled(load);
    await load.check();
    witness.agrees(load);

    const scores = witness.agreesOnScores(load);

    const stats = mediasoup.stats();

    log(
      `${proxy.cuts} cuts, ${load.operations} operations in ${LANES} lanes, ${scores} scores, ${JSON.stringify(stats)}`,
    );
    assert.ok(stats.resumed > 0, 'links were resumed');
    assert.equal(worker.closed, false);
    worker.close();
  } finally {
    await mediasoup.close();
    await witness.leave();
    await proxy.close();
    await server.stop();
  }
}

async function cutAgainAndAgain({ proxy, mediasoup, random, cuts, log }) {
  while (proxy.cuts < cuts) {
    await until(
      'a link',
      () => proxy.connected > 0 && mediasoup.stats().state === 'connected',
      RECONNECT_TIMEOUT_MS,
    );

    const before = proxy.cuts;
    const { resumed } = mediasoup.stats();
    const direction = random.pick(['up', 'down']);

    switch (random.below(8)) {
      case 0:
        // Whenever it happens to be.
        await turns(random.below(200));
        proxy.cut();
        break;
      case 1:
        // One direction is dead for a while before the other is.
        proxy.swallow({ [direction]: false });
        await turns(random.below(2000));
        proxy.cut();
        break;
      case 2:
        // Again, while the session comes back.
        proxy.cut();
        await connected(proxy);
        proxy.cutAfter(1 + random.below(GREETING_BYTES), direction);
        break;
      case 3:
        proxy.delayMs = random.below(MAX_DELAY_MS + 1);
        proxy.cutAfter(1 + random.below(CUT_WITHIN_BYTES), direction);
        break;
      default:
        proxy.cutAfter(1 + random.below(CUT_WITHIN_BYTES), direction);
    }

    await until('a cut', () => proxy.cuts > before, RECONNECT_TIMEOUT_MS);
    await until(
      'the session is resumed',
      () => mediasoup.stats().resumed > resumed,
      RECONNECT_TIMEOUT_MS,
    );

    if (Math.trunc(proxy.cuts / 100) > Math.trunc(before / 100)) {
      log(`${proxy.cuts} cuts`);
    }
  }
}

async function connected(proxy) {
  const before = proxy.accepted;

  await until(
    'a new link',
    () => proxy.accepted > before,
    RECONNECT_TIMEOUT_MS,
  );
}

/** Lets the event loop turn so often: shorter than any timer. */
async function turns(count) {
  for (let turn = 0; turn < count; ++turn) {
    await new Promise(setImmediate);
  }
}

/** Waits for events that are still on their way; more than expected is noticed as well. */
async function settled(load) {
  await until(
    'every event was seen',
    () =>
      load.tallies.every(
        ({ expected, seen }) =>
          seen.producer >= expected.toggles &&
          seen.consumer >= expected.toggles &&
          seen.messages >= expected.messages,
      ),
    SETTLE_TIMEOUT_MS,
  );

  for (const { expected, seen } of load.tallies) {
    assert.deepEqual(seen, {
      producer: expected.toggles,
      consumer: expected.toggles,
      messages: expected.messages,
    });
  }
}

/** Sees what happens on a link of its own that nobody cuts. */
class Witness {
  #client;
  #events = new Map();
  /** Scores by id: their objects may be gone when they are compared. */
  #scores = new Map();

  constructor(server) {
    this.#client = new ProtocolClient({
      url: server.url,
      token: server.token,
      ca: server.ca,
      session: SESSION,
    });
    this.#client.on('emission', ({ target, event, observer }) => {
      const name = event ?? observer;

      if (name === 'score') {
        const { id } = this.#client.objects.get(target);

        this.#scores.set(id, (this.#scores.get(id) ?? 0) + 1);
      }

      if (/pause$|resume$/.test(name)) {
        this.#list(target).push(name);
      }
    });
  }

  async come() {
    await this.#client.connect();
  }

  /** Each event that happened has been seen by the lanes, and no other one. */
  agrees(load) {
    const handles = new Map(
      [...this.#client.objects.values()].map(({ id, handle }) => [id, handle]),
    );

    for (const { producerId, consumerId, seen } of load.tallies) {
      for (const [id, count] of [
        [producerId, seen.producer],
        [consumerId, seen.consumer],
      ]) {
        const events = this.#list(handles.get(id));

        assert.equal(events.length, count, `events of ${id}`);
        assert.ok(
          events.every(
            (name, index) => /pause$/.test(name) === (index % 2 === 0),
          ),
          `order of ${id}: ${events}`,
        );
      }
    }
  }

  /** Checks that the lanes received exactly the emitted scores. */
  agreesOnScores(load) {
    const heard = load.tallies.flatMap(({ scores }) => [...scores]);

    assert.deepEqual(
      new Map(heard.map(([id, { length }]) => [id, length])),
      this.#scores,
    );

    return heard.length;
  }

  async leave() {
    this.#client.cut();
  }

  #list(handle) {
    if (!this.#events.has(handle)) {
      this.#events.set(handle, []);
    }

    return this.#events.get(handle);
  }
}
