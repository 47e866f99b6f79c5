/**
 * `remote-mediasoup doctor` on a real server that is right, and on each kind of wrong: the check that it is
 * about fails, those before it don't, and what builds on it is left out.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { TestServer } from '../support/server.mjs';
import { selfSignedCertificate } from '../upstream/certificate.mjs';
import { command } from './command.mjs';

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

  it('finds a machine without a server well', async () => {
    const { checks, code } = await doctor([]);

    assert.deepEqual(statuses(checks), {
      node: 'ok',
      addon: 'ok',
      worker: 'ok',
      binary: 'ok',
      ports: 'ok',
      cpus: 'ok',
    });
    assert.equal(code, 0);
  });

  it('finds a right server well', async () => {
    const { checks, code } = await doctor([], server.env());

    assert.deepEqual(statuses(checks), {
      node: 'ok',
      addon: 'ok',
      worker: 'ok',
      binary: 'ok',
      ports: 'skip',
      cpus: 'ok',
      dns: 'ok',
      tcp: 'ok',
      tls: 'ok',
      health: 'ok',
      clock: 'ok',
      token: 'ok',
      protocol: 'ok',
      session: 'ok',
      workers: 'ok',
      udp: 'ok',
    });
    assert.equal(code, 0);
  });

  it('takes options for variables, and prints a line per check', async () => {
    const { REMOTE_MEDIASOUP_TOKEN } = server.env();
    const { code, stdout } = await command(
      ['doctor', '--url', server.url, '--ca', server.ca],
      { env: { REMOTE_MEDIASOUP_TOKEN } },
    );

    assert.equal(code, 0, stdout);
    assert.match(stdout, /^ok {3}token {5}it is accepted$/m);
    assert.equal(stdout.trim().split('\n').length, 16);
  });

  it('never shows the token', async () => {
    const { stdout, stderr } = await command(['doctor', '--json'], {
      env: server.env(),
    });

    assert.ok(!(stdout + stderr).includes(server.token));
  });

  it('leaves nothing on the server', async () => {
    const lonely = await TestServer.start({ limits: '{ workers = 1 }' });

    try {
      for (const time of ['first', 'second']) {
        const { checks } = await doctor([], lonely.env());

        assert.equal(find(checks, 'workers').status, 'ok', time);
      }
    } finally {
      await lonely.stop();
    }
  });

  describe('fails for', () => {
    it('a wrong token', async () => {
      const { checks } = await failure('token', {
        ...server.env(),
        REMOTE_MEDIASOUP_TOKEN: 'not the token of tests',
      });

      assert.match(find(checks, 'token').text, /refuses the token/);
      assert.equal(find(checks, 'session').status, 'skip');
    });

    it('no token', async () => {
      const { checks } = await failure('token', {
        ...server.env(),
        REMOTE_MEDIASOUP_TOKEN: '',
      });

      assert.match(find(checks, 'token').todo, /REMOTE_MEDIASOUP_TOKEN/);
    });

    it('a token that has expired', async () => {
      const { checks } = await failure('token', {
        ...server.env(),
        REMOTE_MEDIASOUP_TOKEN: signedToken(seconds() - 3600),
      });

      assert.match(find(checks, 'token').text, /has expired/);
    });

    it('a certificate by nobody whom we trust', async () => {
      const { checks } = await failure('tls', {
        ...server.env(),
        REMOTE_MEDIASOUP_CA: write(
          'other.pem',
          selfSignedCertificate('localhost').certificate,
        ),
      });

      assert.match(find(checks, 'tls').todo, /REMOTE_MEDIASOUP_CA/);
      assert.equal(find(checks, 'token').status, 'skip');
    });

    it('authorities that cannot be read', async () => {
      const { checks } = await failure('tls', {
        ...server.env(),
        REMOTE_MEDIASOUP_CA: path.join(folder, 'missing.pem'),
      });

      assert.match(find(checks, 'tls').text, /missing\.pem can't be read/);
    });

    it('a certificate that has expired', async () => {
      const { text } = await certificateFailure([-30, -2]);

      assert.match(text, /has expired on \d{4}-/);
    });

    it('a certificate that is not valid yet', async () => {
      const { text } = await certificateFailure([2, 30]);

      assert.match(text, /is valid from/);
    });

    it("a certificate for another's name", async () => {
      const { text } = await certificateFailure(
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

      assert.match(find(checks, 'dns').text, /isn't found/);
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

      assert.match(find(checks, 'tcp').text, /nothing listens/);
    });

    it('a server without TLS where we ask for it', async () => {
      const plain = await TestServer.start({ tls: false });

      try {
        await failure('tls', {
          ...plain.env(),
          REMOTE_MEDIASOUP_URL: plain.url.replace('ws:', 'wss:'),
        });
      } finally {
        await plain.stop();
      }
    });

    it('another protocol', async () => {
      const { checks } = await failure(
        'protocol',
        await fake((request, response) => {
          if (!request.headers.upgrade) return response.end('ok\n');

          response.writeHead(426, {
            'Sec-WebSocket-Protocol': 'remote-mediasoup.v0',
          });

          return response.end('it speaks remote-mediasoup.v0\n');
        }),
      );

      assert.match(
        find(checks, 'protocol').text,
        /we speak remote-mediasoup\.v1, the server remote-mediasoup\.v0/,
      );
    });

    it('what is no such server', async () => {
      const { checks } = await failure(
        'protocol',
        await fake((_, response) => response.writeHead(404).end()),
      );

      assert.equal(find(checks, 'health').status, 'warn');
    });

    it('a clock that signed tokens do not bear with', async () => {
      const { checks } = await failure('clock', {
        ...(await fake((_, response) => {
          response.setHeader('Date', new Date(Date.now() - 90_000));
          response.end('ok\n');
        })),
        REMOTE_MEDIASOUP_TOKEN: signedToken(seconds() + 7200),
      });

      assert.match(find(checks, 'clock').text, /(89|90|91) s behind/);
    });

    it('an announced address that media does not reach', async () => {
      const { checks, code } = await doctor(
        [...IMPATIENT, '--announced-address', NOBODY],
        server.env(),
      );

      assert.equal(code, 1);
      assert.equal(find(checks, 'udp').status, 'FAIL');
      assert.match(find(checks, 'udp').text, new RegExp(NOBODY));
      assert.equal(find(checks, 'workers').status, 'ok');
    });

    it('ports that are taken', async () => {
      const { createSocket } = await import('node:dgram');
      const socket = createSocket('udp4').bind(0);

      await once(socket, 'listening');

      const { port } = socket.address();
      const { checks, code } = await doctor(['--rtc-ports', `${port}-${port}`]);

      socket.close();
      assert.equal(code, 1);
      assert.equal(find(checks, 'ports').status, 'FAIL');
    });

    it('a worker that does not run', async () => {
      const { checks, code } = await doctor([], {
        MEDIASOUP_WORKER_BIN: path.join(folder, 'missing'),
      });

      assert.equal(code, 1);
      assert.match(find(checks, 'worker').text, /ENOENT/);
    });
  });

  describe('warns of', () => {
    it('a token that expires soon', async () => {
      const { checks, code } = await doctor([], {
        ...server.env(),
        REMOTE_MEDIASOUP_TOKEN: signedToken(seconds() + 600),
      });

      assert.equal(code, 0);
      assert.match(find(checks, 'token').text, /expires in (9|10) min/);
      assert.equal(find(checks, 'token').status, 'warn');
    });

    it('a certificate that expires soon', async () => {
      const { status, text } = await certificateCheck([-1, 3]);

      assert.equal(status, 'warn');
      assert.match(text, /expires on/);
    });

    it('a server that announces nothing', async () => {
      const silent = await TestServer.start();

      try {
        const { checks, code } = await doctor([], silent.env());

        assert.equal(code, 0);
        assert.equal(find(checks, 'udp').status, 'warn');
        assert.match(find(checks, 'udp').todo, /--announced-address/);
      } finally {
        await silent.stop();
      }
    });

    it('a worker that does not run, where Workers are on a server', async () => {
      const { checks, code } = await doctor([], {
        ...server.env(),
        MEDIASOUP_WORKER_BIN: path.join(folder, 'missing'),
      });

      assert.equal(code, 0);
      assert.equal(find(checks, 'worker').status, 'warn');
      assert.equal(find(checks, 'udp').status, 'ok');
    });
  });

  it('counts the CPU slots that are taken, where Workers are vertical', async () => {
    const slots = path.join(folder, 'slots');
    const env = {
      REMOTE_MEDIASOUP_VERTICAL: '1',
      REMOTE_MEDIASOUP_SLOTS: slots,
    };

    // The Worker that is tried takes one, and gives it back.
    assert.match(await slotsOf(env), /^0 of \d+ are taken/);

    const [slot] = fs.readdirSync(slots);

    // It holds the lock until its standard input ends.
    const holder = spawn(
      'flock',
      [path.join(slots, slot), 'sh', '-c', 'echo; cat'],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );

    await once(holder.stdout, 'data');
    assert.match(await slotsOf(env), /^1 of \d+ are taken/);
    holder.stdin.end();
    await once(holder, 'exit');
    assert.match(await slotsOf(env), /^0 of \d+ are taken/);
  });

  it('listens where the server lets it', async () => {
    const strict = await TestServer.start({
      args: ['--listen-ip', '127.0.0.1', '--rtc-ports', '42000-42999'],
    });

    try {
      const { checks } = await doctor([], strict.env());

      assert.match(find(checks, 'udp').text, /127\.0\.0\.1, UDP port 42\d\d\d/);
    } finally {
      await strict.stop();
    }
  });

  it('refuses arguments that make no sense', async () => {
    for (const args of [
      ['--no-such-option'],
      ['--timeout', 'soon'],
      ['--rtc-ports', '2-1'],
      ['--url', 'http://127.0.0.1'],
      ['surplus'],
    ]) {
      const { code, stderr } = await command(['doctor', ...args]);

      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, /^remote-mediasoup: .+\n$/);
    }
  });

  function write(name, text) {
    const file = path.join(folder, name);

    fs.writeFileSync(file, text, { mode: 0o600 });

    return file;
  }

  /** What is said of a server's certificate. */
  async function certificateCheck(
    days,
    name = 'localhost',
    address = '127.0.0.1',
  ) {
    const { certificate, privateKey } = selfSignedCertificate(
      name,
      address,
      days,
    );
    const ca = write('cert.pem', certificate);
    const other = await TestServer.start({
      tls: false,
      args: ['--tls-cert', ca, '--tls-key', write('key.pem', privateKey)],
    });

    try {
      const { checks } = await doctor([], {
        ...other.env(),
        REMOTE_MEDIASOUP_URL: other.url.replace('ws:', 'wss:'),
        REMOTE_MEDIASOUP_CA: ca,
      });

      return find(checks, 'tls');
    } finally {
      await other.stop();
    }
  }

  async function certificateFailure(...args) {
    const check = await certificateCheck(...args);

    assert.equal(check.status, 'FAIL');

    return check;
  }
});

