import { UnavailableError } from '@symbolon/core';
import { expect, test } from 'vitest';
import { assertStorable, storableJson } from './storable-text.ts';

test.each([
  ['U+0000', 'a\0b', 'a\u{fffd}b'],
  ['half a surrogate pair', 'a\ud800b', 'a\u{fffd}b'],
  ['the other half', '\udc00', '\u{fffd}'],
])('an audit event with %s keeps everything else', (_, text, kept) => {
  const json = storableJson({ audiences: ['x', text], reason: null, count: 1 });
  expect(JSON.parse(json)).toEqual({ audiences: ['x', kept], reason: null, count: 1 });
});

test.each(['\\u0000', 'a\\\\u0000', 'plain', '😀', '"quoted"', '\\ud800'])(
  'text that only looks like it is kept: %j',
  (text) => {
    expect(JSON.parse(storableJson({ text }))).toEqual({ text });
    expect(() => assertStorable({ text, [text]: text })).not.toThrow();
  },
);

test.each([
  ['a value', { labels: { a: '\0' } }],
  ['a name', { labels: { 'a\0': '' } }],
  ['a deep value', { spec: { claims: { list: ['x', { y: '\ud800' }] } } }],
])('an object with unstorable text in %s is refused', (_, object) => {
  expect(() => assertStorable(object)).toThrow(UnavailableError);
});
