/**
 * Test of the code blocks of all documents: each is run, type-checked or parsed by the Checker, and so is
 * every command in prose. A failure names the document's line that no longer works.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

import { root } from '../../scripts/lib/project.mjs';
import { Checker } from './checker.mjs';
import { formats } from './formats.mjs';
import { documents } from './markdown.mjs';

describe('code blocks', () => {
  let checker;

  before(async () => {
    checker = await Checker.start('docs');
  });

  after(async () => {
    await checker.stop();
    checker.counts.forEach((number, what) =>
      console.log(`# blocks ${what}: ${number}`),
    );
  });

  for (const document of documents()) {
    it(`of ${document.file}`, async () => {
      const errors = await checker.errorsOf(document);

      assert.equal(errors.length, 0, `\n${errors.join('\n')}`);
    });
  }

  it('of deploy/ are read as well', async () => {
    for (const [file, language] of [
      ['server.toml', 'toml'],
      ['tokens.toml', 'toml'],
      ['remote-mediasoup.service', 'systemd'],
      ['remote-mediasoup.tmpfiles.conf', 'tmpfiles'],
    ]) {
      const text = fs.readFileSync(path.join(root, 'deploy', file), 'utf8');

      assert.deepEqual(await formats[language](text, checker.folder), [], file);
    }
  });
});
