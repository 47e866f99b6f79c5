/** The bill of materials names what is inside, and is what its format says. */

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { root } from '../../scripts/lib/project.mjs';
import { sbomErrors } from '../../scripts/release/check-sbom.mjs';
import { sbom } from '../../scripts/release/sbom.mjs';

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

  it('is valid', () => {
    assert.deepEqual(sbomErrors(document), []);
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

describe('sbomErrors()', () => {
  const component = {
    type: 'library',
    'bom-ref': 'a',
    name: 'a',
    version: '1',
  };
  const good = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    serialNumber: 'urn:uuid:00000000-0000-8000-8000-000000000000',
    metadata: { timestamp: '2026-01-31T12:00:00Z', component },
    components: [],
    dependencies: [{ ref: 'a', dependsOn: [] }],
  };

  it('takes the smallest document', () => {
    assert.deepEqual(sbomErrors(good), []);
  });

  for (const [member, value, expected] of [
    ['bomFormat', 'SPDX', 'bomFormat'],
    ['serialNumber', 'urn:uuid:1', 'serialNumber'],
    ['components', [component], 'component a: twice'],
    [
      'components',
      [{ ...component, 'bom-ref': 'b' }],
      'b: not in dependencies',
    ],
    ['dependencies', [], 'a: not in dependencies'],
    [
      'dependencies',
      [{ ref: 'a', dependsOn: ['b'] }],
      'a depends on b: no such component',
    ],
    [
      'metadata',
      { ...good.metadata, component: { ...component, version: '' } },
      'component a: no version',
    ],
    [
      'metadata',
      {
        ...good.metadata,
        component: {
          ...component,
          hashes: [{ alg: 'SHA-256', content: 'abc' }],
        },
      },
      'component a: hash SHA-256',
    ],
  ]) {
    it(`says: ${expected}`, () => {
      assert.deepEqual(sbomErrors({ ...good, [member]: value }), [expected]);
    });
  }
});
