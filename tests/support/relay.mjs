#!/usr/bin/env node
// SPDX-License-Identifier: LGPL-2.1-or-later
// A recording proxy: passes requests on to a service and keeps the time line of
// all of them.
//
//   relay.mjs --to URL [--files FOLDER] [--record FILE] [--hold PATTERN]
//             [--gate 'PATTERN until PATTERN']... [--tls [--authority FILE]]
//             [--down MBIT [--delay MS]]
//
// Prints its own URL. Each request is a line of FILE as JSON, in the order in
// which they ended:
//
//   n          its place in the order of arrival, from 0
//   method, path (with query), accept, range
//   http       '1.1' or '2.0'
//   connection which one, from 0
//   start      when it came, milliseconds since the relay started
//   first      when the answer's head came, null if it never did
//   end        when the last byte was passed on, or the client left
//   status, bytes (of the body), type
//   cancelled  true: the client left before the end; the service is told
//
// --hold: of answers to paths that match PATTERN, only the first bytes are
// passed on, so that those requests end when the client leaves and not before.
// A line with end null says that one has come so far.
// --gate: answers to paths that match the first pattern wait until a request has
// come whose path matches the second.
// --files: paths that are a file in FOLDER are answered from it, and are not
// recorded; what is a page's own route (no /dicom-web, no dot) is its
// index.html. --tls: HTTP/2 and HTTP/1.1 over TLS, with a certificate made at
// the start, which is written to FILE. --down, --delay: as over a link of MBIT
// Mbit/s downwards that delays by MS milliseconds.

import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, openSync, closeSync, readFileSync,
  rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { createSecureServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startLink } from './link.mjs';

const TYPES = { '.css': 'text/css', '.html': 'text/html',
  '.ico': 'image/x-icon', '.js': 'text/javascript',
  '.json': 'application/json', '.mjs': 'text/javascript',
  '.png': 'image/png', '.svg': 'image/svg+xml', '.wasm': 'application/wasm',
  '.woff2': 'font/woff2' };

// Of one connection only; HTTP/2 knows none of them.
const HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te',
  'trailer', 'transfer-encoding', 'upgrade', 'http2-settings']);

function passedOn (headers) {
  return Object.fromEntries(Object.entries(headers).filter(
    ([name]) => !HOP.has(name) && !name.startsWith(':')));
}

