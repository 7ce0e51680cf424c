import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openClosedLoop } from './closed-loop.ts';
import type { JudgeAnswer } from './judge-answer.ts';
import { runOpenLoop } from './open-loop.ts';
import { eachOnce, inTurns, tokenRequest } from './token-request.ts';

const judge: JudgeAnswer = ({ status }) => (status === 200 ? null : `status ${status}`);
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: (count: number) => { status: number; delayMs?: number; close?: boolean }) {
  let count = 0;
  const listener: RequestListener = (request, response) => {
    request.resume().on('end', () => {
      const { status, delayMs = 0, close = false } = answer(++count);
      const headers = { 'content-length': 2, ...(close && { connection: 'close' }) };
      setTimeout(() => response.writeHead(status, headers).end('{}'), delayMs);
    });
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const request = tokenRequest(address, { subjectToken: 'a.b.c', audience: 'x' });
  return { address, request, count: () => count };
}

test('a closed loop answers for every request that it sent, over connections that the server closes', async () => {
  const { address, request, count } = await serve((number) => ({ status: 200, close: number % 10 === 0 }));
  const loop = openClosedLoop({ address, connections: 4, judge });
  const result = await loop.run({ milliseconds: 300, source: inTurns([request]) });
  expect(result.answered).toBe(count());
  expect(result.latenciesMs).toHaveLength(result.answered);
  expect(result.answered).toBeGreaterThan(10);
  const more = await loop.run({ milliseconds: Infinity, source: inTurns([request]), maxRequests: 25 });
  expect(more.answered).toBe(25);
  const last = await loop.run({ milliseconds: Infinity, source: eachOnce([request, request, request]) });
  expect(last.answered).toBe(3);
  loop.close();
});

test('one wrong answer among many fails the run: a server is never fast for what it did not do', async () => {
  const { address, request } = await serve((number) => ({ status: number === 50 ? 503 : 200 }));
  const loop = openClosedLoop({ address, connections: 4, judge });
  const run = loop.run({ milliseconds: 10_000, source: inTurns([request]) });
  await expect(run).rejects.toThrow(/a wrong answer after 4\d right ones: status 503/);
  loop.close();
});

test('a server that goes away with a request in flight fails the run', async () => {
  const { address, request } = await serve((number) => {
    if (number === 20) servers[0]?.closeAllConnections();
    return { status: 200, delayMs: 5 };
  });
  const loop = openClosedLoop({ address, connections: 2, judge });
  const run = loop.run({ milliseconds: 10_000, source: inTurns([request]) });
  await expect(run).rejects.toThrow('a wrong answer after');
  loop.close();
});

test('an open loop charges a stall to every request that was due in it, sent or not', async () => {
  const stallMs = 300;
  const { address, request } = await serve((number) => ({
    status: 200,
    delayMs: number === 50 ? stallMs : 0,
  }));
  const { latenciesMs } = await runOpenLoop({
    address,
    connections: 1,
    judge,
    requestsPerSecond: 200,
    warmUpMs: 0,
    milliseconds: 1_000,
    source: inTurns([request]),
  });
  // Some sixty requests were due during the stall; a loop that waits for answers would have seen one slow one.
  expect(latenciesMs.filter((latency) => latency > 50).length).toBeGreaterThan(20);
  expect(latenciesMs.length).toBeGreaterThan(100);
});

test('an open loop measures nothing of its warm-up, and sends at its rate from the first moment on', async () => {
  const { address, request, count } = await serve((number) => ({
    status: 200,
    delayMs: number < 20 ? 100 : 0,
  }));
  const { latenciesMs, elapsedMs } = await runOpenLoop({
    address,
    connections: 32,
    judge,
    requestsPerSecond: 200,
    warmUpMs: 500,
    milliseconds: 500,
    source: inTurns([request]),
  });
  expect(Math.max(...latenciesMs)).toBeLessThan(100);
  expect(count() - latenciesMs.length).toBeGreaterThan(40);
  expect(latenciesMs.length).toBeGreaterThan(40);
  expect(elapsedMs).toBeLessThan(900);
});

test('an open loop fails on a wrong answer too', async () => {
  const { address, request } = await serve((number) => ({ status: number === 30 ? 400 : 200 }));
  const run = runOpenLoop({
    address,
    connections: 4,
    judge,
    requestsPerSecond: 500,
    warmUpMs: 0,
    milliseconds: 5_000,
    source: inTurns([request]),
  });
  await expect(run).rejects.toThrow('status 400');
});
