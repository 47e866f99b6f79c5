'use strict';

/**
 * The command `remote-mediasoup doctor`: checks this machine and, where a server is configured, the way to
 * it, its answers and its media. It prints a line per check, with a remedy for each that failed, and returns
 * exit code 1 if any did.
 */

const { parseArgs } = require('node:util');
const { environment } = require('../../lib/remote/settings');
const { Failure } = require('../Failure');
const { Checkup } = require('./Checkup');

const HELP = `Checks this machine, and where REMOTE_MEDIASOUP_URL or --url names a server, the way to it, the token,
both versions and clocks, and the way of media. One line each: ok, warn, FAIL or skip

Usage: remote-mediasoup doctor [OPTIONS]

Options:
  --url URL                    The server [env: REMOTE_MEDIASOUP_URL]
  --ca FILE                    Whom to trust instead of the system's authorities [env: REMOTE_MEDIASOUP_CA]
  --cert FILE                  Our certificate [env: REMOTE_MEDIASOUP_CERT]
  --key FILE                   Its private key [env: REMOTE_MEDIASOUP_KEY]
  --announced-address ADDRESS  What the application gives as announcedAddress [default: the server's]
  --rtc-ports MIN-MAX          Ports of Workers of this machine [default: 10000-59999]
  --timeout SECONDS            How long each check may take [default: 5]
  --json                       Print everything as one JSON object
  -h, --help                   Print help

The token is taken from REMOTE_MEDIASOUP_TOKEN alone, because arguments can be read by others.

Exit codes:
  0  nothing failed
  1  something failed
  2  wrong arguments
`;

const OPTIONS = {
  url: { type: 'string' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  'announced-address': { type: 'string' },
  'rtc-ports': { type: 'string', default: '10000-59999' },
  timeout: { type: 'string', default: '5' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

/** Options that stand for a variable of the environment. */
const VARIABLES = {
  url: 'REMOTE_MEDIASOUP_URL',
  ca: 'REMOTE_MEDIASOUP_CA',
  cert: 'REMOTE_MEDIASOUP_CERT',
  key: 'REMOTE_MEDIASOUP_KEY',
};

const FAILED = 1;
const WRONG_ARGUMENTS = 2;

/** Columns of a check's status and name. */
const STATUS_COLUMNS = 5;
const NAME_COLUMNS = 9;

/**
 * @param {string[]} args
 * @param {{ stdout: NodeJS.WritableStream, env: NodeJS.ProcessEnv }} io
 * @returns {Promise<number>} the exit code
 */
async function doctor(args, { stdout, env }) {
  const options = optionsOf(args, env);
  if (options.help) {
    stdout.write(HELP);
    return 0;
  }
  const checkup = new Checkup((check) => {
    if (!options.json) stdout.write(lineOf(check));
  });
  await checkAll(checkup, options);
  if (options.json) {
    const { checks, hasFailed } = checkup;
    stdout.write(`${JSON.stringify({ ok: !hasFailed, checks }, null, 2)}\n`);
  }
  return checkup.hasFailed ? FAILED : 0;
}

async function checkAll(checkup, options) {
  // Each part is loaded when it is its turn: where the addon is missing, a check reports it.
  const { settings, timeoutMs } = options;
  await require('./local').checkLocal(checkup, {
    ...options,
    isRemote: settings !== undefined,
  });
  if (!settings) return;
  await require('./network').checkNetwork(checkup, settings, timeoutMs);
  const client = await require('./link').checkLink(
    checkup,
    settings,
    timeoutMs,
  );
  try {
    await require('./media').checkMedia(checkup, client, {
      ...options,
      url: settings.url,
    });
  } finally {
    client?.destroy();
  }
}

function lineOf({ name, status, text, todo }) {
  const what = todo ? `${text}; do: ${todo}` : text;
  return `${status.padEnd(STATUS_COLUMNS)}${name.padEnd(NAME_COLUMNS)} ${what}\n`;
}

function optionsOf(args, env) {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    const given = { ...env };
    for (const [option, variable] of Object.entries(VARIABLES)) {
      if (values[option] !== undefined) given[variable] = values[option];
    }
    return {
      help: values.help,
      json: values.json,
      announcedAddress: values['announced-address'],
      rtcPorts: portsOf(values['rtc-ports']),
      timeoutMs: timeoutOf(values.timeout),
      // Only the addon can parse this one; clients take it from the environment by themselves.
      settings: environment({ ...given, REMOTE_MEDIASOUP_VERTICAL: undefined }),
    };
  } catch (error) {
    throw new Failure(error.message, WRONG_ARGUMENTS);
  }
}

function portsOf(text) {
  const [, min, max] = (/^(\d+)-(\d+)$/.exec(text) ?? []).map(Number);
  if (!(min > 0 && min <= max && max < 65_536)) {
    throw new Error('--rtc-ports is like 40000-49999');
  }
  return [min, max];
}

function timeoutOf(text) {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 600)) {
    throw new Error('--timeout is a number of seconds, up to 600');
  }
  return seconds * 1000;
}

exports.doctor = doctor;
