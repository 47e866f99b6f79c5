/**
 * The command `npm run pack`: makes the tarballs that a release publishes (the package itself, this
 * platform's binaries, and the tool that ports applications) in a folder. The release script and tests of
 * packaging call `pack()`, which returns their paths.
 *
 * Each is packed from a copy, because the published manifest differs from the checkout's: it names the
 * platform packages, which `npm ci` here could not install before they are published, and has no commands for
 * developers.
 */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { buildAddon } from './build-addon.mjs';
import { buildServer } from './build-server.mjs';
import { buildWorker } from './build-worker.mjs';
import { readArguments } from './lib/arguments.mjs';
import { platform, platformsOf, portDir, root } from './lib/project.mjs';
import { Failure, isProgram, main } from './lib/run.mjs';

const HELP = `Usage: npm run pack [-- DIRECTORY]

Makes the tarballs that are published, in the directory or else the current one.`;

/**
 * @param {string} directory - Where the tarballs go.
 * @returns {Promise<{main: string, platform: string, port: string}>} Their paths.
 */
export async function pack(directory) {
  await buildWorker();
  await buildAddon();
  await buildServer();
  fs.mkdirSync(directory, { recursive: true });

  return {
    main: packCopy(root, publishedManifest(), directory),
    platform: packCopy(
      path.join(root, 'npm', platform),
      readManifest(path.join(root, 'npm', platform)),
      directory,
    ),
    port: packCopy(portDir, readManifest(portDir), directory),
  };
}

/** The manifest as users see it. */
export function publishedManifest() {
  const manifest = readManifest(root);
  const platformPackages = platformsOf(root).map((name) =>
    readManifest(path.join(root, 'npm', name)),
  );

  for (const { name, version } of [
    ...platformPackages,
    readManifest(portDir),
  ]) {
    if (version !== manifest.version) {
      throw new Failure(
        `${name} is of version ${version}, the package of ${manifest.version}`,
      );
    }
  }

  delete manifest.devDependencies;
  delete manifest.overrides;
  delete manifest.workspaces;

  return {
    ...manifest,
    scripts: { install: 'node scripts/install.mjs' },
    optionalDependencies: Object.fromEntries(
      platformPackages.map(({ name, version }) => [name, version]),
    ),
  };
}

function packCopy(source, manifest, directory) {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'remote-mediasoup-pack-'));

  try {
    const [{ files }] = npmPack(source, '--dry-run');

    for (const file of files) {
      fs.cpSync(path.join(source, file.path), path.join(copy, file.path));
    }
    fs.writeFileSync(
      path.join(copy, 'package.json'),
      `${JSON.stringify(manifest, null, 2)}\n`,
    );

    const destination = path.resolve(directory);
    const [{ filename }] = npmPack(copy, '--pack-destination', destination);

    return path.join(destination, filename);
  } finally {
    fs.rmSync(copy, { recursive: true });
  }
}

function npmPack(folder, ...args) {
  return JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
}

/** The package.json in a folder. */
export function readManifest(folder) {
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
}

if (isProgram(import.meta.url)) {
  await main(async () => {
    const {
      positionals: [directory = '.'],
    } = readArguments(HELP, {}, { allowPositionals: true });
    const tarballs = await pack(directory);

    console.log(Object.values(tarballs).join('\n'));
  });
}
