/**
 * Load for the chaos test: 64 lanes, each with one command in flight at any time. A lane chooses its objects'
 * ids, so that a command that is executed twice fails, and compares what the server reports with what it has
 * made.
 */
import assert from 'node:assert/strict';
import { rtpPacket } from '../differential/media.js';
import { audioSource } from '../support/rtp.mjs';

export const LANES = 64;

const MAX_DATA_PRODUCERS = 6;
const MAX_STREAMS = 3;

/** Of all streams, with room for each lane's. */
const FIRST_SSRC = 1_000_000;
const SSRCS_PER_LANE = 100_000;

/** Score of a stream when its first packet comes. */
const FIRST_SCORE = 10;

export class Load {
  #random;
  #router;
  #lanes = [];
  #going = true;

  constructor(router, random) {
    this.#router = router;
    this.#random = random;
  }

  /** Operations that have been answered. */
  get operations() {
    return this.#lanes.reduce((sum, lane) => sum + lane.operations, 0);
  }

  /** Pairs of what a lane expects and what was seen of its objects: see `Lane#tally()`. */
  get tallies() {
    return this.#lanes.map((lane) => lane.tally());
  }

  get lanes() {
    return this.#lanes;
  }

  async prepare() {
    this.#lanes = await Promise.all(
      Array.from({ length: LANES }, (_, number) =>
        Lane.make(number, this.#router, this.#random),
      ),
    );
  }

