/**
 * `AppDataTable` on a virtual clock, with a fake server that records its messages, for the tests of appData.
 */
import { lib } from './support.mjs';
import { VirtualClock } from './virtual-clock.mjs';

const { AppDataTable } = lib('remote/AppDataTable');

const ROUND_MS = 250;

/** A table that sends to this server, and its next look at what has changed. */
export function tableOf(server) {
  const clock = new VirtualClock();
  const table = new AppDataTable(server, clock);

  table.start();

  return { table, clock, round: () => clock.advance(ROUND_MS) };
}

/** A table, and what it has sent to the server. */
export function tableWithServer() {
  const told = [];
  const revisions = [];
  const it = tableOf({
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
      const id = it.table.name(appData);

      it.table.attach(1, appData, id);
      told.splice(0);

      return id;
    },
  };
}
