/**
 * Line charts as SVG, readable on light and on dark pages. `publish.mjs` draws the scaling results of
 * docs/SCALING.md with it.
 */

const WIDTH = 760;
const HEIGHT = 400;
const MARGIN = { top: 56, right: 24, bottom: 84, left: 64 };
const TICKS = 5;

/** One after the other; told apart by people who don't see red and green alike, too. */
const LINES = 6;

const STYLE = `
  .back { fill: #ffffff } .text { fill: #1f2328 } .faint { fill: #59636e } .grid { stroke: #d1d9e0 }
  .area { fill: #d1d9e0; opacity: .45 }
  .s0 { stroke: #0969da; fill: #0969da } .s1 { stroke: #bc4c00; fill: #bc4c00 } .s2 { stroke: #1a7f37; fill: #1a7f37 }
  .s3 { stroke: #8250df; fill: #8250df } .s4 { stroke: #9a6700; fill: #9a6700 } .s5 { stroke: #bf3989; fill: #bf3989 }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117 } .text { fill: #f0f6fc } .faint { fill: #9198a1 } .grid { stroke: #3d444d }
    .area { fill: #3d444d; opacity: .6 }
    .s0 { stroke: #4493f8; fill: #4493f8 } .s1 { stroke: #f0883e; fill: #f0883e } .s2 { stroke: #3fb950; fill: #3fb950 }
    .s3 { stroke: #ab7df8; fill: #ab7df8 } .s4 { stroke: #d29922; fill: #d29922 } .s5 { stroke: #db61a2; fill: #db61a2 }
  }
  text { font: 13px system-ui, sans-serif; stroke: none } .title { font-size: 16px; font-weight: 600 }
  .line { fill: none; stroke-width: 2.5; stroke-linejoin: round } .dashed { stroke-dasharray: 6 5; stroke-width: 1.5 }
`;

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {[number, number][]} points
 * @property {boolean} [dashed] - For what isn't measured.
 * @property {boolean} [dots]
 */

/**
 * @param {object} chart
 * @param {string} chart.title
 * @param {string} chart.x - What the axis shows, with its unit.
 * @param {string} chart.y
 * @param {Series[]} chart.series
 * @param {Series} [chart.area] - Behind the others, with a scale of its own: its highest is the chart's top.
 * @param {number} [chart.maxY]
 * @param {number[]} [chart.xTicks]
 * @returns {string}
 */
export function lineChart({ title, x, y, series, area, maxY, xTicks }) {
  const all = [...series, ...(area ? [area] : [])].flatMap(
    ({ points }) => points,
  );
  const xs = xTicks ?? ticks(Math.max(...all.map(([value]) => value)));
  const ys = ticks(
    maxY ?? Math.max(...series.flatMap(({ points }) => points.map(last))),
  );
  const placeX = scale(
    [Math.min(0, ...xs), xs.at(-1)],
    [MARGIN.left, WIDTH - MARGIN.right],
  );
  const placeY = scale([0, ys.at(-1)], [HEIGHT - MARGIN.bottom, MARGIN.top]);

  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="back" width="${WIDTH}" height="${HEIGHT}" rx="6"/>`,
    `<text class="title text" x="${MARGIN.left}" y="28">${escape(title)}</text>`,
    `<text class="faint" x="${MARGIN.left}" y="46">${escape(y)}</text>`,
    ...(area ? [filled(area, placeX)] : []),
    ...ys.map((tick) => horizontal(tick, placeY(tick))),
    ...xs.map((tick) => below(tick, placeX(tick))),
    `<text class="faint" x="${WIDTH - MARGIN.right}" y="${HEIGHT - MARGIN.bottom + 38}" text-anchor="end">${escape(x)}</text>`,
    ...series.map((one, index) => drawn(one, index, placeX, placeY)),
    ...legend(area ? [...series, area] : series, area),
    '</svg>',
  ].join('\n')}\n`;
}

/** Round numbers from 0 to at least `max`. */
export function ticks(max) {
  if (!(max > 0)) {
    return [0, 1];
  }

  const rough = max / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * power >= rough) * power;

  return Array.from(
    { length: Math.ceil(max / step - 1e-9) + 1 },
    (_, index) => index * step,
  );
}

function scale([from, to], [start, end]) {
  return (value) =>
    Number((start + ((value - from) / (to - from)) * (end - start)).toFixed(1));
}

function horizontal(tick, at) {
  return (
    `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at}" y2="${at}"/>` +
    `<text class="faint" x="${MARGIN.left - 8}" y="${at + 4}" text-anchor="end">${label(tick)}</text>`
  );
}

function below(tick, at) {
  return `<text class="faint" x="${at}" y="${HEIGHT - MARGIN.bottom + 20}" text-anchor="middle">${label(tick)}</text>`;
}

function drawn({ points, dashed, dots }, index, placeX, placeY) {
  const style = `s${index % LINES}`;
  const places = points.map(([x, y]) => [placeX(x), placeY(y)]);

  return [
    `<polyline class="line ${style}${dashed ? ' dashed' : ''}" style="fill: none" points="${places.map((place) => place.join(',')).join(' ')}"/>`,
    ...(dots
      ? places.map(
          ([x, y]) => `<circle class="${style}" cx="${x}" cy="${y}" r="4"/>`,
        )
      : []),
  ].join('\n');
}

function filled({ points }, placeX) {
  const placeY = scale(
    [0, Math.max(1, ...points.map(last))],
    [HEIGHT - MARGIN.bottom, MARGIN.top],
  );
  const floor = HEIGHT - MARGIN.bottom;
  const places = points.map(([x, y]) => `${placeX(x)},${placeY(y)}`);

  return `<polygon class="area" points="${placeX(points[0][0])},${floor} ${places.join(' ')} ${placeX(points.at(-1)[0])},${floor}"/>`;
}

/** In columns below the chart, line by line. */
function legend(entries, area) {
  const columns = 3;
  const width = (WIDTH - MARGIN.left - MARGIN.right) / columns;

  return entries.map((entry, index) => {
    const x = MARGIN.left + (index % columns) * width;
    const y = HEIGHT - 26 + Math.floor(index / columns) * 18;
    const mark =
      entry === area
        ? `<rect class="area" x="${x}" y="${y - 10}" width="18" height="10"/>`
        : `<line class="line s${index % LINES}${entry.dashed ? ' dashed' : ''}" x1="${x}" x2="${x + 18}" y1="${y - 4}" y2="${y - 4}"/>`;

    return `${mark}<text class="text" x="${x + 26}" y="${y}">${escape(entry.name)}</text>`;
  });
}

function label(number) {
  return Number(number.toFixed(6)).toLocaleString('en-US');
}

function last(pair) {
  return pair.at(-1);
}

function escape(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;');
}