/** Servers that say what a test wants. */
const fakes = [];

after(() => {
  for (const server of fakes) {
    server.close();
    server.closeAllConnections();
  }
});

/** The environment of a server that answers all requests so, upgrades too. */
async function fake(answer) {
  const server = http.createServer(answer).listen(0, '127.0.0.1');

  fakes.push(server);
  await once(server, 'listening');

  return {
    REMOTE_MEDIASOUP_URL: `ws://127.0.0.1:${server.address().port}`,
    REMOTE_MEDIASOUP_TOKEN: 'whatever token it is',
  };
}

async function doctor(args, env) {
  const { code, stdout, stderr } = await command(
    ['doctor', '--json', ...args],
    {
      env,
    },
  );

  assert.equal(stderr, '');

  return { code, ...JSON.parse(stdout) };
}

/** The outcome where this check is the first to fail. */
async function failure(name, env) {
  const outcome = await doctor([], env);
  const failed = outcome.checks.filter(({ status }) => status === 'FAIL');

  assert.equal(outcome.code, 1);
  assert.equal(outcome.ok, false);
  assert.equal(failed[0]?.name, name, JSON.stringify(failed));

  return outcome;
}

async function slotsOf(env) {
  const { checks } = await doctor([], env);

  return find(checks, 'slots').text;
}

function find(checks, name) {
  return checks.find((check) => check.name === name);
}

function statuses(checks) {
  return Object.fromEntries(checks.map(({ name, status }) => [name, status]));
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
