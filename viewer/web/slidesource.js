// SPDX-License-Identifier: LGPL-2.1-or-later
// Tiles of a slide for OpenSeadragon: the DeepZoom grid, stretched so that a
// micrometre is as long across as it is down.

/** How much higher than wide a pixel is. */
export function aspectOf ({ mpp_um: mpp }) {
  return mpp ? mpp[1] / mpp[0] : 1;
}

/** The level of a DeepZoom pyramid that is the slide itself. */
export function topLevelOf ({ width, height }) {
  let level = 0;
  for (let side = Math.max(width, height); side > 1; side = Math.ceil(side / 2))
    level++;
  return level;
}

/**
 * OpenSeadragon knows only square pixels: it is told that there are more or
 * fewer rows, and that tiles are as much higher.
 * @urlOf: of a tile by level, column and row
 */
export function makeSource (slide, urlOf) {
  const { Point, Rect, TileSource } = window.OpenSeadragon;
  const aspect = aspectOf(slide);
  const side = slide.tile_size;
  const maxLevel = topLevelOf(slide);
  const source = new TileSource({ width: slide.width,
    height: slide.height * aspect, tileWidth: side, tileHeight: side * aspect,
    tileOverlap: 0, minLevel: 0, maxLevel, getTileUrl: urlOf });
  const sizeAt = level => [slide.width, slide.height].map(one =>
    one / 2 ** (maxLevel - level));
  // Not from the stretched sizes: they are no whole numbers.
  source.getNumTiles = level => new Point(...sizeAt(level).map(one =>
    Math.ceil(one / side)));
  source.getTileBounds = (level, x, y, isSource) => {
    const [width, height] = sizeAt(level);
    const across = Math.min(side, width - x * side);
    const down = Math.min(side, height - y * side);
    return isSource ? new Rect(0, 0, across, down)
      : new Rect(x * side / width, y * side * aspect / width, across / width,
        down * aspect / width);
  };
  return source;
}
