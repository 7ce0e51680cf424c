import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to a server on loopback that can go dead. */
export interface CuttingProxy {
  readonly port: number;
  /** From now on nothing comes through on the connections that are open, and nobody is told: they are half open. */
  swallow(): void;
  /** How many sockets it has open, two for a client. */
  sockets(): number;
  /** Cuts the open connections off. */
  cut(): void;
  /** Cuts the next connection off on which a client says this, before it reaches the server. */
  cutOn(text: string): void;
}

/** Gone after the test. */
export async function startCuttingProxy(serverPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let fatal: string | null = null;
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    client.on('data', (chunk) => {
      if (fatal === null || !chunk.includes(fatal)) return;
      fatal = null;
      client.destroy();
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port was given');
  return {
    port: address.port,
    sockets: () => sockets.size,
    cut,
    cutOn(text) {
      fatal = text;
    },
    swallow() {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
  };
}
