// SPDX-License-Identifier: LGPL-2.1-or-later
// The pages in headless Chromium against the running service, over the samples
// and a real slide. Prints TAP; screenshots go to the build folder.

import { join } from 'node:path';
import { DATA, SAMPLES, SHOTS, SVS, check, openPage, ready, run, settled }
  from './browserkit.mjs';

const WSI = join(DATA, 'wsi-dicom-BPAEC', 'images', 'BPAEC');

async function testWorklist (context, base, shot) {
  const view = await openPage(context, base);
  const { page } = view;
  await ready(page);
  const rows = page.locator('.study');
  check('the worklist has the studies', await rows.count() >= 3,
    await rows.count());
  await page.locator('.study', { hasText: 'US' }).first().click();
  await page.locator('.studies .card img').first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll(
    '.studies .card img')].every(one => one.complete && one.naturalWidth > 0));
  check('series unfold with their pictures', true);
  check('slides are listed', await page.locator('#slides .card').count() >= 2);
  const names = await page.locator('#slides .card b').allInnerTexts();
  check('each by a name', names.every(name => name.match(/\p{L}/u) &&
    !name.includes('without a name')), names.join('\n'));
  await page.waitForFunction(() => [...document.querySelectorAll(
    '#slides img')].every(one => one.complete && one.naturalWidth > 0));
  await page.screenshot({ path: join(SHOTS, `${shot}.png`), fullPage: true });
  const overflow = await page.evaluate(() =>
    document.documentElement.scrollWidth > window.innerWidth);
  check('nothing sticks out sideways', !overflow);

  const all = await rows.count();
  await page.fill('input[name=PatientID]', 'nobody-has-this');
  await page.locator('#empty:not([hidden])').waitFor();
  check('an empty search says so', await rows.count() === 0);
  await page.screenshot({ path: join(SHOTS, `${shot}-empty.png`) });
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await page.waitForFunction(n =>
    document.querySelectorAll('.study').length === n, all);
  check('and leads back', true);
  await view.close(shot);
}

/** Tiles asked for so far, by level. */
function countTiles (requests) {
  const levels = new Map();
  for (const path of requests) {
    const found = /_files\/(\d+)\/\d+_\d+\.jpg$/.exec(path);
    if (found)
      levels.set(Number(found[1]), (levels.get(Number(found[1])) ?? 0) + 1);
  }
  return levels;
}

async function testSlide (context, base, slide, shot) {
  const view = await openPage(context, `${base}slide/${slide.id}`);
  const { page, requests } = view;
  await ready(page);
  await settled(page);
  check(`${shot}: tiles are asked for`, countTiles(requests).size > 0);
  const quality = await page.locator('.quality').innerText();
  check(`${shot}: says in words that it is lossy, and how`,
    /^Lossy compression( \d+(\.\d+)?:1 JPEG)?$/.test(quality) &&
    quality.includes(':1') === Boolean(slide.lossy_ratio?.length), quality);
  check(`${shot}: its title is a name`, !(await page.locator('#title b')
    .innerText()).match(/^[?.\d]*$/));
  await page.screenshot({ path: join(SHOTS, `${shot}.png`) });

  const before = await page.textContent('.magnification');
  const box = await page.locator('.stage-one').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let i = 0; i < 20; i++)
    await page.mouse.wheel(0, -240);
  await page.waitForTimeout(600);
  await settled(page);
  const top = Math.ceil(Math.log2(Math.max(slide.width, slide.height)));
  check(`${shot}: zoomed to the finest level`,
    countTiles(requests).get(top) > 0, [...countTiles(requests)].join(' '));
  check(`${shot}: the magnification follows`,
    await page.textContent('.magnification') !== before);
  check(`${shot}: the scale bar has a length`, /\d+ (\u00b5m|mm|nm)/.test(
    await page.textContent('.scale-text')));
  await page.screenshot({ path: join(SHOTS, `${shot}-zoomed.png`) });

  await page.mouse.down();
  await page.mouse.move(box.x + 40, box.y + 40, { steps: 8 });
  await page.mouse.up();
  await page.waitForTimeout(500);
  await settled(page);
  const center = await page.evaluate(() =>
    window.vitrailViewer.viewport.getCenter().x);
  await page.keyboard.press('0');
  await page.waitForTimeout(600);
  const home = await page.evaluate(() =>
    window.vitrailViewer.viewport.getCenter().x);
  check(`${shot}: panned, and 0 leads back`, Math.abs(center - home) > 1e-4,
    `${center} ${home}`);
  check(`${shot}: back at the whole slide`,
    await page.textContent('.magnification') === before);
  if (slide.associated.length > 0) {
    await page.keyboard.press('l');
    await page.waitForFunction(() => [...document.querySelectorAll(
      '#associated img')].every(one => one.complete && one.naturalWidth > 0));
    await page.screenshot({ path: join(SHOTS, `${shot}-label.png`) });
    check(`${shot}: label and overview`, true);
  }
  check(`${shot}: no tile failed`, await page.evaluate(
    () => document.body.dataset.failedTile === undefined));
  await view.close(shot);
}

