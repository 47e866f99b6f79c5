/**
 * Temporary folder of CPU slots (lock files that limit worker processes to one per CPU) for tests, because
 * other programs of this machine may hold the machine's own.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** @returns {{ env: { REMOTE_MEDIASOUP_SLOTS: string }, remove(): void }} */
export function temporarySlots() {
  const folder = fs.mkdtempSync(
    path.join(os.tmpdir(), 'remote-mediasoup-slots-'),
  );

  return {
    env: { REMOTE_MEDIASOUP_SLOTS: folder },
    remove: () => fs.rmSync(folder, { recursive: true }),
  };
}
