// SPDX-License-Identifier: LGPL-2.1-or-later
// One slide on a stage of its own: OpenSeadragon on our DeepZoom route, with a
// scale bar, the magnification and a layer for what is drawn on top.

import { element, lossyText } from './common.js';
import { MPP_UM_AT_1X, formatLength, roundDown, sayMagnification }
  from './slideunits.js';
import { Look } from './slidelook.js';

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
  const scale = longest / Math.max(slide.width, slide.height);
  return [slide.width, slide.height].map(side =>
    `${Math.max(24, Math.round(side * scale))}px`);
}

/**
 * Events: "open" (once), "change" (whatever moved or turned), "fail".
 */
export class SlideView extends EventTarget {
  constructor (stage, slide) {
    super();
    this.slide = slide;
    this.look = new Look(slide);
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
    const name = element('div', { className: 'place' });
    this.stage.append(name, this.readout, this.notice);
    this.place = name;
    this.#sayQuality();

    const [navigatorWidth, navigatorHeight] = getNavigatorSize(this.slide);
    this.viewer = window.OpenSeadragon({
      element: this.stage,
      drawer: 'canvas',
      tileSources: this.#sourceUrl(),
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

  #listen () {
    const { viewer } = this;
    viewer.addOnceHandler('open', () => {
      this.readout.hidden = false;
      this.#changed();
      this.dispatchEvent(new Event('open'));
    });
    viewer.addHandler('open-failed', event => this.fail(event.message));
    for (const name of ['animation', 'resize', 'rotate', 'flip', 'update-viewport'])
      viewer.addHandler(name, () => this.#changed());
    viewer.addHandler('tile-load-failed', event =>
      { document.body.dataset.failedTile = event.tile?.cacheKey ?? 'tile'; });
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

  #sourceUrl () {
    const query = new URLSearchParams({ v: this.slide.version,
      ...this.look.query });
    return `/deepzoom/${this.slide.id}.dzi?${query}`;
  }

  #sayQuality () {
    const words = [];
    if (this.slide.lossy)
      words.push(lossyText(this.slide.lossy_ratio, this.slide.lossy_method));
    if (this.look.stain !== 'none')
      words.push(`${this.look.stain} alone, computed`);
    if (this.slide.icc && !this.look.managed)
      words.push('colours not managed');
    this.quality.textContent = words.join(' \u00b7 ');
  }

  /** Tiles as the look asks for, at the same place. */
  applyLook () {
    this.#sayQuality();
    this.viewer.addTiledImage({ tileSource: this.#sourceUrl(), index: 0,
      replace: this.viewer.world.getItemCount() > 0,
      error: event => this.fail(event.message) });
  }

  /** Image pixels that lie behind one screen pixel. */
  get downsample () {
    const { viewport } = this.viewer;
    return 1 / viewport.viewportToImageZoom(viewport.getZoom(true));
  }

  /** As an objective's; undefined where no scale is known. */
  get magnification () {
    return this.slide.mpp_um &&
      MPP_UM_AT_1X / (this.slide.mpp_um[0] * this.downsample);
  }

  zoomToMagnification (power) {
    if (!this.slide.mpp_um)
      return;
    const { viewport } = this.viewer;
    const downsample = MPP_UM_AT_1X / power / this.slide.mpp_um[0];
    viewport.zoomTo(viewport.imageToViewportZoom(1 / downsample));
  }

  rotateBy (degrees) {
    const { viewport } = this.viewer;
    viewport.setRotation((viewport.getRotation() + degrees + 360) % 360);
  }

  /** Shows @rect, x, y, width, height of level 0, with some room around. */
  showRect ([x, y, width, height], room = 0.1) {
    const { viewport } = this.viewer;
    const side = Math.max(width, height) * room;
    viewport.fitBounds(viewport.imageToViewportRectangle(x - side, y - side,
      width + 2 * side, height + 2 * side));
  }

  /** Image to canvas pixels as [a, b, c, d, e, f] of a 2D context, the canvas
   * having device pixels. */
  get affine () {
    const { viewport } = this.viewer;
    const { Point } = window.OpenSeadragon;
    const at = (x, y) => viewport.viewportToViewerElementCoordinates(
      viewport.imageToViewportCoordinates(new Point(x, y)));
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
    const { viewport } = this.viewer;
    const { Point } = window.OpenSeadragon;
    const place = viewport.viewportToImageCoordinates(
      viewport.viewerElementToViewportCoordinates(
        new Point(event.clientX - box.left, event.clientY - box.top)));
    return [place.x, place.y];
  }

  #showReadout () {
    const { downsample, slide } = this;
    if (!slide.mpp_um) {
      this.scale.hidden = true;
      this.scaleText.textContent = 'no scale known';
      this.magnificationText.textContent =
        `${(100 / downsample).toPrecision(3)} %`;
      return;
    }
    const umPerPixel = slide.mpp_um[0] * downsample;
    const length = roundDown(umPerPixel * SCALE_PX);
    this.scale.style.width = `${length / umPerPixel}px`;
    this.scaleText.textContent = formatLength(length);
    // Beyond the scan's own pixels there is nothing more to see.
    this.magnificationText.textContent = `${
      sayMagnification(MPP_UM_AT_1X / umPerPixel)}${
      downsample < 0.99 ? ' interpolated' : ''} \u00b7 ${
      umPerPixel.toPrecision(3)} \u00b5m/px`;
  }

  destroy () {
    this.viewer.destroy();
    this.stage.replaceChildren();
  }
}
