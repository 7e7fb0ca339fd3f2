// SPDX-License-Identifier: LGPL-2.1-or-later
// What the look of a slide does to the pixels of the page where the service
// makes them: a profile too large to travel in each tile, channels. The rest is
// slideproofs.mjs. Prints TAP.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHOTS, check, openSlide, pause, run, settled }
  from './browserkit.mjs';

const SOURCE = process.env.VITRAIL_SOURCE ?? '.';
const CASE = mkdtempSync(join(tmpdir(), 'vitrail-looks-'));
process.on('exit', () => rmSync(CASE, { recursive: true, force: true }));
execFileSync('/usr/bin/python3', [join(SOURCE, 'tests', 'viewer',
  'make-looks.py'), CASE]);
const EXPECTED = JSON.parse(readFileSync(join(CASE, 'expected.json')));

/** Whether it is open is kept from page to page. */
async function openPanel (page) {
  if (await page.isHidden('#panel'))
    await page.click('#panel-toggle');
  await pause(page);
}

/** Colours of the middles of all patches, row by row. */
const patches = page => page.evaluate(side => {
  const { view } = window.vitrailPage;
  const [a, b, c, d, e, f] = view.affine;
  const shown = view.viewer.drawer.canvas;
  const copy = new OffscreenCanvas(shown.width, shown.height);
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(shown, 0, 0);
  return [0, 1, 2].map(row => [0, 1, 2, 3].map(column => {
    const [x, y] = [(column + 0.5) * side, (row + 0.5) * side];
    return [...context.getImageData(a * x + c * y + e, b * x + d * y + f, 1, 1)
      .data].slice(0, 3);
  }));
}, EXPECTED.patch);

const worst = (one, two) => Math.max(...one.flat(2).map((value, i) =>
  Math.abs(value - two.flat(2)[i])));

/** JPEG, and the browser's own colour management: not to the last bit. */
async function expectPatches (page, expected, name) {
  const limit = 6;
  let found = [];
  for (let i = 0; i < 100; i++) {
    await settled(page);
    found = await patches(page);
    if (worst(found, expected) <= limit)
      break;
    await page.waitForTimeout(100);
  }
  check(name, worst(found, expected) <= limit,
    `${JSON.stringify(found)}\n${JSON.stringify(expected)}`);
}

async function testProfile (context, url, slide, shot) {
  const view = await openSlide(context, url, slide);
  const { page } = view;
  await openPanel(page);
  await expectPatches(page, EXPECTED.managed[1],
    `${shot}: colours as littlecms makes them of the profile`);
  await page.screenshot({ path: join(SHOTS, `${shot}-managed.png`) });
  await page.locator('#icc').uncheck();
  await expectPatches(page, EXPECTED.stored[1],
    `${shot}: switched off, those that are stored`);
  check(`${shot}: and the corner says so`, /not managed/.test(
    await page.locator('.quality').innerText()));
  await page.screenshot({ path: join(SHOTS, `${shot}-stored.png`) });
  await page.locator('#icc').check();
  await expectPatches(page, EXPECTED.managed[1], `${shot}: and on again`);
  await view.close(shot);
}

/** Of @values through a window, with gamma and opacity, in 0 to 255. */
const through = (value, { low, high, gamma = 1, opacity = 1 }) =>
  255 * opacity * Math.min(1, Math.max(0, (value - low) / (high - low))) **
  (1 / gamma);

/** Channel 1, red, along columns; channel 2, green, along rows. */
const mix = (first, second) => EXPECTED.rows.map(down => EXPECTED.columns.map(
  across => [first ? through(across, first) : 0,
    second ? through(down, second) : 0, 0]));

async function testChannels (context, url, slide, shot) {
  const view = await openSlide(context, url, slide);
  const { page } = view;
  await openPanel(page);
  for (const one of await page.locator('.channel summary').all())
    await one.click();
  const set = async (words, i, value) => {
    await page.locator(`.channel input[aria-label^="${words}" i]`).nth(i)
      .fill(String(value));
    await pause(page);
  };
  for (const i of [0, 1]) {
    await set('Black', i, 0);
    await set('White', i, 4000);
  }
  const plain = { low: 0, high: 4000 };
  await expectPatches(page, mix(plain, plain), `${shot}: channels add up`);
  await page.screenshot({ path: join(SHOTS, `${shot}.png`) });
  await set('Black', 0, 500);
  await set('White', 0, 2500);
  const narrow = { low: 500, high: 2500 };
  await expectPatches(page, mix(narrow, plain), `${shot}: a window`);
  await set('Gamma', 1, 2);
  await expectPatches(page, mix(narrow, { ...plain, gamma: 2 }),
    `${shot}: gamma`);
  await set('Opacity', 1, 0.5);
  await expectPatches(page, mix(narrow, { ...plain, gamma: 2, opacity: 0.5 }),
    `${shot}: opacity`);
  await page.locator('.channel input[type=checkbox]').nth(1).uncheck();
  await expectPatches(page, mix(narrow, null), `${shot}: one is hidden`);
  await page.locator('.channel input[type=color]').first().fill('#0000ff');
  await expectPatches(page, mix(narrow, null).map(row => row.map(([r]) =>
    [0, 0, r])), `${shot}: in another colour`);
  await view.close(shot);
}

await run([], async (browser, url) => {
  const wide = await browser.newContext({
    viewport: { width: 1280, height: 800 } });
  const slides = await (await fetch(`${url}slides`)).json();
  const made = name => slides.find(one =>
    one.path.startsWith(join(CASE, name)));
  await testProfile(wide, url, made('profile'), 'slidelook-profile');
  await testChannels(wide, url, made('glow'), 'slidelook-channels');
}, [CASE]);
