import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A way to a PostgreSQL on loopback on which connections that listen can go dead. */
export interface HalfOpenProxy {
  readonly port: number;
  /** From now on nothing comes back on connections that listen, and nobody is told: they are half open. */
  silenceListeners(): void;
  /** How many bytes were kept from listeners. */
  swallowedBytes(): number;
  /** Cuts off whoever is connected. */
  stop(): Promise<void>;
}

export async function startHalfOpenProxy(serverPort: number): Promise<HalfOpenProxy> {
  const destroys = new Set<() => void>();
  let isSilent = false;
  let swallowed = 0;
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    let listens = false;
    const destroy = () => {
      destroys.delete(destroy);
      client.destroy();
      upstream.destroy();
    };
    destroys.add(destroy);
    client.on('data', (chunk: Buffer) => {
      listens ||= chunk.includes('LISTEN ');
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (isSilent && listens) swallowed += chunk.length;
      else client.write(chunk);
    });
    for (const socket of [client, upstream]) socket.on('error', destroy).on('close', destroy);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port was given');
  return {
    port: address.port,
    silenceListeners() {
      isSilent = true;
    },
    swallowedBytes: () => swallowed,
    async stop() {
      const closed = once(server.close(), 'close');
      for (const destroy of destroys) destroy();
      await closed;
    },
  };
}
