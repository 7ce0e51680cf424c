import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { createTurns, type RoundRobin, startRoundRobin } from './start-round-robin.ts';

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

/** A server that says its name and what it was asked. */
async function startEcho(name: string): Promise<string> {
  const echo = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method, url, rawHeaders } = incoming;
    const seen = JSON.stringify({ name, method, url, rawHeaders, body: await text(incoming) });
    outgoing.writeHead(207, 'As It Came', [
      'X-Twice',
      'a',
      'x-TWICE',
      'b',
      'Content-Type',
      'application/json',
    ]);
    outgoing.end(seen);
  };
  const server = createServer((incoming, outgoing) => void echo(incoming, outgoing)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({ stop: () => server.close() });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startDoor(turns = createTurns()): Promise<RoundRobin> {
  const door = await startRoundRobin(turns);
  open.push(door);
  return door;
}

async function nameAt(url: string): Promise<string> {
  const answer = (await (await fetch(url)).json()) as { name: string };
  return answer.name;
}

test('requests of one connection go to the servers in turn', async () => {
  const door = await startDoor();
  door.serve([await startEcho('a'), await startEcho('b')]);
  const names = [];
  for (let turn = 0; turn < 4; turn += 1) names.push(await nameAt(door.url));
  expect(names).toEqual(['a', 'b', 'a', 'b']);
});

test('of two doors of the same servers, a request through one goes elsewhere than that before through the other', async () => {
  const turns = createTurns();
  const [first, second] = [await startDoor(turns), await startDoor(turns)];
  const origins = [await startEcho('a'), await startEcho('b')];
  first.serve(origins);
  second.serve(origins);
  for (let round = 0; round < 3; round += 1) {
    expect(await nameAt(first.url)).not.toBe(await nameAt(second.url));
  }
});

test('a target and headers that no library would send pass as they came, and so does the answer', async () => {
  const door = await startDoor();
  door.serve([await startEcho('a')]);
  const { port } = new URL(door.url);
  const path = 'http://elsewhere.example/a/../%2e%2e//b?x=%41';
  const headers = [
    'Host',
    'other.example',
    'X-Twice',
    '1',
    'x-twice',
    '2',
    'Transfer-Encoding',
    'chunked',
    'connection',
    'keep-alive',
  ];
  const asked = request({ port, path, method: 'PROPFIND', headers });
  asked.end('hello');
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  expect(JSON.parse(await text(answer))).toEqual({
    name: 'a',
    method: 'PROPFIND',
    url: path,
    rawHeaders: headers,
    body: 'hello',
  });
  expect([answer.statusCode, answer.statusMessage]).toEqual([207, 'As It Came']);
  expect(answer.rawHeaders.slice(0, 4)).toEqual(['X-Twice', 'a', 'x-TWICE', 'b']);
});

test('a server that is gone is answered for with 502, and one whose client is gone is not asked on', async () => {
  const door = await startDoor();
  expect((await fetch(door.url)).status).toBe(502);
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  door.serve([`http://127.0.0.1:${(gone.address() as AddressInfo).port}`]);
  gone.close();
  expect((await fetch(door.url)).status).toBe(502);

  const hanging = createServer().listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  open.push({ stop: () => hanging.close() });
  door.serve([`http://127.0.0.1:${(hanging.address() as AddressInfo).port}`]);
  const client = connect(Number(new URL(door.url).port), '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const [asked] = (await once(hanging, 'request')) as [IncomingMessage];
  const aborted = once(asked, 'error');
  client.destroy();
  expect(await aborted).toMatchObject([{ code: 'ECONNRESET' }]);
});
