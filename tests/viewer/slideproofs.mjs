// SPDX-License-Identifier: LGPL-2.1-or-later
// What the slide page shows is what the slide says: colours with and without
// the scanner's profile, focal planes, results where they lie, fields of a
// known area. Prints TAP.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHOTS, check, near, openSlide, pause, run, settled }
  from './browserkit.mjs';

const SOURCE = process.env.VITRAIL_SOURCE ?? '.';
const FOLDER = mkdtempSync(join(tmpdir(), 'vitrail-proofs-'));
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }));
const COLORS = JSON.parse(execFileSync('/usr/bin/python3', ['-W', 'ignore',
  join(SOURCE, 'tests', 'viewer', 'make-proofs.py'), FOLDER]));
const SIDE = 32;
const TILES = 4; // of a row
const PLANES = [[200, 40, 40], [40, 180, 40], [40, 40, 210]];
// Tiles are sent as JPEG of one colour each.
const JPEG_OFF = 4;

/** Colours at places of level 0; where those lie OpenSeadragon knows. */
const colorsAt = (page, places) => page.evaluate(all => {
  const { viewer } = window.vitrailPage.view;
  const shown = viewer.drawer.canvas;
  const dots = window.devicePixelRatio || 1;
  const copy = new OffscreenCanvas(shown.width, shown.height);
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(shown, 0, 0);
  const item = viewer.world.getItemAt(0);
  return all.map(([x, y]) => {
    const at = item.imageToViewerElementCoordinates(
      new window.OpenSeadragon.Point(x, y));
    return [...context.getImageData(Math.round(at.x * dots),
      Math.round(at.y * dots), 1, 1).data].slice(0, 3);
  });
}, places);

const close = (a, b, off) => a.every((value, i) => near(value, b[i], off));

const tileCentres = COLORS.stored.map((_, i) =>
  [(i % TILES + 0.5) * SIDE, (Math.floor(i / TILES) + 0.5) * SIDE]);

async function openLook (context, base, slide) {
  const view = await openSlide(context, base, slide);
  // The browser remembers whether the panel is open.
  if (!await view.page.locator('#icc').isVisible())
    await view.page.keyboard.press('i');
  await view.page.locator('#icc').waitFor();
  await view.page.keyboard.press('0');
  await pause(view.page);
  await settled(view.page);
  return view;
}

async function testProfile (context, base, slide) {
  const shot = 'slideproofs-profile';
  const view = await openLook(context, base, slide);
  const { page } = view;
  const judge = async (name, wanted) => {
    const found = await colorsAt(page, tileCentres);
    check(`${shot}: ${name}`, found.every((one, i) =>
      close(one, wanted[i], JPEG_OFF)),
    found.map((one, i) => `${one} for ${wanted[i]}`).join('\n'));
  };
  check(`${shot}: the profile changes colours`, COLORS.stored.some((one, i) =>
    !close(one, COLORS.managed[i], 3 * JPEG_OFF)));
  await judge('colours as the profile says', COLORS.managed);
  await page.screenshot({ path: join(SHOTS, `${shot}-managed.png`) });
  await page.locator('#icc').uncheck();
  await pause(page);
  await settled(page);
  await judge('colours as stored', COLORS.stored);
  await page.screenshot({ path: join(SHOTS, `${shot}-stored.png`) });
  await page.locator('#icc').check();
  await pause(page);
  await settled(page);
  await judge('and managed again', COLORS.managed);
  await view.close(shot);
}

async function testPlanes (context, base, slide) {
  const shot = 'slideproofs-planes';
  const view = await openLook(context, base, slide);
  const { page } = view;
  const place = [[48, 48]];
  const judge = async (plane, words) => {
    const [found] = await colorsAt(page, place);
    check(`${shot}: plane ${plane}`, close(found, PLANES[plane], JPEG_OFF),
      found);
    const said = await page.locator('section', { has: page.locator('#focus') })
      .locator('output').innerText();
    check(`${shot}: plane ${plane} is named`, said === words, said);
  };
  await judge(1, '0.0 \u00b5m, plane 2 of 3');
  for (const [plane, words] of [[0, '-1.5 \u00b5m, plane 1 of 3'],
    [2, '1.5 \u00b5m, plane 3 of 3']]) {
    await page.locator('#focus').fill(String(plane));
    await pause(page);
    await settled(page);
    await judge(plane, words);
  }
  await page.locator('#focus').press('ArrowLeft');
  await pause(page);
  await settled(page);
  await judge(1, '0.0 \u00b5m, plane 2 of 3');
  await page.screenshot({ path: join(SHOTS, `${shot}.png`) });
  await view.close(shot);
}

