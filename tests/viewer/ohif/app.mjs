// SPDX-License-Identifier: LGPL-2.1-or-later
// Stock OHIF: the built files of @ohif/app as they are on the npm registry,
// without what its package.json depends on (they are bundled).

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync }
  from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const VERSION = '3.13.2';
const INTEGRITY = 'sha512-WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==';

/** The folder with its index.html, fetched where it is not there yet. Throws
 * when that fails: a test without OHIF has tested nothing. */
export function fetchOhif (build) {
  const folder = join(build, `ohif-${VERSION}`);
  if (existsSync(folder))
    return join(folder, 'dist');
  mkdirSync(dirname(folder), { recursive: true });
  const part = mkdtempSync(`${folder}.`);
  try {
    execFileSync('npm', ['pack', `@ohif/app@${VERSION}`, '--loglevel=error',
      '--pack-destination', part], { stdio: ['ignore', 'ignore', 'inherit'] });
    const packed = join(part, `ohif-app-${VERSION}.tgz`);
    const hash = createHash('sha512').update(readFileSync(packed));
    const found = `sha512-${hash.digest('base64')}`;
    if (found !== INTEGRITY)
      throw new Error(`@ohif/app@${VERSION} is ${found}, not ${INTEGRITY}`);
    execFileSync('tar', ['-xzf', packed, '-C', part]);
    // Another test may have been faster.
    if (!existsSync(folder))
      renameSync(join(part, 'package'), folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return join(folder, 'dist');
}

// For tests in C: app.mjs BUILD prints the folder.
if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(fetchOhif(process.argv[2]));
