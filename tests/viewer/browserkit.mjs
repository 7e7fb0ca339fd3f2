// SPDX-License-Identifier: LGPL-2.1-or-later
// What browser tests share: checks as TAP, the running service, a page whose
// complaints are collected.

import { spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync,
  rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHROMIUM = '/usr/bin/chromium';
const SOURCE = process.env.VITRAIL_SOURCE ?? '.';
export const SAMPLES = process.env.VITRAIL_SAMPLES;
export const DATA = process.env.VITRAIL_TEST_DATA ??
  join(SOURCE, '..', 'shared', 'data');
export const SVS = join(DATA, 'wsi-svs', 'test', 'test-suite', 'images',
  'CMU-1-Small-Region.svs');
export const SHOTS = join(process.env.VITRAIL_BUILD ?? 'build', 'screenshots');

let n = 0;
let failed = 0;

export function check (name, passed, detail = '') {
  n++;
  console.log(`${passed ? '' : 'not '}ok ${n} ${name}`);
  if (!passed) {
    failed++;
    if (detail !== '')
      console.log(`# ${String(detail).replaceAll('\n', '\n# ')}`);
  }
}

export function skipAll (why) {
  console.log(`1..0 # SKIP ${why}`);
  process.exit(0);
}

export async function startService (paths, options = []) {
  const cache = mkdtempSync(join(tmpdir(), 'vitrail-browser-'));
  const child = spawn(process.env.VITRAIL ?? 'vitrail',
    ['serve', '--port', '0', ...options, ...paths],
    { stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, XDG_CACHE_HOME: cache, XDG_DATA_HOME: cache } });
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

/** The sample slide as FOLDER/ours.svs, a byte longer: another slide than the
 * DICOM that has been made of it. */
export function copySvs (folder) {
  const path = join(folder, 'ours.svs');
  copyFileSync(join(SAMPLES, 'slide', 'biopsy.svs'), path);
  appendFileSync(path, 'x');
  return path;
}

/** The Study Instance UID of the slide in a file of that name, when the archive
 * of @url has been read. */
export async function findSlide (url, name) {
  while (!(await fetch(`${url}readyz`)).ok)
    await new Promise(resolve => setTimeout(resolve, 100));
  const [series] = await (await fetch(
    `${url}dicom-web/series?SeriesDescription=${name}`)).json();
  return series['0020000D'].Value[0];
}

// What a loaded machine may take for anything at all, in milliseconds.
const PATIENCE = 120000;

/** Ends the program where there is no browser to test with. */
async function needBrowser () {
  if (!existsSync(CHROMIUM))
    skipAll('no chromium');
  try {
    await import('playwright-core');
  } catch {
    skipAll('no playwright-core: npm ci');
  }
}

export async function launch () {
  const { chromium } = await import('playwright-core');
  mkdirSync(SHOTS, { recursive: true });
  return chromium.launch({ executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
      '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
      '--enable-unsafe-swiftshader'] });
}

/** Ends the program: the plan, and the status. */
export function finish () {
  console.log(`1..${n}`);
  process.exit(failed > 0 ? 1 : 0);
}

/** A page whose complaints are collected: console, CSP, failed requests. */
export async function openPage (context, url) {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints = [];
  const requests = [];
  page.on('console', message => {
    // OpenSeadragon of a tile that was asked for before the look changed.
    if (['error', 'warning'].includes(message.type()) &&
        !message.text().startsWith('Ignoring tile'))
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

export const ready = page => page.waitForFunction(
  () => document.body.dataset.ready === 'true', null, { timeout: PATIENCE });

export const settled = page => page.waitForFunction(() => {
  const world = window.vitrailViewer.world;
  return world.getItemCount() > 0 && world.getItemAt(0).getFullyLoaded();
}, null, { timeout: PATIENCE });

export const near = (a, b, tolerance) => Math.abs(a - b) <= tolerance;

/** What moves has come to rest. */
export const pause = page => page.waitForTimeout(700);

export async function drag (page, from, to) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps: 6 });
  await page.mouse.up();
}

/** The page of @slide with all that it loads. */
export async function openSlide (context, base, slide) {
  const view = await openPage(context, `${base}slide/${slide.id}`);
  await ready(view.page);
  await settled(view.page);
  await view.page.waitForFunction(() =>
    document.body.dataset.annotations === 'ready');
  return view;
}

/** Runs @test with a browser and the service over the samples, @real, those of
 * which are there, and @made; ends the program. */
export async function run (real, test, made = []) {
  await needBrowser();
  if (!existsSync(join(SOURCE, 'node_modules', 'openseadragon')))
    skipAll('no openseadragon: npm ci');
  const found = real.filter(existsSync);
  if (found.length < real.length)
    console.log(`# no ${DATA}: set VITRAIL_TEST_DATA; ${
      real.length - found.length} slides skipped`);

  const service = await startService([SAMPLES, ...found, ...made]);
  const browser = await launch();
  try {
    await test(browser, service.url, found);
  } catch (error) {
    check('no exception', false, error.stack);
  } finally {
    await browser.close();
    await service.stop();
  }
  finish();
}
