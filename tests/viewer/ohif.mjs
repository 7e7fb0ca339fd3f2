// SPDX-License-Identifier: LGPL-2.1-or-later
// Stock OHIF in headless Chromium on our service, and beside it on Orthanc with
// the same studies: what it shows is what `vitrail render` draws, or where that
// draws nothing yet, what it shows on Orthanc. Prints TAP.
//
//   ohif.mjs [--pictures FOLDER] [NAME...]
//
// The named cases, else all. --pictures: keeps both side by side as
// FOLDER/ohif-NAME.jpg.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startOrthanc } from '../support/orthanc.mjs';
import { startRelay } from '../support/relay.mjs';
import { check, copySvs, findSlide, launch, finish, startService,
  SHOTS } from './browserkit.mjs';
import { fetchOhif } from './ohif/app.mjs';
import { CASES } from './ohif/cases.mjs';
import { compare, sideBySide } from './ohif/compare.mjs';

const SOURCE = process.env.VITRAIL_SOURCE ?? '.';
const STUDIES = process.env.VITRAIL_STUDIES;
const ARCHIVE = join(STUDIES, 'archive');
const { values: { pictures: PICTURES }, positionals: NAMES } = parseArgs(
  { options: { pictures: { type: 'string' } }, allowPositionals: true });
const MOST = 3; // mean absolute difference, of 255

/** One OHIF: a relay before @url, and a browser's context; @change turns its
 * settings into others. */
async function openViewer (browser, url, files, change = text => text) {
  const text = readFileSync(
    join(SOURCE, 'tests', 'viewer', 'ohif', 'app-config.js'), 'utf8');
  const relay = await startRelay(url,
    { files, texts: { '/app-config.js': change(text) } });
  const viewer = { relay, context: await makeContext(browser),
    /** In another browser from now on. */
    async renew () {
      const hung = viewer.own;
      viewer.own = await launch();
      await within(20000, hung?.close() ?? Promise.resolve()).catch(() => {});
      viewer.context = await makeContext(viewer.own);
    },
    async close () {
      await within(20000, (viewer.own ?? viewer.context).close());
      await relay.close();
    } };
  return viewer;
}

async function makeContext (browser) {
  const context = await browser.newContext(
    { viewport: { width: 1200, height: 620 } });
  // Not for those who read here for the first time.
  await context.addInitScript(() => globalThis.localStorage?.setItem(
    'shownTours', '["basicViewerTour"]'));
  context.setDefaultTimeout(90000);
  return context;
}

/** @promise, or an error after @ms: a browser that has software draw hangs now
 * and then, and does not heed its own timeouts any more. */
