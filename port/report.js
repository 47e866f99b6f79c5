'use strict';

/** What was found in an application, for people. */

const { printableValue } = require('./printable');
const { ownPackage, REPLACED } = require('./ownPackage');

/** Places of one name that are shown. */
const MAX_PLACES = 4;

const TITLES = {
  change: 'To change',
  check: 'To check before Workers are on a server',
  note: 'Worth knowing',
};

/** @param {ReturnType<import('./analysis').analysisOf>} analysis */
function reportOf({ changes: _, diff: __, ...others }) {
  const analysis = printableValue(others);
  return [
    packages(analysis),
    imports(analysis),
    uses(analysis),
    ...Object.keys(TITLES).map((level) => findings(analysis, level)),
    skipped(analysis),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function packages({ manifests, file, dependents }) {
  const lines = manifests.map(
    ({ file: manifest, line, section, name, range }) =>
      `  ${manifest}:${line}  ${section}: ${name} ${range}`,
  );
  if (manifests.length === 0) {
    lines.push(`  no package.json names ${REPLACED}: it comes from elsewhere`);
  }
  if (file) lines.push(`  ${file}`);
  for (const dependent of new Set(dependents)) {
    lines.push(
      `  ${dependent} wants ${REPLACED}, too: with the alias it gets ${ownPackage.name}`,
    );
  }
  return section('Packages', lines);
}

function imports({ imports: list }) {
  return section(
    'Imports',
    list.map(
      ({ file, line, specifier, form }) =>
        `  ${file}:${line}  ${form}: ${specifier}`,
    ),
  );
}

function uses({ uses: list }) {
  return section(
    'Uses',
    list.map(({ name, places }) => {
      const shown = places
        .slice(0, MAX_PLACES)
        .map(({ file, line }) => `${file}:${line}`);
      const more = places.length - shown.length;
      return `  ${name}  ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    }),
  );
}

/** Those of one rule are together, with what it says once. */
function findings({ findings: list }, level) {
  const rules = new Map();
  for (const finding of list.filter((one) => one.level === level)) {
    const key = `${finding.rule}: ${finding.why}\n    do: ${finding.todo}`;
    if (!rules.has(key)) rules.set(key, []);
    rules.get(key).push(finding);
  }
  return section(
    TITLES[level],
    [...rules].flatMap(([text, places]) => [
      `  ${text}`,
      ...places.map(
        ({ file, line, code }) => `    ${file}:${line}  ${brief(code)}`,
      ),
    ]),
  );
}

function skipped({ skipped: list }) {
  return section(
    'Not read',
    list.map(({ file, reason }) => `  ${file}: ${reason}`),
  );
}

function section(title, lines) {
  return lines.length === 0 ? '' : `${title}\n${lines.join('\n')}\n`;
}

function brief(code) {
  return code.length > 80 ? `${code.slice(0, 77)}...` : code;
}

exports.reportOf = reportOf;
