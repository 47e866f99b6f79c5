/**
 * The command `npm run release`: checks the tree, packs the packages, writes release notes, a bill of
 * materials and checksums, and tries the tarballs in an empty folder. `--publish` then tags HEAD and
 * publishes; without it, the result is a folder, from which the release workflow publishes by `npm run
 * release:publish`.
 */

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

import { readArguments, usageError } from './lib/arguments.mjs';
import { duration } from './lib/progress.mjs';
import { platformPackage, portPackage, root } from './lib/project.mjs';
import { Failure, main } from './lib/run.mjs';
import { pack } from './pack.mjs';
import { judge, measure } from './release/budget.mjs';
import { sectionOf } from './release/changelog.mjs';
import { publish } from './release/publish.mjs';
import { sbom, sbomErrors } from './release/sbom.mjs';
import { smoke } from './release/smoke.mjs';
import { tag } from './release/tag.mjs';
import {
  byKind,
  checkComplete,
  checkTarballs,
  missing,
  tarballsIn,
} from './release/tarballs.mjs';
import { git, inspect } from './release/tree.mjs';

const HELP = `Usage: npm run release -- [--dry-run | --publish] [options]

Checks the tree, packs the packages, and puts into target/npm-release: the
tarballs, RELEASE_NOTES.md (from CHANGELOG.md), a bill of materials (CycloneDX) and
SHA256SUMS. Prints what is how large, fails over a limit, and holds a meeting with
the tarballs in an empty folder. Nothing is pushed or published.

  --dry-run         the same, and what only keeps a release from being made
                    (uncommitted changes, a changelog that says "unreleased") is
                    told of instead of being an error
  --publish         then tags HEAD and publishes all packages to npm
  --no-provenance   publishes without npm's attestation of where it was built,
                    which only a forge's workflow can have
  --built DIR       takes the tarballs there instead of building and packing;
                    --publish needs those of all platforms in npm/
  --help            this text`;

const OUTPUT = path.join(root, 'target', 'npm-release');

await main(async () => {
  const { values } = readArguments(HELP, {
    'dry-run': { type: 'boolean' },
    publish: { type: 'boolean' },
    'no-provenance': { type: 'boolean' },
    built: { type: 'string' },
  });

  if (values['dry-run'] && values.publish) {
    usageError('--dry-run and --publish are opposites');
  }

  await release({
    dryRun: values['dry-run'] ?? false,
    publishes: values.publish ?? false,
    provenance: !values['no-provenance'],
    built: values.built,
  });
});

async function release({ dryRun, publishes, provenance, built }) {
  const version = checkTree(dryRun);

  console.log(`release of ${version}`);

  const tarballs = await timed('packed', () =>
    built ? copyBuilt(path.resolve(built)) : packAll(),
  );

  checkTarballs(tarballs, version);

  if (publishes) {
    checkComplete(tarballs);
  }

  const notes = sectionOf(
    fs.readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8'),
    version,
  );

  fs.writeFileSync(path.join(OUTPUT, 'RELEASE_NOTES.md'), notes);
  await timed('bill of materials', () => writeSbom(version, tarballs));
  writeChecksums();
  checkSizes(tarballs);
  await timed('installed, and a meeting held', () => smoke(tarballs, version));
  missing(tarballs).forEach((name) => console.log(`not built here: ${name}`));

  if (publishes) {
    await publishAll(version, tarballs, { notes, provenance });
  } else {
    console.log(
      `\nnothing was published; all of it is in ${path.relative(process.cwd(), OUTPUT) || '.'}`,
    );
  }
}

/** @returns {string} The version. */
function checkTree(dryRun) {
  const { version, errors, unfinished } = inspect(root);

  if (dryRun) {
    unfinished.forEach((each) => console.log(`before a release: ${each}`));
  }

  const problems = dryRun ? errors : [...errors, ...unfinished];

  if (problems.length > 0) {
    throw new Failure(problems.join('\n'));
  }

  return version;
}

/** @returns {Promise<Map<string, string>>} Package name to tarball. */
async function packAll() {
  emptyOutput();

  const packed = await pack(OUTPUT);

  return new Map([
    ['remote-mediasoup', packed.main],
    [platformPackage, packed.platform],
    [portPackage, packed.port],
  ]);
}

function copyBuilt(folder) {
  const built = tarballsIn(folder);

  for (const needed of ['remote-mediasoup', platformPackage, portPackage]) {
    if (!built.has(needed)) {
      throw new Failure(`--built ${folder}: there is no tarball of ${needed}`);
    }
  }

  emptyOutput();

  return new Map(
    [...built].map(([name, file]) => {
      const copy = path.join(OUTPUT, path.basename(file));

      fs.copyFileSync(file, copy);

      return [name, copy];
    }),
  );
}

function emptyOutput() {
  fs.rmSync(OUTPUT, { recursive: true, force: true });
  fs.mkdirSync(OUTPUT, { recursive: true });
}

async function writeSbom(version, tarballs) {
  const document = sbom(root, {
    version,
    time: git(root, 'show', '--no-patch', '--format=%cI', 'HEAD'),
    tarballs,
  });
  const errors = await sbomErrors(document);

  if (errors) {
    throw new Failure(
      `the bill of materials breaks CycloneDX's schema: ${JSON.stringify(errors, null, 2)}`,
    );
  }

  fs.writeFileSync(
    path.join(OUTPUT, `remote-mediasoup-${version}.cdx.json`),
    `${JSON.stringify(document, null, 2)}\n`,
  );
  console.log(`${document.components.length} components`);
}

/** In the format that `sha256sum --check` reads. */
function writeChecksums() {
  const lines = fs
    .readdirSync(OUTPUT)
    .sort()
    .map((name) => {
      const content = fs.readFileSync(path.join(OUTPUT, name));

      return `${createHash('sha256').update(content).digest('hex')}  ${name}\n`;
    });

  fs.writeFileSync(path.join(OUTPUT, 'SHA256SUMS'), lines.join(''));
}

function checkSizes(tarballs) {
  const { lines, errors } = judge(measure(byKind(tarballs)));

  console.log(lines.join('\n'));

  if (errors.length > 0) {
    throw new Failure(errors.join('\n'));
  }
}

async function publishAll(version, tarballs, { notes, provenance }) {
  const { main, port, platforms } = byKind(tarballs);
  const name = tag(root, version, `${version}\n\n${notes}`);
  const done = await publish([...platforms, port, main], {
    provenance,
  });

  console.log(done.join('\n'));
  console.log(`\ntag ${name} is on HEAD; to push it: git push origin ${name}`);
}

async function timed(what, body) {
  const startedAt = performance.now();
  const result = await body();

  console.log(`${what} (${duration(performance.now() - startedAt)})`);

  return result;
}
