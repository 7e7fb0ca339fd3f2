// SPDX-License-Identifier: LGPL-2.1-or-later
// The relay of tests/support: what it records, how it slows, that it ends what
// was cancelled. Before the running service. Prints TAP.

import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRelay } from '../support/relay.mjs';
import { check, finish, SAMPLES, startService } from './browserkit.mjs';

const MBIT = 1e6 / 8 / 1000; // bytes in a millisecond

/** Waits until @find finds something; the test's time limit ends it. */
async function until (find) {
  for (;;) {
    const found = find();
    if (found)
      return found;
    await new Promise(resolve => setImmediate(resolve));
  }
}

/** Paths of all frames of the CT. */
async function listFrames (url) {
  while (!(await fetch(`${url}readyz`)).ok)
    await new Promise(resolve => setTimeout(resolve, 20));
  const found = await (await fetch(`${url}dicom-web/instances?Modality=CT`,
    { headers: { Accept: 'application/dicom+json' } })).json();
  return found.map(one => `dicom-web/studies/${one['0020000D'].Value[0]}/series/${
    one['0020000E'].Value[0]}/instances/${one['00080018'].Value[0]}/frames/1`);
}

async function testRecord (service, folder) {
  const record = join(folder, 'record');
  const relay = await startRelay(service.url, { record, files: SAMPLES,
    texts: { '/page.html': '<p>' } });
  const frames = await listFrames(service.url);
  const [path] = frames;
  const direct = await (await fetch(service.url + path)).arrayBuffer();
  const passed = await (await fetch(relay.url + path, { headers:
    { Accept: 'multipart/related; type="application/octet-stream"' } }))
    .arrayBuffer();
  check('an answer as it is', Math.abs(passed.byteLength - direct.byteLength) <
    100 && passed.byteLength > 512 * 512 * 2, passed.byteLength);
  const page = await (await fetch(`${relay.url}page.html`)).text();
  const file = await (await fetch(`${relay.url}us/echo.dcm`)).arrayBuffer();
  check('files of its own', page === '<p>' && Buffer.from(file).equals(
    readFileSync(join(SAMPLES, 'us', 'echo.dcm'))));
  const outside = await fetch(`${relay.url}..%2fstudies.json`);
  check('and no others', outside.status >= 400, outside.status);
  await until(() => relay.entries.length === 2);
  await relay.close();
  const [first] = readFileSync(record, 'utf8').trim().split('\n')
    .map(line => JSON.parse(line));
  check('the record', first.n === 0 && first.path === `/${path}` &&
    first.status === 200 && first.bytes === passed.byteLength &&
    first.accept.startsWith('multipart') && !first.cancelled &&
    first.start <= first.first && first.first <= first.end,
  JSON.stringify(first));
  return frames;
}

async function testLink (service, frames) {
  const [down, delay] = [30, 10];
  const relay = await startRelay(service.url, { down, delay });
  const timed = async paths => {
    const start = performance.now();
    const sizes = await Promise.all(paths.map(async path =>
      (await (await fetch(relay.url + path)).arrayBuffer()).byteLength));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return { ms: performance.now() - start, least: bytes / (down * MBIT) };
  };
  const one = await timed(frames.slice(0, 1));
  check('a link takes its time', one.ms >= one.least + delay - 1 &&
    one.ms < 20 * one.least, JSON.stringify(one));
  const four = await timed(frames.slice(1, 5));
  check('four share it', four.ms >= four.least && four.ms < 20 * four.least,
    JSON.stringify(four));
  await relay.close();
}

async function testCancel (service, frames) {
  const relay = await startRelay(service.url, { down: 2 });
  const abort = new AbortController();
  const answer = await fetch(relay.url + frames[0], { signal: abort.signal });
  const reader = answer.body.getReader();
  await reader.read();
  abort.abort();
  const entry = await until(() => relay.entries[0]);
  check('who leaves is recorded', entry.cancelled && entry.first !== null &&
    entry.bytes < 512 * 512 * 2, JSON.stringify(entry));
  await relay.close();
}

async function testHttp2 (service, frames) {
  const relay = await startRelay(service.url, { tls: true, down: 30 });
  const session = connect(relay.url, { rejectUnauthorized: false });
  const get = path => new Promise((resolve, reject) => {
    const stream = session.request({ ':path': `/${path}` });
    let bytes = 0;
    let status = 0;
    stream.on('response', headers => {
      status = headers[':status'];
    });
    stream.on('data', data => {
      bytes += data.length;
    });
    stream.on('end', () => resolve({ status, bytes }));
    stream.on('error', reject);
    stream.end();
  });
  const answers = await Promise.all(frames.slice(0, 4).map(get));
  check('HTTP/2 over TLS', session.alpnProtocol === 'h2' && answers.every(
    ({ status, bytes }) => status === 200 && bytes > 512 * 512 * 2),
  JSON.stringify(answers));
  await until(() => relay.entries.length === 4);
  check('is recorded, too', relay.entries.every(({ status, bytes }) =>
    status === 200 && bytes > 512 * 512 * 2), JSON.stringify(relay.entries));
  session.close();
  await relay.close();
}

async function main () {
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-relay-'));
  const service = await startService([SAMPLES]);
  try {
    const frames = await testRecord(service, folder);
    await testLink(service, frames);
    await testCancel(service, frames);
    await testHttp2(service, frames);
  } catch (error) {
    check('no exception', false, error.stack);
  } finally {
    await service.stop();
    rmSync(folder, { recursive: true });
  }
  finish();
}

main();
