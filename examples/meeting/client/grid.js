/**
 * Where tiles are: of one size, as large as they can be with all of them in sight.
 * A shared screen takes the stage, and people sit beside it.
 */

const GAP_PX = 12;
/** A camera's picture. A tile may be narrower and cut off its sides. */
const WIDEST = 16 / 9;
const NARROWEST = 3 / 4;
/** Of the longer side, when there is a stage. */
const STAGE_SHARE = 0.76;
/** How wide the pictures of a camera's simulcast layers are. */
const LAYER_WIDTHS = [320, 640, 1280];

/** Sizes and places the children of `grid`. */
export function arrange(grid) {
  const { clientWidth: width, clientHeight: height } = grid;
  const all = { left: 0, top: 0, width, height };
  const isOnStage = (tile) => tile.classList.contains('screen');
  const stage = [...grid.children].filter(isOnStage);
  const others = [...grid.children].filter((tile) => !isOnStage(tile));
  if (stage.length === 0) {
    place(others, all, NARROWEST);
    return;
  }
  const [side, start] = width > height ? ['width', 'left'] : ['height', 'top'];
  const share = Math.floor(all[side] * STAGE_SHARE);
  const rest = { [start]: share + GAP_PX, [side]: all[side] - share - GAP_PX };
  place(stage, { ...all, [side]: share }, WIDEST);
  place(others, { ...all, ...rest }, 1);
}

/** Answers the layer whose picture fills a tile, at the size that it has or grows to. */
export function layerFor({ style }) {
  const [width, height] = [style.width, style.height].map(parseFloat);
  const pictureWidth = Math.max(width, height * WIDEST);
  const pixels = pictureWidth * devicePixelRatio;
  const layer = LAYER_WIDTHS.findIndex((layerWidth) => layerWidth >= pixels);
  return layer === -1 ? LAYER_WIDTHS.length - 1 : layer;
}

function place(tiles, area, narrowest) {
  const { columns, rows, width, height } = fit(tiles.length, area, narrowest);
  tiles.forEach((tile, index) => {
    const row = Math.floor(index / columns);
    // The last row may be shorter, and is in the middle nevertheless.
    const inRow = Math.min(columns, tiles.length - row * columns);
    const rowWidth = inRow * (width + GAP_PX) - GAP_PX;
    const allHeight = rows * (height + GAP_PX) - GAP_PX;
    const left =
      (area.width - rowWidth) / 2 + (index % columns) * (width + GAP_PX);
    const top = (area.height - allHeight) / 2 + row * (height + GAP_PX);
    const { style } = tile;
    style.left = `${Math.round(area.left + left)}px`;
    style.top = `${Math.round(area.top + top)}px`;
    style.width = `${width}px`;
    style.height = `${height}px`;
  });
}

function fit(count, area, narrowest) {
  let best = { columns: 1, rows: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (area.width - GAP_PX * (columns - 1)) / columns;
    const cellHeight = (area.height - GAP_PX * (rows - 1)) / rows;
    const width = Math.floor(Math.min(cellWidth, cellHeight * WIDEST));
    const height = Math.floor(Math.min(cellHeight, width / narrowest));
    // A grid without room has tiles of no size, rather than of less than none.
    if (height > 0 && width * height > best.width * best.height) {
      best = { columns, rows, width, height };
    }
  }
  return best;
}
