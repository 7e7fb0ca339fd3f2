// SPDX-License-Identifier: LGPL-2.1-or-later
// The pages in headless Chromium against the running service, over the samples
// and a real slide. Prints TAP; screenshots go to the build folder.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHROMIUM = '/usr/bin/chromium';
const SAMPLES = process.env.VITRAIL_SAMPLES;
const SOURCE = process.env.VITRAIL_SOURCE ?? '.';
const DATA = process.env.VITRAIL_TEST_DATA ??
  join(SOURCE, '..', 'shared', 'data');
const WSI = join(DATA, 'wsi-dicom-BPAEC', 'images', 'BPAEC');
const SVS = join(DATA, 'wsi-svs', 'test', 'test-suite', 'images',
  'CMU-1-Small-Region.svs');
const SHOTS = join(process.env.VITRAIL_BUILD ?? 'build', 'screenshots');

let n = 0;
let failed = 0;

function check (name, passed, detail = '') {
  n++;
  console.log(`${passed ? '' : 'not '}ok ${n} ${name}`);
  if (!passed) {
    failed++;
    if (detail !== '')
      console.log(`# ${String(detail).replaceAll('\n', '\n# ')}`);
  }
}

function skipAll (why) {
  console.log(`1..0 # SKIP ${why}`);
  process.exit(0);
}

async function startService (paths) {
  const cache = mkdtempSync(join(tmpdir(), 'vitrail-browser-'));
  const child = spawn(process.env.VITRAIL ?? 'vitrail',
    ['serve', '--port', '0', ...paths],
    { stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, XDG_CACHE_HOME: cache } });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', data => {
      text += data;
      if (text.includes('\n'))
        resolve(text.trim());
    });
    child.on('exit', status => reject(new Error(`service ended: ${status}`)));
  });
  child.removeAllListeners('exit');
  return { url, async stop () {
    const ended = new Promise(resolve => child.on('exit', resolve));
    child.kill('SIGTERM');
    check('the service ends cleanly', await ended === 0);
    rmSync(cache, { recursive: true, force: true });
  } };
}

/** A page whose complaints are collected: console, CSP, failed requests. */
async function openPage (context, url) {
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', error => complaints.push(`error: ${error.message}`));
  page.on('response', response => {
    requests.push(new URL(response.url()).pathname);
    // 503 is how /readyz says "not yet".
    if (response.status() >= 400 && response.status() !== 503)
      complaints.push(`${response.status()} ${response.url()}`);
  });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', event =>
      window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(url);
  return { page, requests, async close (name) {
    const violations = await page.evaluate(() => window.violations);
    const real = complaints.filter(text => !text.includes('503'));
    check(`${name}: no errors, no refused requests`, real.length === 0,
      real.join('\n'));
    check(`${name}: no violations of the policy`, violations.length === 0,
      violations.join('\n'));
    await page.close();
  } };
}

const ready = page => page.waitForFunction(
  () => document.body.dataset.ready === 'true', null, { timeout: 30000 });

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

const settled = page => page.waitForFunction(() => {
  const world = window.vitrailViewer.world;
  return world.getItemCount() > 0 && world.getItemAt(0).getFullyLoaded();
}, null, { timeout: 30000 });

async function testSlide (context, base, slide, shot) {
  const view = await openPage(context, `${base}slide/${slide.id}`);
  const { page, requests } = view;
  await ready(page);
  await settled(page);
  check(`${shot}: tiles are asked for`, countTiles(requests).size > 0);
  const quality = await page.locator('#quality').innerText();
  check(`${shot}: says in words that it is lossy, and how`,
    /^Lossy compression( \d+(\.\d+)?:1 JPEG)?$/.test(quality) &&
    quality.includes(':1') === Boolean(slide.lossy_ratio?.length), quality);
  check(`${shot}: its title is a name`, !(await page.locator('#title b')
    .innerText()).match(/^[?.\d]*$/));
  await page.screenshot({ path: join(SHOTS, `${shot}.png`) });

  const before = await page.textContent('#magnification');
  const box = await page.locator('#slide').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let i = 0; i < 20; i++)
    await page.mouse.wheel(0, -240);
  await page.waitForTimeout(600);
  await settled(page);
  const top = Math.ceil(Math.log2(Math.max(slide.width, slide.height)));
  check(`${shot}: zoomed to the finest level`,
    countTiles(requests).get(top) > 0, [...countTiles(requests)].join(' '));
  check(`${shot}: the magnification follows`,
    await page.textContent('#magnification') !== before);
  check(`${shot}: the scale bar has a length`, /\d+ (\u00b5m|mm|nm)/.test(
    await page.textContent('#scale-text')));
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
    await page.textContent('#magnification') === before);
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

async function main () {
  if (!existsSync(CHROMIUM))
    skipAll('no chromium');
  let chromium = null;
  try {
    ({ chromium } = await import('playwright-core'));
  } catch {
    skipAll('no playwright-core: npm ci');
  }
  if (!existsSync(join(SOURCE, 'node_modules', 'openseadragon')))
    skipAll('no openseadragon: npm ci');
  mkdirSync(SHOTS, { recursive: true });
  const real = [SVS, WSI].filter(existsSync);
  if (real.length < 2)
    console.log(`# no ${DATA}: set VITRAIL_TEST_DATA; 2 slides skipped`);

  const service = await startService([SAMPLES, ...real]);
  const browser = await chromium.launch({ executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
      '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'] });
  try {
    const wide = await browser.newContext({
      viewport: { width: 1280, height: 800 } });
    const narrow = await browser.newContext({
      viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    await testWorklist(wide, service.url, 'worklist');
    await testWorklist(narrow, service.url, 'worklist-narrow');
    const slides = await (await fetch(`${service.url}slides`)).json();
    const dicom = slides.find(one => one.path.startsWith(
      join(SAMPLES, 'slide', 'dicom')));
    await testSlide(wide, service.url, dicom, 'slide-dicom');
    await testSlide(narrow, service.url, dicom, 'slide-narrow');
    await testNavigator(wide, service.url, dicom);
    for (const path of real)
      await testSlide(wide, service.url,
        slides.find(one => one.path.startsWith(path)),
        path === SVS ? 'slide-svs' : 'slide-dicom-real');
    await testStudy(wide, service.url);
  } catch (error) {
    check('no exception', false, error.stack);
  } finally {
    await browser.close();
    await service.stop();
  }
  console.log(`1..${n}`);
  process.exit(failed > 0 ? 1 : 0);
}

await main();
