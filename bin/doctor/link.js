'use strict';

/**
 * The doctor's checks of a server: health and clock over HTTP, then token, protocol version and a session
 * over a WebSocket. The command `remote-mediasoup doctor` calls it after those of the network; it returns the
 * connected client, which the check of media uses.
 */

const { once } = require('node:events');
const http = require('node:http');
const https = require('node:https');
const ownPackage = require('../../package.json');
const { fail, ok, skip, warn, within } = require('./Checkup');
const { identityOf, placeOf } = require('./network');

/** As docs/PROTOCOL.md names it. */
const PROTOCOL = 'remote-mediasoup.v1';

/** Seconds of difference to report; a Date header counts whole ones. */
const SKEW_S = 5;

/** Seconds by which signed tokens bear with another clock. */
const TOKEN_SKEW_S = 30;

/** Seconds before its expiry from which a token is reported. */
const SOON_S = 3600;

/** As much of an answer as we read. */
const MAX_BODY_BYTES = 4096;

/**
 * @param {import('./Checkup').Checkup} checkup
 * @param {import('../../lib/remote/settings').Settings} settings
 * @param {number} timeoutMs
 * @returns {Promise<import('../../lib/remote/RemoteMediasoupClient').RemoteMediasoupClient | undefined>} a client that is connected, for other checks;
 *   whoever gets it destroys it
 */
async function checkLink(checkup, settings, timeoutMs) {
  const needs = ['tcp'];
  // Where TLS is wrong, nothing is sent to an unknown server, the token least of all.
  if (placeOf(settings.url).isSecure) needs.push('tls');
  await checkup.check('health', needs, () => health(settings, timeoutMs));
  await checkup.check('clock', ['health'], () => clock(settings, timeoutMs));

  const knock = checkup.isWell('health')
    ? await upgrade(settings, timeoutMs)
    : {};
  await checkup.check('token', ['health'], () => token(knock, settings));
  await checkup.check('protocol', ['token'], () => protocol(knock));

  let client;
  await checkup.check('session', ['addon', 'protocol'], async () => {
    const {
      RemoteMediasoupClient,
    } = require('../../lib/remote/RemoteMediasoupClient');
    client = new RemoteMediasoupClient({
      ...settings,
      url: undefined,
      // Not the application's own, unless the token is for that one alone.
      session: undefined,
      requestTimeoutMs: timeoutMs,
    });
    return session(client, settings);
  });
  return client;
}

/** A request without a body. Resolves with its answer, and the socket if it was an upgrade. */
async function request(settings, timeoutMs, pathname, headers = {}) {
  const { host, port, isSecure } = placeOf(settings.url);
  const sent = (isSecure ? https : http).get({
    host,
    port,
    path: pathname,
    headers,
    agent: false,
    ...(isSecure ? identityOf(settings) : {}),
  });
  const answer = new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode, headers: response.headers });
    });
    sent.on('response', async (response) => {
      let body = '';
      try {
        for await (const part of response) {
          body += part;
          if (body.length > MAX_BODY_BYTES) break;
        }
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: body.trim().split('\n', 1)[0],
        });
      } catch (error) {
        reject(error);
      }
    });
  });
  try {
    return await within(timeoutMs, answer, `no answer within ${timeoutMs} ms`);
  } finally {
    sent.destroy();
  }
}

async function health(settings, timeoutMs) {
  const { status } = await request(settings, timeoutMs, '/healthz');
  if (status !== 200) {
    return warn(
      `/healthz answers ${status}`,
      'see whether REMOTE_MEDIASOUP_URL leads to `remote-mediasoup serve`, and what is in front of it',
    );
  }
  const { status: ready } = await request(settings, timeoutMs, '/readyz');
  return ready === 200
    ? ok('it runs and takes Workers')
    : warn('it is draining and takes no new Workers', 'use another server');
}

async function clock(settings, timeoutMs) {
  const before = Date.now();
  const { headers } = await request(settings, timeoutMs, '/healthz');
  const here = (before + Date.now()) / 2;
  if (!headers.date) return skip('the server tells no time');
  const there = Date.parse(headers.date);
  // The header leaves out what is after the second.
  const skew = Math.round((there + 500 - here) / 1000);
  if (Math.abs(skew) < SKEW_S) return ok('both agree');
  const text = `the server's clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead' : 'behind'}`;
  const todo = 'let both machines follow a time server';
  return Math.abs(skew) > TOKEN_SKEW_S && claimsOf(settings.token)
    ? fail(`${text}: signed tokens are refused`, todo)
    : warn(text, todo);
}

/** Asks for a link, and gives it up at once. */
async function upgrade(settings, timeoutMs) {
  const { pathname, search } = new URL(settings.url);
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'),
    'Sec-WebSocket-Protocol': PROTOCOL,
  };
  if (settings.token) headers.Authorization = `Bearer ${settings.token}`;
  try {
    return await request(settings, timeoutMs, pathname + search, headers);
  } catch (error) {
    return { error };
  }
}

function token({ status, body, error }, settings) {
  if (error) return fail(error.message);
  const claims = claimsOf(settings.token);
  const lifeS = claims?.exp - Date.now() / 1000;
  if (status === 401) {
    if (!settings.token) {
      return fail(
        `the server wants to know who we are: ${body}`,
        'set REMOTE_MEDIASOUP_TOKEN, or a certificate where it asks for one',
      );
    }
    return lifeS < 0
      ? fail(
          `the token has expired on ${new Date(claims.exp * 1000).toISOString()}`,
          'have another one signed',
        )
      : fail(
          `the server refuses the token: ${body}`,
          "REMOTE_MEDIASOUP_TOKEN must be one of the server's --token-file",
        );
  }
  if (!settings.token) return ok('none is given, and the server requires none');
  return lifeS < SOON_S
    ? warn(
        `it is accepted, and expires in ${Math.ceil(lifeS / 60)} min`,
        'have another one signed: links that break later are refused',
      )
    : ok('it is accepted');
}

/** Claims of a signed token; `undefined` for a secret. */
function claimsOf(text) {
  try {
    return JSON.parse(Buffer.from(text.split('.')[1], 'base64url'));
  } catch {
    return undefined;
  }
}

function protocol({ status, headers, body }) {
  const spoken = headers['sec-websocket-protocol'];
  if (status === 101 && spoken === PROTOCOL) return ok(PROTOCOL);
  if (status === 101 || status === 426) {
    return fail(
      `we speak ${PROTOCOL}, the server ${spoken ?? 'something else'}${body ? `: ${body}` : ''}`,
      'run the same version of remote-mediasoup on both sides',
    );
  }
  if (status === 503) {
    return fail(`the server is full: ${body}`, 'see its --max-links');
  }
  return fail(
    `asked for a WebSocket, it answers ${status}`,
    'what is in front of the server must hand on upgrades, with Authorization and Sec-WebSocket-Protocol',
  );
}

async function session(client, { url }) {
  const connected = once(client, 'connected');
  await client.open(url);
  const [{ agent }] = await connected;
  const version = /\/([\d.]+)/.exec(agent)?.[1];
  const text = `connected; ${ownPackage.version} here, ${version ?? 'unknown'} there`;
  return version === undefined || version === ownPackage.version
    ? ok(text)
    : warn(text, 'run the same version on both sides');
}

exports.checkLink = checkLink;