function makeCertificate () {
  const folder = mkdtempSync(join(tmpdir(), 'vitrail-relay-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map(name => join(folder, name));
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
      'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert,
      '-days', '2', '-subj', '/CN=localhost', '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1'], { stdio: 'pipe' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Answers from @options.texts and the files of @options.files; false: not
 * there. */
function answerFile (options, path, response) {
  const text = options.texts?.[path];
  if (text !== undefined) {
    response.writeHead(200, { 'Content-Type': TYPES[extname(path)] });
    response.end(text);
    return true;
  }
  if (options.files === undefined)
    return false;
  const isPage = extname(path) === '' && !path.startsWith('/dicom-web');
  const file = join(options.files,
    normalize(isPage ? '/index.html' : decodeURIComponent(path)));
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile())
    return false;
  response.writeHead(200, { 'Content-Length': found.size,
    'Cache-Control': isPage ? 'no-store' : 'max-age=86400',
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
  return true;
}

/** What waits for something else to be asked for. */
class Gate {
  constructor (waiting, opening) {
    this.waiting = new RegExp(waiting);
    this.opening = new RegExp(opening);
    this.opened = new Promise(resolve => { this.open = resolve; });
  }
}

class Recorder {
  constructor (file, hold, gates = []) {
    this.zero = performance.now();
    this.hold = hold === undefined ? null : new RegExp(hold);
    this.gates = gates.map(gate => new Gate(...gate.split(' until ')));
    this.entries = [];
    this.n = 0;
    this.connections = new Map();
    this.fd = file === undefined ? null : openSync(file, 'w', 0o600);
  }

  isHeld (entry) {
    return this.hold !== null && this.hold.test(entry.path);
  }

  /** When the answer to @entry may be passed on. */
  pass (entry) {
    return Promise.all(this.gates.filter(gate => gate.waiting.test(entry.path))
      .map(gate => gate.opened));
  }

  now () {
    return Math.round((performance.now() - this.zero) * 10) / 10;
  }

  begin (request) {
    const connection = request.stream?.session ?? request.socket;
    for (const gate of this.gates)
      if (gate.opening.test(request.url))
        gate.open();
    if (!this.connections.has(connection))
      this.connections.set(connection, this.connections.size);
    return { n: this.n++, method: request.method, path: request.url,
      http: request.httpVersion, connection: this.connections.get(connection),
      accept: request.headers.accept ?? null,
      range: request.headers.range ?? null, start: this.now(), first: null,
      end: null, status: null, bytes: 0, type: null, cancelled: false };
  }

  end (entry, cancelled) {
    if (entry.end !== null)
      return;
    entry.end = this.now();
    entry.cancelled = cancelled;
    this.entries.push(entry);
    this.write(entry);
  }

  write (entry) {
    if (this.fd !== null)
      writeSync(this.fd, `${JSON.stringify(entry)}\n`);
  }

  close () {
    if (this.fd !== null)
      closeSync(this.fd);
  }
}

// What is passed on at a time: HTTP/2 sends what it has been given, so that
// larger pieces would be in the way of other streams.
const PIECE = 4096;

/** Passes @answer on as fast as the link takes it; not more than @most bytes of
 * it. */
async function pour (answer, response, entry, most) {
  for await (const data of answer)
    for (let i = 0; i < data.length; i += PIECE) {
      if (entry.bytes >= most)
        return;
      const piece = data.subarray(i, i + PIECE);
      await new Promise((resolve, reject) => response.write(piece,
        error => error ? reject(error) : resolve()));
      entry.bytes += piece.length;
    }
  response.end();
}

function receive (answer, response, entry, recorder) {
  entry.first = recorder.now();
  entry.status = answer.statusCode;
  entry.type = answer.headers['content-type'] ?? null;
  response.writeHead(answer.statusCode, passedOn(answer.headers));
  const most = recorder.isHeld(entry) ? PIECE : Infinity;
  pour(answer, response, entry, most).then(() => {
    // Of a client that has left meanwhile there is a line already.
    if (!response.writableEnded && entry.end === null)
      recorder.write(entry);
  }).catch(() => response.destroy());
}

function passOn (upstream, agent, request, response, recorder) {
  const entry = recorder.begin(request);
  const headers = passedOn(request.headers);
  // Links in the answer are to lead here again.
  headers.host ??= request.headers[':authority'];
  const inner = httpRequest({ host: upstream.hostname, port: upstream.port,
    method: request.method, path: request.url, headers, agent });
  inner.on('response', answer => recorder.pass(entry).then(() =>
    response.destroyed || receive(answer, response, entry, recorder)));
  inner.on('error', error => {
    if (entry.first === null && !response.destroyed) {
      entry.status = 502;
      response.writeHead(502, { 'Content-Type': 'text/plain' });
    }
    response.end(`${error.message}\n`);
  });
  // HTTP/2 says so of a stream that was reset, too.
  response.on('finish', () => recorder.end(entry, !response.writableEnded));
  response.on('close', () => {
    recorder.end(entry, true);
    inner.destroy();
  });
  request.pipe(inner);
}

const listen = server => new Promise(resolve =>
  server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

/** A relay to @to. @options: files, record, hold, gate, tls, down, delay as above;
 * texts: { path: text } that is answered in place of a file. What it recorded is
 * in `entries`, in the order of their ends. */
export async function startRelay (to, options = {}) {
  const upstream = new URL(to);
  const recorder = new Recorder(options.record, options.hold, options.gate);
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const handle = (request, response) => {
    const path = request.url.split('?')[0];
    if (request.method !== 'GET' || !answerFile(options, path, response))
      passOn(upstream, agent, request, response, recorder);
  };
  const certificate = options.tls ? makeCertificate() : null;
  if (options.authority)
    writeFileSync(options.authority, certificate.cert);
  const server = options.tls
    ? createSecureServer({ ...certificate, allowHTTP1: true }, handle)
    : createServer(handle);
  const sessions = new Set();
  server.on('session', session => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  const link = options.down ? await startLink(server, options) : null;
  const port = link?.port ?? await listen(server);
  return { url: `http${options.tls ? 's' : ''}://127.0.0.1:${port}/`,
    entries: recorder.entries,
    async close () {
      await link?.close();
      for (const session of sessions)
        session.destroy();
      server.closeAllConnections?.();
      agent.destroy();
      if (link === null)
        await new Promise(resolve => server.close(resolve));
      recorder.close();
    } };
}

async function main () {
  const { values } = parseArgs({ options: {
    to: { type: 'string' }, files: { type: 'string' },
    record: { type: 'string' }, hold: { type: 'string' },
    gate: { type: 'string', multiple: true }, tls: { type: 'boolean' },
    authority: { type: 'string' },
    down: { type: 'string' }, delay: { type: 'string' } } });
  const relay = await startRelay(values.to, { ...values,
    down: Number(values.down ?? 0), delay: Number(values.delay ?? 0) });
  console.log(relay.url);
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => relay.close().then(() => process.exit(0)));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  main();
