import { expect, test } from 'vitest';
import { nodeTrouble } from './node-version.ts';

test.each(['v20.20.2', 'v25.9.0', 'v2.60.0', 'nonsense'])(
  '%s is told in one line that it is too old',
  (version) => {
    expect(nodeTrouble(version)).toBe(`symbolon needs Node 26 or newer; this is ${version}`);
  },
);

test.each(['v26.0.0', 'v26.10.0', 'v30.0.0-nightly', process.version])('%s will do', (version) => {
  expect(nodeTrouble(version)).toBeNull();
});
