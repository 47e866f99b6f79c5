'use strict';
/**
 * Scenario of the differential test about the exports of the module, and those of its functions that need no
 * Worker. `record.js` runs it on npm's mediasoup and on this package; a difference between the two recordings
 * fails the test.
 */
const { createRequire } = require('node:module');
const path = require('node:path');
const fs = require('node:fs');

const SCALABILITY_MODES = [
  ...['L1T3', 'L3T2_KEY', 'S2T3', 'L30T3', 'L1T6', 'L99T99', 'L100T1'],
  ...['', 'foo', 'S0T3', 'L0T0', 'L1', 'T1', 'xL1T2', 'L2T3_KEY_SHIFT'],
  ...['l2t2', 'L2T3h', 'S3T3_key', ' L2T2'],
];

const EMITTER_METHODS = [
  ...['emit', 'safeEmit', 'on', 'off', 'once', 'addListener'],
  ...['prependListener', 'prependOnceListener', 'removeListener'],
  ...['removeAllListeners', 'listenerCount', 'listeners', 'rawListeners'],
];

/** Exports of ours alone. */
const ADDED = ['RemoteMediasoupClient', 'connect', 'workers'];

module.exports = async ({ mediasoup, step, cases }) => {
  await step('exports', () => describeExports(mediasoup));
  await step('keys of exports', () =>
    Object.keys(mediasoup)
      .filter((name) => !ADDED.includes(name))
      .sort(),
  );

  for (const name of ['errors', 'ortc', 'extras']) {
    await step(`exports of ${name}`, () => describeExports(mediasoup[name]));
  }

  await step('exports are writable', () => {
    const original = mediasoup.createWorker;

    mediasoup.createWorker = 'replaced';

    const replaced = mediasoup.createWorker;

    mediasoup.createWorker = original;

    return replaced;
  });
  await step('version', () => mediasoup.version);
  await step('workerBin is what the environment says', () => [
    typeof mediasoup.workerBin,
    mediasoup.workerBin === process.env.MEDIASOUP_WORKER_BIN,
  ]);
  await step('observer is an emitter without limit', () => [
    mediasoup.observer.constructor.name,
    mediasoup.observer instanceof mediasoup.extras.EnhancedEventEmitter,
    mediasoup.observer.getMaxListeners(),
  ]);

  for (const subpath of ['', '/errors', '/ortc', '/extras', '/types']) {
    await step(`subpath "${subpath}"`, () => requireSubpath(subpath));
  }

  await step('subpaths give the same objects', () => {
    const require = requireOfPackage();

    return ['errors', 'ortc', 'extras'].map((name) =>
      Object.entries(require(`/${name}`)).map(
        ([key, value]) => value === mediasoup[name][key],
      ),
    );
  });

  for (const mode of SCALABILITY_MODES) {
    await step(`parseScalabilityMode("${mode}")`, () =>
      mediasoup.parseScalabilityMode(mode),
    );
  }

  await cases(
    'parseScalabilityMode',
    { nothing: undefined, null: null, number: 12, object: {}, array: ['L2T2'] },
    (mode) => mediasoup.parseScalabilityMode(mode),
  );
  await step('getSupportedRtpCapabilities', () =>
    mediasoup.getSupportedRtpCapabilities(),
  );
  await step('getSupportedRtpCapabilities gives a copy', () => {
    const capabilities = mediasoup.getSupportedRtpCapabilities();

    capabilities.codecs.length = 0;
    capabilities.headerExtensions[0].uri = 'changed';

    const again = mediasoup.getSupportedRtpCapabilities();

    return [again.codecs.length, again.headerExtensions[0].uri];
  });

  await describeErrors(mediasoup, step);
  await describeEmitter(mediasoup, step);
  await cases(
    'setLogEventListeners',
    {
      nothing: undefined,
      null: null,
      'an empty object': {},
      'undefined listeners': {
        ondebug: undefined,
        onwarn: undefined,
        onerror: undefined,
      },
      'a listener that is not a function': { onwarn: 'foo' },
      'nothing again': undefined,
    },
    (listeners) => mediasoup.setLogEventListeners(listeners),
  );
};

function describeExports(exported) {
  return Object.fromEntries(
    Object.entries(exported)
      .filter(
        ([name]) =>
          name !== 'default' && name !== 'workerBin' && !ADDED.includes(name),
      )
      .map(([name, value]) => [
        name,
        typeof value === 'function'
          ? `function ${value.name}/${value.length} ${value.constructor.name}`
          : typeof value,
      ]),
  );
}

/** `require()` as from inside the module's own package, which Node lets refer to itself. */
function requireOfPackage() {
  const folder = packageFolder();
  const manifest = path.join(folder, 'package.json');
  const { name } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  const require = createRequire(manifest);

  return (subpath) => require(`${name}${subpath}`);
}

