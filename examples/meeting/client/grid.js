/** Tiles of one size, as large as they can be with all of them in sight. */

const GAP_PX = 12;
/** A camera's picture. A tile may be narrower and cut off its sides. */
const WIDEST = 16 / 9;
const NARROWEST = 3 / 4;
/** How wide the pictures of a camera's simulcast layers are. */
const LAYER_WIDTHS = [320, 640, 1280];

/** Sizes the children of `grid`, and answers the layer that suits this size. */
export function arrange(grid) {
  const count = grid.children.length;
  let best = { width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (grid.clientWidth - GAP_PX * (columns - 1)) / columns;
    const cellHeight = (grid.clientHeight - GAP_PX * (rows - 1)) / rows;
    const width = Math.floor(Math.min(cellWidth, cellHeight * WIDEST));
    const height = Math.floor(Math.min(cellHeight, width / NARROWEST));
    if (width * height > best.width * best.height) {
      best = { width, height };
    }
  }
  grid.style.gap = `${GAP_PX}px`;
  grid.style.setProperty('--tile-width', `${best.width}px`);
  grid.style.setProperty('--tile-height', `${best.height}px`);

  const pictureWidth = Math.max(best.width, best.height * WIDEST);
  const pixels = pictureWidth * devicePixelRatio;
  const layer = LAYER_WIDTHS.findIndex((layerWidth) => layerWidth >= pixels);
  return layer === -1 ? LAYER_WIDTHS.length - 1 : layer;
}
