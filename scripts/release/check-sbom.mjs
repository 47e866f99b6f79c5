/**
 * What CycloneDX 1.6's schema requires of a document as sbom.mjs makes it, and
 * what the schema can't say: that every reference leads somewhere.
 */

const TYPES = new Set(['application', 'library']);
const HASH_DIGITS = { 'SHA-1': 40, 'SHA-256': 64, 'SHA-512': 128 };

/** @returns {string[]} What is wrong, each with its place. */
export function sbomErrors(document) {
  const errors = [];
  const expect = (holds, place) => {
    if (!holds) {
      errors.push(place);
    }
  };

  expect(document.bomFormat === 'CycloneDX', 'bomFormat');
  expect(document.specVersion === '1.6', 'specVersion');
  expect(document.version >= 1, 'version');
  expect(
    /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(
      document.serialNumber,
    ),
    'serialNumber',
  );
  expect(
    !Number.isNaN(Date.parse(document.metadata?.timestamp)),
    'metadata.timestamp',
  );

  const refs = new Set();

  for (const component of [
    document.metadata?.component ?? {},
    ...(document.components ?? []),
  ]) {
    const ref = component['bom-ref'];

    componentErrors(component).forEach((error) =>
      errors.push(`component ${ref}: ${error}`),
    );
    expect(!refs.has(ref), `component ${ref}: twice`);
    refs.add(ref);
  }

  const sources = new Set();

  for (const { ref, dependsOn } of document.dependencies ?? []) {
    expect(refs.has(ref), `dependency ${ref}: no such component`);
    expect(!sources.has(ref), `dependency ${ref}: twice`);
    sources.add(ref);

    for (const each of dependsOn) {
      expect(refs.has(each), `${ref} depends on ${each}: no such component`);
    }
  }

  refs.forEach((ref) =>
    expect(sources.has(ref), `${ref}: not in dependencies`),
  );

  return errors;
}

function componentErrors(component) {
  const { type, name, version, purl, hashes = [], licenses = [] } = component;

  return [
    !TYPES.has(type) && `type ${type}`,
    !name && 'no name',
    !version && 'no version',
    !component['bom-ref'] && 'no bom-ref',
    purl !== undefined &&
      !/^pkg:(cargo|npm|pypi)\/\S+@\S+$/.test(purl) &&
      `purl ${purl}`,
    ...hashes.map(
      ({ alg, content }) =>
        !(/^[0-9a-f]+$/.test(content) && content.length === HASH_DIGITS[alg]) &&
        `hash ${alg}`,
    ),
    // An expression stands alone in its list.
    licenses.length > 1 && 'licences',
    ...licenses.map(
      ({ expression }) => !expression && 'a licence without an expression',
    ),
  ].filter(Boolean);
}
