/**
 * Rules for code that behaves otherwise when Workers are on a server. The porting tool's analysis
 * (`application.mjs`) applies them to each source file by `findingsOf()`, which returns findings for the
 * report, with place and advice.
 *
 * A rule finds nodes in a source; its texts are the same for all of them. Its `level` is
 * - `change`: it doesn't work on a server as it is,
 * - `check`: it depends on the place or on numbers, which the source doesn't show,
 * - `note`: it works, and the user should know what happens.
 *
 * Rules look at forms and not at types, so a name that they find may be another library's.
 */

import net from 'node:net';
import { lineOf } from './Source.mjs';
import { callsOf, isOfNode, nodesOf, propertiesOf, textOf } from './syntax.mjs';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);
const WILDCARDS = new Set(['0.0.0.0', '::']);

/** Functions that take a process id. */
const PID_READERS = ['pidusage', 'setPriority', 'getPriority'];
const SIGNALS = new Set('SIGINT SIGTERM SIGHUP SIGQUIT beforeExit'.split(' '));
const LISTEN = 'addListener on once prependListener prependOnceListener'.split(
  ' ',
);

/** A path or a command line that ends where the process id begins. */
const BEFORE_PID = /(\/proc\/|\b(renice|taskset|kill|prlimit)\b.*)$/;
const PRIVATE =
  /ForTesting$|^_(channel|payloadChannel|internal|getRouterById|getProducerById|child)$/;

const rules = {
  'worker-bin': {
    level: 'change',
    why: 'the server runs its own worker binary and refuses any other with an UnsupportedError',
    todo: 'leave it out, or give it to the server: `serve --worker-bin`',
    find: given('workerBin', 'MEDIASOUP_WORKER_BIN'),
  },
  'dtls-files': {
    level: 'check',
    why: 'the files are read on this machine, and their contents are sent to the server',
    todo: 'keep them readable here; use wss://, because one of them is a private key',
    find: given('dtlsCertificateFile', 'dtlsPrivateKeyFile'),
  },
  loopback: {
    level: 'change',
    why: '127.0.0.1 is the media server itself: nothing on this machine can send to it, or be reached from it',
    todo: "listen on the server's own address (`serve --listen-ip`) and give peers of this machine an address that the server reaches; only pipes within one server may stay, with 127.0.0.1 among its --listen-ip",
    find: addresses(['ip', 'listenIp', 'remoteIp'], isOneOf(LOOPBACK)),
  },
  'connect-wildcard': {
    level: 'change',
    why: 'media that a transport sends to 0.0.0.0 goes to its own machine, which is the media server',
    todo: 'give connect() the address of this machine, or of the receiver, as the server reaches it',
    find: connected(isOneOf(WILDCARDS)),
  },
  'connect-tuple': {
    level: 'check',
    why: "a tuple's local address is the media server's: the other end of a pipe is there, but no program of this machine",
    todo: 'for FFmpeg or GStreamer here, give connect() the address of this machine, as the server reaches it',
    find: connected(({ name }) => /^local(Ip|Address)$/.test(name)),
  },
  'announced-address': {
    level: 'check',
    why: "clients send their media to this address, which must be the media server's and not this machine's",
    todo: "set it to the media server's public address, or leave it out and start the server with --announced-address",
    find: given('announcedAddress', 'announcedIp'),
  },
  'listen-address': {
    level: 'check',
    why: "a listening address is one of the media server's own: an address of this machine can't be bound there",
    todo: 'use 0.0.0.0, or an address of the server; with --listen-ip the server accepts only the addresses that it names',
    find: addresses(['ip', 'listenIp'], isFixedAddress),
  },
  'worker-pid': {
    level: 'change',
    why: 'the pid of a Worker on a server is its identity and belongs to no process of this machine',
    todo: 'keep it as a key and in logs; take load from worker.getResourceUsage() and end Workers with worker.close()',
    find: pidUses,
  },
  'died-exit': {
    level: 'check',
    why: '`died` is also emitted when a server is lost for good, and a restarted application meets the same server',
    todo: 'create Workers anew instead of ending the process, or let a supervisor wait between restarts',
    find: (nodes) =>
      keysOf(nodes, LISTEN, ({ given: [name, ...listeners] }) => {
        const inside = listeners.flatMap(nodesOf);
        return textOf(name) === 'died' && exits(inside).length > 0;
      }),
  },
  signals: {
    level: 'note',
    why: 'with Workers on a server no signal closes them by itself: the process says goodbye when it ends',
    todo: 'end the process in the listener, as before; with REMOTE_MEDIASOUP_SESSION the Workers then wait for it to come back',
    find: (nodes) =>
      keysOf(
        nodes,
        LISTEN,
        ({ object, given: [name] }) =>
          isOfNode(object, 'process') && SIGNALS.has(textOf(name)),
      ),
  },
  'process-exit': {
    level: 'note',
    why: 'the process says goodbye to its servers as it exits, for half a second at most',
    todo: 'nothing; Workers end with it, unless REMOTE_MEDIASOUP_SESSION names a session, which outlives it for --session-ttl',
    find: exits,
  },
  'cpu-count': {
    level: 'check',
    why: "this counts the application's CPUs; Workers use the media server's, whose --max-workers refuses more than it allows",
    todo: "put the number of Workers into the configuration: the media server's CPUs",
    find: (nodes) => keysOf(nodes, ['cpus', 'availableParallelism']),
  },
  'direct-transport': {
    level: 'check',
    why: 'packets and messages of a DirectTransport pass the link to the server: they take its time and its bandwidth',
    todo: 'keep it for messages and little media; record and mix with a PlainTransport near the server',
    find: (nodes) => keysOf(nodes, ['createDirectTransport']),
  },
  'plain-transport': {
    level: 'check',
    why: "its address is the media server's: FFmpeg or GStreamer on this machine now reach it over the network",
    todo: 'open the ports between both machines, use `comedia` where the sender is behind NAT, and enableSrtp on untrusted networks',
    find: (nodes) => keysOf(nodes, ['createPlainTransport']),
  },
  pipe: {
    level: 'note',
    why: 'pipeToRouter() joins Routers of one session on one server; Routers of different servers are piped with createPipeTransport() and addresses that both servers reach',
    todo: "nothing for one server; for several, give createPipeTransport() a listenInfo of each server's own address",
    find: (nodes) => keysOf(nodes, ['pipeToRouter', 'createPipeTransport']),
  },
  'private-member': {
    level: 'change',
    why: "mediasoup's own private and testing members don't exist here, neither locally nor on a server",
    todo: 'use the documented ones: observer events, dump(), getStats(), appData',
    find: (nodes) =>
      nodes
        .filter(({ property }) => PRIVATE.test(property?.name))
        .map(({ property }) => property),
  },
};

