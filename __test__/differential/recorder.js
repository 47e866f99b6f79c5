'use strict';
/**
 * Recorder of the differential test: scenarios give it steps to run on the module, and it records for each
 * step the outcome and, in their order, the events that every object and observer emitted meanwhile.
 * `record.js` sends the recording to `run.mjs`.
 *
 * Objects are watched from the moment in which their parent's observer announces them. A step ends when the
 * worker has sent all that belongs to it: a request is sent behind the step, and the channel (the pipe pair
 * to the worker process) keeps its order.
 */
const { once } = require('node:events');
const { setImmediate: nextTurn } = require('node:timers/promises');
const { Normalizer, byText } = require('./normalize.js');

/** Nothing that a scenario does takes this long; past it a step is recorded as hanging. */
const STEP_TIMEOUT_MS = 15_000;

/** Turns of the event loop that a message read from the channel needs at most to become events. */
const TURNS_PER_MESSAGE = 4;

/** Events of each class (without "Impl"), and those of its observer. */
const TRANSPORT_EVENTS = ['routerclose', 'listenserverclose', 'trace'];
const TRANSPORT_OBSERVER_EVENTS = [
  ...['close', 'newproducer', 'newconsumer'],
  ...['newdataproducer', 'newdataconsumer', 'trace'],
];
const ICE_AND_DTLS_EVENTS = [
  ...['icestatechange', 'iceselectedtuplechange'],
  ...['dtlsstatechange', 'sctpstatechange'],
];
const RTP_OBSERVER_OBSERVER_EVENTS = [
  ...['close', 'pause', 'resume', 'addproducer', 'removeproducer'],
];

const EVENTS = {
  Worker: {
    own: ['died', 'subprocessclose'],
    observer: ['close', 'newwebrtcserver', 'newrouter'],
  },
  WebRtcServer: {
    own: ['workerclose'],
    observer: ['close', 'webrtctransporthandled', 'webrtctransportunhandled'],
  },
  Router: {
    own: ['workerclose'],
    observer: ['close', 'newtransport', 'newrtpobserver'],
  },
  WebRtcTransport: {
    own: [...TRANSPORT_EVENTS, ...ICE_AND_DTLS_EVENTS],
    observer: [...TRANSPORT_OBSERVER_EVENTS, ...ICE_AND_DTLS_EVENTS],
  },
  PlainTransport: {
    own: [...TRANSPORT_EVENTS, 'tuple', 'rtcptuple', 'sctpstatechange'],
    observer: [
      ...TRANSPORT_OBSERVER_EVENTS,
      ...['tuple', 'rtcptuple', 'sctpstatechange'],
    ],
  },
  PipeTransport: {
    own: [...TRANSPORT_EVENTS, 'sctpstatechange'],
    observer: [...TRANSPORT_OBSERVER_EVENTS, 'sctpstatechange'],
  },
  DirectTransport: {
    own: [...TRANSPORT_EVENTS, 'rtcp'],
    observer: [...TRANSPORT_OBSERVER_EVENTS, 'rtcp'],
  },
  Producer: {
    own: ['transportclose', 'score', 'videoorientationchange', 'trace'],
    observer: [
      ...['close', 'pause', 'resume'],
      ...['score', 'videoorientationchange', 'trace'],
    ],
  },
  Consumer: {
    own: [
      ...['transportclose', 'producerclose', 'producerpause', 'producerresume'],
      ...['score', 'layerschange', 'trace', 'rtp'],
    ],
    observer: [
      ...['close', 'pause', 'resume', 'score', 'layerschange', 'trace', 'rtp'],
    ],
  },
  DataProducer: {
    own: ['transportclose'],
    observer: ['close', 'pause', 'resume'],
  },
  DataConsumer: {
    own: [
      ...['transportclose', 'dataproducerclose', 'dataproducerpause'],
      ...['dataproducerresume', 'message'],
      ...['sctpsendbufferfull', 'bufferedamountlow'],
    ],
    observer: ['close', 'pause', 'resume', 'message'],
  },
  AudioLevelObserver: {
    own: ['routerclose', 'volumes', 'silence'],
    observer: [...RTP_OBSERVER_OBSERVER_EVENTS, 'volumes', 'silence'],
  },
  ActiveSpeakerObserver: {
    own: ['routerclose', 'dominantspeaker'],
    observer: [...RTP_OBSERVER_OBSERVER_EVENTS, 'dominantspeaker'],
  },
};

/** Members to read of an object each time it emits: events and reads must agree. */
const STATE = [
  ...['closed', 'died', 'subprocessClosed'],
  ...['paused', 'producerPaused', 'dataProducerPaused'],
  ...['iceState', 'dtlsState', 'sctpState'],
];

/** Members that an answer changes, and their events. */
const PAUSED = /paused$/i;
const PAUSING = /(pause|resume)$/;

class Recorder {
  #normalizer;
  #steps = [];
  #events = [];
  #workers = new Set();
  #muted = new Set();
  #deaf = false;
  #isOrdered = true;