  /** Runs until `stop()`; resolves when all calls have settled. */
  async run() {
    await Promise.all(this.#lanes.map((lane) => lane.run(() => this.#going)));
  }

  stop() {
    this.#going = false;
  }

  /** Checks that the server has exactly the objects of the lanes: none twice, none lost. */
  async check() {
    const { transportIds } = await this.#router.dump();

    assert.deepEqual(
      [...transportIds].sort(),
      this.#lanes.flatMap((lane) => lane.transportIds).sort(),
    );
    await Promise.all(this.#lanes.map((lane) => lane.check()));
  }
}

class Lane {
  #number;
  #router;
  #random;
  #transport;
  #producer;
  #consumer;
  #messages;
  #receiver;
  #dataProducers = new Map();
  #others = [];
  #made = 0;
  #toggles = 0;
  #sent = 0;
  /** Producers with a Consumer each that have got their score, the oldest first. */
  #streams = [];
  #streamsMade = 0;
  /** Emitted scores, by id. */
  #scores = new Map();
  #seen = { producer: [], consumer: [], messages: 0 };

  operations = 0;

  static async make(number, router, random) {
    const lane = new Lane();

    lane.#number = number;
    lane.#router = router;
    lane.#random = random;
    lane.#transport = await router.createDirectTransport({
      appData: { lane: number },
    });

    const [producer, messages] = await Promise.all([
      lane.#transport.produce(source(number)),
      lane.#transport.produceData({ id: `messages ${number}` }),
    ]);
    const [consumer, receiver] = await Promise.all([
      lane.#transport.consume({
        producerId: producer.id,
        rtpCapabilities: router.rtpCapabilities,
      }),
      lane.#transport.consumeData({ dataProducerId: messages.id }),
    ]);

    lane.#producer = producer;
    lane.#consumer = consumer;
    lane.#messages = messages;
    lane.#receiver = receiver;
    lane.#listen();

    return lane;
  }

  get transportIds() {
    return [this.#transport, ...this.#others].map(({ id }) => id);
  }

  async run(isGoing) {
    while (isGoing()) {
      await this.#something();
      ++this.operations;
    }
  }

  async check() {
    const { dataProducerIds } = await this.#transport.dump();

    assert.deepEqual(
      [...dataProducerIds].sort(),
      [this.#messages.id, ...this.#dataProducers.keys()].sort(),
    );
  }

  /** Counts of operations, and of those that were observed. */
  tally() {
    return {
      producerId: this.#producer.id,
      consumerId: this.#consumer.id,
      expected: { toggles: this.#toggles, messages: this.#sent },
      seen: {
        producer: this.#seen.producer.length,
        consumer: this.#seen.consumer.length,
        messages: this.#seen.messages,
      },
      scores: this.#scores,
    };
  }

  #listen() {
    const { producer, consumer } = this.#seen;

    // Each event must be the other one than the last: none twice, none left out.
    const note = (list, object, member, value) => () => {
      assert.equal(object[member], value, 'what is read agrees with the event');
      assert.equal(list.length % 2 === 0, value, 'no event twice or left out');
      list.push(value);
    };

    this.#producer.observer.on(
      'pause',
      note(producer, this.#producer, 'paused', true),
    );
    this.#producer.observer.on(
      'resume',
      note(producer, this.#producer, 'paused', false),
    );
    this.#consumer.on(
      'producerpause',
      note(consumer, this.#consumer, 'producerPaused', true),
    );
    this.#consumer.on(
      'producerresume',
      note(consumer, this.#consumer, 'producerPaused', false),
    );
    this.#receiver.on('message', (message) => {
      assert.equal(Number(String(message)), this.#seen.messages++);
    });

    for (const object of [this.#producer, this.#consumer, this.#receiver]) {
      for (const emitter of [object, object.observer]) {
        emitter.on('listenererror', (_event, error) => {
          throw error;
        });
      }
    }
  }

  async #something() {
    switch (this.#random.below(11)) {
      case 0:
      case 1:
        return this.#produceData();
      case 2:
        return this.#closeOne();
      case 3:
      case 4:
        return this.#toggle();
      case 5:
      case 6:
        return this.#send();
      case 7:
        return this.#transports();
      case 8:
        return this.check();
      case 9:
        return this.#stream();
      default:
        return this.#ask();
    }
  }

  async #produceData() {
    if (this.#dataProducers.size === MAX_DATA_PRODUCERS) {
      return;
    }

    const id = `lane ${this.#number} item ${++this.#made}`;
    const dataProducer = await this.#transport.produceData({
      id,
      label: id,
      appData: { id },
    });

    assert.equal(dataProducer.id, id, 'the answer is the one to this call');
    assert.equal(dataProducer.label, id);
    assert.deepEqual(dataProducer.appData, { id });
    this.#dataProducers.set(id, dataProducer);
  }

  async #closeOne() {
    const [id] = this.#dataProducers.keys();

    if (id === undefined) {
      return this.#ask();
    }

    this.#dataProducers.get(id).close();
    this.#dataProducers.delete(id);

    return this.check();
  }

  async #toggle() {
    ++this.#toggles;

    if (this.#producer.paused) {
      await this.#producer.resume();
      assert.equal(this.#producer.paused, false);
    } else {
      await this.#producer.pause();
      assert.equal(this.#producer.paused, true);
    }
  }

  async #send() {
    this.#messages.send(String(this.#sent++));

    return this.#ask();
  }

  /** A Producer whose first packet comes: it and its Consumer tell of a score, once each. */
  async #stream() {
    const number = ++this.#streamsMade;
    const ssrc = FIRST_SSRC + this.#number * SSRCS_PER_LANE + number;
    const id = `lane ${this.#number} stream ${number}`;
    const producer = await this.#transport.produce({
      ...audioSource(ssrc),
      id,
    });
    const consumer = await this.#transport.consume({
      producerId: id,
      rtpCapabilities: this.#router.rtpCapabilities,
    });
    const told = [producer, consumer].map((object) => {
      const scores = [];

      this.#scores.set(object.id, scores);
      object.on('score', (score) => {
        scores.push((score[0] ?? score).score);
        // In the midst of an event nobody waits for what is thrown.
        assert.deepEqual(scores, [FIRST_SCORE], `scores of ${object.id}`);
      });
      object.on('listenererror', (_event, error) => {
        throw error;
      });

      return scores;
    });

    // Packets are dropped while the link is away, as a network does.
    for (
      let sequenceNumber = 1;
      told.some(({ length }) => length === 0);
      ++sequenceNumber
    ) {
      producer.send(
        rtpPacket({
          payloadType: 111,
          ssrc,
          sequenceNumber,
          payload: Buffer.alloc(20),
        }),
      );
      await this.#ask();
    }

    this.#streams.push(producer);

    if (this.#streams.length > MAX_STREAMS) {
      this.#streams.shift().close();
    }
  }

  async #transports() {
    if (this.#others.length > 1) {
      this.#others.shift().close();
    } else {
      const appData = { lane: this.#number };
      const transport = await this.#router.createDirectTransport({ appData });

      assert.equal(transport.appData, appData);
      this.#others.push(transport);
    }
  }

  async #ask() {
    const dump = await this.#producer.dump();

    assert.equal(
      dump.id,
      this.#producer.id,
      'the answer is the one to this call',
    );
  }
}

function source(number) {
  return audioSource(1000 + number, { id: `producer ${number}` });
}
