// SPDX-License-Identifier: LGPL-2.1-or-later
// What a reader does with a slide in the browser: turns it, chooses a
// magnification, draws and finds it again after a reload, isolates a stain,
// steps through tissue. Prints TAP.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHOTS, SVS, check, drag, near, openSlide, pause, run, settled }
  from './browserkit.mjs';

async function testTurn ({ page }, shot) {
  const wide = await page.evaluate(() => window.vitrailPage.view.affine);
  await page.keyboard.press('r');
  await pause(page);
  await settled(page);
  const turned = await page.evaluate(() => window.vitrailPage.view.affine);
  check(`${shot}: R turns by a quarter`, near(turned[0], 0, 1e-6) &&
    near(turned[1], wide[0], wide[0] / 50) === true, `${wide} ${turned}`);
  await page.keyboard.press('Shift+R');
  await page.keyboard.press('.');
  await pause(page);
  const angle = await page.evaluate(() =>
    window.vitrailViewer.viewport.getRotation(true));
  check(`${shot}: a dot by five degrees`, near(angle, 5, 0.01), angle);
  await page.screenshot({ path: join(SHOTS, `${shot}-turned.png`) });
  await page.keyboard.press(',');
  await pause(page);
}

async function testMagnification ({ page }, slide, shot) {
  await page.click('#powers [aria-label="Magnification 10"]');
  await pause(page);
  const downsample = await page.evaluate(() =>
    window.vitrailPage.view.downsample);
  check(`${shot}: 10x is one micrometre a pixel`,
    near(downsample * slide.mpp_um[0], 1, 0.01), downsample);
  await page.click('#powers [aria-label="Magnification 2"]');
  await pause(page);
  const coarse = await page.evaluate(() => window.vitrailPage.view.downsample);
  check(`${shot}: 2x is five`, near(coarse * slide.mpp_um[0], 5, 0.05), coarse);
  await page.keyboard.press('4');
  await pause(page);
  check(`${shot}: its button says so`, await page.getAttribute(
    '#powers [aria-label="Magnification 10"]', 'aria-pressed') === 'true');
}

