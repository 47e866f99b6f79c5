/**
 * Parser of CHANGELOG.md for the release script: returns the section of one version, which becomes the
 * release notes, and whether its heading still says "unreleased".
 */

/**
 * @returns {string | undefined} All between the version's heading and the next,
 * or nothing where there is no such heading.
 */
export function sectionOf(changelog, version) {
  const heading = headingOf(changelog, version);

  if (!heading) {
    return undefined;
  }

  const after = changelog.slice(heading.index + heading[0].length);
  const next = after.search(/^## /m);

  return `${after.slice(0, next === -1 ? after.length : next).trim()}\n`;
}

/** True if the heading still says `(unreleased)`. */
export function isUnreleased(changelog, version) {
  return /unreleased/i.test(headingOf(changelog, version)?.[1] ?? '');
}

function headingOf(changelog, version) {
  const escaped = version.replaceAll('.', '\\.');

  return new RegExp(`^## \\[?v?${escaped}\\]?(?![\\w.-])(.*)$`, 'm').exec(
    changelog,
  );
}
