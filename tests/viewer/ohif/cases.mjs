// SPDX-License-Identifier: LGPL-2.1-or-later
// What is opened in OHIF, by hand as a reader does, and what is to be seen
// then. A case: path (studies) of the page; show (page), which resolves when
// all is drawn, with what there is to see: `picture` (PNG), where `vitrail
// render` can draw it `file` and `options`, and what judge () wants.

const viewer = name => studies =>
  `viewer?StudyInstanceUIDs=${studies[name]}`;

/** The names below are Cornerstone's, which OHIF puts into its window. */
const drawn = (page, count = 1) => page.waitForFunction(n => {
  const all = window.cornerstone?.getEnabledElements() ?? [];
  const volumes = window.cornerstone?.cache.getVolumes() ?? [];
  return all.length === n &&
    all.every(({ viewport }) => viewport.viewportStatus === 'rendered' &&
      viewport.getImageData()) &&
    volumes.every(({ loadStatus }) => loadStatus?.loaded !== false);
}, count);

/** Cornerstone draws on request; this waits until it has. */
const redraw = page => page.evaluate(() => Promise.all(
  window.cornerstone.getEnabledElements().map(({ viewport }) =>
    new Promise(resolve => {
      viewport.element.addEventListener('CORNERSTONE_IMAGE_RENDERED', resolve,
        { once: true });
      viewport.render();
    }))));

/** All viewports, each a canvas, in one PNG from left to right. */
const canvases = async page => Buffer.from(await page.evaluate(() => {
  const all = [...document.querySelectorAll('.cornerstone-canvas')];
  const joined = document.createElement('canvas');
  joined.width = all.reduce((sum, { width }) => sum + width, 0);
  joined.height = Math.max(...all.map(({ height }) => height));
  let x = 0;
  for (const canvas of all) {
    joined.getContext('2d').drawImage(canvas, x, 0);
    x += canvas.width;
  }
  return joined.toDataURL('image/png').split(',')[1];
}), 'base64');

/** Image @index of the stack, a pixel of it on each pixel of the screen, cut
 * out: its PNG and its SOP Instance UID and frame. */
async function pixelByPixel (page, index) {
  await page.evaluate(async at => {
    const { viewport } = window.cornerstone.getEnabledElements()[0];
    await viewport.setImageIdIndex(at);
  }, index);
  await redraw(page);
  await page.evaluate(() => {
    const { viewport } = window.cornerstone.getEnabledElements()[0];
    const { imageData } = viewport.getImageData();
    viewport.setCamera({ parallelScale:
      viewport.getCanvas().height / 2 * imageData.getSpacing()[1] });
    // The first pixel's centre onto the centre of one of the screen's; moves of
    // less than a pixel are ignored, hence the 8.
    const [x, y] = viewport.worldToCanvas(imageData.indexToWorld([0, 0, 0]));
    const [panX, panY] = viewport.getPan();
    viewport.setPan([panX + 8.5 + Math.round(x - 0.5) - x,
      panY + 8.5 + Math.round(y - 0.5) - y]);
  });
  await redraw(page);
  const { png, id } = await page.evaluate(() => {
    const { viewport } = window.cornerstone.getEnabledElements()[0];
    const { imageData } = viewport.getImageData();
    const [width, height] = imageData.getDimensions();
    const [x, y] = viewport.worldToCanvas(imageData.indexToWorld([0, 0, 0]));
    const cut = document.createElement('canvas');
    [cut.width, cut.height] = [width, height];
    cut.getContext('2d').drawImage(viewport.getCanvas(),
      -Math.round(x - 0.5), -Math.round(y - 0.5));
    return { png: cut.toDataURL('image/png').split(',')[1],
      id: viewport.getCurrentImageId() };
  });
  const [, instance, frame] = id.match(/instances\/([\d.]+)\/frames\/(\d+)/);
  return { picture: Buffer.from(png, 'base64'), instance, frame };
}

async function showList (page) {
  await page.getByText('Sample, Vitrail').nth(5).waitFor();
  return { rows: (await page.locator('tr').allInnerTexts())
    .map(row => row.split(/\s*\t\s*/)) };
}

