// SPDX-License-Identifier: LGPL-2.1-or-later
// A slow link: bytes that arrive at one port go on to another as a link of so
// many Mbit/s and of so much delay would let them through. All connections
// share it, in the order in which their bytes came.

import { createServer, connect } from 'node:net';

/** When bytes that are given to the link now will have come through. */
class Link {
  constructor (mbit, delay) {
    this.bytesPerMs = mbit * 1e6 / 8 / 1000;
    this.delay = delay;
    this.free = 0;
  }

  /** Milliseconds until @bytes have left, and until they are there. */
  take (bytes) {
    const now = performance.now();
    this.free = Math.max(this.free, now) + bytes / this.bytesPerMs;
    return { left: this.free - now, there: this.free - now + this.delay };
  }
}

// Small enough that connections take turns.
const CHUNK = 16 * 1024;

/** What @from sends goes to @to by @link; the next chunk is taken from the
 * kernel when this one has left, so that what waits, waits at the sender. */
function pump (from, to, link) {
  let open = 0;
  let ended = false;
  const finish = () => {
    if (ended && open === 0)
      to.end();
  };
  const send = chunk => {
    const { left, there } = link.take(chunk.length);
    open++;
    setTimeout(() => {
      to.write(chunk);
      open--;
      finish();
    }, there);
    return left;
  };
  from.on('data', data => {
    let left = 0;
    for (let at = 0; at < data.length; at += CHUNK)
      left = send(data.subarray(at, at + CHUNK));
    from.pause();
    setTimeout(() => from.resume(), left);
  });
  from.on('end', () => {
    ended = true;
    finish();
  });
}

/** Listens on a free port of the loopback and passes on to @port. */
export async function startLink (port, { down, delay = 0 }) {
  const link = new Link(down, delay);
  const sockets = new Set();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, client => {
    const inner = connect({ port, host: '127.0.0.1', allowHalfOpen: true,
      noDelay: true });
    for (const [socket, other] of [[client, inner], [inner, client]]) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        if (socket === client)
          other.destroy();
      });
    }
    client.pipe(inner); // requests are small: upwards nothing is shaped
    pump(inner, client, link);
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, close () {
    for (const socket of sockets)
      socket.destroy();
    server.close();
  } };
}