// As make-ann.py writes it: the letter F and a triangle beside it.
const LETTER = [[[0, 0], [60, 0], [60, 16], [20, 16], [20, 42], [45, 42],
  [45, 58], [20, 58], [20, 100], [0, 100]], [[70, 0], [80, 0], [75, 20.5]]]
  .map(shape => shape.map(([x, y]) => [x + 50, y + 30]));

/** Points along the outlines, a pixel of level 0 apart. */
const along = shapes => shapes.flatMap(shape => shape.flatMap((from, i) => {
  const to = shape[(i + 1) % shape.length];
  const n = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]));
  return Array.from({ length: n }, (_, k) =>
    [from[0] + (to[0] - from[0]) * k / n, from[1] + (to[1] - from[1]) * k / n]);
}));

/** What lies over the slide, to be read in the page. */
const readOverlay = page => page.evaluateHandle(() => {
  const { canvas } = window.vitrailPage.view;
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
});

// OpenSeadragon takes pixels for square: these are 0.3 x 0.5 um, and those of
// the field 30 x 50.
const ASPECT = 5 / 3;

/** How many of @places have something drawn over them, and how many pixels are
 * drawn further than a screen pixel or two from all of them. */
const drawnAt = async (page, places) => page.evaluate(([all, overlay]) => {
  const item = window.vitrailViewer.world.getItemAt(0);
  const { data, width, height } = overlay;
  const dots = window.devicePixelRatio || 1;
  const near = new Uint8Array(width * height);
  const isDrawn = (x, y) => data[4 * (y * width + x) + 3] > 60;
  let found = 0;
  for (const [x, y] of all) {
    const at = item.imageToViewerElementCoordinates(
      new window.OpenSeadragon.Point(x, y));
    const [left, top] = [Math.round(at.x * dots), Math.round(at.y * dots)];
    let hit = false;
    for (let dy = -8; dy <= 8; dy++)
      for (let dx = -8; dx <= 8; dx++) {
        const [px, py] = [left + dx, top + dy];
        if (px < 0 || py < 0 || px >= width || py >= height)
          continue;
        near[py * width + px] = 1;
        hit ||= Math.abs(dx) <= 2 && Math.abs(dy) <= 2 && isDrawn(px, py);
      }
    found += hit;
  }
  let stray = 0;
  for (let i = 0; i < width * height; i++)
    stray += near[i] === 0 && data[4 * i + 3] > 60;
  return { found: found / all.length, stray };
}, [places.map(([x, y]) => [x, y * ASPECT]), await readOverlay(page)]);

async function testLetter (context, base, slide) {
  const shot = 'slideproofs-letter';
  const view = await openLook(context, base, slide);
  const { page } = view;
  const outline = along(LETTER);
  check(`${shot}: nothing is drawn unasked`,
    (await drawnAt(page, outline)).found === 0);
  await page.locator('[data-set]').check();
  await page.waitForFunction(() => document.body.dataset.sets === '2');
  const judge = async name => {
    await pause(page);
    await page.waitForFunction(() => document.body.dataset.sets === '2');
    const { found, stray } = await drawnAt(page, outline);
    check(`${shot}: the letter lies where it was written, ${name}`,
      found > 0.99 && stray === 0, `${found} ${stray}`);
    const mirrored = along(LETTER.map(shape =>
      shape.map(([x, y]) => [200 - x, y])));
    check(`${shot}: and nowhere else, ${name}`,
      (await drawnAt(page, mirrored)).found < 0.5);
  };
  await judge('upright');
  await page.screenshot({ path: join(SHOTS, `${shot}.png`) });
  const isTurned = async degrees => check(`${shot}: by ${degrees}`, near(
    await page.evaluate(() => window.vitrailViewer.viewport.getRotation(true)),
    degrees, 0.01));
  // The box that was ticked still has the focus.
  await page.keyboard.press('r');
  await judge('turned by a quarter');
  await isTurned(90);
  for (let i = 0; i < 6; i++)
    await page.keyboard.press('.');
  await judge('turned by 120 degrees');
  await isTurned(120);
  await page.screenshot({ path: join(SHOTS, `${shot}-turned.png`) });
  await page.keyboard.press('+');
  await judge('larger');
  await view.close(shot);
}

