import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** An address on loopback that nobody listens at, with a port of four digits as the defaults have: so tables keep their width. */
export async function freeAddress(taken: readonly string[]): Promise<string> {
  for (;;) {
    const address = `127.0.0.1:${randomInt(2000, 10_000)}`;
    if (!taken.includes(address) && (await isFree(address))) return address;
  }
}

function isFree(address: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const [host, port] = address.split(':');
  const server = createServer().once('error', () => resolve(false));
  server.listen(Number(port), host, () => server.close(() => resolve(true)));
  return promise;
}
