import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAudience, isResource, parseScope } from './parameter-values.ts';

describe('resource', () => {
  test.each([
    'https://api.example/v1',
    'https://api.example/v1?tenant=a%20b',
    'https://[2001:db8::1]:8443/',
    'urn:example:vault',
    'spiffe://example.org/ns/demo',
  ])('S12: accepts the absolute URI %s', (value) => {
    expect(isResource(value)).toBe(true);
  });

  test.each([
    ['a fragment', 'https://api.example/v1#part'],
    ['an empty fragment', 'https://api.example/v1#'],
    ['a relative reference', '/v1'],
    ['a network-path reference', '//api.example/v1'],
    ['a bare name', 'myvaultinstance.company.com'],
    ['a scheme alone', 'https:'],
    ['no authority', 'https:api.example'],
    ['an empty authority', 'https:///v1'],
    ['a port that is none', 'https://api.example:99999/'],
    ['a space', 'https://api.example/a b'],
    ['a line break', 'https://api.example/\r\nx'],
    ['a broken percent sign', 'https://api.example/%g0'],
    ['a letter beyond ASCII', 'https://api.example/é'],
    ['a quotation mark', 'https://api.example/"'],
  ])('S12: refuses %s', (_, value) => {
    expect(isResource(value)).toBe(false);
  });
});

test('audience and resource have 512 characters at most', () => {
  expect(isAudience('a'.repeat(512))).toBe(true);
  expect(isAudience('a'.repeat(513))).toBe(false);
  expect(isResource(`urn:${'a'.repeat(508)}`)).toBe(true);
  expect(isResource(`urn:${'a'.repeat(509)}`)).toBe(false);
});

test.each(['\0', '\n', '\r', '\u007f', '\u0085'])(
  'an audience with a control character is refused',
  (control) => {
    expect(isAudience(`vault${control}`)).toBe(false);
  },
);

describe('scope', () => {
  test('splits on single spaces and folds what is given twice', () => {
    expect(parseScope('read write read')).toEqual(['read', 'write']);
    expect(parseScope('')).toEqual([]);
  });

  test.each([
    ['two spaces', 'a  b'],
    ['a space before', ' a'],
    ['a space after', 'a '],
    ['a tab', 'a\tb'],
    ['a quotation mark', 'a"b'],
    ['a backslash', 'a\\b'],
    ['a line break', 'a\nb'],
    ['a letter beyond ASCII', 'lesen-ä'],
  ])('A36: refuses %s', (_, value) => {
    expect(parseScope(value)).toBeNull();
  });

  test('A36: refuses more than 64 scopes, and more than 4096 characters', () => {
    const scopes = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`).join(' ');
    expect(parseScope(scopes(64))).toHaveLength(64);
    expect(parseScope(scopes(65))).toBeNull();
    expect(parseScope('a'.repeat(4096))).toHaveLength(1);
    expect(parseScope('a'.repeat(4097))).toBeNull();
  });

  test('L21: for all inputs, every scope is a whole scope-token of the input', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (value) => {
        const scopes = parseScope(value) ?? [];
        expect(scopes.every((scope) => value.split(' ').includes(scope) && scope !== '')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
