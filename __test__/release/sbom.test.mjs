/**
 * Test of the release's bill of materials: it must follow CycloneDX's schema, name the crates, npm modules
 * and C libraries that are inside, and be the same for the same commit.
 */

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { root } from '../../scripts/lib/project.mjs';
import { sbom, sbomErrors } from '../../scripts/release/sbom.mjs';

const RELEASE = {
  version: '1.0.0',
  time: '2026-01-31T12:00:00Z',
  tarballs: new Map(),
};

describe('sbom()', () => {
  let document;
  let dependsOn;

  before(() => {
    document = sbom(root, RELEASE);
    dependsOn = new Map(
      document.dependencies.map((each) => [each.ref, each.dependsOn]),
    );
  });

  it("follows CycloneDX's schema", async () => {
    assert.equal(await sbomErrors(document), null);
    assert.notEqual(await sbomErrors({ ...document, serialNumber: '1' }), null);
  });

  it('has no reference without a component', () => {
    const { metadata, components } = document;
    const refs = [metadata.component, ...components].map(
      (each) => each['bom-ref'],
    );

    assert.deepEqual([...dependsOn.keys()].sort(), refs.sort());
    assert.deepEqual(
      [...dependsOn.values()].flat().filter((ref) => !refs.includes(ref)),
      [],
    );
  });

  it('is the same for the same commit', () => {
    assert.deepEqual(sbom(root, RELEASE), document);
  });

  for (const [of, expected] of [
    ['remote-mediasoup.node', 'pkg:cargo/napi@'],
    ['remote-mediasoup', 'pkg:cargo/axum@'],
    ['remote-mediasoup-worker', 'pkg:cargo/openssl-src@'],
  ]) {
    it(`finds ${expected} in ${of}`, () => {
      assert.ok(
        reachable(`file:${of}`).some((ref) => ref.startsWith(expected)),
      );
    });
  }

  it('finds nothing in the addon that only the server has', () => {
    assert.ok(
      !reachable('file:remote-mediasoup.node').some((ref) =>
        ref.startsWith('pkg:cargo/axum@'),
      ),
    );
  });

  it('names what npm installs, and nothing for developers', () => {
    const modules = document.components
      .map(({ purl = '' }) => purl)
      .filter((purl) => /^pkg:npm\/(?!remote-mediasoup)/.test(purl));

    assert.ok(modules.some((purl) => purl.startsWith('pkg:npm/debug@')));
    assert.ok(!modules.some((purl) => purl.startsWith('pkg:npm/jest@')));
  });

  it('knows the package that ports applications by its own dependencies', () => {
    const parser = /^pkg:npm\/%40babel\/parser@/;
    const finds = (name) =>
      reachable(`pkg:npm/${name}@${RELEASE.version}`).some((ref) =>
        parser.test(ref),
      );

    assert.ok(finds('remote-mediasoup-port'));
    assert.ok(!finds('remote-mediasoup'));
  });

  it('knows hash and licence of everything from a registry', () => {
    for (const { purl = '', hashes, licenses } of document.components) {
      if (purl.startsWith('pkg:cargo/') && !/-sys|-src/.test(purl)) {
        assert.ok(hashes?.length > 0, purl);
        assert.ok(licenses?.length > 0, purl);
      }
    }
  });

  function reachable(ref, found = new Set()) {
    for (const next of dependsOn.get(ref)) {
      if (!found.has(next)) {
        found.add(next);
        reachable(next, found);
      }
    }

    return [...found];
  }
});
