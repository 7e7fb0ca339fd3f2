// SPDX-License-Identifier: LGPL-2.1-or-later
// study.mjs FOLDER: a study of 400 CT slices from Orthanc to the last decoded
// frame in the cache: our client, and stock OHIF in headless Chromium, in turn,
// through the same relay; medians of three. OHIF loads all slices where it shows
// planes; its time begins with its first request to the archive, not with the
// page.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOrthanc } from '../support/orthanc.mjs';
import { startRelay } from '../support/relay.mjs';
import { launch } from '../viewer/browserkit.mjs';
import { fetchOhif } from '../viewer/ohif/app.mjs';

const UID = '1.2.826.0.1.3680043.10.1500.7';
const ROUNDS = 3;
const BUILD = process.env.VITRAIL_BUILD;

/** Our client, in a process of its own with empty caches. The relay is in this
 * one: it must not be blocked. */
async function runOurs (url) {
  const cache = mkdtempSync(join(tmpdir(), 'vitrail-study-'));
  const location = `${url.replace('http:', 'dicomweb:')}dicom-web/studies/${
    UID}/series/${UID}.1`;
  const child = spawn(join(BUILD, 'tests', 'bench_link'), ['study', location],
    { stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, XDG_CACHE_HOME: cache } });
  let text = '';
  child.stdout.on('data', data => {
    text += data;
  });
  const status = await new Promise(resolve => child.on('exit', resolve));
  rmSync(cache, { recursive: true, force: true });
  if (status !== 0)
    throw new Error(`bench_link: ${status}`);
  return Number(text);
}

/** Whether OHIF has them all. */
function isLoaded () {
  const [volume] = window.cornerstone?.cache.getVolumes() ?? [];
  return volume?.imageIds.length === 400 && volume.framesProcessed >= 400;
}

async function runOhif (url) {
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport:
      { width: 1200, height: 620 } });
    await page.addInitScript(() => globalThis.localStorage?.setItem(
      'shownTours', '["basicViewerTour"]'));
    let start = null;
    page.on('request', request => {
      if (start === null && request.url().includes('/dicom-web/'))
        start = performance.now();
    });
    await page.goto(`${url}viewer?StudyInstanceUIDs=${UID
      }&hangingProtocolId=mpr`);
    await page.waitForFunction(isLoaded, null,
      { polling: 20, timeout: 200000 });
    return performance.now() - start;
  } finally {
    await browser.close();
  }
}

const median = values =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function main () {
  const files = fetchOhif(BUILD);
  const orthanc = await startOrthanc(process.argv[2]);
  const texts = { '/app-config.js': readFileSync(join(
    process.env.VITRAIL_SOURCE, 'tests', 'viewer', 'ohif', 'app-config.js'),
    'utf8') };
  const relay = await startRelay(orthanc.url, { files, texts });
  const ours = [];
  const theirs = [];
  try {
    for (let i = 0; i < ROUNDS; i++) {
      ours.push(await runOurs(relay.url));
      theirs.push(await runOhif(relay.url));
    }
  } finally {
    await relay.close();
    await orthanc.stop();
  }
  const [a, b] = [median(ours), median(theirs)];
  console.log(['study: 400 slices, ms'.padEnd(32), a.toFixed(0).padStart(12),
    b.toFixed(0).padStart(12), (b / a).toFixed(2).padStart(8),
    ' ratio >= 3'].join(' '));
}

main();
