import { expect, test } from 'vitest';
import { createAnswerReader } from './answer-reader.ts';

const bytesOf = (status: string, body: string, headers = '') =>
  Buffer.from(`HTTP/1.1 ${status}\r\nDate: now\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`);

function read(pieces: readonly Buffer[]) {
  const answers: { status: number; body: string; closes: boolean }[] = [];
  const reader = createAnswerReader(({ body, ...rest }) => answers.push({ ...rest, body: body.toString() }));
  for (const piece of pieces) reader.push(piece);
  return answers;
}

test('reads answers however they are cut into pieces', () => {
  const whole = Buffer.concat([
    bytesOf('200 OK', '{"a":1}'),
    bytesOf('503 Service Unavailable', ''),
    bytesOf('200 OK', 'last', 'Connection: close\r\n'),
  ]);
  const expected = [
    { status: 200, body: '{"a":1}', closes: false },
    { status: 503, body: '', closes: false },
    { status: 200, body: 'last', closes: true },
  ];
  expect(read([whole])).toEqual(expected);
  for (let at = 1; at < whole.length; at++) {
    expect(read([whole.subarray(0, at), whole.subarray(at)])).toEqual(expected);
  }
  expect(read(Array.from(whole, (byte) => Buffer.of(byte)))).toEqual(expected);
});

test('holds what came of an answer when its buffer is written over', () => {
  const buffer = Buffer.alloc(256);
  const answers: string[] = [];
  const reader = createAnswerReader(({ body }) => answers.push(body.toString()));
  const whole = bytesOf('200 OK', 'first');
  for (const piece of [whole.subarray(0, 30), whole.subarray(30)]) {
    buffer.fill('x');
    piece.copy(buffer);
    reader.push(buffer.subarray(0, piece.length));
  }
  expect(answers).toEqual(['first']);
});

test('an answer without a length is none', () => {
  const chunked = Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
  expect(() => read([chunked])).toThrow('no answer with a length');
  expect(() => read([Buffer.from('Content-Length: 3\r\n\r\nabc')])).toThrow('no answer with a length');
});
