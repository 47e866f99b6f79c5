'use strict';

/**
 * What works otherwise when Workers are on a server.
 *
 * A rule finds offsets in a source; what it says is the same for all of them. Its `level` is
 * - `change`: it won't work on a server as it is,
 * - `check`: it depends on the place or on numbers, which the source doesn't tell,
 * - `note`: it works, and what happens is worth knowing.
 *
 * Rules look at forms and not at types, so they may be wrong about a name that is another library's.
 */

const { callsOf, propertiesOf } = require('./brackets');

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);
const WILDCARDS = new Set(['0.0.0.0', '::']);

/** What one calls with a process id. */
const PID_READERS = new Set(['pidusage', 'setPriority', 'getPriority']);
const SIGNALS = new Set([
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'beforeExit',
]);
const LISTEN = new Set([
  'addListener',
  'on',
  'once',
  'prependListener',
  'prependOnceListener',
]);

const rules = [
  {
    id: 'worker-bin',
    level: 'change',
    why: 'the server runs its own worker binary and refuses any other with an UnsupportedError',
    todo: 'leave it out, or say it to the server: `serve --worker-bin`',
    find: ({ tokens }) => given(tokens, ['workerBin', 'MEDIASOUP_WORKER_BIN']),
  },
  {
    id: 'dtls-files',
    level: 'check',
    why: 'the files are read on this machine, and their contents are sent to the server',
    todo: 'keep them readable here; use wss://, because one of them is a private key',
    find: ({ tokens }) =>
      given(tokens, ['dtlsCertificateFile', 'dtlsPrivateKeyFile']),
  },
  {
    id: 'loopback',
    level: 'change',
    why: '127.0.0.1 is the media server itself: nothing of this machine can send to it, or be reached from it',
    todo: "listen on the server's own address (`serve --listen-ip`) and give peers of this machine an address that the server reaches; only pipes within one server may stay, with 127.0.0.1 among its --listen-ip",
    find: ({ tokens }) =>
      propertiesOf(tokens, new Set(['ip', 'listenIp', 'remoteIp']))
        .filter(({ value }) => value.some(isText(LOOPBACK)))
        .map(({ index }) => tokens[index]),
  },
  {
    id: 'connect-wildcard',
    level: 'change',
    why: 'media that a transport sends to 0.0.0.0 goes to its own machine, which is the media server',
    todo: 'give connect() the address of this machine, or of whoever receives, as the server reaches it',
    find: ({ tokens }) => connectedTo(tokens, isText(WILDCARDS)),
  },
  {
    id: 'connect-tuple',
    level: 'check',
    why: "a tuple's local address is the media server's: that is where a pipe's other end is, but no program of this machine",
    todo: 'for FFmpeg or GStreamer here, give connect() the address of this machine, as the server reaches it',
    find: ({ tokens }) =>
      connectedTo(tokens, ({ text }) => /^local(Ip|Address)$/.test(text)),
  },
  {
    id: 'announced-address',
    level: 'check',
    why: "clients send their media to this address, which must be the media server's and not this machine's",
    todo: "set it to the media server's public address, or leave it out and start the server with --announced-address",
    find: ({ tokens }) => given(tokens, ['announcedAddress', 'announcedIp']),
  },
  {
    id: 'listen-address',
    level: 'check',
    why: "a listening address is one of the media server's own: an address of this machine can't be bound there",
    todo: 'use 0.0.0.0, or an address of the server; with --listen-ip the server takes none but those that it names',
    find: ({ tokens }) => fixedAddresses(tokens),
  },
  {
    id: 'worker-pid',
    level: 'change',
    why: 'the pid of a Worker on a server is its identity and belongs to no process of this machine',
    todo: 'keep it as a key and in logs; take load from worker.getResourceUsage() and end Workers with worker.close()',
    find: ({ tokens }) => pidUses(tokens),
  },
  {
    id: 'died-exit',
    level: 'check',
    why: '`died` also tells of a server that is lost for good, and a restarted application meets the same server',
    todo: 'create Workers anew instead of ending the process, or let a supervisor wait between restarts',
    find: ({ tokens }) =>
      callsOf(tokens, LISTEN)
        .filter(({ given: [name, ...rest] }) => {
          return isText(new Set(['died']))(name ?? {}) && hasExit(rest);
        })
        .map(({ index }) => tokens[index]),
  },
  {
    id: 'signals',
    level: 'note',
    why: 'with Workers on a server no signal closes them by itself: the process says goodbye when it ends',
    todo: 'end the process in the listener, as before; with REMOTE_MEDIASOUP_SESSION the Workers then wait for it to come back',
    find: ({ tokens }) =>
      callsOf(tokens, LISTEN)
        .filter(
          ({ index, given: [name] }) =>
            tokens[index - 2]?.text === 'process' &&
            isText(SIGNALS)(name ?? {}),
        )
        .map(({ index }) => tokens[index]),
  },
  {
    id: 'process-exit',
    level: 'note',
    why: 'the process says goodbye to its servers as it exits, for half a second at most',
    todo: 'nothing; Workers end with it, unless REMOTE_MEDIASOUP_SESSION names a session, which outlives it for --session-ttl',
    find: ({ tokens }) =>
      callsOf(tokens, new Set(['exit']))
        .filter(({ index }) => tokens[index - 2]?.text === 'process')
        .map(({ index }) => tokens[index]),
  },
  {
    id: 'cpu-count',
    level: 'check',
    why: "this counts the application's CPUs; Workers use the media server's, whose --max-workers refuses more than it allows",
    todo: "say the number of Workers in the configuration: the media server's CPUs",
    find: ({ tokens }) =>
      callsOf(tokens, new Set(['cpus', 'availableParallelism'])).map(
        ({ index }) => tokens[index],
      ),
  },
  {
    id: 'direct-transport',
    level: 'check',
    why: 'packets and messages of a DirectTransport pass the link to the server: they take its time and its bandwidth',
    todo: 'keep it for messages and little media; record and mix with a PlainTransport near the server',
    find: calls('createDirectTransport'),
  },
  {
    id: 'plain-transport',
    level: 'check',
    why: "its address is the media server's: FFmpeg or GStreamer on this machine now speak to it over the network",
    todo: 'open the ports between both machines, use `comedia` where the sender is behind NAT, and enableSrtp on untrusted networks',
    find: calls('createPlainTransport'),
  },
  {
    id: 'pipe',
    level: 'note',
    why: 'pipeToRouter() joins Routers of one session on one server; Routers of different servers are piped with createPipeTransport() and addresses that both servers reach',
    todo: "nothing for one server; for several, give createPipeTransport() a listenInfo of each server's own address",
    find: calls('pipeToRouter', 'createPipeTransport'),
  },
  {
    id: 'private-member',
    level: 'change',
    why: "mediasoup's own private and testing members aren't here, neither locally nor on a server",
    todo: 'use what its documentation names: observer events, dump(), getStats(), appData',
    find: ({ tokens }) =>
      tokens.filter(
        ({ type, text }, index) =>
          type === 'name' &&
          tokens[index - 1]?.text === '.' &&
          (/ForTesting$/.test(text) ||
            /^_(channel|payloadChannel|internal|getRouterById|getProducerById|child)$/.test(
              text,
            )),
      ),
  },
];

