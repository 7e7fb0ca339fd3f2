// SPDX-License-Identifier: LGPL-2.1-or-later
// dicomweb-client, as OHIF and other pages use it, in headless Chromium against
// the running service: searches, metadata, frames, pictures, bulk data and whole
// objects, each with what the files hold; then one is stored. Prints TAP.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRelay } from '../support/relay.mjs';
import { check, copySvs, findSlide, finish, launch, skipAll,
  startService } from './browserkit.mjs';

const SOURCE = process.env.VITRAIL_SOURCE ?? '.';
const STUDIES = process.env.VITRAIL_STUDIES;
const ARCHIVE = join(STUDIES, 'archive');
const BUILT = join(SOURCE, 'node_modules', 'dicomweb-client', 'build',
  'dicomweb-client.js');
const WSI = '1.2.840.10008.5.1.4.1.1.77.1.6';
const SOS = Buffer.from([0xff, 0xda]);
const EOI = Buffer.from([0xff, 0xd9]);
const PAGE = '<!doctype html><script src="/client.js"></script>';

/** Calls @method of the client with @options in the page. Binary answers come
 * as { type, base64 }. */
function call (page, method, options) {
  return page.evaluate(async ([name, given]) => {
    const Client = window.DICOMwebClient;
    const client = new Client.api.DICOMwebClient(
      { url: `${window.location.origin}/dicom-web`, singlepart: '' });
    const told = value => {
      if (Array.isArray(value))
        return value.map(told);
      if (!(value instanceof ArrayBuffer))
        return value;
      let text = '';
      for (const byte of new Uint8Array(value))
        text += String.fromCharCode(byte);
      return { base64: btoa(text) };
    };
    const { file, ...rest } = given;
    if (file !== undefined)
      rest.datasets = [Uint8Array.from(atob(file), c => c.charCodeAt(0)).buffer];
    return told(await client[name](rest));
  }, [method, options]);
}

/** Of an answer that may be a list of one: the client makes one of what comes
 * without multipart. */
const bytes = answer => Buffer.from([answer].flat()[0].base64, 'base64');

/** What a JPEG stream of one scan has behind its tables and markers, without
 * what makes its length even. */
const scan = jpeg => jpeg.subarray(jpeg.lastIndexOf(SOS),
  jpeg.lastIndexOf(EOI) + EOI.length);

async function testSearches (page, studies) {
  const all = await call(page, 'searchForStudies', {});
  check('studies', all.length === 6, all.length);
  const some = await call(page, 'searchForStudies', { queryParams:
    { PatientName: 'Sample*', ModalitiesInStudy: 'US', limit: 1 } });
  check('studies by name and modality', some.length === 1 &&
    some[0]['0020000D'].Value[0] === studies.us, JSON.stringify(some));
  const series = await call(page, 'searchForSeries',
    { studyInstanceUID: studies.ct });
  check('series', series.map(one => one['00080060'].Value[0]).sort().join() ===
    'CT,SEG,SR', JSON.stringify(series));
  const instances = await call(page, 'searchForInstances',
    { studyInstanceUID: studies.ct, seriesInstanceUID: `${studies.ct}.1` });
  check('instances', instances.length === 30, instances.length);
  const none = await call(page, 'searchForStudies',
    { queryParams: { PatientID: 'nobody' } });
  check('nothing found', none.length === 0, JSON.stringify(none));
}

async function testMetadata (page, studies) {
  const study = await call(page, 'retrieveStudyMetadata',
    { studyInstanceUID: studies.ct });
  check('metadata of a study', study.length === 32, study.length);
  const series = await call(page, 'retrieveSeriesMetadata',
    { studyInstanceUID: studies.us, seriesInstanceUID: `${studies.us}.1` });
  check('of a series', series.length === 1 &&
    series[0]['00280008'].Value[0] === 20, JSON.stringify(series));
  const instance = await call(page, 'retrieveInstanceMetadata',
    { studyInstanceUID: studies.us, seriesInstanceUID: `${studies.us}.1`,
      sopInstanceUID: `${studies.us}.1.1` });
  check('of an instance', JSON.stringify(instance) === JSON.stringify(series) ||
    JSON.stringify([instance]) === JSON.stringify(series),
  JSON.stringify(instance));
}

