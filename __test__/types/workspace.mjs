/**
 * Temporary application folders for the tests of types and documents, with packages installed under chosen
 * names, as `npm install mediasoup@npm:remote-mediasoup` leaves them. The packages are links, so that
 * package.json's `exports` and `typesVersions` decide, as in real life.
 */

import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** Directories of the two packages. */
export const ours = join(here, '../..');
export const npms = join(ours, 'node_modules/mediasoup');

/**
 * Makes the folder anew and returns its path.
 *
 * @param {string} name - unique among the tests, as they run side by side
 * @param {Record<string, string>} packages - name to folder
 * @param {object} [options]
 * @param {'commonjs' | 'module'} [options.type] - of the application
 * @param {string} [options.fixtures] - folder under `fixtures/` whose files it has
 */
export function workspace(
  name,
  packages,
  { type = 'commonjs', fixtures } = {},
) {
  const folder = join(here, '../.generated/types', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
  for (const [as, target] of Object.entries(packages)) {
    symlinkSync(target, join(folder, 'node_modules', as), 'junction');
  }
  if (fixtures) {
    cpSync(join(here, 'fixtures', fixtures), folder, { recursive: true });
  }
  return folder;
}