/** What a value is, given in a source at all. */
function given(tokens, names) {
  return propertiesOf(tokens, new Set(names))
    .filter(({ value }) => !isNothing(value))
    .map(({ index }) => tokens[index]);
}

function isNothing(value) {
  return (
    value.length === 1 &&
    ['undefined', 'null', "''", '""'].includes(value[0].text)
  );
}

function calls(...names) {
  return ({ tokens }) =>
    callsOf(tokens, new Set(names)).map(({ index }) => tokens[index]);
}

/** Whether a token is a string with one of these values. */
function isText(values) {
  return ({ type, value }) =>
    (type === 'string' || type === 'template') && values.has(value);
}

/** Where a transport is connected to such an address. */
function connectedTo(tokens, isSuch) {
  return callsOf(tokens, new Set(['connect'])).flatMap(({ given: list }) =>
    propertiesOf(list, new Set(['ip']))
      .filter(({ value }) => value.some(isSuch))
      .map(({ index }) => list[index]),
  );
}

/** Where an address is spelled out, neither loopback nor a wildcard. */
function fixedAddresses(tokens) {
  return propertiesOf(tokens, new Set(['ip', 'listenIp']))
    .filter(({ value }) =>
      value.some(
        (token) =>
          token.type === 'string' &&
          /^\d+(\.\d+){3}$|^[\da-f]*:[\da-f:]+$/i.test(token.value) &&
          !LOOPBACK.has(token.value) &&
          !WILDCARDS.has(token.value),
      ),
    )
    .map(({ index }) => tokens[index]);
}

/** Where a Worker's pid is used as a process's. This process's own is another matter. */
function pidUses(tokens) {
  const isForeignPid = (list) =>
    list.some(
      ({ text }, at) => text === 'pid' && list[at - 2]?.text !== 'process',
    );
  const called = [
    ...callsOf(tokens, new Set(['kill'])).filter(
      ({ index }) => tokens[index - 2]?.text === 'process',
    ),
    ...callsOf(tokens, PID_READERS),
  ];
  return [
    ...called
      .filter(({ given: list }) => isForeignPid(list))
      .map(({ index }) => tokens[index]),
    // A template's next part is an expression: `/proc/${worker.pid}/stat`, `renice -n 5 ${worker.pid}`.
    ...tokens.filter(
      ({ type, value }, at) =>
        type === 'template' &&
        /(\/proc\/|\b(renice|taskset|kill|prlimit)\b.*)$/.test(value) &&
        isForeignPid(tokens.slice(at - 2, at + 6)),
    ),
  ];
}

function hasExit(tokens) {
  return callsOf(tokens, new Set(['exit'])).some(
    ({ index }) => tokens[index - 2]?.text === 'process',
  );
}

/** Rules of which a configuration in JSON can tell something. */
const JSON_RULES = new Set([
  'announced-address',
  'dtls-files',
  'listen-address',
  'loopback',
  'worker-bin',
]);

/**
 * @param {import('./Source').Source} source
 * @returns {{ rule: string, level: string, why: string, todo: string, start: number }[]} one of a rule
 *   per line
 */
function findingsOf(source) {
  return rules
    .filter(({ id }) => !source.isJson || JSON_RULES.has(id))
    .flatMap(({ id, level, why, todo, find }) => {
      const lines = new Set();
      return find(source)
        .sort((a, b) => a.start - b.start)
        .filter(({ start }) => {
          const line = source.lineOf(start);
          return !lines.has(line) && lines.add(line);
        })
        .map(({ start }) => ({ rule: id, level, why, todo, start }));
    });
}

exports.findingsOf = findingsOf;
