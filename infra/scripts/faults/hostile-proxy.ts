import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Which way: to the server, or back to the client. */
export type Direction = 'requests' | 'answers';

/**
 * - `honest`: what is sent arrives
 * - `cuts`: of a direction, the first bytes that are due on a connection end it; those of `answers` after the server
 *   has done what was asked
 * - `silent`: nothing arrives in these directions, on connections old and new, and nobody is told: they are half open
 * - `slow`: what is sent back arrives so much later, in its order
 * - `refuses`: the server cannot be reached, and connections to it are gone
 */
export type ProxyMode =
  | { readonly kind: 'honest' | 'refuses' }
  | { readonly kind: 'cuts'; readonly direction: Direction }
  | { readonly kind: 'silent'; readonly directions: readonly Direction[] }
  | { readonly kind: 'slow'; readonly delayMs: number };

/** A way to a server on loopback, such as networks are on bad days. */
export interface HostileProxy {
  readonly port: number;
  behave(mode: ProxyMode): void;
  /** Cuts off whoever is connected. */
  stop(): Promise<void>;
}

export async function startHostileProxy(serverPort: number): Promise<HostileProxy> {
  const sockets = new Set<Socket>();
  let mode: ProxyMode = { kind: 'honest' };

  /** What was lost on the way stays lost, so a connection on which something was is dead for good that way. */
  function forward(from: Socket, to: Socket, direction: Direction): void {
    let isDead = false;
    let last = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      if (mode.kind === 'cuts' && mode.direction === direction) {
        from.destroy();
        to.destroy();
        return;
      }
      if (mode.kind === 'silent' && mode.directions.includes(direction)) isDead = true;
      if (isDead) return;
      const lateMs = mode.kind === 'slow' && direction === 'answers' ? mode.delayMs : 0;
      const due = lateMs === 0 ? Promise.resolve() : delay(lateMs);
      last = Promise.all([last, due]).then(() => {
        if (!to.destroyed) to.write(chunk);
      });
    });
    from.on('error', () => to.destroy());
    // A silent way tells nothing of an end either.
    from.on('close', () => {
      sockets.delete(from);
      if (!isDead) to.destroy();
    });
  }

  const server = createServer((client) => {
    if (mode.kind === 'refuses') {
      client.destroy();
      return;
    }
    const upstream = connect(serverPort, '127.0.0.1');
    sockets.add(client).add(upstream);
    forward(client, upstream, 'requests');
    forward(upstream, client, 'answers');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port was given');
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    behave(next) {
      mode = next;
      if (next.kind === 'refuses') cutAll();
    },
    async stop() {
      server.close();
      cutAll();
      await once(server, 'close');
    },
  };
}
