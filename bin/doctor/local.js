'use strict';

/**
 * The doctor's checks of this machine, which need no server: Node's version, the addon, the start of a worker
 * process, the server binary, UDP ports and CPUs. The command `remote-mediasoup doctor` runs them first, and
 * adds their results to the Checkup.
 */

const { execFile } = require('node:child_process');
const dgram = require('node:dgram');
const { once } = require('node:events');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const ownPackage = require('../../package.json');
const { fail, ok, skip, warn, within } = require('./Checkup');
const { checkSlots } = require('./slots');

const REINSTALL =
  'install again with optional dependencies (npm install --include=optional), or build: npm rebuild remote-mediasoup';

/** Of the ports of a range, so many are tried. */
const TRIED_PORTS = 64;

/** From this part of them being taken, Workers may run out of ports. */
const TAKEN_PORTS = 0.25;

/**
 * @param {import('./Checkup').Checkup} checkup
 * @param {{ isRemote: boolean, rtcPorts: [number, number], timeoutMs: number }} options
 */
async function checkLocal(checkup, { isRemote, rtcPorts, timeoutMs }) {
  // What only Workers of this machine need is not a failure where they are on a server.
  const missing = isRemote ? warn : fail;
  await checkup.check('node', [], node);
  await checkup.check('addon', [], addon);
  const usesSlots = !isRemote && checkup.isWell('addon') && isVertical();
  if (usesSlots) {
    // Before a Worker creates the files.
    await checkup.check('slots', [], () => checkSlots(process.env));
  }
  await checkup.check(
    'worker',
    usesSlots ? ['addon', 'slots'] : ['addon'],
    () => worker(missing, timeoutMs),
  );
  await checkup.check('batches', ['worker'], () => batches(timeoutMs));
  await checkup.check('binary', [], () => binary(timeoutMs));
  await checkup.check('ports', [], () =>
    isRemote ? skip('Workers are on a server') : ports(rtcPorts),
  );
  await checkup.check('cpus', [], () => cpus(isRemote));
}

function isVertical() {
  const { verticalOfEnvironment } = require('../../lib/verticalOption');
  try {
    return Boolean(verticalOfEnvironment());
  } catch {
    // The check of the worker has told what is wrong with it.
    return true;
  }
}

function node() {
  const [, least] = /(\d+)/.exec(ownPackage.engines.node);
  const { node: version } = process.versions;
  return Number.parseInt(version, 10) >= Number(least)
    ? ok(version)
    : fail(`${version} is too old`, `install node ${least} or newer`);
}

function addon() {
  try {
    const { workerBin } = require('../../lib/seam/native');
    return ok(`loaded from ${path.basename(path.dirname(workerBin))}`);
  } catch (error) {
    return fail(firstLine(error.message), REINSTALL);
  }
}

/** Starts and ends a Worker of this machine. */
async function worker(missing, timeoutMs) {
  const { createWorker } = require('../../lib/local/createWorker');
  const startedAt = performance.now();
  try {
    const started = await within(
      timeoutMs,
      createWorker({ logLevel: 'none' }),
      `it doesn't start within ${timeoutMs} ms`,
    );
    const ms = Math.round(performance.now() - startedAt);
    const ended = once(started, 'subprocessclose');
    started.close();
    await within(timeoutMs, ended, `it doesn't end within ${timeoutMs} ms`);
    return ok(`starts in ${ms} ms, and ends`);
  } catch (error) {
    const isOther = process.env.MEDIASOUP_WORKER_BIN;
    return missing(
      firstLine(error.message),
      isOther ? 'see where MEDIASOUP_WORKER_BIN leads' : REINSTALL,
    );
  }
}

/** Asks the worker's program how it sends packets on this machine. */
async function batches(timeoutMs) {
  const { workerBin } = require('../../lib/seam/native');
  const file = process.env.MEDIASOUP_WORKER_BIN || workerBin;
  try {
    const { stdout } = await promisify(execFile)(file, ['--send-batch'], {
      timeout: timeoutMs,
    });
    const how = stdout.trim();
    return how.endsWith('(sendmmsg)')
      ? warn(
          `packets leave ${how}: this kernel has no UDP_SEGMENT`,
          'Linux 4.18 or newer sends a frame as one message',
        )
      : ok(`packets leave ${how}`);
  } catch {
    return skip(
      "the worker that MEDIASOUP_WORKER_BIN names isn't this package's: packets leave one by one",
    );
  }
}

/** The server's, which applications don't need. */
async function binary(timeoutMs) {
  try {
    const { platformDirectory } = require('../../lib/platform');
    const file = path.join(
      platformDirectory('remote-mediasoup'),
      'remote-mediasoup',
    );
    const { stdout } = await promisify(execFile)(file, ['--version'], {
      timeout: timeoutMs,
    });
    const [version] = stdout.trim().split(' ').slice(-1);
    return version === ownPackage.version
      ? ok(`remote-mediasoup ${version}`)
      : warn(
          `it is of version ${version}, the package of ${ownPackage.version}`,
          REINSTALL,
        );
  } catch (error) {
    return warn(
      `\`remote-mediasoup serve\` can't run here: ${firstLine(error.message)}`,
      `only a server needs it: ${REINSTALL}`,
    );
  }
}

/** Binds some of the ports that Workers may use, spread over all. */
async function ports([min, max]) {
  const count = Math.min(TRIED_PORTS, max - min + 1);
  const step = (max - min) / Math.max(1, count - 1);
  const tried = Array.from({ length: count }, (_, index) =>
    Math.round(min + index * step),
  );
  const outcomes = await Promise.all(tried.map(canBind));
  const taken = tried.filter((_, index) => !outcomes[index]);
  const range = `${min}-${max}`;
  if (taken.length === count) {
    return fail(
      `none of ${count} UDP ports of ${range} can be bound`,
      'choose other ports with rtcMinPort and rtcMaxPort, or end what has them',
    );
  }
  if (taken.length > count * TAKEN_PORTS) {
    return warn(
      `${taken.length} of ${count} UDP ports of ${range} are taken, ${taken[0]} among them`,
      'see what has them, or choose other ports with rtcMinPort and rtcMaxPort',
    );
  }
  return ok(
    `${count - taken.length} of ${count} UDP ports of ${range} are free`,
  );
}

async function canBind(port) {
  const socket = dgram.createSocket('udp4');
  try {
    socket.bind({ port, exclusive: true });
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

function cpus(isRemote) {
  const count = os.availableParallelism();
  const workers = count === 1 ? '1 Worker' : `${count} Workers`;
  return ok(
    isRemote
      ? `${count} here; how many Workers run is the server's --max-workers`
      : `${count}, for ${workers} that are busy at once`,
  );
}

function firstLine(text) {
  return text.split('\n', 1)[0];
}

exports.checkLocal = checkLocal;
