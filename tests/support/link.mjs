// SPDX-License-Identifier: LGPL-2.1-or-later
// A slow link: what a server sends leaves at so many Mbit/s and arrives so much
// later. All connections share it and take turns. It stands between socket and
// server within this process: no buffer of the kernel takes what the link has
// not taken yet, so that a server knows how far a client is.

import { createServer } from 'node:net';
import { Duplex } from 'node:stream';

// Small enough that connections take turns.
const CHUNK = 16 * 1024;

class Link {
  constructor (mbit, delay) {
    this.bytesPerMs = mbit * 1e6 / 8 / 1000;
    this.delay = delay;
    this.free = 0;
  }

  /** Milliseconds until @bytes have left. */
  take (bytes) {
    const now = performance.now();
    this.free = Math.max(this.free, now) + bytes / this.bytesPerMs;
    return this.free - now;
  }
}

/** A socket whose writing is slow; requests, which are small, come at once. */
class SlowSocket extends Duplex {
  constructor (socket, link) {
    super({ highWaterMark: CHUNK });
    this.socket = socket;
    this.link = link;
    this.pieces = []; // on their way
    socket.on('data', data => {
      if (!this.push(data))
        socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', () => this.destroy());
    socket.on('close', () => this.destroy());
  }

  _read () {
    this.socket.resume();
  }

  _write (data, encoding, done) {
    const length = Math.min(data.length, CHUNK);
    const left = this.link.take(length);
    // A copy: TLS writes into its buffers again once it has been told that they
    // are done with. In their order, whichever timer comes first.
    this.pieces.push(Buffer.from(data.subarray(0, length)));
    setTimeout(() => this.socket.write(this.pieces.shift()),
      left + this.link.delay);
    setTimeout(() => {
      if (length === data.length || this.destroyed)
        done();
      else
        this._write(data.subarray(CHUNK), encoding, done);
    }, left);
  }

  _final (done) {
    setTimeout(() => this.socket.end(done), this.link.delay + 1);
  }

  _destroy (error, done) {
    this.socket.destroy();
    done(error);
  }
}

/** Listens on a free port of the loopback for @server, which does not. */
export async function startLink (server, { down, delay = 0 }) {
  const link = new Link(down, delay);
  const sockets = new Set();
  const front = createServer({ noDelay: true, allowHalfOpen: true }, socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    server.emit('connection', new SlowSocket(socket, link));
  });
  await new Promise(resolve => front.listen(0, '127.0.0.1', resolve));
  return { port: front.address().port, async close () {
    for (const socket of sockets)
      socket.destroy();
    await new Promise(resolve => front.close(resolve));
  } };
}