function within (ms, promise) {
  let timer;
  promise.catch(() => {});
  return Promise.race([promise, new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${ms} ms`)), ms);
  })]).finally(() => clearTimeout(timer));
}

/** What @one shows: { shot (PNG of the page), picture (PNG), told }; in another
 * browser where this one hangs, which two in a row have been seen to do. */
async function look (viewer, one, studies) {
  for (let attempt = 1; ; attempt++)
    try {
      return await within(100000, lookOnce(viewer, one, studies));
    } catch (error) {
      if (attempt === 3)
        throw error;
      console.log(`# ${one.name}: once more, after: ${error.message}`);
      await viewer.renew();
    }
}

async function lookOnce (viewer, one, studies) {
  const page = await viewer.context.newPage();
  const errors = [];
  page.on('pageerror', error => errors.push(error.message));
  const before = viewer.relay.entries.length;
  try {
    await page.goto(viewer.relay.url + one.path(studies));
    const told = await one.show(page, studies);
    return { ...told, shot: await page.screenshot(), errors,
      requests: viewer.relay.entries.slice(before) };
  } catch (error) {
    await within(10000, page.screenshot(
      { path: join(SHOTS, `ohif-${one.name}-failed.png`) })).catch(() => {});
    throw error;
  } finally {
    await within(10000, page.close()).catch(() => {});
  }
}

/** `vitrail render` of what @seen says that it shows. */
function render (seen, folder) {
  const out = join(folder, 'render.png');
  execFileSync(process.env.VITRAIL ?? 'vitrail', ['render',
    resolve(ARCHIVE, seen.file), ...seen.options, '-o', out]);
  return readFileSync(out);
}

/** A frame of the film by ffmpeg. */
function decodeFilm () {
  return execFileSync('ffmpeg', ['-loglevel', 'error', '-i',
    join(STUDIES, 'film.mp4'), '-vf',
    'scale=flags=accurate_rnd+full_chroma_int,format=rgb24', '-frames:v', '1',
    '-f', 'image2pipe', '-c:v', 'png', '-']);
}

function judgeRequests (name, requests) {
  check(`${name}: asked for something`, requests.length > 0);
  const refused = requests.filter(({ status }) => status >= 400);
  check(`${name}: nothing refused`, refused.length === 0,
    refused.map(({ status, path }) => `${status} ${path}`).join('\n'));
}

async function judge (one, viewers, tools) {
  const [ours, theirs] = await Promise.all(
    viewers.slice(0, one.isOursOnly ? 1 : 2)
      .map(viewer => look(viewer, one, tools.studies)));
  writeFileSync(join(SHOTS, `ohif-${one.name}.png`), ours.shot);
  if (theirs !== undefined)
    writeFileSync(join(SHOTS, `ohif-${one.name}-orthanc.png`), theirs.shot);
  judgeRequests(one.name, ours.requests);
  check(`${one.name}: ${one.says}`, one.judge(ours), JSON.stringify(
    { ...ours, shot: 0, picture: 0, several: 0, requests: 0 }));
  for (const seen of (ours.several ?? [ours]).filter(({ file }) => file))
    await judgePicture(`${seen.name ?? one.name}: as vitrail render draws it`,
      seen.picture, render(seen, tools.folder), tools.canvas, seen.crop);
  if (ours.isFilm)
    await judgePicture(`${one.name}: as ffmpeg decodes it`, ours.picture,
      decodeFilm(), tools.canvas);
  if (ours.picture !== undefined && theirs !== undefined)
    await judgePicture(`${one.name}: as on Orthanc`, ours.picture,
      theirs.picture, tools.canvas);
  if (PICTURES !== undefined)
    writeFileSync(join(PICTURES, `ohif-${one.name}.jpg`), await sideBySide(
      tools.canvas, [ours, theirs].flatMap(seen => seen?.shot ?? [])));
}

async function judgePicture (name, a, b, canvas, crop) {
  const { mean, spread, why } = await compare(canvas, a, b, crop);
  console.log(`# ${name}: ${why ?? mean.toFixed(3)}`);
  check(name, why === undefined && mean < MOST, why ?? mean);
  check(`${name}, and not blank`, spread > 5, spread);
}

/** The folder with OHIF; without it the test has failed. */
function fetchOrFail () {
  try {
    return fetchOhif(process.env.VITRAIL_BUILD ?? 'build');
  } catch (error) {
    check('stock OHIF from the npm registry', false, error.message);
    return finish();
  }
}

/** OHIF of another origin, which asks the service itself. */
async function judgeAbroad (one, viewer, tools) {
  const seen = await look(viewer, one, tools.studies);
  writeFileSync(join(SHOTS, `ohif-${one.name}-abroad.png`), seen.shot);
  check(`${one.name} from another origin: ${one.says}`, one.judge(seen));
  check('nothing went by the page\'s own', seen.requests.length === 0,
    JSON.stringify(seen.requests));
  await judgePicture(`${one.name} from another origin`, seen.picture,
    one.name === 'video' ? decodeFilm() : render(seen, tools.folder),
    tools.canvas);
}

/** Our own record of it. */
function judgeLog (path) {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const refused = lines.filter(line => Number(line.split(' ')[3]) >= 400 &&
    !line.includes(' GET /readyz 503 '));
  check('the access log has no refusals', lines.length > 5 &&
    refused.length === 0, `${lines.length} lines\n${refused.join('\n')}`);
}

async function main () {
  const files = fetchOrFail();
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-ohif-'));
  const log = join(folder, 'access');
  const svs = copySvs(folder);
  const service = await startService([ARCHIVE, svs],
    ['--access-log', log, '--cors', '*']);
  const orthanc = await startOrthanc(ARCHIVE);
  const browser = await launch();
  try {
    const viewers = [
      await openViewer(browser, service.url, files),
      // Its /rendered is for pictures only.
      await openViewer(browser, orthanc.url, files,
        text => text.replace('bulkdata,video,pdf', 'bulkdata')),
      await openViewer(browser, service.url, files,
        text => text.replaceAll('/dicom-web', `${service.url}dicom-web`)),
    ];
    const studies = JSON.parse(
      readFileSync(join(STUDIES, 'studies.json'), 'utf8'));
    studies.svsFile = svs;
    studies.svs = await findSlide(service.url, 'ours.svs');
    const tools = { folder, canvas: await browser.newPage(), studies };
    for (const one of CASES.filter(({ name }) =>
      NAMES.length === 0 || NAMES.includes(name)))
    {
      const start = performance.now();
      await judge(one, viewers, tools);
      if (['ct', 'video'].includes(one.name))
        await judgeAbroad(one, viewers[2], tools);
      console.log(`# ${one.name}: ${Math.round(performance.now() - start)} ms`);
    }
    for (const viewer of viewers)
      await viewer.close();
  } catch (error) {
    check('no exception', false, error.stack);
  } finally {
    await within(20000, browser.close()).catch(() => {});
    await service.stop();
    await orthanc.stop();
  }
  judgeLog(log);
  rmSync(folder, { recursive: true });
  finish();
}

main();