async function showCt (page) {
  await drawn(page);
  const seen = await pixelByPixel(page, 10);
  const slice = seen.instance.split('.').at(-1).padStart(3, '0');
  return { ...seen, file: `ct/ct-${slice}.dcm`, options: [] };
}

/** Slices from top to bottom; files are numbered from below. */
async function showCodings (page) {
  await drawn(page);
  const n = await page.evaluate(() => window.cornerstone.getEnabledElements()[0]
    .viewport.getImageIds().length);
  const several = [];
  for (let i = 0; i < n; i++) {
    const seen = await pixelByPixel(page, i);
    const name = `${seen.instance.split('.').at(-1)}.dcm`;
    several.push({ ...seen, name, file: `codings/${name}`, options: [] });
  }
  return { several, n };
}

async function showMpr (page) {
  await drawn(page, 3);
  await redraw(page);
  return { picture: await canvases(page), kinds: await page.evaluate(() =>
    window.cornerstone.getEnabledElements().map(({ viewport }) =>
      viewport.type)) };
}

async function showUs (page) {
  await drawn(page);
  await page.getByText('FPS').waitFor();
  const seen = await pixelByPixel(page, 6);
  return { ...seen, file: 'us/echo.dcm', options: ['--frame', seen.frame] };
}

/** Screenshots of @element until two in a row are the same and show
 * something: what draws it says nothing of when it is done. */
