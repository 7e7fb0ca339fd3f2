// SPDX-License-Identifier: LGPL-2.1-or-later
// One slide on a stage of its own: OpenSeadragon on our DeepZoom route, with a
// scale bar, the magnification and a layer for what is drawn on top.

import { element, lossyText } from './common.js';
import { formatLength, fullMagnification, roundDown, sayMagnification }
  from './slideunits.js';
import { Look } from './slidelook.js';
import { MIXED } from './slidestains.js';
import { aspectOf, makeSource } from './slidesource.js';

const SCALE_PX = 120;

/** OpenSeadragon adds an inline style unless the page has one so marked. The
 * policy forbids that; vitrail.css has its rule, and this is no HTML style. */
export function keepInlineStyleOut () {
  const mark = document.createElementNS('urn:vitrail', 'style');
  mark.setAttribute('data-openseadragon-mobile-css', 'true');
  document.head.append(mark);
}

/** The navigator has the slide's shape. */
function getNavigatorSize (slide) {
  const longest = Math.min(200, window.innerWidth / 5);
  const sides = [slide.width, slide.height * aspectOf(slide)];
  const scale = longest / Math.max(...sides);
  return sides.map(side => `${Math.max(24, Math.round(side * scale))}px`);
}

/**
 * Events: "open" (once), "change" (whatever moved or turned), "fail".
 */
export class SlideView extends EventTarget {
  constructor (stage, slide, kept) {
    super();
    this.slide = slide;
    this.kept = kept;
    this.look = new Look(slide, kept.get('look'));
    this.stage = stage;
    this.#build();
    this.#listen();
  }

  #build () {
    this.canvas = element('canvas', { className: 'layer' });
    this.scale = element('div', { className: 'scale' });
    this.scaleText = element('span', { className: 'scale-text' });
    this.magnificationText =
      element('span', { className: 'magnification' });
    this.quality = element('div', { className: 'quality' });
    this.readout = element('div', { className: 'readout', hidden: true },
      this.scale, element('div', { className: 'row' }, this.scaleText,
        this.magnificationText), this.quality);
    this.notice = element('p', { className: 'notice', hidden: true });
    this.lacking = []; // places of tiles that could not be had
    this.place = element('div', { className: 'place' });
    this.legends = element('div', { className: 'legends' });
    this.stage.append(this.place, element('div', { className: 'low-left' },
      this.legends, this.readout), this.notice);
    this.#sayQuality();

