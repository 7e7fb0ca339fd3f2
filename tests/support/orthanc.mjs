// SPDX-License-Identifier: LGPL-2.1-or-later
// Orthanc with its DICOMweb plugin on a free port of the loopback.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync }
  from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = '/usr/sbin/Orthanc';
const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

async function freePort () {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function answers (url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false; // not listening yet
  }
}

/** With all DICOM files below @folder in it: { url, stop () }. */
export async function startOrthanc (folder) {
  const home = mkdtempSync(join(tmpdir(), 'vitrail-orthanc-'));
  const port = await freePort();
  const settings = join(home, 'settings.json');
  writeFileSync(settings, JSON.stringify({ StorageDirectory: join(home, 'db'),
    IndexDirectory: join(home, 'db'), HttpPort: port,
    DicomServerEnabled: false, RemoteAccessAllowed: false,
    AuthenticationEnabled: false, Plugins: [PLUGIN],
    DicomWeb: { Enable: true, Root: '/dicom-web/' } }));
  const child = spawn(PROGRAM, [settings], { stdio: 'ignore' });
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  ended.catch(() => {});
  const url = `http://127.0.0.1:${port}/`;
  for (let i = 0; !await answers(`${url}system`); i++) {
    if (child.exitCode !== null || i > 600)
      throw new Error('Orthanc does not start');
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  const names = readdirSync(folder, { recursive: true })
    .filter(name => name.endsWith('.dcm'));
  for (const name of names) {
    const answer = await fetch(`${url}instances`,
      { method: 'POST', body: readFileSync(join(folder, name)) });
    if (!answer.ok)
      throw new Error(`Orthanc: ${name}: ${answer.status}`);
  }
  return { url, async stop () {
    child.kill('SIGTERM');
    await ended;
    rmSync(home, { recursive: true, force: true });
  } };
}
