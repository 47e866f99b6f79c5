/**
 * Rust crates that are compiled into the released binaries, read by `cargo metadata` and Cargo.lock. The bill
 * of materials (`sbom.mjs`) calls it for each binary's crate; it returns all crates that this one needs, as
 * CycloneDX components, with their dependencies.
 */

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'smol-toml';

/** Rust's names of the platforms. */
const TARGETS = {
  'darwin-arm64': 'aarch64-apple-darwin',
  'darwin-x64': 'x86_64-apple-darwin',
  'linux-arm64-gnu': 'aarch64-unknown-linux-gnu',
  'linux-x64-gnu': 'x86_64-unknown-linux-gnu',
};

/** `cargo metadata` of a workspace is a few megabytes. */
const METADATA_BYTES = 64 * 1024 * 1024;

/**
 * Reads a workspace, as it is built for any of the platforms.
 *
 * @returns {(crate: string) => {rootRef: string, nodes: Map<string, object>}}
 * Of a crate of the workspace, all that it needs to be built, itself included:
 * CycloneDX components and what each depends on.
 */
export function crateGraph(root, folder, platforms) {
  const metadata = readMetadata(path.join(root, folder), platforms);
  const packages = new Map(metadata.packages.map((each) => [each.id, each]));
  const edges = new Map(
    metadata.resolve.nodes.map(({ id, deps }) => [id, deps.filter(isBuilt)]),
  );
  const checksums = checksumsIn(path.join(root, folder, 'Cargo.lock'));

  return (crate) => {
    const start = metadata.packages.find(
      ({ name, source }) => name === crate && source === null,
    );
    const nodes = new Map();
    const visit = (id) => {
      if (nodes.has(id)) {
        return;
      }

      const next = edges.get(id).map(({ pkg }) => pkg);

      nodes.set(id, {
        component: componentOf(packages.get(id), checksums),
        dependsOn: next.map((each) => refOf(packages.get(each))),
      });
      next.forEach(visit);
    };

    visit(start.id);

    return { rootRef: refOf(start), nodes };
  };
}

function readMetadata(folder, platforms) {
  const args = ['metadata', '--format-version=1', '--locked'];

  for (const platform of platforms) {
    args.push('--filter-platform', TARGETS[platform]);
  }

  return JSON.parse(
    execFileSync('cargo', args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: METADATA_BYTES,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** Tests alone need the others. */
function isBuilt({ dep_kinds: kinds }) {
  return kinds.some(({ kind }) => kind !== 'dev');
}

function componentOf(crate, checksums) {
  const { name, version, license, source } = crate;
  const checksum = checksums.get(`${name} ${version}`);

  return {
    type: 'library',
    'bom-ref': refOf(crate),
    name,
    version,
    ...(checksum && { hashes: [{ alg: 'SHA-256', content: checksum }] }),
    ...(license && {
      licenses: [{ expression: license.replaceAll(/ ?\/ ?/g, ' OR ') }],
    }),
    // Ours are in no registry.
    ...(source && { purl: refOf(crate) }),
  };
}

function refOf({ name, version, source }) {
  return source
    ? `pkg:cargo/${name}@${encodeURIComponent(version)}`
    : `crate:${name}@${version}`;
}

function checksumsIn(lock) {
  return new Map(
    parse(fs.readFileSync(lock, 'utf8')).package.map(
      ({ name, version, checksum }) => [`${name} ${version}`, checksum],
    ),
  );
}
