import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isResource, parseScope } from './parameter-values.ts';

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
    ['an asterisk, which no target can have', 'https://api.example/*'],
  ])('S12: refuses %s', (_, value) => {
    expect(isResource(value)).toBe(false);
  });
});

test('a resource longer than the 255 characters that a target can have is refused', () => {
  expect(isResource(`urn:${'a'.repeat(251)}`)).toBe(true);
  expect(isResource(`urn:${'a'.repeat(252)}`)).toBe(false);
});

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

  test('A50: refuses a scope that no target can have, so that no whole token comes as one to the audit trail', () => {
    const token = ['h', 'p', 's'].map((part) => part.repeat(400)).join('.');
    expect(parseScope(token)).toBeNull();
    expect(parseScope(`read ${token}`)).toBeNull();
    expect(parseScope('a'.repeat(255))).toHaveLength(1);
    expect(parseScope('a'.repeat(256))).toBeNull();
    expect(parseScope('*')).toBeNull();
  });

  test('A36: refuses more than 64 scopes', () => {
    const scopes = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`).join(' ');
    expect(parseScope(scopes(64))).toHaveLength(64);
    expect(parseScope(scopes(65))).toBeNull();
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
