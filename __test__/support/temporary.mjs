/** Temporary folders of tests. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * A folder that is removed after a test.
 *
 * @param {{ after: (end: () => void) => void }} test
 */
export function temporaryFolder(test) {
  const folder = fs.mkdtempSync(
    path.join(os.tmpdir(), 'remote-mediasoup-test-'),
  );

  test.after(() => fs.rmSync(folder, { recursive: true, force: true }));

  return folder;
}
