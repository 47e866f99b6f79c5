/**
 * Test of `remote-mediasoup doctor` on faults, one of each kind (wrong token, expired certificate, no server,
 * ...): the check about the fault must fail, those before it must not, and those that build on it are
 * skipped.
 */

import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { TestServer } from '../support/server.mjs';
import { selfSignedCertificate } from '../support/certificate.mjs';
import { doctor, startServer } from './doctor.mjs';

/** For checks that wait for what doesn't come. */
const IMPATIENT = ['--timeout', '3'];

/** An address that nobody has (RFC 5737). */
const NOBODY = '192.0.2.1';

describe('doctor', { timeout: 5 * 60_000 }, () => {
  let folder;
  let server;
  let signedToken;

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'remote-mediasoup-test-'));

    const keys = generateKeyPairSync('ed25519');
    const publicKey = keys.publicKey.export({ format: 'jwk' }).x;

    signedToken = (exp) => jwt({ sub: 'doctor', exp }, keys.privateKey);
    server = await TestServer.start({
      args: ['--announced-address', '127.0.0.1'],
      tokens: `[[keys]]\nname = "signed"\npublic-key = "${publicKey}"`,
    });
  });

  after(async () => {
    await server?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  describe('fails for', () => {
    it('a wrong token', async () => {
      const { checks } = await failure('token', {
        ...server.env(),
        REMOTE_MEDIASOUP_TOKEN: 'not the token of tests',
      });

      assert.match(checks.token.text, /refuses the token/);
      assert.equal(checks.session.status, 'skip');
    });

    it('no token', async () => {
      const { checks } = await failure('token', {
        ...server.env(),
        REMOTE_MEDIASOUP_TOKEN: '',
      });

      assert.match(checks.token.todo, /REMOTE_MEDIASOUP_TOKEN/);
    });

    it('a token that has expired', async () => {
      const { checks } = await failure('token', {
        ...server.env(),
        REMOTE_MEDIASOUP_TOKEN: signedToken(seconds() - 3600),
      });

      assert.match(checks.token.text, /has expired/);
    });

    it('a certificate by nobody whom we trust', async () => {
      const { checks } = await failure('tls', {
        ...server.env(),
        REMOTE_MEDIASOUP_CA: write(
          'other.pem',
          (await selfSignedCertificate('localhost')).certificate,
        ),
      });

      assert.match(checks.tls.todo, /REMOTE_MEDIASOUP_CA/);
      assert.equal(checks.token.status, 'skip');
    });

    it('authorities that cannot be read', async () => {
      const { checks } = await failure('tls', {
        ...server.env(),
        REMOTE_MEDIASOUP_CA: path.join(folder, 'missing.pem'),
      });

      assert.match(checks.tls.text, /missing\.pem can't be read/);
    });

    it('a certificate that has expired', async (t) => {
      const { text } = await certificateFailure(t, [-30, -2]);

      assert.match(text, /has expired on \d{4}-/);
    });

    it('a certificate that is not valid yet', async (t) => {
      const { text } = await certificateFailure(t, [2, 30]);

      assert.match(text, /is valid from/);
    });

    it("a certificate for another's name", async (t) => {
      const { text } = await certificateFailure(
        t,
        [-1, 30],
        'other.example',
        '192.0.2.7',
      );

      assert.match(text, /isn't for 127\.0\.0\.1/);
    });

    it('a name that there is not', async () => {
      const { checks } = await failure('dns', {
        REMOTE_MEDIASOUP_URL: 'wss://no-such-host.invalid:4443',
      });

      assert.match(checks.dns.text, /isn't found/);
    });

    it('nothing that listens', async () => {
      const unused = net.createServer().listen(0, '127.0.0.1');

      await once(unused, 'listening');

      const { port } = unused.address();

      unused.close();
      await once(unused, 'close');

      const { checks } = await failure('tcp', {
        REMOTE_MEDIASOUP_URL: `wss://127.0.0.1:${port}`,
      });

      assert.match(checks.tcp.text, /nothing listens/);
    });

    it('a server without TLS where we ask for it', async (t) => {
      const plain = await startServer(t, { tls: false });

      await failure('tls', {
        ...plain.env(),
        REMOTE_MEDIASOUP_URL: plain.url.replace('ws:', 'wss:'),
      });
    });

    it('another protocol', async (t) => {
      const { checks } = await failure(
        'protocol',
        await fake(t, (request, response) => {
          if (!request.headers.upgrade) return response.end('ok\n');

          response.writeHead(426, {
            'Sec-WebSocket-Protocol': 'remote-mediasoup.v0',
          });

          return response.end('it speaks remote-mediasoup.v0\n');
        }),
      );

      assert.match(
        checks.protocol.text,
        /we speak remote-mediasoup\.v1, the server remote-mediasoup\.v0/,
      );
    });

    it('not such a server', async (t) => {
      const { checks } = await failure(
        'protocol',
        await fake(t, (_, response) => response.writeHead(404).end()),
      );

      assert.equal(checks.health.status, 'warn');
    });

    it('a clock that signed tokens do not bear with', async (t) => {
      const { checks } = await failure('clock', {
        ...(await fake(t, (_, response) => {
          response.setHeader('Date', new Date(Date.now() - 90_000));
          response.end('ok\n');
        })),
        REMOTE_MEDIASOUP_TOKEN: signedToken(seconds() + 7200),
      });

      assert.match(checks.clock.text, /(89|90|91) s behind/);
    });

    it('an announced address that media does not reach', async () => {
      const { checks, code } = await doctor(
        [...IMPATIENT, '--announced-address', NOBODY],
        server.env(),
      );

      assert.equal(code, 1);
      assert.equal(checks.udp.status, 'FAIL');
      assert.match(checks.udp.text, new RegExp(NOBODY));
      assert.equal(checks.workers.status, 'ok');
    });

    it('ports that are taken', async () => {
      const socket = createSocket('udp4').bind(0);

      await once(socket, 'listening');

      const { port } = socket.address();
      const { checks, code } = await doctor(['--rtc-ports', `${port}-${port}`]);

      socket.close();
      assert.equal(code, 1);
      assert.equal(checks.ports.status, 'FAIL');
    });

    it('CPU slots that somebody has tampered with', async () => {
      const slots = path.join(folder, 'slots');
      const check = async () => {
        const { checks } = await failure('slots', {
          REMOTE_MEDIASOUP_VERTICAL: '1',
          REMOTE_MEDIASOUP_SLOTS: `${slots}/`,
        });

        return checks.slots;
      };

      fs.symlinkSync(folder, slots);
      assert.match(
        (await check()).text,
        /is a symbolic link, not a directory$/,
      );
      fs.unlinkSync(slots);
      fs.mkdirSync(slots);
      fs.symlinkSync(path.join(folder, 'new'), path.join(slots, 'cpu-0'));
      assert.match((await check()).text, /cpu-0 is a symbolic link/);
      fs.unlinkSync(path.join(slots, 'cpu-0'));
      fs.chmodSync(slots, 0o1777);

      const { text, todo } = await check();

      assert.match(text, /^every user can write to .*slots$/);
      assert.match(todo, /REMOTE_MEDIASOUP_SLOTS$/);
      assert.deepEqual(fs.readdirSync(slots), []);
    });

    it('a worker that does not run', async () => {
      const { checks, code } = await doctor([], {
        MEDIASOUP_WORKER_BIN: path.join(folder, 'missing'),
      });

      assert.equal(code, 1);
      assert.match(checks.worker.text, /ENOENT/);
    });
  });

  describe('warns of', () => {
    it('a token that expires soon', async () => {
      const { checks, code } = await doctor([], {
        ...server.env(),
        REMOTE_MEDIASOUP_TOKEN: signedToken(seconds() + 600),
      });

      assert.equal(code, 0);
      assert.match(checks.token.text, /expires in (9|10) min/);
      assert.equal(checks.token.status, 'warn');
    });

    it('a certificate that expires soon', async (t) => {
      const { status, text } = await certificateCheck(t, [-1, 3]);

      assert.equal(status, 'warn');
      assert.match(text, /expires on/);
    });

    it('a server that announces nothing', async (t) => {
      const silent = await startServer(t);
      const { checks, code } = await doctor([], silent.env());

      assert.equal(code, 0);
      assert.equal(checks.udp.status, 'warn');
      assert.match(checks.udp.todo, /--announced-address/);
    });

    it('a worker that does not run, where Workers are on a server', async () => {
      const { checks, code } = await doctor([], {
        ...server.env(),
        MEDIASOUP_WORKER_BIN: path.join(folder, 'missing'),
      });

      assert.equal(code, 0);
      assert.equal(checks.worker.status, 'warn');
      assert.equal(checks.udp.status, 'ok');
    });
  });

  function write(name, text) {
    const file = path.join(folder, name);

    fs.writeFileSync(file, text, { mode: 0o600 });

    return file;
  }

  /** Diagnosis of a server's certificate. */
  async function certificateCheck(
    t,
    days,
    name = 'localhost',
    address = '127.0.0.1',
  ) {
    const { certificate, privateKey } = await selfSignedCertificate(
      name,
      address,
      days,
    );
    const ca = write('cert.pem', certificate);
    const other = await startServer(t, {
      tls: false,
      args: ['--tls-cert', ca, '--tls-key', write('key.pem', privateKey)],
    });
    const { checks } = await doctor([], {
      ...other.env(),
      REMOTE_MEDIASOUP_URL: other.url.replace('ws:', 'wss:'),
      REMOTE_MEDIASOUP_CA: ca,
    });

    return checks.tls;
  }

  async function certificateFailure(...args) {
    const check = await certificateCheck(...args);

    assert.equal(check.status, 'FAIL');

    return check;
  }
});

/** The environment of a server that answers all requests so, upgrades too. */
async function fake(t, answer) {
  const server = http.createServer(answer).listen(0, '127.0.0.1');

  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');

  return {
    REMOTE_MEDIASOUP_URL: `ws://127.0.0.1:${server.address().port}`,
    REMOTE_MEDIASOUP_TOKEN: 'whatever token it is',
  };
}

/** The outcome where this check is the first to fail. */
async function failure(name, env) {
  const outcome = await doctor([], env);
  const failed = Object.values(outcome.checks).filter(
    ({ status }) => status === 'FAIL',
  );

  assert.equal(outcome.code, 1);
  assert.equal(outcome.ok, false);
  assert.equal(failed[0]?.name, name, JSON.stringify(failed));

  return outcome;
}

function seconds() {
  return Math.floor(Date.now() / 1000);
}

function jwt(claims, key) {
  const text = (value) =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${text({ alg: 'EdDSA', typ: 'JWT' })}.${text(claims)}`;

  return `${unsigned}.${sign(null, Buffer.from(unsigned), key).toString('base64url')}`;
}
