/**
 * Test of `remote-mediasoup port` on a folder that an attacker prepared (links, named pipes, odd names of
 * files): it must read and write nothing outside of the folder, start no program, and send no escape sequence
 * to the terminal.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

import { look, make, port } from './port.mjs';
import { temporaryFolder } from '../support/temporary.mjs';

const PATCH = 'remote-mediasoup.patch';
const REQUIRE = ['--to', 'require'];

/** Characters that a terminal obeys rather than shows. */
const CONTROL = /[^\P{Cc}\n\t]|\p{Cf}/u;

/** `link(at, to)` makes a link in an application. */
const linksIn =
  ({ folder }) =>
  (at, to) =>
    fs.symlinkSync(to, path.join(folder, at));

/** Files that weren't read, as `file: reason`. */
const skippedIn = ({ skipped }) =>
  skipped.map(({ file, reason }) => `${file}: ${reason}`).sort();

describe('port in a hostile folder', { timeout: 10 * 60_000 }, () => {
  it('writes its patch through no link', async (t) => {
    const application = make(t, 'require');
    const outside = temporaryFolder(t);
    const manifest = application.read('package.json');

    fs.writeFileSync(path.join(outside, 'there'), 'theirs');
    for (const name of ['there', 'not-yet', 'none/at/all']) {
      const target = path.join(outside, name);

      linksIn(application)(PATCH, target);
      for (const args of [[], ['--force']]) {
        const { code, stderr } = await port(application, '--write', ...args);

        assert.equal(code, 3, name);
        assert.match(stderr, /remote-mediasoup\.patch is a link,.* remove it/);
      }
      fs.rmSync(path.join(application.folder, PATCH));
    }
    assert.deepEqual(fs.readdirSync(outside), ['there']);
    assert.equal(
      fs.readFileSync(path.join(outside, 'there'), 'utf8'),
      'theirs',
    );
    assert.equal(application.read('package.json'), manifest);
  });

  it('changes no other name of a file', async (t) => {
    const application = make(t, 'require');
    const outside = temporaryFolder(t);
    const names = ['package.json', PATCH];

    application.write(PATCH, 'an earlier patch');
    for (const name of names) {
      fs.linkSync(
        path.join(application.folder, name),
        path.join(outside, name),
      );
    }

    const before = names.map((name) => application.read(name));

    assert.ok((await port(application, '--write', '--force')).code < 2);
    assert.deepEqual(
      names.map((name) => fs.readFileSync(path.join(outside, name), 'utf8')),
      before,
    );
    for (const [place, name] of names.entries()) {
      assert.notEqual(application.read(name), before[place]);
    }
  });

  it('reads through no link out of the folder, and says so', async (t) => {
    const application = make(t, 'require');
    const outside = temporaryFolder(t);
    const link = linksIn(application);
    const code = "require('mediasoup');\n";

    fs.writeFileSync(path.join(outside, 'secret.js'), code);
    fs.writeFileSync(
      path.join(outside, 'package.json'),
      '{"dependencies":{"mediasoup":"1"}}',
    );
    fs.writeFileSync(
      path.join(outside, 'yarn.lock'),
      'a@1:\n    mediasoup "3"',
    );
    fs.mkdirSync(path.join(application.folder, 'packages'));
    link('linked.js', path.join(outside, 'secret.js'));
    link('linked', outside);
    link('dangling.js', path.join(outside, 'nothing.js'));
    link('packages/package.json', path.join(outside, 'package.json'));
    link('yarn.lock', path.join(outside, 'yarn.lock'));
    // What is of no interest isn't worth a word.
    link('README', path.join(outside, 'secret.js'));
    link('packages/node_modules', outside);
    link('again.js', 'server.js');

    const { told } = await look(application, ...REQUIRE, '--write');
    const out = 'a link out of the application, which is not followed';

    assert.deepEqual(skippedIn(told), [
      'dangling.js: a link that leads nowhere: ENOENT',
      `linked.js: ${out}`,
      `linked: ${out}`,
      `packages/package.json: ${out}`,
      'yarn.lock: a link, which is not followed',
    ]);
    assert.deepEqual(told.dependents, []);
    assert.equal(
      fs.readFileSync(path.join(outside, 'secret.js'), 'utf8'),
      code,
    );
  });

  it('waits for nobody who never writes', async (t) => {
    const application = make(t, 'require');

    for (const name of ['package-lock.json', 'pipe.js']) {
      fs.rmSync(path.join(application.folder, name), { force: true });
      execFileSync('mkfifo', [path.join(application.folder, name)]);
    }

    const { told } = await look(application);

    assert.deepEqual(skippedIn(told), [
      'package-lock.json: not a file',
      'pipe.js: not a file',
    ]);
  });

  it('has no line of a file’s name in its patch', async (t) => {
    const application = make(t, 'require');
    const code = "require('mediasoup');\n";
    const names = [
      'x\n--- a/server.js\n+++ b/server.js\n@@ -1,1 +1,1 @@\n.js',
      'x\ntouch evil\n.js',
      'x\u001B[2Jy.js',
      'x\u202Esj.js',
    ];

    for (const name of names) {
      // A slash in a name is a folder.
      fs.mkdirSync(path.dirname(path.join(application.folder, name)), {
        recursive: true,
      });
      application.write(name, code);
    }

    const { told } = await look(application, ...REQUIRE);

    assert.deepEqual(
      told.skipped.map(({ reason }) => reason),
      names.map(() => 'control characters in its name'),
    );

    const { stdout } = await port(application, ...REQUIRE, '--write');

    assert.doesNotMatch(stdout, CONTROL);
    assert.match(stdout, /^ {2}x\\x0atouch evil\\x0a\.js: control characters/m);
    assert.match(stdout, /^ {2}x\\x1b\[2Jy\.js: control characters/m);
    assert.match(stdout, /^ {2}x\\u\{202e\}sj\.js: control characters/m);
    assert.doesNotMatch(application.read(PATCH), /evil|x/);
    for (const name of names) assert.equal(application.read(name), code);
  });

  it('undoes the file that was changed, not one of a shorter name', async (t) => {
    const application = make(t, 'require');
    const names = ['one two.js', 'one'];

    for (const name of names) {
      application.write(name, "require('mediasoup');\n");
    }

    const before = names.map((name) => application.read(name));

    for (const undo of [
      ['git', 'apply', '-R', PATCH],
      ['patch', '--batch', '-R', '-p1', '-i', PATCH],
    ]) {
      await port(application, ...REQUIRE, '--write');
      assert.notEqual(application.read(names[0]), before[0]);
      execFileSync(undo[0], undo.slice(1), {
        cwd: application.folder,
        stdio: 'ignore',
      });
      assert.deepEqual(
        names.map((name) => application.read(name)),
        before,
        undo[0],
      );
      fs.rmSync(path.join(application.folder, PATCH));
    }
  });

  it('shows what a terminal would obey', async (t) => {
    const application = make(t, 'require');
    const escape = '\u001B]0;owned\u0007\u009B2J\u202E';

    application.write(
      'evil.js',
      `require('mediasoup'); worker.on('died', () => process.exit(1)); //${escape}\n`,
    );
    application.write(
      'packages/a/package.json',
      '{ "dependencies": { "mediasoup": "3.27.1\\u001b[2J\\nfine" } }',
    );

    const { told } = await look(application, ...REQUIRE);

    assert.ok(
      told.findings.some(({ code }) => code.endsWith(escape)),
      'JSON says the very text',
    );

    for (const args of [[], ['--json']]) {
      const { stdout } = await port(application, ...REQUIRE, ...args);

      assert.doesNotMatch(stdout, CONTROL);
    }

    application.write('package.json', `{ "a": \u001B[2J`);

    const { code, stderr } = await port(application);

    assert.equal(code, 2);
    assert.doesNotMatch(stderr, CONTROL);
  });

  it('starts nothing that the repository names', async (t) => {
    const application = make(t, 'require');
    const mark = path.join(temporaryFolder(t), 'started');

    execFileSync('git', ['init'], {
      cwd: application.folder,
      stdio: 'ignore',
    });
    fs.appendFileSync(
      path.join(application.folder, '.git/config'),
      `[core]\nfsmonitor = "touch ${mark}; false"\n`,
    );
    await port(application, '--write');
    assert.equal(fs.existsSync(mark), false);
  });
});