async function testPixels (page, studies) {
  const slice = { studyInstanceUID: studies.ct,
    seriesInstanceUID: `${studies.ct}.1`, sopInstanceUID: `${studies.ct}.1.30` };
  const file = readFileSync(join(ARCHIVE, 'ct', 'ct-030.dcm'));
  const [raw] = await call(page, 'retrieveInstanceFrames',
    { ...slice, frameNumbers: [1] });
  check('a frame', bytes(raw).equals(file.subarray(-512 * 512 * 2)),
    bytes(raw).length);
  const cine = { studyInstanceUID: studies.us,
    seriesInstanceUID: `${studies.us}.1`, sopInstanceUID: `${studies.us}.1.1` };
  const stored = await call(page, 'retrieveInstanceFrames',
    { ...cine, frameNumbers: [3, 5], mediaTypes: [{ mediaType: 'image/jpeg',
      transferSyntaxUID: '1.2.840.10008.1.2.4.50' }] });
  const echo = readFileSync(join(ARCHIVE, 'us', 'echo.dcm'));
  check('two frames as they are stored', stored.length === 2 &&
    stored.every(one => echo.includes(bytes(one))), stored.length);
  const rendered = bytes(await call(page, 'retrieveInstanceFramesRendered',
    { ...cine, frameNumbers: [3], mediaTypes: [{ mediaType: 'image/jpeg' }] }));
  check('a rendered frame', rendered.readUInt16BE(0) === 0xffd8,
    rendered.length);
  const png = bytes(await call(page, 'retrieveInstanceRendered', { ...slice,
    mediaTypes: [{ mediaType: 'image/png' }],
    queryParams: { viewport: '256,256' } }));
  check('a rendered instance', png.subarray(1, 4).toString() === 'PNG' &&
    png.readUInt32BE(16) === 256, png.length);
  const small = bytes(await call(page, 'retrieveInstanceThumbnail', { ...slice,
    mediaTypes: [{ mediaType: 'image/jpeg' }] }));
  check('a thumbnail', small.readUInt16BE(0) === 0xffd8, small.length);
}

async function testObjects (page, studies) {
  const report = { studyInstanceUID: studies.pdf,
    seriesInstanceUID: `${studies.pdf}.1`,
    sopInstanceUID: `${studies.pdf}.1.1` };
  const [metadata] = await call(page, 'retrieveSeriesMetadata', report);
  const url = metadata['00420011'].BulkDataURI;
  for (const mediaTypes of [undefined,
    [{ mediaType: 'application/octet-stream' }],
    [{ mediaType: 'application/pdf' }]])
  {
    const value = [await call(page, 'retrieveBulkData',
      { BulkDataURI: url, mediaTypes })].flat();
    check(`bulk data as ${mediaTypes?.[0].mediaType ?? 'anything'}`,
      value.length === 1 && bytes(value[0]).subarray(0, 5).toString() ===
      '%PDF-', value.length);
  }
  const file = readFileSync(join(ARCHIVE, 'pdf', 'report.dcm'));
  const one = bytes(await call(page, 'retrieveInstance', report));
  check('an instance', one.equals(file), one.length);
  const series = await call(page, 'retrieveSeries',
    { studyInstanceUID: studies.ct, seriesInstanceUID: `${studies.ct}.1` });
  check('a series', series.length === 30 && series.some(part =>
    bytes(part).equals(readFileSync(join(ARCHIVE, 'ct', 'ct-030.dcm')))),
  series.length);
  const study = await call(page, 'retrieveStudy',
    { studyInstanceUID: studies.slide });
  check('a study', study.length === 4, study.length);
}