  /** @param {typeof import('mediasoup')} mediasoup - The module under test. */
  constructor(mediasoup) {
    const { UnsupportedError, WorkerClosedError, NotFoundError } =
      mediasoup.errors;

    this.#normalizer = new Normalizer({
      Error,
      TypeError,
      RangeError,
      SyntaxError,
      UnsupportedError,
      WorkerClosedError,
      NotFoundError,
    });
    this.#listen(mediasoup.observer, 'mediasoup.observer', ['newworker']);

    for (const event of ['unhandledRejection', 'uncaughtException']) {
      process.on(event, (error) =>
        this.note(`process ${event}`, this.#normalizer.error(error)),
      );
    }
  }

  get steps() {
    return this.#steps;
  }

  /**
   * Does something and records what came of it.
   *
   * @template T
   * @param {string} name
   * @param {object} [options]
   * @param {boolean} [options.settle] - Whether to wait until the workers have said everything.
   * @param {boolean} [options.ordered] - Whether the order of the events is compared. It can't be
   *   if it depends on how the worker's messages fall into reads. Then it isn't compared either
   *   whether an event that is about something else came before an object was paused.
   * @param {boolean} [options.events] - Whether events are recorded at all.
   * @param {() => T} action - What it returns, resolves with, throws or rejects with is recorded.
   * @returns {Promise<Awaited<T> | undefined>} Nothing if it failed.
   */
  async step(name, ...rest) {
    const [action, options = {}] = rest.reverse();
    const { settle = true, ordered = true, events = true } = options;

    if (settle) {
      // What a scenario did between its steps belongs in front of what this step does.
      await this.settle();
    }

    this.#normalizer.nextStep();
    this.#isOrdered = ordered;

    const { outcome, value } = await this.#outcome(action);

    this.note('step is done');

    if (settle) {
      await this.settle();
    }

    const seen = this.#events.splice(0);

    if (!ordered) {
      seen.sort(byText);
    }

    this.#steps.push({ step: name, outcome, events: events ? seen : [] });

    return value;
  }

  /** Like `step()` for several of the same kind: one step per property. */
  async cases(name, cases, action) {
    for (const [title, argument] of Object.entries(cases)) {
      await this.step(`${name}: ${title}`, () => action(argument));
    }
  }

  /** Adds something to the events of the current step. */
  note(what, ...values) {
    this.#events.push([
      what,
      ...values.map((value) => this.#normalizer.value(value)),
    ]);
  }

  /** No longer records an event, which then may be emitted any number of times. */
  mute(event) {
    this.#muted.add(event);
  }

  /** No longer records any event. */
  deaf() {
    this.#deaf = true;
  }

  /** No longer records the values of these properties, which are a matter of chance. */
  blur(...names) {
    this.#normalizer.blur(...names);
  }

  /** Waits for an event and gives its arguments. It must come after this call. */
  async event(emitter, name) {
    const signal = AbortSignal.timeout(STEP_TIMEOUT_MS);

    return once(emitter, name, { signal });
  }

  /** Waits until every worker has delivered what it had to say, or has ended. */
  async settle() {
    await Promise.allSettled(
      [...this.#workers].map((worker) =>
        worker.closed ? this.#processEnd(worker) : worker.dump(),
      ),
    );

    for (let turn = 0; turn < TURNS_PER_MESSAGE; ++turn) {
      await nextTurn();
    }
  }

  /** Closes every Worker and waits until their processes have ended. */
  async close() {
    for (const worker of this.#workers) {
      worker.close();
    }

    await this.settle();
  }

  async #processEnd(worker) {
    if (!worker.subprocessClosed) {
      await this.event(worker, 'subprocessclose');
    }
  }

  async #outcome(action) {
    let result;

    try {
      result = action();
    } catch (error) {
      return { outcome: { threw: this.#normalizer.error(error) } };
    }

    if (typeof result?.then !== 'function') {
      return {
        outcome: { returned: this.#normalizer.value(result) },
        value: result,
      };
    }

    let timer;
    const timeout = new Promise((resolve) => {
      timer = setTimeout(resolve, STEP_TIMEOUT_MS, { outcome: 'hangs' });
    });
    const settled = result.then(
      (value) => ({
        outcome: { resolved: this.#normalizer.value(value) },
        value,
      }),
      (error) => ({ outcome: { rejected: this.#normalizer.error(error) } }),
    );

    try {
      return await Promise.race([settled, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  #listen(emitter, label, events, target) {
    for (const event of events) {
      emitter.on(event, (...values) => {
        if (event.startsWith('new')) {
          this.#watch(values[0], target);
        }
        if (!this.#deaf && !this.#muted.has(event)) {
          this.note(`${label} ${event}`, ...values, this.#state(target, event));
        }
      });
    }

    emitter.on('listenererror', (event, error) =>
      this.note(`${label} listenererror`, event, error),
    );
  }

  #watch(object, owner) {
    const label = this.#normalizer.label(object, owner);
    const events = EVENTS[object.constructor.name.replace(/Impl$/, '')];

    if ('subprocessClosed' in object) {
      this.#workers.add(object);
    }

    this.#listen(object, label, events.own, object);
    this.#listen(object.observer, `${label}.observer`, events.observer, object);
  }

  #state(target, event) {
    const state = {};
    const names =
      this.#isOrdered || PAUSING.test(event)
        ? STATE
        : STATE.filter((name) => !PAUSED.test(name));

    for (const name of names) {
      if (target && name in target) {
        state[name] = target[name];
      }
    }

    return state;
  }
}

module.exports = { Recorder };
