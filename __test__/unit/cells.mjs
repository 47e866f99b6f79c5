/**
 * `AppDataCells` on a virtual clock, with a fake server that records its messages, for the tests of appData.
 */
import { lib } from './support.mjs';
import { VirtualClock } from './virtual-clock.mjs';

const { AppDataCells } = lib('remote/AppDataCells');

const ROUND_MS = 250;

/** Cells that tell this server, and their next look at what has changed. */
export function cellsOf(server) {
  const clock = new VirtualClock();
  const cells = new AppDataCells(server, clock);

  cells.start();

  return { cells, clock, round: () => clock.advance(ROUND_MS) };
}

/** Cells, and what they have told the server. */
export function cellsWithServer() {
  const told = [];
  const revisions = [];
  const it = cellsOf({
    appData(id, text, revision) {
      told.push(['appData', id, text]);
      revisions.push(revision);
    },
    setAppData: (handle, id) => told.push(['setAppData', handle, id]),
  });

  return {
    ...it,
    /** Messages since the last call. */
    told: () => told.splice(0),
    /** Revisions of the changes, from the first on. */
    revisions,
    /** Object 1 has this appData, and the server has been told; its name. */
    has(appData) {
      const id = it.cells.name(appData);

      it.cells.attach(1, appData, id);
      told.splice(0);

      return id;
    },
  };
}
