'use strict';

/**
 * The doctor's checks of the way to a server: its name resolves, its TCP port answers, and its certificate is
 * trusted. The command `remote-mediasoup doctor` runs them before those of the server's answers; `placeOf()`
 * splits a URL for the other parts.
 */

const dns = require('node:dns/promises');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const tls = require('node:tls');
const { Trouble, fail, ok, skip, warn, within } = require('./Checkup');

const DAY_MS = 86_400_000;

/** Days before its end from which a certificate is reported. */
const SOON_DAYS = 14;

/** Files of the authorities that systems trust. */
const SYSTEM_AUTHORITIES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
];

/** Node's codes for a certificate of an untrusted authority. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * @param {import('./Checkup').Checkup} checkup
 * @param {import('../../lib/remote/settings').Settings} settings
 * @param {number} timeoutMs
 */
async function checkNetwork(checkup, settings, timeoutMs) {
  const place = placeOf(settings.url);
  await checkup.check('dns', [], () => name(place, timeoutMs));
  await checkup.check('tcp', ['dns'], () => port(place, timeoutMs));
  await checkup.check('tls', ['tcp'], () =>
    place.isSecure
      ? certificate(place, settings, timeoutMs)
      : withoutTls(place),
  );
}

/** Host and port of a WebSocket's URL, as sockets take them. */
function placeOf(url) {
  const { hostname, port: given, protocol } = new URL(url);
  const isSecure = protocol === 'wss:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(given || (isSecure ? 443 : 80)),
    isSecure,
  };
}

async function name({ host }, timeoutMs) {
  if (net.isIP(host)) return ok(`${host} is an address`);
  try {
    const addresses = await within(
      timeoutMs,
      dns.lookup(host, { all: true }),
      `no answer within ${timeoutMs} ms`,
    );
    return ok(
      `${host} is ${addresses.map(({ address }) => address).join(', ')}`,
    );
  } catch (error) {
    return fail(
      `${host} isn't found: ${error.code ?? error.message}`,
      'see whether REMOTE_MEDIASOUP_URL is right, and ask for the name with another tool',
    );
  }
}

async function port({ host, port: number }, timeoutMs) {
  const socket = net.connect({ host, port: number });
  const startedAt = performance.now();
  try {
    await within(
      timeoutMs,
      once(socket, 'connect'),
      `no answer within ${timeoutMs} ms`,
    );
    const ms = Math.ceil(performance.now() - startedAt);
    return ok(`port ${number} answers within ${ms} ms`);
  } catch (error) {
    const isClosed = error.code === 'ECONNREFUSED';
    return fail(
      isClosed
        ? `nothing listens on ${host}, port ${number}`
        : `${host}, port ${number}: ${error.code ?? error.message}`,
      isClosed
        ? 'start `remote-mediasoup serve` there, or see its --listen'
        : 'open the port in the firewalls between here and there',
    );
  } finally {
    socket.destroy();
  }
}

function withoutTls({ host }) {
  return /^(localhost|127\.|::1$)/.test(host)
    ? skip('ws: on this machine')
    : warn(
        'ws: the token and all commands travel in the clear',
        'use wss:, with --tls-cert and --tls-key or a proxy in front of the server',
      );
}

async function certificate(place, settings, timeoutMs) {
  const options = { ...place, ...identityOf(settings) };
  const socket = tls.connect({
    ...options,
    servername: net.isIP(place.host) ? '' : place.host,
    // Its faults are reported one by one; this connection carries no data.
    rejectUnauthorized: false,
  });
  try {
    await within(
      timeoutMs,
      once(socket, 'secureConnect'),
      `no TLS within ${timeoutMs} ms`,
    );
    return verdict(socket, place, settings);
  } catch (error) {
    return fail(
      `no TLS: ${error.code ?? error.message}`,
      'the server may speak ws: only; else see its log',
    );
  } finally {
    socket.destroy();
  }
}

function verdict(socket, { host }, { ca }) {
  const shown = socket.getPeerCertificate();
  const from = new Date(shown.valid_from);
  const until = new Date(shown.valid_to);
  const now = Date.now();
  if (until < now) {
    return fail(
      `the server's certificate has expired on ${day(until)}`,
      'renew it, and send the server SIGHUP',
    );
  }
  if (from > now) {
    return fail(
      `the server's certificate is valid from ${from.toISOString()} on`,
      "set this machine's clock, or wait",
    );
  }
  const wrongName = tls.checkServerIdentity(host, shown);
  const problem = socket.authorizationError;
  const code = problem?.code ?? problem;
  if (!socket.authorized && UNTRUSTED.has(code)) {
    return fail(
      `nobody whom we trust vouches for the server's certificate (${code})`,
      ca
        ? `REMOTE_MEDIASOUP_CA (${ca}) must hold the authority that signed it, or the certificate itself`
        : 'name its authority with REMOTE_MEDIASOUP_CA',
    );
  }
  if (wrongName) {
    return fail(
      `the server's certificate isn't for ${host}: ${wrongName.reason}`,
      "use a name of the certificate's in REMOTE_MEDIASOUP_URL, or have one made for this name",
    );
  }
  if (!socket.authorized) return fail(`the server's certificate: ${code}`);
  const days = Math.floor((until - now) / DAY_MS);
  return days < SOON_DAYS
    ? warn(
        `the server's certificate expires on ${day(until)}`,
        'renew it, and send the server SIGHUP',
      )
    : ok(
        `${socket.getProtocol()}, the certificate is valid until ${day(until)}`,
      );
}

function day(date) {
  return date.toISOString().slice(0, 10);
}

/**
 * Whom we trust and who we are, as Node's sockets take it.
 *
 * @param {import('../../lib/remote/settings').Settings} settings
 */
function identityOf({ ca, cert, key }) {
  return {
    ca: ca ? read(ca, 'REMOTE_MEDIASOUP_CA') : systemAuthorities(),
    cert: cert && read(cert, 'REMOTE_MEDIASOUP_CERT'),
    key: key && read(key, 'REMOTE_MEDIASOUP_KEY'),
  };
}

function read(file, variable) {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw new Trouble(
      `${file} can't be read: ${error.code}`,
      `see where ${variable} leads`,
    );
  }
}

/** Node trusts its own list, the client the system's. */
function systemAuthorities() {
  const file = [process.env.SSL_CERT_FILE, ...SYSTEM_AUTHORITIES].find(
    (one) => one && fs.existsSync(one),
  );
  return file && fs.readFileSync(file);
}

exports.checkNetwork = checkNetwork;
exports.identityOf = identityOf;
exports.placeOf = placeOf;
