// SPDX-License-Identifier: LGPL-2.1-or-later
// The slide page: OpenSeadragon on our DeepZoom route, with a scale bar and the
// magnification from the slide's micrometres per pixel.

import { element, getJson, lossyText, slideContainer, slideName }
  from './common.js';

const $ = id => document.getElementById(id);
const id = decodeURIComponent(location.pathname.split('/')[2] ?? '');

// A pixel of 0.25 micrometres is what a 40x scan has.
const MPP_UM_AT_1X = 10;
const MAGNIFICATIONS = [1.25, 2.5, 5, 10, 20, 40, 80];
const SCALE_PX = 120;

function fail (message) {
  $('notice').textContent = message;
  $('notice').hidden = false;
  document.body.dataset.ready = 'failed';
}

/** The largest 1, 2 or 5 times a power of ten that is not above @value. */
function roundDown (value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [5, 2, 1].find(one => one * power <= value * 1.0001);
  return factor * power;
}

function formatLength (um) {
  return um >= 1000 ? `${um / 1000} mm` : um >= 1 ? `${um} \u00b5m`
    : `${Math.round(um * 1000)} nm`;
}

/** Image pixels that lie behind one screen pixel. */
function getDownsample (viewer) {
  return 1 / viewer.viewport.viewportToImageZoom(viewer.viewport.getZoom(true));
}

function showReadout (viewer, slide) {
  const downsample = getDownsample(viewer);
  if (!slide.mpp_um) {
    $('scale').hidden = true;
    $('scale-text').textContent = 'no scale known';
    $('magnification').textContent = `${(100 / downsample).toPrecision(3)} %`;
    return;
  }
  const umPerPixel = slide.mpp_um[0] * downsample;
  const length = roundDown(umPerPixel * SCALE_PX);
  $('scale').style.width = `${length / umPerPixel}px`;
  $('scale-text').textContent = formatLength(length);
  const power = MPP_UM_AT_1X / umPerPixel;
  // Beyond the scan's own pixels there is nothing more to see.
  $('magnification').textContent =
    `${power >= 10 ? Math.round(power) : power.toPrecision(2)}\u00d7${
      downsample < 0.99 ? ' interpolated' : ''} \u00b7 ${
      umPerPixel.toPrecision(3)} \u00b5m/px`;
}

function zoomToMagnification (viewer, slide, power) {
  if (!slide.mpp_um)
    return;
  const downsample = MPP_UM_AT_1X / power / slide.mpp_um[0];
  viewer.viewport.zoomTo(viewer.viewport.imageToViewportZoom(1 / downsample));
}

function showAssociated (slide) {
  const names = slide.associated.filter(name => /^[\w.-]+$/.test(name) &&
                                                name !== 'thumbnail');
  if (names.length === 0)
    return;
  $('pictures').hidden = false;
  $('pictures').textContent = names.includes('label') ? 'Label' : 'Overview';
  $('pictures').addEventListener('click', toggleAssociated);
  $('associated').append(...names.map(name => element('figure', {},
    element('img', { alt: name, src:
      `/slides/${slide.id}/${name}.jpg?v=${slide.version}`, loading: 'lazy' }),
    element('figcaption', {}, name))));
}

function toggleAssociated () {
  const show = $('associated').hidden;
  $('associated').hidden = !show;
  $('pictures').setAttribute('aria-pressed', String(show));
}

function onKey (event, viewer, slide) {
  if (event.ctrlKey || event.altKey || event.metaKey)
    return;
  const digit = '123456789'.indexOf(event.key);
  if (event.key === '0')
    viewer.viewport.goHome();
  else if (event.key === 'l' || event.key === 'L')
    $('pictures').hidden || toggleAssociated();
  else if (digit >= 0 && digit < MAGNIFICATIONS.length)
    zoomToMagnification(viewer, slide, MAGNIFICATIONS[digit]);
  else
    return;
  event.preventDefault();
}

/** OpenSeadragon adds an inline style unless the page has one so marked. The
 * policy forbids that; vitrail.css has its rule, and this is no HTML style. */
function keepInlineStyleOut () {
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

function open (slide) {
  const [navigatorWidth, navigatorHeight] = getNavigatorSize(slide);
  keepInlineStyleOut();
  const viewer = window.OpenSeadragon({
    id: 'slide',
    drawer: 'canvas',
    tileSources: `/deepzoom/${slide.id}.dzi?v=${slide.version}`,
    showNavigationControl: false,
    showNavigator: true,
    navigatorPosition: 'BOTTOM_RIGHT',
    navigatorWidth,
    navigatorHeight,
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
    placeholderFillStyle: '#101114',
    imageLoaderLimit: 12,
    preload: true,
  });
  const readout = () => showReadout(viewer, slide);
  viewer.addHandler('open', () => {
    $('readout').hidden = false;
    readout();
    document.body.dataset.ready = 'true';
  });
  viewer.addHandler('open-failed', event => fail(event.message));
  viewer.addHandler('animation', readout);
  viewer.addHandler('resize', readout);
  viewer.addHandler('tile-load-failed', event =>
    { document.body.dataset.failedTile = event.tile?.cacheKey ?? 'tile'; });
  $('zoom-in').addEventListener('click', () => viewer.viewport.zoomBy(1.5));
  $('zoom-out').addEventListener('click', () => viewer.viewport.zoomBy(1 / 1.5));
  $('fit').addEventListener('click', () => viewer.viewport.goHome());
  document.addEventListener('keydown', event => onKey(event, viewer, slide));
  // For the address bar's console and for tests.
  window.vitrailViewer = viewer;
}

async function start () {
  let slide = null;
  try {
    slide = (await getJson('/slides')).find(one => one.id === id);
  } catch (error) {
    fail(error.message);
    return;
  }
  if (!slide) {
    fail(`There is no slide ${id} here (any more). The worklist has all.`);
    return;
  }
  const name = slideName(slide);
  document.title = `${name} - Vitrail`;
  const container = slideContainer(slide);
  const power = slide.objective_power ? `, scanned at ${slide.objective_power}\u00d7` : '';
  $('title').replaceChildren(element('b', {}, name),
    `${container && ` \u00b7 ${container}`} \u00b7 ${slide.width.toLocaleString()} \u00d7 ${
      slide.height.toLocaleString()} px${power}`);
  if (!window.OpenSeadragon) {
    fail('This build has no OpenSeadragon: run ./dev build, which fetches it.');
    return;
  }
  showAssociated(slide);
  if (slide.lossy)
    $('quality').textContent = lossyText(slide.lossy_ratio, slide.lossy_method);
  open(slide);
}

start();
