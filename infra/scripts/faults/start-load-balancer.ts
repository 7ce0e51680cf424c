import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** How often each server is asked whether it is ready, and how often in a row it must say no to get no more requests. */
const LOOK_EVERY_MS = 250;
const NOES_TO_LEAVE = 2;

export interface LoadBalancer {
  readonly url: string;
  /** From now on the server is asked whether it is ready, and gets requests while it is. */
  add(origin: string): void;
  remove(origin: string): void;
  /** How many of the servers get requests. */
  readyCount(): number;
  stop(): Promise<void>;
}

interface Upstream {
  readonly origin: URL;
  /** Connections that are kept between requests, as every load balancer keeps them. */
  readonly agent: Agent;
  isReady: boolean;
  noes: number;
}

/**
 * A load balancer that does what common ones do and no more: requests go in turn to the servers that said by readyz that
 * they are ready, over connections that are kept. A request is passed to another server only where no connection could
 * be made: once a byte of it may have been read, what goes wrong is the client's 502, for a POST is not idempotent
 * (RFC 9110 §9.2.2).
 */
export async function startLoadBalancer(): Promise<LoadBalancer> {
  const upstreams = new Map<string, Upstream>();
  let turn = 0;
  const inTurn = (): readonly Upstream[] => {
    const ready = [...upstreams.values()].filter(({ isReady }) => isReady);
    const first = turn++ % Math.max(1, ready.length);
    return [...ready.slice(first), ...ready.slice(0, first)];
  };
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing, inTurn()));
  server.keepAliveTimeout = 75_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const timer = setInterval(() => {
    for (const upstream of upstreams.values()) void look(upstream);
  }, LOOK_EVERY_MS);
  const remove = (origin: string) => {
    upstreams.get(origin)?.agent.destroy();
    upstreams.delete(origin);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add(origin) {
      const agent = new Agent({ keepAlive: true });
      upstreams.set(origin, { origin: new URL(origin), agent, isReady: false, noes: 0 });
    },
    remove,
    readyCount: () => [...upstreams.values()].filter(({ isReady }) => isReady).length,
    async stop() {
      clearInterval(timer);
      for (const origin of upstreams.keys()) remove(origin);
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** On a connection of its own, as probes are sent. */
async function look(upstream: Upstream): Promise<void> {
  const { origin } = upstream;
  const isYes = await new Promise<boolean>((resolve) => {
    const signal = AbortSignal.timeout(2_000);
    const asked = request(new URL('/readyz', origin), { agent: false, signal }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('error', () => resolve(false));
    asked.end();
  });
  upstream.noes = isYes ? 0 : upstream.noes + 1;
  if (isYes) upstream.isReady = true;
  else if (upstream.noes >= NOES_TO_LEAVE) upstream.isReady = false;
}

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  upstreams: readonly Upstream[],
): Promise<void> {
  const body = await buffer(incoming);
  for (const upstream of upstreams) {
    const answer = await ask(upstream, incoming, body);
    if (answer === 'not connected') continue;
    if (answer === 'lost') break;
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    return;
  }
  outgoing.writeHead(502).end();
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

function ask(
  { origin, agent }: Upstream,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<Answer | 'not connected' | 'lost'> {
  return new Promise((resolve) => {
    const upstream = request(
      new URL(url ?? '/', origin),
      { method, agent, headers: endToEnd(headers) },
      (answer) => {
        const { statusCode: status = 502, headers: answered } = answer;
        buffer(answer).then(
          (all) => resolve({ status, headers: endToEnd(answered), body: all }),
          () => resolve('lost'),
        );
      },
    );
    upstream.on('error', (error) => resolve(isUnconnected(error) ? 'not connected' : 'lost'));
    upstream.end(body);
  });
}

function isUnconnected(error: Error): boolean {
  return 'syscall' in error && error.syscall === 'connect';
}

/** RFC 9110 §7.6.1: what concerns a connection ends with it. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding']);

function endToEnd(headers: IncomingMessage['headers']): Record<string, string> {
  const passed = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name));
  return Object.fromEntries(passed.map(([name, value]) => [name, String(value)]));
}
