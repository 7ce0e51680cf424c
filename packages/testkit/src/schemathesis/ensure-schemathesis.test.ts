import { expect, test } from 'vitest';
import { ensureSchemathesis } from './ensure-schemathesis.ts';

test('says what to install where there is no Python, in place of skipping what needs it', async () => {
  await expect(ensureSchemathesis({ log: () => undefined, python: '/nonexistent/python3' })).rejects.toThrow(
    /install Python 3\.10 or newer/,
  );
});

test('takes no Python that is none', async () => {
  await expect(ensureSchemathesis({ log: () => undefined, python: process.execPath })).rejects.toThrow(
    /install Python/,
  );
});
