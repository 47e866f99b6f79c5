/**
 * Tables of what bench:media has measured, and the verdict on its targets.
 *
 * benches/media.mjs prints what `markdown()` returns; README and docs/MEDIA.md quote it.
 */

/** Limit of the median delay at half load, as a share of one by one's. */
const MAX_DELAY_RATIO = 1;

/** Limit of the CPU time per packet, as a share of one by one's. */
const MAX_COST_RATIO = 1 / 0.98;

export function isMet({ capacity = [], flagship = [], cost = [], delay = [] }) {
  return (
    [...capacity, ...flagship].every(({ gain, cell }) => gain >= cell.target) &&
    cost.every(({ batch, single }) => batch / single <= MAX_COST_RATIO) &&
    delay.every(
      ({ batch, single }) => batch.p50 <= MAX_DELAY_RATIO * single.p50,
    )
  );
}

export function markdown({ machine, runs, capacity, delay, cost, flagship }) {
  return [
    `${machine.cpus} x ${machine.model}, Node.js ${machine.node}, load before ${machine.load}. A core: ${machine.cores}.`,
    ...(runs
      ? table('Runs of equal packets per destination', runsTable(runs))
      : []),
    ...(capacity
      ? table(
          'Most consumers (loss < 0.1 %, p99 < 50 ms), SRTP',
          capacityTable(capacity),
        )
      : []),
    ...(delay
      ? table(
          'Delay at half of what one by one carries, p50 and p99 in ms',
          delayTable(delay),
        )
      : []),
    ...(cost
      ? table('CPU time of the worker per packet sent, us', costTable(cost))
      : []),
    ...(flagship
      ? table(
          "npm's mediasoup against this package, consumers on one core",
          capacityTable(flagship),
        )
      : []),
  ].join('\n');
}

function table(title, rows) {
  return ['', `${title}:`, '', ...rows];
}

function runsTable(rows) {
  return [
    '| recording | a turn: ms | packets | turns | runs | packets per run |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(
      ({ of, turnUs, packets, turns, runs }) =>
        `| ${of} | ${turnUs / 1000} | ${packets} | ${turns} | ${runs.length} | ${(packets / runs.length).toFixed(2)} |`,
    ),
  ];
}

function capacityTable(rows) {
  return [
    '| media | one by one | in batches | ratio | wanted |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows.map(
      ({ cell, single, batch, gain }) =>
        `| ${cell.name} | ${single.consumers} | ${batch.consumers} | ${gain.toFixed(2)}${gain < cell.target ? ' (**miss**)' : ''} | ${cell.target} |`,
    ),
  ];
}

function delayTable(rows) {
  const cell = ({ p50, p99 }) => `${p50.toFixed(2)}, ${p99.toFixed(2)}`;

  return [
    '| media | one by one | in batches |',
    '| --- | ---: | ---: |',
    ...rows.map(
      (row) =>
        `| ${row.cell.name} | ${cell(row.single)} | ${cell(row.batch)} |`,
    ),
  ];
}

function costTable(rows) {
  return [
    '| media | | consumers | one by one | in batches | ratio |',
    '| --- | --- | ---: | ---: | ---: | ---: |',
    ...rows.map(
      ({ cell, consumers, single, batch }) =>
        `| ${cell.name} | ${cell.srtp ? 'SRTP' : 'RTP'} | ${consumers} | ${single.toFixed(2)} | ${batch.toFixed(2)} | ${(batch / single).toFixed(2)} |`,
    ),
  ];
}
