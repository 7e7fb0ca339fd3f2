// SPDX-License-Identifier: LGPL-2.1-or-later
// Slides side by side: tied in micrometres, each with what belongs to it; and
// slides whose pixels are no squares. Prints TAP.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SAMPLES, SHOTS, check, drag, near, openSlide, pause, run, settled }
  from './browserkit.mjs';

const SVS = join(SAMPLES, 'slide', 'biopsy.svs');

/** Slides in one folder: the sample's, upright, upside down, of other
 * resolution, and one whose rows lie twice as far apart as its columns. */
function makeCase () {
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-case-'));
  const save = (name, xres, yres) => `${join(folder, name)}[tile,pyramid,` +
    `compression=jpeg,xres=${xres},yres=${yres},resunit=cm]`;
  execFileSync('vips', ['rot', SVS, save('section-1.tif', 4000, 4000), 'd0']);
  execFileSync('vips', ['rot', SVS, save('section-2.tif', 4000, 4000), 'd180']);
  execFileSync('vips', ['resize', SVS, save('section-3.tif', 2000, 2000), '0.5']);
  execFileSync('vips', ['resize', SVS, save('section-4.tif', 4000, 2000), '1',
    '--vscale', '0.5']);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const CASE = makeCase();

async function testBeside ({ page }, shot) {
  await page.locator('.beside:visible').first().click();
  await page.waitForFunction(() => document.body.dataset.open === '2');
  await pause(page);
  const places = () => page.evaluate(() =>
    window.vitrailPage.ties.views.map(view => {
      const { viewport } = view.viewer;
      const { x, y } = viewport.viewportToImageCoordinates(viewport.getCenter());
      const [across, down] = view.slide.mpp_um ?? [1, 1];
      return [x * across, y * down, view.downsample, viewport.getRotation()];
    }));
  const before = await places();
  check(`${shot}: the second one opens with the first one's magnification`,
    near(before[0][2] / before[1][2], 1, 0.01), JSON.stringify(before));
  await page.keyboard.press('+');
  await page.keyboard.press('r');
  await drag(page, [400, 400], [330, 360]);
  await page.waitForTimeout(1000);
  const after = await places();
  const change = after.map((place, i) => [
    place[0] - before[i][0], place[1] - before[i][1],
    place[2] / before[i][2], place[3] - before[i][3]]);
  check(`${shot}: tied slides move, zoom and turn as one`,
    change[0].every((value, i) => near(value, change[1][i],
      Math.max(1, Math.abs(value)) * 0.02)) && change[0][3] === 90 &&
    Math.hypot(change[0][0], change[0][1]) > 1, JSON.stringify(change));
  await page.screenshot({ path: join(SHOTS, `${shot}-beside.png`) });

  // Turned against each other they still go the same way on the screen.
  await page.click('#tie');
  await page.evaluate(() =>
    window.vitrailPage.ties.views[1].rotateBy(90));
  await page.waitForTimeout(700);
  await page.click('#tie');
  const onScreen = () => page.evaluate(() => {
    const [first, second] = window.vitrailPage.ties.views.map(view => {
      const [a, b, c, d, e, f] = view.affine;
      const { width, height } = view.slide;
      return [a * width / 2 + c * height / 2 + e,
        b * width / 2 + d * height / 2 + f];
    });
    return [...first, ...second];
  });
  const still = await onScreen();
  await drag(page, [400, 400], [340, 370]);
  await page.waitForTimeout(1000);
  const dragged = (await onScreen()).map((value, i) => value - still[i]);
  check(`${shot}: so they do when turned against each other`,
    near(dragged[0], dragged[2], 6) && near(dragged[1], dragged[3], 6) &&
    Math.hypot(dragged[0], dragged[1]) > 30, dragged.join(' '));
}

/** A third one of another resolution, and what belongs to which. */
async function testThree ({ page }, shot) {
  await page.locator('[data-slide] .beside:visible').first().click();
  await page.waitForFunction(() => document.body.dataset.open === '3' &&
    document.querySelectorAll('[data-annotations=ready]').length === 4);
  await pause(page);
  const pixels = () => page.evaluate(() => window.vitrailPage.ties.views.map(
    view => view.slide.mpp_um[0] * view.downsample));
  await page.keyboard.press('4');
  await page.waitForTimeout(1000);
  const found = await pixels();
  check(`${shot}: three slides show as many micrometres a pixel`,
    found.length === 3 && found.every(one => near(one, 1, 0.01)),
    found.join(' '));
  const stages = page.locator('.stage-one');
  await stages.nth(2).click({ position: { x: 60, y: 300 } });
  await page.locator('#panel-toggle').click();
  await pause(page);
  const narrower = await pixels();
  check(`${shot}: a panel that opens changes nothing of that`,
    narrower.every(one => near(one, 1, 0.01)), narrower.join(' '));
  const title = await page.locator('#title b').innerText();
  await page.click('[data-tool=rectangle]');
  const box = await stages.nth(2).boundingBox();
  await drag(page, [box.x + 80, box.y + 200], [box.x + 160, box.y + 300]);
  const counts = await page.evaluate(() => window.vitrailPage.stages.map(one =>
    one.shapes.list.length));
  check(`${shot}: panel and what is drawn are the touched one's`,
    title === 'section-3.tif' && counts.join() === '0,0,1',
    `${title} ${counts}`);
  await page.selectOption('#stain', 'hematoxylin');
  await pause(page);
  const looks = await page.evaluate(() => window.vitrailPage.stages.map(one =>
    one.view.look.stain));
  check(`${shot}: so is the look`, looks.join() === 'none,none,hematoxylin',
    looks.join());
  check(`${shot}: which moves nothing`, (await pixels()).every(one =>
    near(one, 1, 0.01)));
  await page.waitForFunction(() =>
    document.getElementById('saved').textContent === 'saved');
  await page.screenshot({ path: join(SHOTS, `${shot}-three.png`) });
  check(`${shot}: the address names them all`,
    new URL(page.url()).search.split(',').length === 2, page.url());
  await page.reload();
  await page.waitForFunction(() => document.body.dataset.open === '3');
  check(`${shot}: and they are there again`, await page.locator('.stage-one')
    .count() === 3);
  const kept = await page.evaluate(() => window.vitrailPage.stages.map(one =>
    one.view.look.stain));
  check(`${shot}: with their looks`, kept.join() === looks.join(), kept.join());
  await page.getByRole('button', { name: 'Close section-3.tif' }).click();
  check(`${shot}: one can be closed`, await page.locator('.stage-one')
    .count() === 2);
}

/** Rows twice as far apart as columns: the tissue keeps its shape. */
async function testAspect (context, base, slide, square, shot) {
  const view = await openSlide(context, base, slide);
  const { page } = view;
  const shape = await page.evaluate(() => {
    const { affine, slide: one } = window.vitrailPage.view;
    return { across: affine[0] * one.width, down: affine[3] * one.height,
      micrometres: one.mpp_um };
  });
  check(`${shot}: as wide as high as it is on the glass`,
    near(shape.micrometres[1] / shape.micrometres[0], 2, 0.001) &&
    near(shape.across / shape.down, square.width / square.height, 0.01),
    JSON.stringify(shape));
  await page.keyboard.press('4');
  await pause(page);
  await settled(page);
  const found = await page.evaluate(() => {
    const one = window.vitrailPage.view;
    const bar = document.querySelector('.readout .scale')
      .getBoundingClientRect().width;
    const um = Number.parseFloat(one.scaleText.textContent);
    const [a, , , d] = one.affine;
    return { bar: um / bar, across: one.slide.mpp_um[0] / a,
      down: one.slide.mpp_um[1] / d };
  });
  check(`${shot}: the scale bar holds both ways`,
    near(found.bar / found.across, 1, 0.02) &&
    near(found.across / found.down, 1, 0.001), JSON.stringify(found));
  // The panel has stayed open.
  await page.click('[data-tool=rectangle]');
  await drag(page, [300, 300], [400, 400]);
  const size = await page.locator('.shapes .size').first().innerText();
  const area = Number.parseFloat(size.replace(',', '')) *
    (/mm/.test(size) ? 1e6 : 1);
  check(`${shot}: and so do areas`, near(area, (100 * found.across) ** 2,
    area / 40), `${size} ${found.across}`);
  await page.screenshot({ path: join(SHOTS, `${shot}-aspect.png`) });
  await view.page.waitForFunction(() =>
    document.getElementById('saved').textContent === 'saved');
  await view.close(`${shot}, tall pixels`);
}

await run([], async (browser, url) => {
  const wide = await browser.newContext({
    viewport: { width: 1280, height: 800 } });
  const slides = await (await fetch(`${url}slides`)).json();
  const mates = slides.filter(one => one.path.startsWith(CASE)).sort((a, b) =>
    a.name < b.name ? -1 : 1);
  check('slides of one folder are a case', mates.length === 4 &&
    mates.every(one => one.study === mates[0].study), JSON.stringify(mates));
  const shot = 'slidesides';
  const pair = await openSlide(wide, url, mates[0]);
  await testBeside(pair, shot);
  await testThree(pair, shot);
  await pair.close(`${shot}, side by side`);
  await testAspect(wide, url, mates[3], mates[0], shot);
}, [CASE]);