/** At 10x a pixel of the screen is a micrometre. */
async function testDrawing (view, shot) {
  const { page } = view;
  const sizes = () => page.locator('.shapes .size').allInnerTexts();
  await page.keyboard.press('i');
  await pause(page);
  await page.click('[data-tool=rectangle]');
  await drag(page, [500, 300], [700, 400]);
  await page.click('[data-tool=ellipse]');
  await drag(page, [300, 300], [400, 400]);
  await page.click('[data-tool=line]');
  await drag(page, [400, 500], [700, 500]);
  await page.click('[data-tool=polygon]');
  for (const at of [[300, 560], [400, 560], [400, 660]])
    await page.mouse.click(...at);
  await page.mouse.dblclick(300, 660);
  await page.click('[data-tool=point]');
  await page.mouse.click(600, 600);
  await page.keyboard.press('Escape');
  const found = await sizes();
  const expected = [0.02, Math.PI * 50 * 50 / 1e6, 300, 0.01];
  check(`${shot}: areas and lengths are true`,
    found.length === 5 && expected.every((value, i) =>
      near(Number.parseFloat(found[i].replace(',', '')) *
        (/\u00b5m\u00b2/.test(found[i]) ? 1e-6 : 1), value, value / 40)),
    found.join(' | '));
  await page.keyboard.press('Control+z');
  check(`${shot}: undo`, (await sizes()).length === 4);
  await page.keyboard.press('Control+y');
  check(`${shot}: redo`, (await sizes()).length === 5);
  await page.locator('.shapes input').first().fill('margin');
  await page.locator('.shapes input').first().press('Tab');
  await page.waitForFunction(() =>
    document.getElementById('saved').textContent === 'saved');
  await page.screenshot({ path: join(SHOTS, `${shot}-drawn.png`) });
  const [download] = await Promise.all([page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export' }).click()]);
  const features = JSON.parse(readFileSync(await download.path())).features;
  check(`${shot}: exported as GeoJSON`, features.length === 5 &&
    features[0].geometry.coordinates[0].length === 5 &&
    features[0].properties.name === 'margin' &&
    features[1].geometry.isEllipse === true, JSON.stringify(features[0]));
}

async function testKept (context, base, slide, shot) {
  const view = await openSlide(context, base, slide);
  const names = await view.page.evaluate(() =>
    window.vitrailPage.shapes.list.map(one => `${one.kind} ${one.name}`.trim()));
  check(`${shot}: what was drawn is there again`, names.join() ===
    'rectangle margin,ellipse,line,polygon,point', names.join());
  // Two windows: the second one must not save over the first one's work.
  const other = await openSlide(context, base, slide);
  await view.page.evaluate(() => window.vitrailPage.shapes.remove(
    window.vitrailPage.shapes.list[4].id));
  // One of them lies behind the other, and gets no frames to look in between.
  await view.page.waitForFunction(() =>
    document.getElementById('saved').textContent === 'saved', null,
  { polling: 100 });
  await other.page.evaluate(() => window.vitrailPage.shapes.remove(
    window.vitrailPage.shapes.list[0].id));
  await other.page.waitForFunction(() =>
    document.getElementById('saved').textContent.includes('somebody else'), null,
  { polling: 100 });
  check(`${shot}: nothing is saved over another's work`, true);
  await view.close(`${shot}, again`);
  await other.page.close();
}

const canvasColor = page => page.evaluate(() => {
  const shown = window.vitrailViewer.drawer.canvas;
  const canvas = new OffscreenCanvas(shown.width, shown.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(shown, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const sum = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4)
    for (let c = 0; c < 3; c++)
      sum[c] += data[i + c];
  return sum.map(one => one / (data.length / 4));
});

async function testStain (view, shot) {
  const { page, requests } = view;
  await page.keyboard.press('0');
  await pause(page);
  const before = await canvasColor(page);
  const asked = requests.length;
  await page.selectOption('#stain', 'eosin');
  await pause(page);
  await settled(page);
  await pause(page);
  const after = await canvasColor(page);
  check(`${shot}: one stain alone looks different`, requests.length > asked &&
    before.some((value, i) => Math.abs(value - after[i]) > 2),
    `${before} ${after}`);
  check(`${shot}: and the corner says so`, (await page.locator('.quality')
    .innerText()).includes('eosin alone'));
  await page.screenshot({ path: join(SHOTS, `${shot}-eosin.png`) });
  await page.selectOption('#stain', 'mixed');
  await page.locator('[data-stain=eosin] input[type=checkbox]').uncheck();
  await page.locator('[data-stain=hematoxylin] input[type=color]').fill('#00ff00');
  await pause(page);
  await settled(page);
  await pause(page);
  const mixed = await canvasColor(page);
  check(`${shot}: a stain as a channel, in another colour`,
    mixed[1] > mixed[0] + 2 && mixed[1] > mixed[2] + 2, mixed);
  await page.screenshot({ path: join(SHOTS, `${shot}-stains.png`) });
  await page.selectOption('#stain', 'none');
  await pause(page);
}

async function testTissue ({ page }, shot) {
  const home = await page.evaluate(() => window.vitrailPage.view.downsample);
  await page.keyboard.press('n');
  await pause(page);
  const there = await page.evaluate(() => window.vitrailPage.view.downsample);
  check(`${shot}: N goes to tissue`, there !== home, `${home} ${there}`);
  await page.keyboard.press('6');
  await page.waitForFunction(() =>
    /^[1-9]\d* % of the tissue seen/.test(document.getElementById('seen').textContent));
  check(`${shot}: what was looked at is counted`, true);
  const kept = await page.waitForResponse(one =>
    one.url().endsWith('/coverage') && one.request().method() === 'PUT');
  const { columns, rows, cells } = await kept.json();
  // The page adds what others have seen as soon as it has read the answer.
  const same = await page.waitForFunction(async text => {
    const { expandCells, packCells } = await import('/static/coverage.js');
    const { coverage } = window.vitrailPage.active;
    return packCells(expandCells(text, coverage.seen.length)) === text &&
      coverage.seen.every((step, i) =>
        step >= expandCells(text, coverage.seen.length)[i]);
  }, cells);
  check(`${shot}: and kept by the service`, same &&
    Math.max(columns, rows) === 128 && /[a-t]/.test(cells), cells);
  const centre = () => page.evaluate(() => window.vitrailPage.view.getCentre());
  const from = await centre();
  await page.keyboard.press('m');
  await pause(page);
  const to = await centre();
  check(`${shot}: M goes to what was not seen`, from.join() !== to.join(),
    `${from} ${to}`);
  await page.keyboard.press('0');
  await page.keyboard.press('u');
  await page.selectOption('#field', '2 round');
  await pause(page);
  await page.screenshot({ path: join(SHOTS, `${shot}-unseen.png`) });
  await page.keyboard.press('u');
}

/** Drawn on a turned view they are turned on the slide, and stay rectangle and
 * ellipse when they are saved, read again, and dragged by a corner. */
async function testTurnedShapes (context, base, slide, shot) {
  const view = await openSlide(context, base, slide);
  const { page } = view;
  await page.evaluate(() => {
    window.vitrailPage.shapes.edit([]);
    window.vitrailPage.view.rotateBy(30);
  });
  await page.keyboard.press('4');
  await page.waitForTimeout(1000);
  for (const [tool, from, to] of [['rectangle', [450, 250], [650, 350]],
    ['ellipse', [450, 400], [650, 500]]]) {
    await page.click(`[data-tool=${tool}]`);
    await drag(page, from, to);
  }
  await page.keyboard.press('Escape');
  await page.waitForFunction(() =>
    document.getElementById('saved').textContent === 'saved');
  await page.screenshot({ path: join(SHOTS, `${shot}-turned-shapes.png`) });
  const sizes = await page.locator('.shapes .size').allInnerTexts();
  const areas = sizes.map(size => Number.parseFloat(size.replace(',', '')) *
    (/mm/.test(size) ? 1e6 : 1));
  check(`${shot}: areas of turned shapes`, near(areas[0], 20000, 500) &&
    near(areas[1], 20000 * Math.PI / 4, 500), sizes.join());
  await view.close(`${shot}, turned shapes`);
  // Each angle of the rectangle on the glass is a right one.
  const again = await openSlide(context, base, slide);
  const shapes = await again.page.evaluate(() =>
    window.vitrailPage.shapes.list.map(({ kind, points }) => ({ kind, points })));
  const [[p, q, r]] = shapes.map(one => one.points);
  const dot = (q[0] - p[0]) * (r[0] - q[0]) + (q[1] - p[1]) * (r[1] - q[1]);
  check(`${shot}: turned rectangles and ellipses are kept as such`,
    shapes.map(one => one.kind).join() === 'rectangle,ellipse' &&
    Math.abs(q[1] - p[1]) > 20 && Math.abs(dot) < 40,
    JSON.stringify(shapes));
  const url = `${base}annotations/${slide.id}/Annotations?most=9&decimals=2`;
  const { features } = await (await fetch(url)).json();
  check(`${shot}: and the service answers them for a view`, features.map(one =>
    one.geometry.coordinates[0].length).join() === '5,97',
  JSON.stringify(features));
  await again.page.evaluate(() => window.vitrailPage.shapes.edit([]));
  await again.page.waitForFunction(() =>
    document.getElementById('saved').textContent === 'saved');
  await again.close(`${shot}, turned shapes again`);
}

/** What others wrote stays: holes, classes, measurements; ids stay apart. */
async function testForeign (context, base, slide, shot) {
  const view = await openSlide(context, base, slide);
  const kept = await view.page.evaluate(() => {
    const { shapes } = window.vitrailPage;
    const before = shapes.list;
    const ring = (a, b) => [[a, a], [b, a], [b, b], [a, b], [a, a]];
    const feature = { type: 'Feature', id: 'a', geometry: { type: 'Polygon',
      coordinates: [ring(0, 9), ring(3, 6)] }, properties: { description: 'x',
      measurements: { Area: 72 }, classification: { name: 'Tumor',
        color: [200, 0, 0] } } };
    shapes.read({ features: [feature, feature] });
    shapes.edit(shapes.list.map(one =>
      ({ ...one, id: crypto.randomUUID() })));
    shapes.change(shapes.list[0].id, { name: 'margin', color: '#00ff00' });
    const { features } = shapes.toGeoJson('x');
    shapes.edit(before);
    return features;
  });
  const [first, second] = kept;
  check(`${shot}: a hole, a class and measurements survive a new name`,
    first.geometry.coordinates.length === 2 &&
    first.properties.classification.name === 'Tumor' &&
    first.properties.measurements.Area === 72 &&
    first.properties.description === 'x' && first.properties.name === 'margin' &&
    first.properties.color.join() === '0,255,0', JSON.stringify(first));
  check(`${shot}: two shapes of one id get their own`, first.id !== second.id &&
    second.properties.name === undefined, JSON.stringify(kept));
  await view.page.waitForFunction(() =>
    document.getElementById('saved').textContent === 'saved');
  await view.close(`${shot}, foreign shapes`);
}

/** Of a slide without a scale nobody knows at which magnification it was
 * looked at. */
async function testNoScale (context, base, slide) {
  const view = await openSlide(context, base, slide);
  if (await view.page.isHidden('#panel'))
    await view.page.click('#panel-toggle');
  await view.page.waitForSelector('[data-seen=ready]');
  check('no scale: what was seen is not counted, and the page says so',
    await view.page.textContent('#seen') === 'Not counted: no scale is known' &&
    await view.page.locator('#unseen').count() === 0);
  await view.page.screenshot({ path: join(SHOTS, 'slidepage-noscale.png') });
  await view.close('no scale');
}

async function testSmall (context, base, slide) {
  const view = await openSlide(context, base, slide);
  await view.page.click('#panel-toggle');
  await pause(view.page);
  const overflow = await view.page.evaluate(() =>
    document.documentElement.scrollWidth > window.innerWidth);
  check('narrow: nothing sticks out sideways', !overflow);
  await view.page.screenshot({ path: join(SHOTS, 'slidepage-narrow.png') });
  await view.close('narrow');
}

const made = mkdtempSync(join(tmpdir(), 'vitrail-slidepage-'));
process.on('exit', () => rmSync(made, { recursive: true, force: true }));
execFileSync('vips', ['gaussnoise', join(made, 'noise.v'), '1200', '900']);
execFileSync('vips', ['cast', join(made, 'noise.v'),
  `${join(made, 'plain.tif')}[tile,pyramid,compression=deflate]`, 'uchar']);

await run([SVS], async (browser, url, real) => {
  const wide = await browser.newContext({
    viewport: { width: 1280, height: 800 } });
  const slides = await (await fetch(`${url}slides`)).json();
  const slide = slides.find(one => one.path.startsWith(real[0] ?? 'none')) ??
    slides.find(one => one.name === 'biopsy.svs');
  const shot = 'slidepage';
  const view = await openSlide(wide, url, slide);
  await testTurn(view, shot);
  await testMagnification(view, slide, shot);
  await testDrawing(view, shot);
  await testStain(view, shot);
  await testTissue(view, shot);
  await view.close(shot);
  await testKept(wide, url, slide, shot);
  await testForeign(wide, url, slide, shot);
  await testTurnedShapes(wide, url, slide, shot);
  await testNoScale(wide, url, slides.find(one => one.name === 'plain.tif'));
  const small = await browser.newContext({
    viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await testSmall(small, url, slide);
}, [join(made, 'plain.tif')]);