/** A slide that is DICOM only while it is asked for. */
async function testSlide (page, { svs, svsFile }) {
  const instances = await call(page, 'searchForInstances',
    { studyInstanceUID: svs });
  check('instances of an SVS', instances.length === 4, instances.length);
  const finest = { studyInstanceUID: svs,
    seriesInstanceUID: instances[0]['0020000E'].Value[0] };
  const metadata = await call(page, 'retrieveSeriesMetadata', finest);
  const told = metadata.find(one => one['00480006'].Value[0] === 2048);
  check('its finest level', told['00080016'].Value[0] === WSI &&
    told['00280008'].Value[0] === 48 && told['00480007'].Value[0] === 1536,
  JSON.stringify(told['00480006']));
  finest.sopInstanceUID = told['00080018'].Value[0];
  const frames = await call(page, 'retrieveInstanceFrames', { ...finest,
    frameNumbers: [1, 25, 48], mediaTypes: [{ mediaType: 'image/jpeg',
      transferSyntaxUID: '1.2.840.10008.1.2.4.50' }] });
  const file = readFileSync(svsFile);
  check('its frames are tiles of the file', frames.length === 3 &&
    frames.every(one => file.includes(scan(bytes(one)))),
  frames.length);
  const whole = bytes(await call(page, 'retrieveInstance', finest));
  check('and its whole instance has them',
    whole.subarray(128, 132).toString() === 'DICM' &&
    frames.every(one => whole.includes(bytes(one))), whole.length);
}

/** What is stored is found at once and comes back as it was; a second time it
 * is there already. */
async function testStore (page, studies) {
  const file = readFileSync(join(ARCHIVE, 'us', 'echo.dcm'));
  const answer = JSON.parse(await call(page, 'storeInstances',
    { file: file.toString('base64') }) || '{}');
  check('an instance is stored', answer['00081199']?.Value.length === 1,
    JSON.stringify(answer));
  const [found] = await call(page, 'searchForInstances',
    { queryParams: { StudyInstanceUID: studies.us } });
  check('and found', found?.['00080018'].Value[0] === `${studies.us}.1.1`,
    JSON.stringify(found));
  const back = bytes(await call(page, 'retrieveInstance',
    { studyInstanceUID: studies.us, seriesInstanceUID: `${studies.us}.1`,
      sopInstanceUID: `${studies.us}.1.1` }));
  check('and comes back', back.equals(file), back.length);
}

/** Runs @tests in a page with the client, over the service that @arguments
 * start. */
async function withService (browser, paths, options, studies, tests) {
  const service = await startService(paths, options);
  const relay = await startRelay(service.url, { texts: { '/page.html': PAGE,
    '/favicon.ico': '', '/client.js': readFileSync(BUILT, 'utf8') } });
  try {
    const page = await browser.newPage();
    await page.goto(`${relay.url}page.html`);
    await page.waitForFunction(async () =>
      (await fetch('/readyz')).ok, null, { polling: 100 });
    if (paths.includes(studies.svsFile))
      studies.svs = await findSlide(service.url, 'ours.svs');
    for (const test of tests)
      await test(page, studies);
  } catch (error) {
    check('no exception', false, error.stack ?? error);
  } finally {
    await relay.close();
    await service.stop();
  }
  const refused = relay.entries.filter(({ status, path }) =>
    status >= 400 && path !== '/readyz');
  check('nothing refused', refused.length === 0, JSON.stringify(refused));
}

async function main () {
  if (!existsSync(BUILT))
    skipAll('no dicomweb-client: npm ci');
  const studies = JSON.parse(
    readFileSync(join(STUDIES, 'studies.json'), 'utf8'));
  const browser = await launch();
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-store-'));
  const outside = mkdtempSync(join(tmpdir(), 'vitrail-svs-'));
  studies.svsFile = copySvs(outside);
  await withService(browser, [ARCHIVE], [], studies,
    [testSearches, testMetadata, testPixels, testObjects]);
  await withService(browser, [studies.svsFile], [], studies, [testSlide]);
  await withService(browser, [], ['--store', folder], studies, [testStore]);
  await browser.close();
  rmSync(folder, { recursive: true });
  rmSync(outside, { recursive: true });
  finish();
}

main();
