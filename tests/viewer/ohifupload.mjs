// SPDX-License-Identifier: LGPL-2.1-or-later
// Stock OHIF's Upload button on our service: the files that a reader chooses are
// stored, and are in its study list and in the archive as they were. Prints TAP.

import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRelay } from '../support/relay.mjs';
import { check, launch, finish, startService, SAMPLES, SHOTS }
  from './browserkit.mjs';
import { fetchOhif } from './ohif/app.mjs';

const SOURCE = process.env.VITRAIL_SOURCE ?? '.';

/** The files of the samples' CT. */
function listFiles () {
  const folder = join(SAMPLES, 'ct');
  return readdirSync(folder).filter(name => name.endsWith('.dcm')).slice(0, 5)
    .map(name => join(folder, name));
}

async function countStored (url) {
  const answer = await fetch(`${url}dicom-web/instances?limit=100`);
  return answer.ok ? await answer.json() : [];
}

/** By the button, then by the file chooser that it opens. */
async function upload (page, files) {
  await page.getByText('Upload', { exact: true }).click();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'),
    page.getByText('Add files', { exact: false }).click()]);
  await chooser.setFiles(files);
}

/** What is stored is what was chosen, byte for byte. */
async function judgeStored (url, files) {
  const stored = await countStored(url);
  const chosen = files.map(file => readFileSync(file).toString('base64'));
  const found = await Promise.all(stored.map(async one => {
    const [study, series, instance] = ['0020000D', '0020000E', '00080018']
      .map(tag => one[tag].Value[0]);
    const answer = await fetch(`${url}dicom-web/studies/${study}/series/` +
      `${series}/instances/${instance}`, { headers: {
      Accept: 'application/dicom; transfer-syntax=*' } });
    return Buffer.from(await answer.arrayBuffer()).toString('base64');
  }));
  check('what is stored is what was chosen',
    found.length === chosen.length &&
    found.sort().join() === chosen.sort().join(),
    `${found.length} of ${chosen.length}`);
}

async function run (page, relay, url) {
  const files = listFiles();
  await page.goto(relay.url);
  await page.getByText('No studies available').waitFor();
  check('the list is empty', (await countStored(url)).length === 0);
  await upload(page, files);
  await page.getByText(`${files.length} files completed.`).waitFor();
  await page.screenshot({ path: join(SHOTS, 'ohif-upload.png') });
  await judgeStored(url, files);
  const posts = relay.entries.filter(({ method }) => method === 'POST');
  check('each was acknowledged', posts.length > 0 &&
    posts.every(({ status }) => status === 200),
    JSON.stringify(posts));
  await page.getByRole('button', { name: 'Close' }).first().click();
  await page.getByText('Sample, Vitrail').waitFor();
  await page.screenshot({ path: join(SHOTS, 'ohif-upload-list.png') });
  check('the study is in the list', true);
}

async function main () {
  const root = mkdtempSync(join(tmpdir(), 'vitrail-upload-'));
  const service = await startService([], ['--store', root]);
  const relay = await startRelay(service.url, {
    files: fetchOhif(process.env.VITRAIL_BUILD ?? 'build'),
    texts: { '/app-config.js': readFileSync(join(SOURCE, 'tests', 'viewer',
      'ohif', 'app-config.js'), 'utf8') } });
  const browser = await launch();
  try {
    const context = await browser.newContext(
      { viewport: { width: 1200, height: 620 } });
    context.setDefaultTimeout(90000);
    const page = await context.newPage();
    try {
      await run(page, relay, service.url);
    } catch (error) {
      await page.screenshot({ path: join(SHOTS, 'ohif-upload-failed.png') })
        .catch(() => {});
      check('no exception', false, error.stack);
    }
  } finally {
    await browser.close();
    await relay.close();
    await service.stop();
    rmSync(root, { recursive: true });
  }
  finish();
}

main();