/** Nobody points at the navigator for as long as it takes controls to fade. */
async function testNavigator (context, base, slide) {
  const view = await openPage(context, `${base}slide/${slide.id}`);
  await ready(view.page);
  await view.page.waitForTimeout(4000);
  const opacity = await view.page.evaluate(() => {
    let product = 1;
    for (let one = document.querySelector('.navigator'); one;
      one = one.parentElement)
      product *= Number(getComputedStyle(one).opacity);
    return product;
  });
  check('the navigator stays, opaque', opacity === 1, opacity);
  await view.close('navigator');
}

const shown = (page, number) => page.waitForFunction(
  n => document.body.dataset.shown === String(n), number);

async function testStudy (context, base) {
  const studies = await (await fetch(
    `${base}dicom-web/studies?ModalitiesInStudy=CT`)).json();
  const uid = studies[0]['0020000D'].Value[0];
  const view = await openPage(context, `${base}study/${uid}`);
  const { page, requests } = view;
  await shown(page, 1);
  const box = await page.locator('#viewport').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let i = 0; i < 5; i++)
    await page.mouse.wheel(0, 100);
  await shown(page, 6);
  check('the wheel scrolls', true);
  await page.keyboard.press('End');
  await shown(page, 60);
  await page.keyboard.press('PageUp');
  await shown(page, 50);
  check('keys scroll', true);
  const level = await page.textContent('#bl');
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 80, box.y + box.height / 2 + 40,
    { steps: 10 });
  await page.mouse.up();
  await page.waitForFunction(() =>
    !document.getElementById('br').textContent.includes('Preview'));
  check('a drag changes the window', await page.textContent('#bl') !== level);
  check('letters', await page.textContent('#left') === 'R');
  check('the exact picture follows the preview',
    requests.some(path => path.endsWith('/rendered')));
  await page.screenshot({ path: join(SHOTS, 'study.png') });
  await page.keyboard.press('Home');
  await shown(page, 1);
  await page.keyboard.press(' ');
  await page.waitForFunction(() => Number(document.body.dataset.shown) > 8);
  await page.keyboard.press(' ');
  check('it plays and stops', await page.textContent('#play') === 'Play');
  await view.close('study');
}

await run([SVS, WSI], async (browser, url, real) => {
  const wide = await browser.newContext({
    viewport: { width: 1280, height: 800 } });
  const narrow = await browser.newContext({
    viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await testWorklist(wide, url, 'worklist');
  await testWorklist(narrow, url, 'worklist-narrow');
  const slides = await (await fetch(`${url}slides`)).json();
  const dicom = slides.find(one => one.path.startsWith(
    join(SAMPLES, 'slide', 'dicom')));
  await testSlide(wide, url, dicom, 'slide-dicom');
  await testSlide(narrow, url, dicom, 'slide-narrow');
  await testNavigator(wide, url, dicom);
  for (const path of real)
    await testSlide(wide, url, slides.find(one => one.path.startsWith(path)),
      path === SVS ? 'slide-svs' : 'slide-dicom-real');
  await testStudy(wide, url);
});
