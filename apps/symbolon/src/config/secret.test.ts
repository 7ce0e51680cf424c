import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createSecret } from './secret.ts';

test('A50: a secret shows nowhere but where it is asked for', () => {
  const secret = createSecret('postgres://user:canary@db/symbolon');
  const held = { url: secret };
  for (const text of [
    secret.toString(),
    JSON.stringify(held),
    inspect(held, { depth: 9, showHidden: true }),
  ]) {
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('canary');
  }
  expect(secret.reveal()).toBe('postgres://user:canary@db/symbolon');
});
