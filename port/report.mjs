/**
 * Report of the porting tool as text: packages, imports, uses of mediasoup, findings. The command
 * `remote-mediasoup-port` calls `reportOf()` with an analysis and prints what it returns.
 */

import { OWN, REPLACED } from './packages.mjs';
import { printableValue } from './printable.mjs';

/** Places of one name that are shown. */
const MAX_PLACES = 4;

const MAX_CODE = 80;

const TITLES = {
  change: 'To change',
  check: 'To check before Workers are on a server',
  note: 'Worth knowing',
};

/** @param {ReturnType<import('./application.mjs').analysisOf>} analysis */
export function reportOf({ changes: _, diff: __, ...others }) {
  const { imports, uses, findings, skipped, ...packages } =
    printableValue(others);
  return [
    section('Packages', packageLines(packages)),
    section(
      'Imports',
      imports.map(
        ({ file, line, specifier, form }) =>
          `${file}:${line}  ${form}: ${specifier}`,
      ),
    ),
    section('Uses', uses.map(useLine)),
    ...Object.entries(TITLES).map(([level, title]) =>
      section(
        title,
        findingLines(findings.filter((one) => one.level === level)),
      ),
    ),
    section(
      'Not read',
      skipped.map(({ file, reason }) => `${file}: ${reason}`),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function packageLines({ manifests, file, dependents }) {
  return [
    ...manifests.map(
      ({ file: manifest, line, section: name, name: entry, range }) =>
        `${manifest}:${line}  ${name}: ${entry} ${range}`,
    ),
    ...(manifests.length === 0
      ? [`no package.json names ${REPLACED}: it comes from elsewhere`]
      : []),
    ...(file ? [file] : []),
    ...[...new Set(dependents)].map(
      (name) =>
        `${name} depends on ${REPLACED}, too: with the alias it gets ${OWN.name}`,
    ),
  ];
}

function useLine({ name, places }) {
  const shown = places
    .slice(0, MAX_PLACES)
    .map(({ file, line }) => `${file}:${line}`);
  const more = places.length - shown.length;
  return `${name}  ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Findings of one rule are together below its texts. */
function findingLines(findings) {
  const rules = new Map();
  for (const { rule, why, todo, file, line, code } of findings) {
    const text = `${rule}: ${why}\n    do: ${todo}`;
    const brief =
      code.length > MAX_CODE ? `${code.slice(0, MAX_CODE - 3)}...` : code;
    if (!rules.has(text)) rules.set(text, []);
    rules.get(text).push(`\n    ${file}:${line}  ${brief}`);
  }
  return [...rules].map(([text, places]) => text + places.join(''));
}

function section(title, lines) {
  return lines.length === 0
    ? ''
    : `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