function packageFolder() {
  let folder = process.env.MEDIASOUP_UNDER_TEST;

  while (!fs.existsSync(path.join(folder, 'package.json'))) {
    folder = path.dirname(folder);
  }

  return folder;
}

function requireSubpath(subpath) {
  return Object.keys(requireOfPackage()(subpath))
    .filter((name) => !ADDED.includes(name))
    .sort();
}

async function describeErrors({ errors }, step) {
  for (const [name, ErrorClass] of Object.entries(errors)) {
    await step(`new ${name}()`, () => {
      const error = new ErrorClass('some message');

      return [
        error,
        Object.keys(error),
        Object.prototype.toString.call(error),
        error.stack.split('\n')[0],
        String(error),
        // The constructor itself must not be the first place that a stack shows.
        error.stack.split('\n')[1].includes(`new ${name}`),
      ];
    });
    await step(`new ${name}() without a message`, () => new ErrorClass());
  }
}

async function describeEmitter({ extras }, step) {
  const { EnhancedEventEmitter, enhancedOnce } = extras;

  await step('EnhancedEventEmitter methods', () => [
    EMITTER_METHODS.map((name) => [
      name,
      typeof EnhancedEventEmitter.prototype[name],
      EnhancedEventEmitter.prototype[name].length,
    ]),
    Object.getPrototypeOf(EnhancedEventEmitter).name,
  ]);
  await step('EnhancedEventEmitter has no limit of listeners', () =>
    new EnhancedEventEmitter().getMaxListeners(),
  );
  await step('chaining', () => {
    const emitter = new EnhancedEventEmitter();
    const listener = () => {};

    return ['on', 'off', 'addListener', 'prependListener', 'once']
      .concat('prependOnceListener', 'removeListener', 'removeAllListeners')
      .map((method) => emitter[method]('event', listener) === emitter);
  });
  await step('removeAllListeners()', () => {
    const emitter = new EnhancedEventEmitter();
    const count = () => [
      emitter.listenerCount('one'),
      emitter.listenerCount('two'),
    ];

    emitter.on('one', () => {});
    emitter.on('two', () => {});

    const counts = [count()];

    for (const event of ['one', undefined]) {
      emitter.removeAllListeners(event);
      counts.push(count());
    }

    emitter.removeAllListeners();

    return [...counts, count()];
  });
  await step('emit() and safeEmit() without listeners', () => {
    const emitter = new EnhancedEventEmitter();

    return [
      emitter.emit('event', 1),
      emitter.safeEmit('event', 1),
      emitter.safeEmit('error'),
    ];
  });
  await step('emit() throws what a listener throws', () => {
    const emitter = new EnhancedEventEmitter();

    emitter.on('event', () => {
      throw new RangeError('of the listener');
    });
    emitter.emit('event');
  });
  await step('safeEmit() turns a throw into listenererror', () => {
    const emitter = new EnhancedEventEmitter();
    const seen = [];

    emitter.on('event', (...values) => {
      seen.push(...values);
      throw new RangeError('of the listener');
    });
    emitter.on('event', () => seen.push('not reached'));
    emitter.on('listenererror', (event, error) => seen.push(event, error));
    seen.push(emitter.safeEmit('event', 1, 'two'));

    return seen;
  });
  await step('safeEmit() survives a listenererror that throws', () => {
    const emitter = new EnhancedEventEmitter();

    for (const event of ['event', 'listenererror']) {
      emitter.on(event, () => {
        throw new Error('again');
      });
    }

    return emitter.safeEmit('event');
  });
  await step('safeEmit() with a once() listener that throws', () => {
    const emitter = new EnhancedEventEmitter();

    emitter.once('event', () => {
      throw new Error('once');
    });

    return [emitter.safeEmit('event'), emitter.listenerCount('event')];
  });
  await step('enhancedOnce() resolves with the arguments', () => {
    const emitter = new EnhancedEventEmitter();
    const promise = enhancedOnce(emitter, 'event');

    emitter.emit('event', 1, { two: 2 });

    return promise;
  });
  await step('enhancedOnce() rejects on "error"', () => {
    const emitter = new EnhancedEventEmitter();
    const promise = enhancedOnce(emitter, 'event');

    emitter.emit('error', new TypeError('some error'));

    return promise;
  });
  await step('enhancedOnce() is aborted', () =>
    enhancedOnce(new EnhancedEventEmitter(), 'event', {
      signal: AbortSignal.abort(),
    }),
  );
  await step('enhancedOnce() is aborted while it waits', () => {
    const abort = new AbortController();
    const promise = enhancedOnce(new EnhancedEventEmitter(), 'event', abort);

    abort.abort();

    return promise;
  });
}