/** Rules that apply to a configuration in JSON. */
const JSON_RULES =
  /^(announced-address|dtls-files|listen-address|loopback|worker-bin)$/;

/**
 * @param {import('./Source.mjs').Source} source
 * @returns {{ rule: string, level: string, why: string, todo: string, line: number }[]} one of each rule
 *   and line
 */
export function findingsOf({ nodes, isJson }) {
  return Object.entries(rules)
    .filter(([rule]) => !isJson || JSON_RULES.test(rule))
    .flatMap(([rule, { find, level, why, todo }]) => {
      const lines = new Set(find(nodes).map(lineOf));
      return [...lines]
        .sort((a, b) => a - b)
        .map((line) => ({ rule, level, why, todo, line }));
    });
}

/** The names of calls of these functions, of those that are wanted. */
function keysOf(nodes, names, isWanted = () => true) {
  return callsOf(nodes, new Set(names))
    .filter(isWanted)
    .map(({ key }) => key);
}

/** A search for properties that get any value at all. */
function given(...names) {
  const isNothing = (value) =>
    value.type === 'NullLiteral' ||
    value.name === 'undefined' ||
    textOf(value) === '';
  return (nodes) =>
    propertiesOf(nodes, new Set(names))
      .filter(({ value }) => !isNothing(value))
      .map(({ key }) => key);
}

/** A search for properties whose value has such a node in it. */
function addresses(names, isSuch) {
  return (nodes) =>
    propertiesOf(nodes, new Set(names))
      .filter(({ value }) => nodesOf(value).some(isSuch))
      .map(({ key }) => key);
}

/** A search for the `ip` with which a transport is connected. */
function connected(isSuch) {
  return (nodes) =>
    callsOf(nodes, new Set(['connect'])).flatMap((call) =>
      addresses(['ip'], isSuch)(call.given.flatMap(nodesOf)),
    );
}

function isOneOf(texts) {
  return (node) => texts.has(textOf(node));
}

/** True for an address that is spelled out, neither loopback nor a wildcard. */
function isFixedAddress(node) {
  const text = textOf(node) ?? '';
  return net.isIP(text) !== 0 && !LOOPBACK.has(text) && !WILDCARDS.has(text);
}

/** Uses of a Worker's pid as a process id. This process's own pid is another matter. */
function pidUses(nodes) {
  const isForeign = ({ type, name, property, object, parent }) =>
    property?.name === 'pid'
      ? !isOfNode(object, 'process')
      : type === 'Identifier' && name === 'pid' && !parent.property;
  const hasForeign = (values) => values.flatMap(nodesOf).some(isForeign);
  return [
    ...keysOf(
      nodes,
      ['kill', ...PID_READERS],
      ({ name, object, given: values }) =>
        (name !== 'kill' || isOfNode(object, 'process')) && hasForeign(values),
    ),
    ...nodes.filter(
      ({ type, quasis, expressions }) =>
        type === 'TemplateLiteral' &&
        expressions.some(
          (value, index) =>
            BEFORE_PID.test(quasis[index].value.cooked) && hasForeign([value]),
        ),
    ),
  ];
}

function exits(nodes) {
  return keysOf(nodes, ['exit'], ({ object }) => isOfNode(object, 'process'));
}