async function settled (page, clip) {
  const blank = 4000; // bytes; a picture takes more
  for (let last = null; ; ) {
    const shot = await page.screenshot({ clip });
    if (last !== null && shot.equals(last) && shot.length > blank)
      return shot;
    last = shot;
    await page.evaluate(() => new Promise(resolve =>
      requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }
}

async function showPdf (page) {
  const plugin = page.locator('object[type="application/pdf"]');
  await plugin.waitFor();
  const { x, y, width, height } = await plugin.boundingBox();
  const bar = 60; // its title is the address, which differs
  return { picture: await settled(page,
    { x, y: y + bar, width, height: height - bar }) };
}

/** The film, all of whose frames are the same, pixel by pixel, when the
 * viewport shows it. */
async function showVideo (page) {
  const seen = await page.waitForFunction(() => {
    const [one] = window.cornerstone?.getEnabledElements() ?? [];
    const film = one?.viewport.videoElement;
    if (!(film?.readyState >= 2))
      return false;
    one.viewport.resetCamera();
    one.viewport.renderFrame();
    const cut = document.createElement('canvas');
    [cut.width, cut.height] = [film.videoWidth, film.videoHeight];
    cut.getContext('2d').drawImage(film, 0, 0);
    const canvas = one.viewport.getCanvas();
    const { data } = canvas.getContext('2d')
      .getImageData(0, 0, canvas.width, canvas.height);
    const nBright = data.filter((value, i) => i % 4 < 3 && value > 128).length;
    return nBright / data.length > 0.1 && {
      png: cut.toDataURL('image/png').split(',')[1], seconds: film.duration };
  });
  const { png, ...told } = await seen.jsonValue();
  return { ...told, picture: Buffer.from(png, 'base64'), isFilm: true };
}

/** Opens a series by its name in the study's list, and says yes to what OHIF
 * asks then. */
async function openObject (page, name) {
  await drawn(page);
  await page.getByText(name, { exact: true }).dblclick();
  await page.getByText('Yes', { exact: true }).click();
  await page.getByText('Yes', { exact: true }).waitFor({ state: 'hidden' });
}

async function showSeg (page) {
  await openObject(page, 'Bone, lung');
  await page.waitForFunction(() => window.cornerstone.getEnabledElements()[0]
    ?.viewport.getActors().length === 2);
  await redraw(page);
  const segments = await page.evaluate(() => Object.values(
    window.services.segmentationService.getSegmentations()[0].segments)
    .map(({ label }) => label));
  return { picture: await canvases(page), segments };
}

async function showSr (page) {
  await openObject(page, 'Measurements');
  for (const text of ['113 mm', '203 mm'])
    await page.locator('svg').getByText(text).waitFor();
  const { x, y, width, height } =
    await page.locator('.cornerstone-canvas').boundingBox();
  return { picture: await settled(page, { x, y, width, height }),
    lengths: await page.evaluate(() => window.services.measurementService
      .getMeasurements().map(({ label, type, data }) => ({ label, type,
        length: Object.values(data)[0].length }))) };
}

/** The middle of the slide at half its size, as its second level is stored;
 * @file: what `vitrail render` draws. */
async function showSlide (page, file) {
  await page.waitForFunction(() => {
    const viewers = window.services?.microscopyService?.managedViewers;
    return viewers?.size === 1 && [...viewers][0].viewer.getMap().isRendered();
  });
  const { png, ...told } = await page.evaluate(async () => {
    const [{ viewer }] = window.services.microscopyService.managedViewers;
    const map = viewer.getMap();
    const view = map.getView();
    const shrink = 2; // the view is never larger than the slide
    const [left, bottom, right, top] = view.getProjection().getExtent();
    const [width, height] = [(right - left) / shrink, (top - bottom) / shrink];
    const [mapWidth, mapHeight] = map.getSize();
    const x = Math.round((mapWidth - width) / 2);
    const y = Math.round((mapHeight - height) / 2);
    view.setRotation(0);
    view.setResolution(shrink);
    view.setCenter([left + (mapWidth / 2 - x) * shrink,
      top + (y - mapHeight / 2) * shrink]);
    const cut = document.createElement('canvas');
    [cut.width, cut.height] = [mapWidth, mapHeight];
    await new Promise(resolve => {
      // In the same task: what WebGL has drawn is gone thereafter.
      map.once('rendercomplete', () => {
        cut.getContext('2d').drawImage(map.getViewport()
          .querySelector('.ol-layers canvas'), 0, 0);
        resolve();
      });
      map.render();
    });
    return { png: cut.toDataURL('image/png').split(',')[1],
      size: [right - left, top - bottom], crop: [-x, -y] };
  });
  return { ...told, picture: Buffer.from(png, 'base64'), file,
    options: ['--mode', 'slide', '--size', '1024x768'] };
}

export const CASES = [
  { name: 'list', says: 'six studies with what they are',
    path: () => '', show: showList,
    judge: ({ rows }) => [['CT\\SEG\\SR', 'CT with SEG and SR'], ['US', 'Echo'],
      ['DOC', 'Report'], ['CT', 'Codings'], ['XC', 'Endoscopy'], ['SM', 'Biopsy']].every(words =>
      rows.some(row => words.every(word => row.includes(word)))) },
  { name: 'ct', says: 'the eleventh from above', path: viewer('ct'),
    show: showCt, judge: ({ instance }) => instance.endsWith('.35') },
  { name: 'codings', says: 'seven slices, each coded differently',
    path: viewer('codings'), show: showCodings, isOursOnly: true,
    judge: ({ n }) => n === 7 },
  { name: 'mpr', says: 'three planes', path: studies =>
    `${viewer('ct')(studies)}&hangingProtocolId=mpr`, show: showMpr,
  judge: ({ kinds }) => kinds.length === 3 &&
      kinds.every(kind => kind === 'orthographic') },
  { name: 'us', says: 'the seventh frame', path: viewer('us'),
    show: showUs, judge: ({ frame }) => frame === '7' },
  { name: 'pdf', says: 'a page', path: viewer('pdf'), show: showPdf,
    judge: () => true },
  // Orthanc 1.10 has no rendition of a film.
  { name: 'video', says: 'two seconds', path: viewer('video'), show: showVideo,
    isOursOnly: true, judge: ({ seconds }) => seconds === 2 },
  { name: 'seg', says: 'two segments', path: viewer('ct'), show: showSeg,
    judge: ({ segments }) => segments.join() === 'Bone,Lung' },
  { name: 'sr', says: 'two lengths', path: viewer('ct'), show: showSr,
    judge: ({ lengths }) => lengths.length === 2 },
  { name: 'slide', says: 'of its full size', path: studies =>
    `microscopy?StudyInstanceUIDs=${studies.slide}`,
  show: page => showSlide(page, 'slide'),
  judge: ({ size }) => size.join() === '2048,1536' },
  // What the service makes of an SVS while it is asked; Orthanc has no such.
  { name: 'svs', says: 'of its full size', path: studies =>
    `microscopy?StudyInstanceUIDs=${studies.svs}`, isOursOnly: true,
  show: (page, studies) => showSlide(page, studies.svsFile),
  judge: ({ size }) => size.join() === '2048,1536' },
];
