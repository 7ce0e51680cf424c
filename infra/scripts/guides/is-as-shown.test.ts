import { describe, expect, test } from 'vitest';
import { guideSteps } from './guide-steps.ts';
import { isAsShown } from './is-as-shown.ts';

const text = (shown: string) => ({ language: 'text', text: shown }) as const;
const json = (shown: string) => ({ language: 'json', text: shown }) as const;

describe('text is as shown', () => {
  test.each([
    ['a\nb\n', 'a\nb'],
    ['a\nb\nc\n', 'a\n…\nc'],
    ['a\nc\n', 'a\n…\nc'],
    ['at 12:00 o clock\n', 'at … o clock'],
    ['a  \n\n', 'a'],
  ])('%j as %j', (output, shown) => expect(isAsShown(output, text(shown))).toBe(true));
  test.each([
    ['a\nb\n', 'a'],
    ['a\nb\n', 'b'],
    ['a\nb\nc\n', 'a …\nc'],
    ['axc\n', 'a.c'],
    ['', 'a'],
  ])('%j not as %j', (output, shown) => expect(isAsShown(output, text(shown))).toBe(false));
});

describe('JSON is as shown', () => {
  test.each([
    ['{"b":2,"a":"x1"}', '{"a":"x…","b":2}'],
    ['{"a":1,"b":{"c":1}}', '{"a":1,"…":"…"}'],
    ['[1,2,3]', '[1,"…"]'],
  ])('%j as %j', (output, shown) => expect(isAsShown(output, json(shown))).toBe(true));
  test.each([
    ['{"a":1,"b":2}', '{"a":1}'],
    ['{"a":1}', '{"a":1,"b":2}'],
    ['{"a":1}', '{"a":"1"}'],
    ['[1,2]', '[1]'],
    ['not JSON', '{"…":"…"}'],
    ['{"a":1}', '["…"]'],
  ])('%j not as %j', (output, shown) => expect(isAsShown(output, json(shown))).toBe(false));
});

describe('the steps of a guide', () => {
  const block = (info: string, code: string) => `\`\`\`${info}\n${code}\n\`\`\`\n`;

  test('are its shell blocks, with line, exit code and what follows at once', () => {
    const guide = `# A\n\n${block('sh exit=1', 'false')}\n${block('text', 'no')}\n${block('bash', 'true')}\nThen:\n\n${block('json', '{}')}`;
    expect(guideSteps('a.md', guide)).toEqual([
      { guide: 'a.md', line: 4, code: 'false\n', exitCode: 1, shown: { language: 'text', text: 'no\n' } },
      { guide: 'a.md', line: 12, code: 'true\n', exitCode: 0, shown: null },
    ]);
  });

  test('with words that mean nothing are refused', () => {
    expect(() => guideSteps('a.md', block('sh skip', 'false'))).toThrow('"skip"');
  });
});
