/** CPU slots of a test's own: other programs of this machine may hold the machine's. */
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
