/**
 * Test of a real server with `--client-ca`: a client with a certificate of that authority gets in, one with
 * another or none is rejected.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { TestServer } from '../support/server.mjs';
import { selfSignedCertificate } from '../support/certificate.mjs';
import { connect } from '../../index.js';
import { temporaryFolder } from '../support/temporary.mjs';

/** Certificate and key as files. */
async function identity(folder, name) {
  const { certificate, privateKey } = await selfSignedCertificate(name);
  const files = {
    cert: path.join(folder, `${name}.pem`),
    key: path.join(folder, `${name}.key`),
  };

  fs.writeFileSync(files.cert, certificate);
  fs.writeFileSync(files.key, privateKey, { mode: 0o600 });

  return files;
}

test('a client shows its certificate to a server that asks for one', async (t) => {
  const folder = temporaryFolder(t);
  const known = await identity(folder, 'known');
  const unknown = await identity(folder, 'unknown');
  const server = await TestServer.start({ args: ['--client-ca', known.cert] });

  t.after(() => server.stop());

  const mediasoup = await connect(server.url, server.options(known));
  const worker = await mediasoup.createWorker();

  assert.equal(worker.closed, false);
  mediasoup.close();

  for (const shown of [unknown, {}]) {
    const options = server.options({ ...shown, requestTimeoutMs: 500 });

    await assert.rejects(connect(server.url, options), /unreachable|refused/);
  }

  await assert.rejects(
    connect(server.url, server.options({ cert: known.cert })),
    /given together/,
  );
});
