import { Duplex } from 'node:stream';

export interface PgliteStream {
  /** For `new pg.Client({ stream })`. */
  readonly duplex: Duplex;
  /** What PostgreSQL answered. */
  receive(bytes: Uint8Array): void;
}

/**
 * A connection to PGlite in the shape of the socket that node-postgres takes it for. `send` gets whole messages: the
 * driver never writes a part of one, and what it writes corked comes as one.
 */
export function createPgliteStream(send: (bytes: Uint8Array<ArrayBuffer>) => void): PgliteStream {
  const duplex = new Duplex({
    read() {},
    write(chunk: Buffer, _, done) {
      send(new Uint8Array(chunk));
      done();
    },
    writev(chunks, done) {
      send(new Uint8Array(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer))));
      done();
    },
    final(done) {
      duplex.push(null);
      done();
    },
  });
  const nothing = () => {};
  Object.assign(duplex, {
    connect: () => queueMicrotask(() => duplex.emit('connect')),
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
  });
  return { duplex, receive: (bytes) => duplex.push(bytes) };
}
