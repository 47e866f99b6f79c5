/**
 * Bill of materials of a release, in the format CycloneDX 1.6: npm modules, Rust crates and the worker's C
 * libraries in one document. `npm run release` writes it beside the tarballs. It is made of lock files and
 * `cargo metadata`, because existing tools know either npm or Cargo, and none knows what is compiled into the
 * worker.
 *
 * The same commit gives the same bytes: time and serial number come from it.
 */

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { parse } from 'smol-toml';
import { v5 } from 'uuid';

import { portPackage } from '../lib/project.mjs';
import { crateGraph } from './crates.mjs';
import { platformsOf } from '../lib/project.mjs';

const SPEC_VERSION = Spec.Version.v1dot6;

/** Binaries of a platform package, and the crates that they are built from. */
const BINARIES = [
  { file: 'remote-mediasoup.node', crate: 'remote-mediasoup', manifest: '.' },
  { file: 'remote-mediasoup', crate: 'server', manifest: '.' },
  {
    file: 'remote-mediasoup-worker',
    crate: 'remote-mediasoup-worker',
    manifest: 'native/worker',
  },
];

/**
 * @param {string} root - The checkout.
 * @param {object} release
 * @param {string} release.version
 * @param {string} release.time - Of the commit, ISO 8601.
 * @param {Map<string, string>} release.tarballs - Package name to file.
 * @returns {object} The document.
 */
export function sbom(root, { version, time, tarballs }) {
  const platforms = platformsOf(root);
  const graphs = new Map(
    ['.', 'native/worker'].map((manifest) => [
      manifest,
      crateGraph(root, manifest, platforms),
    ]),
  );
  const native = nativeSources(root);
  const { modules, directOf } = npmModules(root);
  const main = packageComponent('remote-mediasoup', version, tarballs);
  const port = packageComponent(portPackage, version, tarballs);
  const packages = platforms.map((platform) =>
    packageComponent(`remote-mediasoup-${platform}`, version, tarballs),
  );
  const components = new Map();
  const dependencies = new Map();
  const add = (component, dependsOn) => {
    const ref = component['bom-ref'];

    components.set(ref, component);
    dependencies.set(
      ref,
      new Set([...(dependencies.get(ref) ?? []), ...dependsOn]),
    );
  };

  for (const component of packages) {
    add(
      component,
      BINARIES.map(({ file }) => `file:${file}`),
    );
  }
  for (const { file, crate, manifest } of BINARIES) {
    const { rootRef, nodes } = graphs.get(manifest)(crate);
    const isWorker = file === 'remote-mediasoup-worker';

    add(fileComponent(file, version), [
      rootRef,
      ...(isWorker ? native.map((each) => each['bom-ref']) : []),
    ]);
    nodes.forEach(({ component, dependsOn }) => add(component, dependsOn));
  }

  native.forEach((component) => add(component, []));
  modules.forEach(({ component, dependsOn }) => add(component, dependsOn));
  add(port, directOf('port'));
  dependencies.set(
    main['bom-ref'],
    new Set([...packages.map((each) => each['bom-ref']), ...directOf('')]),
  );

  return identified({
    $schema: `http://cyclonedx.org/schema/bom-${SPEC_VERSION}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion: SPEC_VERSION,
    version: 1,
    metadata: { timestamp: time, component: main },
    components: [...components.values()],
    dependencies: [...dependencies].map(([ref, dependsOn]) => ({
      ref,
      dependsOn: [...dependsOn].sort(),
    })),
  });
}

/** @returns {Promise<object[] | null>} Errors of CycloneDX's own schema, `null` for a document that follows it. */
export function sbomErrors(document) {
  return new Validation.JsonStrictValidator(SPEC_VERSION).validate(
    JSON.stringify(document),
  );
}

function packageComponent(name, version, tarballs) {
  const purl = `pkg:npm/${name}@${version}`;
  const tarball = tarballs.get(name);

  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    licenses: [{ expression: 'ISC' }],
    purl,
    ...(tarball && { hashes: [sha256Of(tarball)] }),
  };
}

function fileComponent(name, version) {
  return {
    type: name.endsWith('.node') ? 'library' : 'application',
    'bom-ref': `file:${name}`,
    name,
    version,
    licenses: [{ expression: 'ISC' }],
  };
}

/**
 * Modules that npm installs with our packages, without those for developers, and `directOf(place)`: references to
 * those that the package in that folder of the checkout names itself.
 */
function npmModules(root) {
  const { packages } = readJson(root, 'package-lock.json');
  const entries = Object.entries(packages).filter(
    ([place, entry]) =>
      place.includes('node_modules/') &&
      !entry.link &&
      !entry.dev &&
      !entry.devOptional,
  );
  const refOf = new Map(
    entries.map(([place, { version }]) => {
      const name = place.slice(place.lastIndexOf('node_modules/') + 13);

      return [name, npmPurl(name, version)];
    }),
  );

  const refsOf = ({ dependencies = {} }) =>
    Object.keys(dependencies)
      .map((each) => refOf.get(each))
      .filter(Boolean);

  const modules = entries.map(([place, entry]) => {
    const name = place.slice(place.lastIndexOf('node_modules/') + 13);

    return {
      dependsOn: refsOf(entry),
      component: {
        type: 'library',
        'bom-ref': refOf.get(name),
        name,
        version: entry.version,
        hashes: [integrityHash(entry.integrity)],
        ...(entry.license && { licenses: [{ expression: entry.license }] }),
        purl: refOf.get(name),
      },
    };
  });

  return { modules, directOf: (place) => refsOf(packages[place]) };
}

function npmPurl(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** `sha512-BASE64`, as npm writes hashes. */
function integrityHash(integrity) {
  const [algorithm, base64] = integrity.split('-');

  return {
    alg: algorithm.replace('sha', 'SHA-'),
    content: Buffer.from(base64, 'base64').toString('hex'),
  };
}

/**
 * The packages whose C sources are compiled into the worker. What is inside of
 * the comment beside its version names it.
 */
function nativeSources(root) {
  const manifest = read(root, 'native/sources/Cargo.toml');
  const locked = new Map(
    parse(read(root, 'native/sources/Cargo.lock')).package.map((each) => [
      each.name,
      each,
    ]),
  );
  const crates = [...manifest.matchAll(/^([\w-]+) = "=.*?" *# (.*)$/gm)].map(
    ([, name, inside]) => {
      const { version, checksum } = locked.get(name);

      return source('cargo', name, version, inside, checksum);
    },
  );
  const wheels = [
    ...read(root, 'native/requirements.txt').matchAll(
      /^# (.*)\n([\w-]+)==(\S+) --hash=sha256:(\S+)$/gm,
    ),
  ].map(([, inside, name, version, hash]) =>
    source('pypi', name, version, inside, hash),
  );

  return [...crates, ...wheels];
}

function source(registry, name, version, inside, hash) {
  const purl = `pkg:${registry}/${name}@${encodeURIComponent(version)}`;

  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    description: `Its sources are compiled into the worker: ${inside}`,
    ...(hash && { hashes: [{ alg: 'SHA-256', content: hash }] }),
    purl,
  };
}

function identified(document) {
  const uuid = v5(JSON.stringify(document), v5.URL);

  return { ...document, serialNumber: `urn:uuid:${uuid}` };
}

function sha256Of(file) {
  return {
    alg: 'SHA-256',
    content: createHash('sha256').update(fs.readFileSync(file)).digest('hex'),
  };
}

function readJson(root, file) {
  return JSON.parse(read(root, file));
}

function read(root, file) {
  return fs.readFileSync(path.join(root, file), 'utf8');
}