/** Of what is drawn, in pixels of level 0. */
const drawnBox = async page => page.evaluate(([overlay, aspect]) => {
  const item = window.vitrailViewer.world.getItemAt(0);
  const dots = window.devicePixelRatio || 1;
  const { data, width, height } = overlay;
  let [left, top, right, bottom, n] = [width, height, -1, -1, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      // The blue line, not its shadow.
      const at = 4 * (y * width + x);
      if (data[at + 3] < 200 || data[at + 2] < 200)
        continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      n++;
    }
  if (n === 0)
    return { n };
  const place = (x, y) => {
    const at = item.viewerElementToImageCoordinates(
      new window.OpenSeadragon.Point(x / dots, y / dots));
    return [at.x, at.y / aspect];
  };
  const from = place(left + 0.5, top + 0.5);
  const to = place(right + 0.5, bottom + 0.5);
  const corner = data[4 * ((top + 1) * width + left + 1) + 3] > 60;
  return { n, x: (from[0] + to[0]) / 2, y: (from[1] + to[1]) / 2,
    width: to[0] - from[0], height: to[1] - from[1], corner };
}, [await readOverlay(page), ASPECT]);

/** Areas are true in micrometres: a pixel is 30 x 50 of them. */
async function testField (context, base, slide) {
  const shot = 'slideproofs-field';
  const view = await openLook(context, base, slide);
  const { page } = view;
  const sides = { '1 square': 1000, '2 square': Math.SQRT2 * 1000,
    '1 round': 2000 / Math.sqrt(Math.PI),
    '2 round': 2000 * Math.sqrt(2 / Math.PI) };
  check(`${shot}: none at first`, (await drawnBox(page)).n === 0);
  for (const [kind, um] of Object.entries(sides)) {
    await page.selectOption('#field', kind);
    await pause(page);
    const box = await drawnBox(page);
    check(`${shot}: ${kind}`, near(box.width * 30, um, um / 30) &&
      near(box.height * 50, um, um / 30) &&
      box.corner === kind.endsWith('square'), JSON.stringify(box));
    await page.screenshot({ path: join(SHOTS,
      `${shot}-${kind.replace(' ', '-')}.png`) });
  }
  const before = await drawnBox(page);
  await page.keyboard.press('ArrowRight');
  await pause(page);
  const after = await drawnBox(page);
  check(`${shot}: it stays where it was put`, near(before.x, after.x, 1) &&
    near(before.y, after.y, 1), `${before.x} ${after.x}`);
  await page.selectOption('#field', '');
  await pause(page);
  check(`${shot}: none again`, (await drawnBox(page)).n === 0);
  await view.close(shot);
}

await run([], async (browser, url) => {
  const wide = await browser.newContext({
    viewport: { width: 1280, height: 800 } });
  const slides = await (await fetch(`${url}slides`)).json();
  const find = matches => {
    const found = slides.filter(matches);
    check('one slide is meant', found.length === 1, JSON.stringify(found));
    return found[0];
  };
  await testProfile(wide, url, find(one => one.container === 'Proof 12'));
  await testPlanes(wide, url, find(one => one.container === 'Proof 11'));
  await testLetter(wide, url, find(one => one.width === 200));
  await testField(wide, url, find(one => one.container === 'Proof 13'));
}, [FOLDER]);
