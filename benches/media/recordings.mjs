/**
 * Reader of the recordings that record.mjs makes, and of the runs of equal packets in them.
 *
 * The load generator's streams and the report of bench:media call it.
 */
import fs from 'node:fs';

/** Names of the recordings, and what they are of. */
export const RECORDINGS = {
  vp8: 'VP8, three streams',
  vp9: 'VP9, one stream of three layers',
};

/** Most packets that the kernel takes as one message. */
const LONGEST_RUN = 64;

/**
 * The packets of the highest layer, which a Consumer with enough bandwidth gets: of VP9 all, because its layers
 * build upon each other.
 *
 * @returns {{ periodUs: number, packets: [number, number][] }} Microseconds and bytes.
 */
export function readRecording(name) {
  const rows = JSON.parse(
    fs.readFileSync(
      new URL(`recordings/${name}.json`, import.meta.url),
      'utf8',
    ),
  );
  const highest = Math.max(...rows.map(([, , layer]) => layer));
  const sent = rows.filter(
    ([, , layer]) => name === 'vp9' || layer === highest,
  );
  const [[firstMs]] = sent;
  const lastMs = sent.at(-1)[0];

  return {
    // The mean distance of frames until it begins again.
    periodUs: (lastMs - firstMs + 33) * 1000,
    packets: sent.map(([ms, bytes]) => [(ms - firstMs) * 1000, bytes]),
  };
}

/**
 * Runs into which packets of one destination fall that leave together.
 *
 * @param {[number, number][]} packets
 * @param {number} turnUs - Packets this close together leave in one turn.
 * @returns {{ packets: number, turns: number, runs: number[] }} `runs`: lengths.
 */
export function runsOf(packets, turnUs) {
  const runs = [];
  let turns = 0;
  let turnEnd = -1;
  let run;

  for (const [us, bytes] of packets) {
    const begins = us > turnEnd;

    if (begins) {
      turns += 1;
      turnEnd = us + turnUs;
    }

    if (
      begins ||
      run.closed ||
      bytes > run.segment ||
      run.count === LONGEST_RUN
    ) {
      run = { segment: bytes, count: 0, closed: false };
      runs.push(run);
    }

    run.count += 1;
    run.closed = bytes < run.segment;
  }

  return {
    packets: packets.length,
    turns,
    runs: runs.map(({ count }) => count),
  };
}
