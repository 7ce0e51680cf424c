import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseForm } from './form.ts';

const parse = (text: string | Uint8Array) =>
  parseForm(typeof text === 'string' ? new TextEncoder().encode(text) : text);

describe('a strict form', () => {
  test('A37: gives back, for all parameters, what an encoder wrote, repeated names in their order', () => {
    const parameter = fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.array(parameter, { maxLength: 20 }), (parameters) => {
        const form = parse(new URLSearchParams(parameters).toString());
        for (const [name] of parameters) {
          const values = parameters.filter(([other]) => other === name).map(([, value]) => value);
          expect(form?.get(name)).toEqual(values);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('A37: reads + and %20 as the same space, and %2B as a plus', () => {
    expect(parse('scope=a+b%20c%2Bd')?.get('scope')).toEqual(['a b c+d']);
  });

  test('reads a name without a value as empty, and skips nothing between separators', () => {
    expect(parse('a&b=&c=x=y')).toEqual(
      new Map([
        ['a', ['']],
        ['b', ['']],
        ['c', ['x=y']],
      ]),
    );
  });

  test.each([
    ['a byte that is no UTF-8', 'a=%ff'],
    ['an overlong encoding of a slash', 'a=%c0%af'],
    ['half of a surrogate pair', 'a=%ed%a0%80'],
    ['a truncated sequence', 'a=%e2%82'],
    ['invalid UTF-8 in a name', '%ff=a'],
    ['a percent sign alone', 'a=%'],
    ['a percent sign with one digit', 'a=%4'],
    ['a percent sign without digits', 'a=%zz'],
    ['a line break', 'a=1\nb=2'],
    ['a NUL byte', 'a=\0'],
    ['a raw byte beyond ASCII', 'a=é'],
  ])('A37: refuses %s instead of repairing it', (_, body) => {
    expect(parse(body)).toBeNull();
  });

  test('A37: refuses raw bytes that are no text', () => {
    expect(parse(new Uint8Array([0x61, 0x3d, 0xff, 0xfe]))).toBeNull();
  });

  test('A37: refuses the 129th parameter', () => {
    expect(parse(Array(128).fill('a=1').join('&'))?.get('a')).toHaveLength(128);
    expect(parse(Array(129).fill('a=1').join('&'))).toBeNull();
  });
});
