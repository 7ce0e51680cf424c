import { describe, expect, test } from 'vitest';
import { traceIdOf } from './trace-context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

describe('the trace id of a traceparent', () => {
  test.each([
    ['version 00', `00-${TRACE}-${PARENT}-01`],
    ['any flags', `00-${TRACE}-${PARENT}-fe`],
    ['a later version', `cc-${TRACE}-${PARENT}-01`],
    ['a later version with what that adds', `cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`],
  ])('is read of %s', (_, traceparent) => {
    expect(traceIdOf(traceparent)).toBe(TRACE);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['no text', ''],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['a later version, of zeros', `cc-${'0'.repeat(32)}-${PARENT}-01`],
    ['version ff', `ff-${TRACE}-${PARENT}-01`],
    ['version 00 with more behind it', `00-${TRACE}-${PARENT}-01-x`],
    ['a later version with more behind it, but no hyphen', `cc-${TRACE}-${PARENT}-01.x`],
    ['upper-case digits', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['a trace id that is too short', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['a trace id that is too long', `00-${TRACE}0-${PARENT}-01`],
    ['a parent id that is too short', `00-${TRACE}-${PARENT.slice(1)}-01`],
    ['no flags', `00-${TRACE}-${PARENT}`],
    ['digits that are none', `00-${TRACE.replace('0', 'g')}-${PARENT}-01`],
    ['digits of another script', `00-${TRACE.replace('0', '\u0660')}-${PARENT}-01`],
    ['a space before it', ` 00-${TRACE}-${PARENT}-01`],
    ['a line break behind it', `00-${TRACE}-${PARENT}-01\n`],
    ['a line break in what a later version adds', `cc-${TRACE}-${PARENT}-01-a\nb`],
    ['two headers joined', `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`],
    ['more than anybody needs', `cc-${TRACE}-${PARENT}-01-${'x'.repeat(256)}`],
  ])('is null for %s', (_, traceparent) => {
    expect(traceIdOf(traceparent)).toBeNull();
  });
});
