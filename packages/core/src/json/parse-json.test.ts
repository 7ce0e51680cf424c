import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from './parse-json.ts';

describe('parseJson', () => {
  test.each([
    ['null', null],
    [' {"a":[1,{"b":"x"}],"c":{"b":"x"}} ', { a: [1, { b: 'x' }], c: { b: 'x' } }],
    ['["a","a",{"a":"a"},{"a":"a"}]', ['a', 'a', { a: 'a' }, { a: 'a' }]],
    ['{"a":"b","b":"a","c":["a","b"]}', { a: 'b', b: 'a', c: ['a', 'b'] }],
    [String.raw`{"a":"\"{,[\\","b":"\\"}`, { a: '"{,[\\', b: '\\' }],
    ['{"":1,"a":{"":2}}', { '': 1, a: { '': 2 } }],
  ])('reads %s as JSON.parse does', (text, value) => {
    expect(parseJson(text)).toEqual({ kind: 'parsed', value });
  });

  test.each(['', '{', '{"a":1,}', "{'a':1}", '{"a":1}x', '01', 'NaN', '\u00a0{}', '"\u0001"', '\ufeff{}'])(
    'refuses %j, which is no JSON text',
    (text) => {
      expect(parseJson(text)).toEqual({ kind: 'malformed' });
    },
  );

  test.each([
    ['{"a":1,"a":1}', '/a'],
    ['{"a":1,"b":2,"a":3}', '/a'],
    [String.raw`{"a":1,"\u0061":2}`, '/a'],
    [String.raw`{"\/":1,"/":2}`, '/~1'],
    ['{"x":[0,{"~":{"k":1,"k":[]}}]}', '/x/1/~0/k'],
    ['{"x":{"a":1},"x":{"b":2}}', '/x'],
    ['{"":1,"":2}', '/'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
    ['[[],{"a":{},"a":{}}]', '/1/a'],
  ])('refuses %s, whose member another reader would take from the other place', (text, pointer) => {
    expect(parseJson(text)).toEqual({ kind: 'duplicate_member', pointer });
  });

  test('refuses what nests deeper than allowed, and takes what is exactly as deep', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(parseJson(nested(32)).kind).toBe('parsed');
    expect(parseJson(nested(33))).toEqual({ kind: 'too_deep' });
    expect(parseJson('{"a":{"b":1}}', { maxDepth: 2 }).kind).toBe('parsed');
    expect(parseJson('{"a":{"b":[]}}', { maxDepth: 2 })).toEqual({ kind: 'too_deep' });
    expect(parseJson(nested(100_000))).toEqual({ kind: 'too_deep' });
  });

  test('keeps a member __proto__ as data: it sets no prototype', () => {
    const parsed = parseJson('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}');
    if (parsed.kind !== 'parsed') throw new Error('expected a value');
    expect(Object.getPrototypeOf(parsed.value)).toBe(Object.prototype);
    expect(Object.keys(parsed.value as object)).toEqual(['__proto__', 'constructor']);
    expect((parsed.value as { isAdmin?: unknown }).isAdmin).toBeUndefined();
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  });

  test('reads every value that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(text)).toEqual({ kind: 'parsed', value: JSON.parse(text) });
      }),
    );
  });

  test('finds a repeated name wherever it stands and however either is spelled', () => {
    const escaped = (name: string) =>
      `"${Array.from({ length: name.length }, (_, at) => `\\u${name.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (name, first, between) => {
        const text = `[{${JSON.stringify(name)}:${JSON.stringify(first)},${JSON.stringify(`${name}x`)}:${JSON.stringify(between)},${escaped(name)}:0}]`;
        expect(parseJson(text).kind).toBe('duplicate_member');
      }),
    );
  });
});