    const [navigatorWidth, navigatorHeight] = getNavigatorSize(this.slide);
    this.viewer = window.OpenSeadragon({
      element: this.stage,
      drawer: 'canvas',
      tileSources: this.#makeSource(),
      showNavigationControl: false,
      showNavigator: true,
      navigatorPosition: 'BOTTOM_RIGHT',
      navigatorWidth,
      navigatorHeight,
      navigatorRotate: false,
      // Else it fades away while nobody points at it.
      navigatorAutoFade: false,
      navigatorOpacity: 1,
      navigatorBackground: '#000',
      navigatorBorderColor: '#2c303a',
      navigatorDisplayRegionColor: '#5b9dff',
      animationTime: 0.25,
      springStiffness: 12,
      maxZoomPixelRatio: 4,
      visibilityRatio: 0.3,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
      gestureSettingsTouch: { pinchRotate: true },
      placeholderFillStyle: '#101114',
      imageLoaderLimit: 12,
      preload: true,
      // A panel that opens changes what is seen, not how large it is.
      preserveImageSizeOnResize: true,
    });
    this.viewer.canvas.append(this.canvas);
  }

  /** @name and a way to close it: seen where there are several slides. */
  showName (name, onClose) {
    const close = element('button', { type: 'button', title: `Close ${name}`,
      'aria-label': `Close ${name}` }, '\u00d7');
    close.addEventListener('click', onClose);
    this.place.replaceChildren(element('span', {}, name), close);
  }

  #listen () {
    const { viewer } = this;
    viewer.addOnceHandler('open', () => {
      this.readout.hidden = false;
      // Other tiles at the same place, from now on.
      viewer.preserveViewport = true;
      this.#changed();
      this.dispatchEvent(new Event('open'));
    });
    viewer.addHandler('open-failed', event => this.fail(event.message));
    for (const name of ['animation', 'after-resize', 'rotate', 'flip', 'update-viewport'])
      viewer.addHandler(name, () => this.#changed());
    viewer.addHandler('tile-load-failed', ({ tile }) => {
      document.body.dataset.failedTile = tile?.cacheKey ?? 'tile';
      if (tile)
        this.lacking.push(tile.bounds);
    });
  }

  #changed () {
    if (this.viewer.world.getItemCount() === 0)
      return;
    this.#showReadout();
    this.dispatchEvent(new Event('change'));
  }

  fail (message) {
    this.notice.textContent = message;
    this.notice.hidden = false;
    this.dispatchEvent(new CustomEvent('fail', { detail: message }));
  }

  #makeSource () {
    const { id, version } = this.slide;
    const query = new URLSearchParams({ v: version, ...this.look.query });
    return makeSource(this.slide, (level, column, row) =>
      `/deepzoom/${id}_files/${level}/${column}_${row}.jpg?${query}`);
  }

  #sayQuality () {
    const words = [];
    if (this.slide.lossy)
      words.push(lossyText(this.slide.lossy_ratio, this.slide.lossy_method));
    if (this.look.stain !== 'none')
      words.push(`${this.look.stain === MIXED ? 'stains'
        : `${this.look.stain} alone`}, computed`);
    if (this.slide.icc && !this.look.managed)
      words.push('colours not managed');
    this.quality.textContent = words.join(' \u00b7 ');
  }

  /** Tiles as the look asks for, at the same place. */
  applyLook () {
    this.kept.set('look', this.look.state);
    this.#sayQuality();
    this.viewer.addTiledImage({ tileSource: this.#makeSource(), index: 0,
      replace: this.viewer.world.getItemCount() > 0,
      error: event => this.fail(event.message) });
  }

  /** What OpenSeadragon calls the zoom where one image pixel is one of the
   * screen. */
  get fullZoom () {
    return this.slide.width / this.viewer.viewport.getContainerSize().x;
  }

  /** Image pixels across that lie behind one screen pixel. */
  get downsample () {
    return this.fullZoom / this.viewer.viewport.getZoom(true);
  }

  /** As an objective's, as the window counts: undefined where nothing is
   * known. */
  get magnification () {
    const full = fullMagnification(this.slide);
    return full && full / this.downsample;
  }

  zoomToMagnification (power) {
    const full = fullMagnification(this.slide);
    if (!full)
      return;
    this.viewer.viewport.zoomTo(this.fullZoom * power / full);
  }

  rotateBy (degrees) {
    const { viewport } = this.viewer;
    viewport.setRotation((viewport.getRotation() + degrees + 360) % 360);
  }

  /** A place in pixels of level 0 as OpenSeadragon counts: the slide is 1
   * wide. */
  toViewport ([x, y]) {
    const { width } = this.slide;
    return new window.OpenSeadragon.Point(x / width,
      y * aspectOf(this.slide) / width);
  }

  fromViewport ({ x, y }) {
    const { width } = this.slide;
    return [x * width, y * width / aspectOf(this.slide)];
  }

  /** Whether all tiles of what is to be seen have come, and none has failed. */
  get isSharp () {
    const image = this.viewer.world.getItemAt(0);
    const seen = this.viewer.viewport.getBounds(true).getBoundingBox();
    return Boolean(image?.getFullyLoaded()) && !this.lacking.some(one =>
      one.x < seen.x + seen.width && seen.x < one.x + one.width &&
      one.y < seen.y + seen.height && seen.y < one.y + one.height);
  }

  /** The middle of what is seen, in pixels of level 0. @now: while it moves. */
  getCentre (now = true) {
    return this.fromViewport(this.viewer.viewport.getCenter(now));
  }

  /** Shows @rect, x, y, width, height of level 0, with some room around. */
  showRect ([x, y, width, height], room = 0.1) {
    const side = Math.max(width, height) * room;
    const from = this.toViewport([x - side, y - side]);
    const to = this.toViewport([x + width + side, y + height + side]);
    this.viewer.viewport.fitBounds(new window.OpenSeadragon.Rect(from.x, from.y,
      to.x - from.x, to.y - from.y));
  }

  /** Moves there, as near as before. */
  showPlace (place) {
    this.viewer.viewport.panTo(this.toViewport(place));
  }

  /** Image to canvas pixels as [a, b, c, d, e, f] of a 2D context, the canvas
   * having device pixels. */
  get affine () {
    const { viewport } = this.viewer;
    const at = (x, y) => viewport.viewportToViewerElementCoordinates(
      this.toViewport([x, y]));
    const far = Math.max(this.slide.width, this.slide.height);
    const origin = at(0, 0);
    const right = at(far, 0);
    const below = at(0, far);
    const dots = window.devicePixelRatio || 1;
    return [(right.x - origin.x) / far, (right.y - origin.y) / far,
      (below.x - origin.x) / far, (below.y - origin.y) / far,
      origin.x, origin.y].map(value => value * dots);
  }

  /** A mouse event's place in image pixels. */
  toImage (event) {
    const box = this.stage.getBoundingClientRect();
    const { Point } = window.OpenSeadragon;
    return this.fromViewport(this.viewer.viewport
      .viewerElementToViewportCoordinates(
        new Point(event.clientX - box.left, event.clientY - box.top)));
  }

  #showReadout () {
    const { downsample, slide, magnification } = this;
    const words = [];
    // Beyond the scan's own pixels there is nothing more to see.
    if (magnification)
      words.push(sayMagnification(magnification) +
        (downsample < 0.99 ? ' interpolated' : ''));
    else
      words.push(`${(100 / downsample).toPrecision(3)} %`);
    this.scale.hidden = !slide.mpp_um;
    this.scaleText.textContent = 'no scale known';
    if (slide.mpp_um) {
      const umPerPixel = slide.mpp_um[0] * downsample;
      const length = roundDown(umPerPixel * SCALE_PX);
      this.scale.style.width = `${length / umPerPixel}px`;
      this.scaleText.textContent = formatLength(length);
      words.push(`${umPerPixel.toPrecision(3)} \u00b5m/px`);
    }
    this.magnificationText.textContent = words.join(' \u00b7 ');
  }

  destroy () {
    this.viewer.destroy();
    this.stage.replaceChildren();
  }
}
