// SPDX-License-Identifier: LGPL-2.1-or-later
// Segmentations and parametric maps over a slide on the slide page: they lie
// where they should, with opacity, chosen segments, other colours and a legend.
// Prints TAP.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHOTS, check, near, openSlide, pause, run } from './browserkit.mjs';

const SOURCE = process.env.VITRAIL_SOURCE ?? '.';

/** Slides with the letter F in each kind of raster. */
function makeCase () {
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-rasters-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['make-ann.py', 'make-raster.py'])
    execFileSync('/usr/bin/python3', [join(SOURCE, 'tests', 'annotation', name),
      folder]);
  return folder;
}

const CASE = makeCase();

/** Colour of what is shown at (x, y) of level 0, overlays apart. */
const colorAt = (page, x, y) => page.evaluate(([left, top]) => {
  const { view } = window.vitrailPage;
  const [a, b, c, d, e, f] = view.affine;
  const shown = view.viewer.drawer.canvas;
  const copy = new OffscreenCanvas(shown.width, shown.height);
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(shown, 0, 0);
  return [...context.getImageData(a * left + c * top + e, b * left + d * top + f,
    1, 1).data].slice(0, 3);
}, [x, y]);

const INSIDE = [60, 60];  // of the letter
const OUTSIDE = [120, 120];

const loaded = page => page.waitForFunction(() => {
  const { world } = window.vitrailViewer;
  return Array.from({ length: world.getItemCount() }, (_, i) =>
    world.getItemAt(i)).every(one => one.getFullyLoaded());
});

async function show (page, uid, n) {
  await page.locator(`[data-raster="${uid}"]`).check();
  await page.waitForFunction(count =>
    window.vitrailViewer.world.getItemCount() === count, n);
  await loaded(page);
  await pause(page);
}

async function testSegments (page, uid, shot) {
  const before = [await colorAt(page, ...INSIDE), await colorAt(page, ...OUTSIDE)];
  await show(page, uid, 2);
  const after = [await colorAt(page, ...INSIDE), await colorAt(page, ...OUTSIDE)];
  const differs = (one, two) => one.some((value, i) => !near(value, two[i], 8));
  check(`${shot}: a segment lies on the letter and nowhere else`,
    differs(before[0], after[0]) && !differs(before[1], after[1]),
    `${before} ${after}`);
  await page.screenshot({ path: join(SHOTS, `${shot}-segments.png`) });
  await page.locator('.raster:visible input[type=range]').fill('1');
  await pause(page);
  const solid = await colorAt(page, ...INSIDE);
  check(`${shot}: opacity`, differs(solid, after[0]), `${solid} ${after}`);
  await page.locator('.raster:visible .check input').last().uncheck();
  await pause(page);
  await loaded(page);
  await pause(page);
  const none = await colorAt(page, ...INSIDE);
  check(`${shot}: a segment can be hidden`, !differs(none, before[0]),
    `${none} ${before[0]}`);
  await page.locator(`[data-raster="${uid}"]`).uncheck();
  await page.waitForFunction(() =>
    window.vitrailViewer.world.getItemCount() === 1);
  check(`${shot}: and all of it`, true);
}

async function testValues (page, uid, shot) {
  await show(page, uid, 2);
  const legend = await page.locator('.legend').innerText();
  check(`${shot}: a legend says what and how much`,
    /Score/.test(legend) && /1\.5/.test(legend) && /12/.test(legend), legend);
  await page.locator('.raster:visible input[type=range]').fill('1');
  await pause(page);
  const first = await colorAt(page, ...INSIDE);
  await page.locator('.raster:visible select').selectOption('viridis');
  await pause(page);
  await loaded(page);
  await pause(page);
  const other = await colorAt(page, ...INSIDE);
  check(`${shot}: other colours`, near(other[0], 0xfd, 6) &&
    near(other[1], 0xe7, 6) && near(other[2], 0x25, 6), `${first} ${other}`);
  await page.locator('.raster:visible input[type=range]').fill('0.6');
  await pause(page);
  await page.screenshot({ path: join(SHOTS, `${shot}-values.png`) });
  check(`${shot}: a look of the slide leaves it there`, await page.evaluate(
    () => window.vitrailViewer.world.getItemCount()) === 2);
}

await run([], async (browser, url) => {
  const wide = await browser.newContext({
    viewport: { width: 1280, height: 800 } });
  const slides = await (await fetch(`${url}slides`)).json();
  const shot = 'sliderasters';
  for (const slide of slides.filter(one => one.path.startsWith(CASE))) {
    const list = await (await fetch(`${url}slides/${slide.id}/rasters`)).json();
    if (list.length === 0)
      continue;
    const view = await openSlide(wide, url, slide);
    await view.page.keyboard.press('i');
    await view.page.waitForFunction(() =>
      document.querySelector('[data-seen=ready]'));
    await testSegments(view.page, list.find(one => one.kind === 'segments').name,
      shot);
    await testValues(view.page, list.find(one => one.kind === 'values').name,
      shot);
    await view.close(shot);
    return;
  }
  check('there are rasters', false);
}, [CASE]);
