/**
 * Local npm registry for tests of installation: an HTTP server with the packed package, this platform's, and
 * what they depend on. `npm install mediasoup@npm:remote-mediasoup` works with it without the network.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { pack, readManifest } from '../../scripts/pack.mjs';
import {
  platformPackage,
  platformsOf,
  root,
} from '../../scripts/lib/project.mjs';

const execute = promisify(execFile);

export class Registry {
  /** By name: what its package.json says, and its tarball where it has one. */
  #packages = new Map();
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'remote-mediasoup-test-'));
  #server = http.createServer((request, response) =>
    this.#answer(request.url, response),
  );

  static async start() {
    const registry = new Registry();

    await registry.#fill();
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');

    return registry;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/`;
  }

  /**
   * Runs `npm install` in a new folder.
   *
   * @param {string} what - As in `mediasoup@npm:remote-mediasoup`.
   * @returns {Promise<string>} The folder, which `close()` removes.
   */
  async install(what) {
    const folder = fs.mkdtempSync(path.join(this.#folder, 'installed-'));

    fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
    await execute(
      'npm',
      [
        ...['install', what, `--registry=${this.url}`],
        ...['--ignore-scripts=false', '--no-audit', '--no-fund'],
        `--cache=${path.join(this.#folder, 'cache')}`,
      ],
      { cwd: folder },
    );

    return folder;
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  async #fill() {
    const tarballs = await pack(this.#folder);

    await this.#add(tarballs.main);
    await this.#add(tarballs.platform);

    // Those of other platforms are known, and nobody asks for more.
    for (const name of platformsOf(root)) {
      const manifest = readManifest(path.join(root, 'npm', name));

      if (manifest.name !== platformPackage) {
        this.#packages.set(manifest.name, { manifest });
      }
    }

    await this.#addInstalled(readManifest(root).dependencies);
  }

  /** Adds packages of this checkout's node_modules, and their dependencies. */
  async #addInstalled(dependencies = {}) {
    for (const name of Object.keys(dependencies)) {
      const folder = fs.realpathSync(path.join(root, 'node_modules', name));
      const { stdout } = await execute(
        'npm',
        ['pack', '--json', '--ignore-scripts', folder],
        { cwd: this.#folder },
      );

      await this.#add(path.join(this.#folder, JSON.parse(stdout)[0].filename));
      await this.#addInstalled(readManifest(folder).dependencies);
    }
  }

  async #add(tarball) {
    const { stdout } = await execute('tar', [
      ...['-xzOf', tarball, 'package/package.json'],
    ]);
    const manifest = JSON.parse(stdout);
    const integrity = createHash('sha512')
      .update(fs.readFileSync(tarball))
      .digest('base64');

    this.#packages.set(manifest.name, {
      manifest,
      tarball,
      integrity: `sha512-${integrity}`,
    });
  }

  #answer(url, response) {
    const [, name, file] = url.split('/');
    const one = this.#packages.get(name);

    if (!one || (file && !one.tarball)) {
      response.writeHead(404).end();
    } else if (file) {
      fs.createReadStream(one.tarball).pipe(response);
    } else {
      const { version } = one.manifest;
      const dist = {
        tarball: `${this.url}${name}/${name}-${version}.tgz`,
        integrity: one.integrity,
      };

      response.end(
        JSON.stringify({
          name,
          'dist-tags': { latest: version },
          versions: { [version]: { ...one.manifest, dist } },
        }),
      );
    }
  }
}
